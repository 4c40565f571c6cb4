"""Knows how the emulated AWS refuses a call, however often it is tried."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from features.support.world import World
from fixtures.clients.control import Stall


@contextmanager
def refusing(world: World, action: str, match: str, times: int, outcome: str = "drop") -> Iterator[None]:
    """The next calls of that action whose body contains `match` are not made: their caller is told of an outage.
    With `withhold` they are made, and the answer says that CloudWatch doesn't give what it knows of `match`."""
    control, over = world.platform.control, threading.Event()
    with ExitStack() as held:
        stalls = [held.enter_context(control.stalled(action, match, outcome)) for _ in range(times)]
        enders = [threading.Thread(target=_end, args=(stall, over, outcome)) for stall in stalls]
        for ender in enders:
            ender.start()
        try:
            yield
        finally:
            over.set()
            for ender in enders:
                ender.join()


def _end(stall: Stall, over: threading.Event, outcome: str) -> None:
    while not over.is_set():
        if stall.caught(wait=0.2):
            stall.end(outcome)
            return
