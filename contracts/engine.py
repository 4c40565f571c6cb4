"""The process that runs Schemathesis: imports it once, then forks a child for each service (`-m contracts.engine`).

Speaks JSON lines on its standard output: `{"service", "code", "timed_out", "seconds"}` for each run that ended,
`code` negative for the signal that ended it.
"""

import ctypes
import gc
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.plan import Plan, Run

_PR_SET_PDEATHSIG = 1
_INTERNAL_ERROR = 70
# Schemathesis imports most of itself late, for the sake of a quick `--help`.
_LATE = (
    "schemathesis.cli.commands.run.executor",
    "schemathesis.engine.run.stateful._executor",
    "schemathesis.engine.run.unit",
    "schemathesis.reporting.allure",
    "schemathesis.reporting.html.render",
    "schemathesis.specs.openapi._hypothesis",
    "schemathesis.specs.openapi.checks",
    "schemathesis.specs.openapi.stateful",
)


@dataclass(frozen=True, slots=True)
class Child:
    """A run that goes on: its process (which leads a group of its own), and the monotonic time of its end at latest."""

    run: Run
    pid: int
    started: float

    @property
    def deadline(self) -> float:
        """After this it is stopped."""
        return self.started + self.run.bound


def main(arguments: Sequence[str]) -> int:
    """Carries out the plan in the file that is the only argument."""
    plan = Plan.read(Path(arguments[0]))
    _die_with_parent()
    # A signal must come as a return value of sigtimedwait, not between it and the check before it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _warm_up(plan)
    waiting = sorted(plan.runs, key=lambda run: run.weight, reverse=True)
    going: dict[int, Child] = {}
    try:
        while waiting or going:
            while waiting and len(going) < plan.abreast:
                child = _start(waiting.pop(0))
                going[child.pid] = child
            _await_one(going)
    finally:
        for child in going.values():
            _stop(child)
    return 0


def _warm_up(plan: Plan) -> None:
    """Everything that each child would import for itself."""
    from contracts.hooks import setting  # noqa: PLC0415
    from fixtures.clean import as_guest  # noqa: PLC0415
    from fixtures.target import load  # noqa: PLC0415

    setting.use(as_guest(load(plan.target), Path(plan.run_dir)))
    for name in _LATE:
        importlib.import_module(name)
    gc.freeze()


def _start(run: Run) -> Child:
    started = time.monotonic()
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return Child(run, pid, started)
    code = _INTERNAL_ERROR
    try:
        os.setpgid(0, 0)
        _die_with_parent()
        code = _fuzz(run)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _fuzz(run: Run) -> int:
    """In the child: Schemathesis' own command line, its output in `log.txt`."""
    from schemathesis.cli import schemathesis  # noqa: PLC0415

    from contracts.hooks import setting  # noqa: PLC0415
    from fixtures.clean import take_away_own  # noqa: PLC0415

    now = setting.current()
    if now is not None:
        setting.use(now.target, run.service)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    log = os.open(Path(run.folder) / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.argv = ["st", *run.arguments]
    try:
        schemathesis.main(args=list(run.arguments), prog_name="st")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return _INTERNAL_ERROR
    finally:
        if now is not None:
            take_away_own(now.target)
    return 0


def _await_one(going: dict[int, Child]) -> None:
    """Returns when a child ended, by itself or because its time was up."""
    while True:
        for child in list(going.values()):
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                _say(going.pop(pid), os.waitstatus_to_exitcode(status))
                return
        late = min(going.values(), key=lambda child: child.deadline)
        left = late.deadline - time.monotonic()
        if left <= 0:
            _say(going.pop(late.pid), _stop(late), timed_out=True)
            return
        signal.sigtimedwait({signal.SIGCHLD}, left)


def _stop(child: Child) -> int:
    # The group may not exist yet when the child was forked a moment ago.
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(child.pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])


def _say(child: Child, code: int, timed_out: bool = False) -> None:
    seconds = round(time.monotonic() - child.started, 3)
    line = {"service": child.run.service, "code": code, "timed_out": timed_out, "seconds": seconds}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _die_with_parent() -> None:
    """A killed suite leaves no fuzzing behind; Linux only, elsewhere the bound ends it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
