"""How log lines get to stdout: nobody waits there for another, and no line is lost or torn."""

import fcntl
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from fixtures.services.platform import logs

SERVICE = "logs-test"
PATIENCE = 10.0  # seconds


def test_who_finds_another_writing_leaves_the_line_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with piped(monkeypatch) as (reading, writing):
        filled = filled_up(writing)
        first = threading.Thread(target=logs.write, args=(SERVICE, "first"), daemon=True)
        first.start()
        until_it_writes(first)
        second = threading.Thread(target=logs.write, args=(SERVICE, "second"), daemon=True)
        second.start()
        second.join(PATIENCE)
        assert not second.is_alive()
        assert first.is_alive()  # it waits for somebody to read
        read(reading, filled)
        assert [json.loads(line)["message"] for line in lines_of(reading, 2)] == ["first", "second"]
        first.join(PATIENCE)


def test_every_line_of_many_threads_comes_once_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    with piped(monkeypatch) as (reading, _):
        writers = [threading.Thread(target=write_many, args=(number,)) for number in range(8)]
        for writer in writers:
            writer.start()
        told = [json.loads(line)["message"] for line in lines_of(reading, 8 * 200)]
        for writer in writers:
            writer.join()
    assert sorted(told) == sorted(f"{number}.{each}" for number in range(8) for each in range(200))


@contextmanager
def piped(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """The reading end of what is stdout meanwhile, and its writing end."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", encoding="utf-8") as stdout, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", stdout)
        patched.setenv("APP_ENV", "development")
        logs.configure(SERVICE)
        try:
            yield reading, writing
        finally:
            os.close(reading)  # before what is left is flushed: who still waits to write fails


def write_many(number: int) -> None:
    for each in range(200):
        logs.write(SERVICE, f"{number}.{each}")


def filled_up(descriptor: int) -> int:
    """Fill a pipe until it takes no more; how many bytes that were."""
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_NONBLOCK)
    filled = 0
    try:
        while True:
            filled += os.write(descriptor, b" " * 1024)
    except BlockingIOError:
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags)
    return filled


def until_it_writes(thread: threading.Thread) -> None:
    """Until the thread is in the midst of a write, which nobody takes in."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        frame = sys._current_frames().get(thread.ident or 0)
        if frame and frame.f_code.co_name == "_write_out":
            return
    raise AssertionError("the thread never wrote")


def read(descriptor: int, count: int) -> bytes:
    found = b""
    while len(found) < count:
        found += os.read(descriptor, count - len(found))
    return found


def lines_of(descriptor: int, count: int) -> list[bytes]:
    found: list[bytes] = []
    while len(found) < count:
        line = b""
        while not line.endswith(b"\n"):
            line += os.read(descriptor, 1)
        found.append(line)
    return found
