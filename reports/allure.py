"""The Allure report of a run, rendered with Allure 3 where Node is there; it never changes a verdict."""

import os
import shutil
import subprocess
from pathlib import Path

PATIENCE = 300.0  # seconds; the first call may download Allure
PACKAGE = "allure@3"


def render(run_dir: Path) -> str:
    """Renders `allure-results/` into `allure-report/`; one line about what came of it."""
    results, report = run_dir / "allure-results", run_dir / "allure-report"
    if not results.is_dir() or not any(results.iterdir()):
        return "allure   no results in this run"
    command = _command()
    if command is None:
        return "allure   not rendered: Node is not installed; with it, `make report` renders the results"
    try:
        done = subprocess.run(
            [*command, "generate", str(results), "--output", str(report)],
            cwd=run_dir,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"allure   not rendered: {error}"
    if done.returncode or not (report / "index.html").is_file():
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        return f"allure   not rendered: {lines[-1]}"
    return f"allure   {os.path.relpath(report / 'index.html')}"


def _command() -> list[str] | None:
    if found := shutil.which("allure"):
        return [found]
    if found := shutil.which("npx"):
        return [found, "--yes", PACKAGE]
    return None
