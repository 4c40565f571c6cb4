"""A pause is over when its command is: nothing of the part runs on."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from fixtures.stack import groups

BUSY = """
import os, sys, threading
for _ in range(7):
    if os.fork() == 0:
        break
for _ in range(3):
    threading.Thread(target=lambda: [None for _ in iter(int, 1)], daemon=True).start()
os.write(1, b".")
threading.Event().wait()
"""


@pytest.fixture
def crowd() -> Iterator[int]:
    """Eight busy processes of several threads each, more than there are processors."""
    leader = subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE, start_new_session=True)
    assert leader.stdout is not None
    for _ in range(8):
        assert os.read(leader.stdout.fileno(), 1)
    yield leader.pid
    groups.send(leader.pid, signal.SIGKILL)
    leader.wait()
    leader.stdout.close()


def test_a_paused_group_has_stopped_when_the_call_returns(crowd: int) -> None:
    members = [process for process in psutil.process_iter() if os.getpgid(process.pid) == crowd]
    assert len(members) == 8
    for _ in range(5):
        assert groups.pause(crowd)
        assert {process.status() for process in members} == {psutil.STATUS_STOPPED}
        groups.send(crowd, signal.SIGCONT)


def test_what_does_not_stop_is_said(crowd: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "STOPPED_WITHIN", 0.05)
    monkeypatch.setattr(groups, "send", lambda *_: None)
    assert not groups.pause(crowd)
    monkeypatch.undo()


def test_a_group_that_is_gone_is_no_error() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    ended.wait()
    assert groups.pause(ended.pid)
