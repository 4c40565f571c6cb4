"""Ports that nobody holds are found beside those that somebody does."""

import os
import socket

import pytest

from fixtures.stack.__main__ import main
from fixtures.stack.layout import Layout
from fixtures.stack.ports import is_free
from fixtures.stack.supervisor import hold_lock


def first_free(layout: Layout, capsys: pytest.CaptureFixture[str]) -> int:
    assert main(["free", "--offset", str(layout.offset)]) == 0
    return int(capsys.readouterr().out)


def test_where_nobody_is_there_is_room(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    assert first_free(layout, capsys) == layout.offset


@pytest.mark.parametrize("part", ["aws", "todos", "collector"])
def test_one_held_port_is_enough_to_look_further(part: str, layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", layout.port(part))):
        found = first_free(layout, capsys)
        assert found > layout.offset
        assert is_free(Layout(found))


def test_a_stack_that_is_starting_holds_its_place_before_its_ports(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    layout.home.mkdir(parents=True, exist_ok=True)
    handle = hold_lock(layout.lock_file)
    assert handle is not None
    try:
        assert first_free(layout, capsys) > layout.offset
    finally:
        os.close(handle)


def test_beyond_the_last_port_there_is_no_room(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["free", "--offset", "60000"]) == 2
    assert "must be from 0 to" in capsys.readouterr().err
