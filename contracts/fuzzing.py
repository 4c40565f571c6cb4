"""Knows the fuzzing that goes on beside the tests, and waits for one service's end."""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from contracts.plan import ROOT, Plan

_START = 60.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How one run ended: Schemathesis' exit code (negative: a signal; None: it never ran), and its log."""

    service: str
    code: int | None
    timed_out: bool
    seconds: float
    folder: Path

    @property
    def log(self) -> str:
        """What Schemathesis printed."""
        try:
            return (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""


class Fuzzing:
    """All runs of a plan, going on in the background from the moment this is made."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._folders: Mapping[str, Path] = {run.service: Path(run.folder) for run in plan.runs}
        self._ended: dict[str, Ended] = {}
        self.log = folder / "engine.log"
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "contracts.engine", str(plan.write(folder / "plan.json"))],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        # The engine bounds each run; this bounds the engine.
        longest = sum(run.bound for run in plan.runs) + _START
        self._watch = threading.Timer(longest, self._process.kill)
        self._watch.daemon = True
        self._watch.start()

    def wait_for(self, service: str) -> Ended:
        """The end of one service's run; runs that end meanwhile are kept. Never raises for a run that went wrong."""
        assert self._process.stdout is not None
        while service not in self._ended:
            line = self._process.stdout.readline()
            if not line:
                return Ended(service, None, False, 0.0, self._folders[service])
            said = json.loads(line)
            name = said["service"]
            self._ended[name] = Ended(name, said["code"], said["timed_out"], said["seconds"], self._folders[name])
        return self._ended[service]

    def stop(self) -> None:
        """Ends what still goes on."""
        self._watch.cancel()
        self._process.terminate()
        self._process.communicate()
