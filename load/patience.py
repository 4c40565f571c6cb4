"""Waiting for an effect under load: few looks, further and further apart, and no one else is held up meanwhile."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")

FIRST_LOOK = 0.25  # seconds; each further look waits half as long again: the looks must not become the load
SLOWER = 1.5


def patient(claim: Callable[[], Value], within: float) -> Value:
    """What the claim returns once it raises no AssertionError any more; looked at for `within` seconds, at the end of
    them for the last time. Other errors are not waited out. Locust's sleep lets all other users go on."""
    end, pause, looks = time.monotonic() + within, FIRST_LOOK, 0
    while True:
        left = end - time.monotonic()
        time.sleep(min(pause, max(left, 0.01)))
        pause *= SLOWER
        looks += 1
        try:
            return claim()
        except AssertionError as error:
            if time.monotonic() >= end:
                raise AssertionError(f"not within {within:g} s, looked {looks} times; at last: {error}") from None
