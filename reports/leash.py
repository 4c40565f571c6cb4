"""`python -m reports.leash`: ends the process groups it was told of once its owner is gone, even by SIGKILL.

Reads lines `+<pgid>` and `-<pgid>` from its standard input; the end of the input means that the owner is gone.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Self


class Leash:
    """The owner's side: a process of its own session, so that what kills the owner doesn't kill it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__], stdin=subprocess.PIPE, start_new_session=True, close_fds=True
        )

    def hold(self, group: int) -> None:
        """From now on this group ends when the owner does."""
        self._say(f"+{group}")

    def release(self, group: int) -> None:
        """This group has ended; its number may soon be somebody else's."""
        self._say(f"-{group}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()

    def _say(self, line: str) -> None:
        if self._process.stdin:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()


def guard(lines: Iterable[str]) -> None:
    """Follows the lines to their end, then kills the groups still held."""
    held: set[int] = set()
    for line in lines:
        group = int(line[1:])
        held.add(group) if line[0] == "+" else held.discard(group)
    for group in held:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    guard(sys.stdin)
