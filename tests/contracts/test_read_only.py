"""On a target that is only to be read, the contract suite calls what is safe and says what it left out."""

import os
import subprocess
import sys
from pathlib import Path

from flask import request

from reports.evidence import Status, read
from tests.contracts.conftest import ROOT, SECRETS, SPEC, TARGET
from tests.contracts.notes_server import create_app, serve


def test_only_what_is_safe_is_called(tmp_path: Path) -> None:
    asked: set[tuple[str, str]] = set()
    app = create_app()

    @app.before_request
    def note() -> None:
        asked.add((request.method, request.path if request.path == "/login" else ""))

    url, stop = serve(app)
    file = tmp_path / "target.toml"
    file.write_text(TARGET.format(url=url, contract=SPEC) + "[limits]\nread_only = true\n")
    given = {"TARGET": str(file), "SERVICE": "notes", "SEED": "7", "PLUMBLINE_RUN_DIR": str(tmp_path / "run")}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "contracts"],
            cwd=ROOT,
            env={**os.environ, **SECRETS, **given},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        stop()
    assert done.returncode == 0, done.stdout + done.stderr
    assert asked - {("POST", "/login")} <= {("GET", ""), ("HEAD", ""), ("OPTIONS", "")}
    assert ("GET", "") in asked
    evidence = read(tmp_path / "run")["contracts"]
    assert {result.id: result.status for result in evidence.results} == {
        "notes-createNote": Status.SKIPPED,
        "notes-readNote": Status.PASSED,
        "notes-deleteNote": Status.SKIPPED,
    }
    assert evidence.problems == []
    assert "limits.read_only keeps the target as it is" in done.stdout
