"""Knows how the emulated AWS refuses a call, however often it is tried."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from features.support.world import World
from fixtures.clients.control import Stall


@contextmanager
def refusing(world: World, action: str, match: str, times: int) -> Iterator[None]:
    """The next calls of that action whose body contains `match` are not made: their caller is told of an outage."""
    control, over = world.platform.control, threading.Event()
    with ExitStack() as held:
        stalls = [held.enter_context(control.stalled(action, match, "drop")) for _ in range(times)]
        droppers = [threading.Thread(target=_drop, args=(stall, over)) for stall in stalls]
        for dropper in droppers:
            dropper.start()
        try:
            yield
        finally:
            over.set()
            for dropper in droppers:
                dropper.join()


def _drop(stall: Stall, over: threading.Event) -> None:
    while not over.is_set():
        if stall.caught(wait=0.2):
            stall.end("drop")
            return
