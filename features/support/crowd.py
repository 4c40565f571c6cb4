"""Knows how to make many callers act at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Answer = TypeVar("Answer")

PATIENCE = 30.0
"""Seconds until a caller that waits for the others gives up; met only when a thread could not start."""


def at_the_same_moment(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """The answers in the order of the calls. Every call has its own thread and starts when all threads are ready."""
    barrier = Barrier(len(calls), timeout=PATIENCE)

    def act(call: Callable[[], Answer]) -> Answer:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(max_workers=len(calls)) as crowd:
        return list(crowd.map(act, calls))
