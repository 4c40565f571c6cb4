"""The two local stacks of a comparison, each on ports that nobody holds: the base's from its commit, the candidate's
from the working tree. Both are gone when it ends, however it ends."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fixtures.errors import StackError
from load.compared.base import ROOT, Commit, unpack
from load.compared.ratios import Side

FIRST_OFFSET = 11_000  # of ports; each side takes the first from here on that is free
LOCK = Path(tempfile.gettempdir()) / f"plumbline-{os.getuid()}-compare.lock"
WORDS = 600  # characters of what a stack said last
APART = ("REDIS_URL", "TARGET", "PYTHONPATH")  # one Redis for both stacks would be one part of both


@dataclass(frozen=True, slots=True)
class Stack:
    """One of the two, from the tree at `root`."""

    side: Side
    root: Path
    offset: int

    @property
    def home(self) -> Path:
        """Where it keeps its state."""
        return self.root / ".stack" / str(self.offset)

    def up(self) -> None:
        """Ready, or `StackError` with its last words; it ends by itself should this process be killed."""
        done = self._run("up", "--owner-pid", str(os.getpid()))
        if done.returncode:
            said = " ".join(done.stdout.split())[-WORDS:]
            advice = "; choose a BASE whose stack starts" if self.side == "base" and done.returncode != 2 else ""
            error = StackError(f"the stack of the {self.side} did not start{advice}. It said: {said}")
            error.exit_code = 2 if done.returncode == 2 else StackError.exit_code
            raise error

    def down(self) -> None:
        """Gone."""
        self._run("down")

    def target(self, folder: Path) -> Path:
        """A target file for it in `folder`, whose paths hold wherever they are read."""
        text = (self.home / "target.toml").read_text(encoding="utf-8")
        path = folder / f"{self.side}.toml"
        path.write_text(text.replace(f'"{self.home.relative_to(self.root)}"', f'"{self.home}"'), encoding="utf-8")
        return path

    def _run(self, command: str, *more: str) -> "subprocess.CompletedProcess[str]":
        words = [sys.executable, "-m", "fixtures.stack", command, "--offset", str(self.offset), *more]
        # The environment is only passed on.
        kept = {name: value for name, value in os.environ.items() if name not in APART}
        return subprocess.run(
            words,
            cwd=self.root,
            env=kept | {"PYTHONPATH": str(self.root)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            start_new_session=True,
        )


@contextlib.contextmanager
def both_up(commit: Commit) -> Iterator[dict[Side, str]]:
    """Their target files, while both are up."""
    with tempfile.TemporaryDirectory(prefix="plumbline-base-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "tree").mkdir()
        unpack(commit, folder / "tree")
        stacks: list[Stack] = []
        trees: dict[Side, Path] = {"base": folder / "tree", "candidate": ROOT}
        try:
            with alone():
                for side, root in trees.items():
                    stacks.append(Stack(side, root, free_offset()))
                    stacks[-1].up()
            yield {stack.side: str(stack.target(folder)) for stack in stacks}
        finally:
            with undisturbed():
                for stack in stacks:
                    stack.down()


def free_offset(first: int = FIRST_OFFSET) -> int:
    """The first offset from `first` on where nobody holds a port and this tree has no stack; told by the stack."""
    words = [sys.executable, "-m", "fixtures.stack", "free", "--offset", str(first)]
    done = subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StackError(f"no ports for the stacks of a comparison: {' '.join(done.stderr.split())[-WORDS:]}")
    return int(done.stdout)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One session of this user at a time: what is free now is taken only when a stack has started. Others wait."""
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """A second Ctrl-C doesn't break off the cleaning up."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
