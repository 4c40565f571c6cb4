"""One suite as a process group: started, watched, bounded in time, and never left behind."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reports.leash import Leash

TICK = 0.25  # seconds between two looks at a running suite
GRACE = 8.0  # seconds a suite gets to clean up after it was asked to stop


@dataclass(frozen=True, slots=True)
class Command:
    """One suite to run; `bound` is the number of seconds after which it counts as hanging."""

    suite: str
    arguments: tuple[str, ...]
    bound: float
    environ: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a suite's process ended; `ended` is exited, hung, interrupted or not started, `told` says it in words."""

    ended: str
    exit_code: int | None
    seconds: float
    told: str = ""


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """A polite request to stop (SIGTERM) ends the work as Ctrl-C does."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def run(command: Command, log: Path, leash: Leash, tick: Callable[[float], None], output: Path | None = None) -> Ending:
    """Runs it to its end, to its bound, or to Ctrl-C; everything in its process group is gone afterwards.

    What it prints goes to `log`, its standard output to `output` where there is one. `tick` is called a few times a
    second with the seconds since the start. A `KeyboardInterrupt` is passed on once the group is gone.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with log.open("ab") as errors, (output or log).open("ab") as printed:
        try:
            process = subprocess.Popen(
                command.arguments,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=errors,
                env=dict(command.environ),
                start_new_session=True,
            )
        except OSError as error:
            return Ending("not started", None, 0.0, f"it could not be started: {error.strerror}")
    leash.hold(process.pid)
    try:
        return _watch(process, command.bound, began, tick)
    finally:
        _end_group(process)
        leash.release(process.pid)


def _watch(process: "subprocess.Popen[bytes]", bound: float, began: float, tick: Callable[[float], None]) -> Ending:
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = process.wait(TICK)
            return Ending("exited", code, time.monotonic() - began)
        passed = time.monotonic() - began
        if passed > bound:
            return Ending("hung", None, passed, f"it hung: stopped after {bound:g} s")
        tick(passed)


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """Asks a suite that still runs to stop, then kills what is left of its group."""
    if process.poll() is None:
        _signal(process.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
    _signal(process.pid, signal.SIGKILL)
    process.wait()


def _signal(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
