"""Knows the stack that disturbing scenarios have for themselves, so that they can run beside all others."""

import json
import os
import subprocess
import sys

from features.running.programme import ROOT
from fixtures.clients import connect
from fixtures.errors import StackError
from fixtures.target import Target, load

OFFSETS = range(300, 3000, 300)


def private_target() -> Target:
    """A local stack of this process's own, which ends with it. Raises `StackError` where none can be started."""
    said = ""
    for offset in OFFSETS:
        done = _stack("ensure", offset, "--owner-pid", str(os.getpid()))
        said = done.stderr.strip() or said
        # One that was up already is somebody else's, or the one under test.
        if done.returncode == 0 and json.loads(done.stdout)["started"]:
            return load(str(ROOT / ".stack" / str(offset) / "target.toml"))
    raise StackError(f"No second stack could be started for the scenarios that disturb theirs: {said} Or use JOBS=1.")


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
