"""Real stacks for the tests, on ports nobody uses."""

import contextlib
import os
from collections.abc import Iterator

import pytest

from fixtures.errors import PortHeldError
from fixtures.stack import launcher
from fixtures.stack.layout import Layout
from fixtures.stack.ports import demand_free

OFFSETS = range(20_000, 50_000, 500)


@pytest.fixture
def layout() -> Iterator[Layout]:
    """A place for a stack of the test's own; whatever the test leaves running is stopped."""
    chosen = _free_layout()
    yield chosen
    launcher.down(chosen)


@pytest.fixture(scope="module")
def stack() -> Iterator[Layout]:
    """A running stack, shared by the tests of a module."""
    chosen = _free_layout()
    launcher.up(chosen, owner_pid=os.getpid())
    yield chosen
    launcher.down(chosen)


def _free_layout() -> Layout:
    for offset in OFFSETS:
        candidate = Layout(offset)
        with contextlib.suppress(PortHeldError):
            if not launcher.is_running(candidate):
                demand_free(candidate)
                return candidate
    raise AssertionError("no free range of ports")
