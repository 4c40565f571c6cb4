"""Knows the stack that disturbing scenarios have for themselves, so that they can run beside all others."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from features.running.programme import ROOT
from fixtures.clients import connect
from fixtures.errors import StackError
from fixtures.target import Target, load

FIRST_OFFSET, STEP, CHOICES = 300, 300, 5


def private_target(number: int, of: int) -> Target:
    """A local stack of this process's own, which ends with it: of the stack `number` (from 1) of so many.

    Raises `StackError` where none can be started.
    """
    said = ""
    for choice in range(CHOICES):  # each with offsets of its own: they start at the same moment
        offset = FIRST_OFFSET + STEP * (number - 1 + choice * of)
        done = _stack("ensure", offset, "--owner-pid", str(os.getpid()))
        said = done.stderr.strip() or said
        # One that was up already is somebody else's, or the one under test.
        if done.returncode == 0 and json.loads(done.stdout)["started"]:
            return load(str(ROOT / ".stack" / str(offset) / "target.toml"))
    raise StackError(f"No further stack could be started for the scenarios that disturb theirs: {said} Or use JOBS=1.")


def save_bus(target: Target, run_dir: Path) -> None:
    """Leave what the stack's bus carried in the run folder, for the suite that judges messages: the stack ends with
    this process."""
    control, found, since = connect(target).control, list[Any](), 0
    while (page := control.bus(since))["messages"]:
        found += page["messages"]
        since = page["next"]
    folder = run_dir / "messages"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"bus-{target.path.parent.name}.json").write_text(json.dumps(found), encoding="utf-8")


def require_no_deaths(target: Target) -> None:
    """Raise `StackError` where a part of the stack died that no scenario killed."""
    if not target.control_url:
        return
    for part in connect(target).control.parts():
        for death in part["deaths"]:
            lines = "\n".join(f"    {line}" for line in death["last_lines"])
            raise StackError(f"{part['name']} {death['how']} while the features ran. Its last log lines:\n{lines}")


def _stack(command: str, offset: int, *more: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "fixtures.stack", command, "--offset", str(offset), *more]
    return subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
