"""The house, a run on it, and the command that cleans up."""

import contextlib
import io
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fixtures.clean import as_guest
from fixtures.clean.__main__ import main
from fixtures.clients import Platform, Sessions, connect
from fixtures.target import Target, load
from tests.clean.house import SECRETS, House, standing


@dataclass(frozen=True, slots=True)
class Visit:
    """A run on the house: its folder and target file."""

    house: House
    run_dir: Path
    file: Path

    @property
    def ledger(self) -> Path:
        """What the run wrote down."""
        return self.run_dir / "ledger.jsonl"

    def guest(self) -> "Guest":
        """A suite on the house, in this process."""
        target = as_guest(load(str(self.file)), self.run_dir)
        platform = connect(target)
        return Guest(target, platform, Sessions(platform).token("admin"), target.identities["ada"].api_keys)

    @contextlib.contextmanager
    def living(self, *works: Callable[["Guest"], object]) -> Iterator[None]:
        """A process of the run has done this, and goes on until it is killed at the end of the block."""
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                guest = self.guest()
                for work in works:
                    work(guest)
                os.write(writer, b".")
                signal.pause()
            finally:
                os._exit(70)
        os.close(writer)
        done = os.read(reader, 1)
        os.close(reader)
        try:
            assert done, "the process died in the middle of its work"
            yield
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def killed(self, *works: Callable[["Guest"], object]) -> None:
        """A process of the run has done this, and was killed the moment after."""
        with self.living(*works):
            pass

    def clean(self, *arguments: str) -> "Said":
        """The command, as somebody calls it after a crash."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(list(arguments or (str(self.run_dir),)))
        return Said(code, out.getvalue(), err.getvalue())


@dataclass(frozen=True, slots=True)
class Guest:
    """What a suite has: `admin` is a token, `keys` are Ada's."""

    target: Target
    platform: Platform
    admin: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What the command said."""

    code: int
    out: str
    err: str


@pytest.fixture
def house() -> Iterator[House]:
    with standing() as found:
        yield found


@pytest.fixture
def visit(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    return visiting(house, tmp_path, monkeypatch)


@pytest.fixture
def visit_with(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Visit]:
    """A visit whose target file has these limits."""
    return lambda limits: visiting(house, tmp_path, monkeypatch, limits)


def visiting(house: House, folder: Path, monkeypatch: pytest.MonkeyPatch, limits: str = "") -> Visit:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    monkeypatch.delenv("PLUMBLINE_RUN_DIR", raising=False)
    file, run_dir = folder / "house.toml", folder / "20261121-100018-ab12"
    file.write_text(house.target(limits))
    run_dir.mkdir(exist_ok=True)
    return Visit(house, run_dir, file)
