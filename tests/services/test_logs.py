"""How log lines get to stdout: nobody waits there for another, and no line is lost or torn."""

import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest

from fixtures.services.platform import correlation, logs

SERVICE = "logs-test"
GATHERING = "gathering-test"  # with LOG_FLUSH_SECONDS
PATIENCE = 10.0  # seconds

FORKS = """
import os
from fixtures.services.platform import logs

logs.configure("forks")
logs.write("forks", "before")
child = os.fork()
logs.write("forks", "in the child" if child == 0 else "in the parent")
if child == 0:
    logs._logger("forks").handlers[0].flush()
    os._exit(0)
os.waitpid(child, 0)
"""


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
        assert messages_of(reading, 2) == ["first", "second"]
        first.join(PATIENCE)


@pytest.mark.parametrize("service", [SERVICE, GATHERING])
def test_every_line_of_many_threads_comes_once_and_whole(monkeypatch: pytest.MonkeyPatch, service: str) -> None:
    with piped(monkeypatch, service) as (reading, _):
        writers = [threading.Thread(target=write_many, args=(service, number)) for number in range(8)]
        for writer in writers:
            writer.start()
        told = messages_of(reading, 8 * 200, service)
        for writer in writers:
            writer.join()
    assert sorted(told) == sorted(f"{number}.{each}" for number in range(8) for each in range(200))


def test_where_lines_are_gathered_nobody_waits_for_stdout(monkeypatch: pytest.MonkeyPatch) -> None:
    with piped(monkeypatch, GATHERING) as (reading, writing):
        filled = filled_up(writing)
        writer = threading.Thread(target=write_many, args=(GATHERING, 0), daemon=True)
        writer.start()
        writer.join(PATIENCE)
        assert not writer.is_alive()
        read(reading, filled)
        told = messages_of(reading, 200, GATHERING)
    assert told == [f"0.{each}" for each in range(200)]


def test_a_line_tells_what_was_so_when_it_was_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    with piped(monkeypatch, GATHERING) as (reading, _):
        names = ["ada"]
        correlation.accept({"x-request-id": "first"})
        logs.write(GATHERING, "changes", names=names)
        names.append("ben")
        logs.write(GATHERING, "lasts", name="ada")
        correlation.accept({"x-request-id": "second"})
        [changes, lasts] = lines_of(reading, 2, GATHERING)
    assert changes["names"] == ["ada"]
    assert [changes["request_id"], lasts["request_id"]] == ["first", "first"]


def test_a_line_that_cannot_be_made_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    class Untellable:
        def __str__(self) -> str:
            raise ValueError("nobody can say what this is")

    service = f"{GATHERING}-of-its-own"  # pytest listens to what was configured before, and would fail with the line
    with piped(monkeypatch, service) as (reading, _):
        logs.write(service, "before")
        logs.write(service, "untellable", what=Untellable())
        logs.write(service, cast("str", Untellable()))
        logs.write(service, "after")
        assert messages_of(reading, 2, service) == ["before", "after"]


@pytest.mark.parametrize("seconds", ["0", "0.5"])
def test_what_was_logged_is_written_before_a_process_ends_and_a_fork_writes_its_own(seconds: str) -> None:
    environment = os.environ | {"APP_ENV": "development", "LOG_FLUSH_SECONDS": seconds, "SPLUNK_HEC_URL": ""}
    command = [sys.executable, "-c", FORKS]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=True)
    told = [json.loads(line)["message"] for line in done.stdout.splitlines()]
    assert sorted(told) == ["before", "in the child", "in the parent"]


@contextmanager
def piped(monkeypatch: pytest.MonkeyPatch, service: str = SERVICE) -> Iterator[tuple[int, int]]:
    """The reading end of what is stdout meanwhile, and its writing end."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", encoding="utf-8") as stdout, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", stdout)
        patched.setenv("APP_ENV", "development")
        patched.setenv("LOG_FLUSH_SECONDS", "0.01" if service.startswith(GATHERING) else "0")
        logs.configure(service)
        try:
            yield reading, writing
        finally:
            os.close(reading)  # before what is left is flushed: who still waits to write fails


def write_many(service: str, number: int) -> None:
    for each in range(200):
        logs.write(service, f"{number}.{each}")


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
        if frame and frame.f_code.co_name == "_write":
            return
    raise AssertionError("the thread never wrote")


def read(descriptor: int, count: int) -> bytes:
    found = b""
    while len(found) < count:
        found += os.read(descriptor, count - len(found))
    return found


def messages_of(descriptor: int, count: int, service: str = SERVICE) -> list[str]:
    return [line["message"] for line in lines_of(descriptor, count, service)]


def lines_of(descriptor: int, count: int, service: str) -> list[dict[str, Any]]:
    """The next lines of the service: what other parts of this process say on stdout meanwhile is not asked for."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        line = b""
        while not line.endswith(b"\n"):
            line += os.read(descriptor, 1)
        told = json.loads(line)
        if told["service"] == service:
            found.append(told)
    return found
