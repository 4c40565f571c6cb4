"""Sessions that start at the same moment get ports of their own."""

import fcntl
import socket
from pathlib import Path

import pytest

from load.compared import stacks
from load.compared.stacks import alone, free_offset

FIRST = 24_000


def test_an_offset_with_a_held_port_is_passed_over() -> None:
    free = free_offset(FIRST)
    with socket.create_server(("127.0.0.1", 5000 + free)):
        assert free_offset(FIRST) > free


def test_only_one_session_at_a_time_takes_ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "LOCK", tmp_path / "lock")
    with (tmp_path / "lock").open("w") as other:
        with alone(), pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
