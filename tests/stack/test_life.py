"""A stack starts whole or not at all, names what died, and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from fixtures.stack import launcher, target_file
from fixtures.stack.door import ask
from fixtures.stack.layout import ROOT, Layout
from fixtures.stack.parts import wanted
from fixtures.stack.state import parts_of


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fixtures.stack", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def eventually(claim: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 15
    pause = threading.Event()
    while not claim():
        assert time.monotonic() < deadline, f"never: {what}"
        pause.wait(0.02)


def processes(layout: Layout) -> list[psutil.Process]:
    """The supervisor and all that came from it."""
    supervisor = psutil.Process(ask(layout, "state")["pid"])
    return [supervisor, *supervisor.children(recursive=True)]


def none_left(found: list[psutil.Process]) -> bool:
    return not [process for process in found if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


def test_up_starts_every_part_says_where_and_down_leaves_nothing(layout: Layout) -> None:
    up = command("up", f"--offset={layout.offset}")
    assert up.returncode == 0, up.stderr
    assert [line.split()[0] for line in up.stdout.splitlines()[:-1]] == wanted(layout)
    assert layout.url("orders") in up.stdout
    assert oct(layout.secrets_file.stat().st_mode & 0o777) == "0o600"
    running = processes(layout)
    assert command("status", f"--offset={layout.offset}").returncode == 0
    assert "was up already" in command("up", f"--offset={layout.offset}").stdout
    assert command("down", f"--offset={layout.offset}").returncode == 0
    assert none_left(running)
    assert not layout.socket_file.exists()
    assert command("status", f"--offset={layout.offset}").returncode == 3


def since(layout: Layout) -> float:
    (found,) = {part["stack_since"] for part in json.loads(command("report", f"--offset={layout.offset}").stdout)}
    return float(found)


def test_a_supervisor_killed_takes_its_parts_along_and_the_next_up_works(layout: Layout) -> None:
    launcher.up(layout)
    before = since(layout)
    assert since(layout) == before
    running = processes(layout)
    running[0].send_signal(signal.SIGKILL)
    eventually(lambda: none_left(running), "all parts gone")
    assert launcher.up(layout).new
    assert since(layout) > before, "whoever watches can tell one stack from the next"


def test_a_part_that_died_is_named_with_its_last_lines_and_replaced_by_the_next_up(layout: Layout) -> None:
    launcher.up(layout)
    victim = next(part for part in parts_of(layout) if part["name"] == "users")
    with (layout.logs / "users.log").open("a") as log:
        log.write("the last thing it said\n")
    os.kill(victim["pid"], signal.SIGKILL)
    eventually(lambda: bool(launcher.deaths(layout)), "the death is noticed")
    report = command("report", f"--offset={layout.offset}")
    assert report.returncode == 3
    assert "users killed by SIGKILL" in report.stderr
    assert "the last thing it said" in report.stderr
    assert [part["name"] for part in json.loads(report.stdout) if part["deaths"]] == ["users"]
    assert launcher.up(layout).lost == ("users",)
    assert launcher.deaths(layout) == []


def test_a_death_is_still_told_to_whoever_watches_when_the_stack_was_replaced_over_it(layout: Layout) -> None:
    def told() -> list[str]:
        report = command("report", f"--offset={layout.offset}")
        return [part["name"] for part in json.loads(report.stdout) for _ in part["deaths"]]

    def killed(name: str) -> None:
        pid = next(part["pid"] for part in parts_of(layout) if part["name"] == name)
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: bool(launcher.deaths(layout)), "the death is noticed")

    launcher.up(layout)
    killed("users")
    ensured = command("ensure", f"--offset={layout.offset}")
    assert "had lost users: it was replaced" in ensured.stderr
    assert command("status", f"--offset={layout.offset}").returncode == 0, "the new one is well"
    assert told() == ["users"]
    killed("orders")
    launcher.up(layout)
    assert told() == ["users", "orders"]
    launcher.down(layout)
    launcher.up(layout)
    assert told() == [], "a stack that replaces none begins afresh"


def test_a_stack_stops_when_its_owner_is_gone(layout: Layout) -> None:
    owner = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    launcher.up(layout, owner_pid=owner.pid)
    running = processes(layout)
    owner.kill()
    owner.wait()
    eventually(lambda: none_left(running), "all parts gone")


def test_an_interrupted_up_leaves_nothing_running(layout: Layout) -> None:
    starting = subprocess.Popen(
        [sys.executable, "-m", "fixtures.stack", "up", f"--offset={layout.offset}"], cwd=ROOT, stderr=subprocess.PIPE
    )
    eventually(lambda: launcher.is_running(layout), "the supervisor runs")
    starting.send_signal(signal.SIGINT)
    _, errors = starting.communicate(timeout=30)
    assert starting.returncode == 130
    assert b"nothing was left running" in errors
    assert not launcher.is_running(layout)


def test_a_held_port_is_named_with_its_holder(layout: Layout) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", layout.port("users")))
        holder.listen()
        up = command("up", f"--offset={layout.offset}")
    assert up.returncode == 2
    assert f"port {layout.port('users')} (users) is held by" in up.stderr
    assert f"(pid {os.getpid()})" in up.stderr
    assert "Traceback" not in up.stderr


def test_a_suite_that_finds_a_port_held_says_so_in_one_line(layout: Layout) -> None:
    layout.home.mkdir(parents=True, exist_ok=True)
    target_file.write(layout)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", layout.port("users")))
        holder.listen()
        environment = os.environ | {"TARGET": str(layout.target_file)}
        suite = [sys.executable, "-m", "contracts.messages"]
        done = subprocess.run(suite, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert f"port {layout.port('users')} (users) is held by" in line
    assert "give TARGET=.stack/N/target.toml" in line


@pytest.mark.parametrize("offset", ["-1", "70000"])
def test_an_impossible_offset_is_refused(offset: str) -> None:
    up = command("up", f"--offset={offset}")
    assert (up.returncode, "must be from 0 to" in up.stderr) == (2, True)


def test_a_socket_path_stays_short_enough_for_the_kernel() -> None:
    assert len(str(Layout(0).socket_file)) < 100
    assert Path(Layout(0).socket_file) != Path(Layout(1).socket_file)
