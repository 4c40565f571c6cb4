"""Knows how to wait for an effect: asks again until a claim holds or its deadline has passed."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from features.support.expect import Unmet

Value = TypeVar("Value")

_FIRST_PAUSE = 0.01
_LONGEST_PAUSE = 0.2


def eventually(claim: Callable[[], Value], within: float) -> Value:
    """What the claim returns once it raises no AssertionError any more, asked at least once.

    `within` is in seconds, on a monotonic clock. The error tells attempts, time, and what was observed last.
    Other errors are not waited out.
    """
    started = time.monotonic()
    pause = _FIRST_PAUSE
    attempts = 0
    while True:
        attempts += 1
        try:
            return claim()
        except AssertionError as error:
            waited = time.monotonic() - started
            if waited + pause > within:
                raise _too_late(error, attempts, waited, within) from None
        threading.Event().wait(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _too_late(last: AssertionError, attempts: int, waited: float, within: float) -> Unmet:
    said = f"not within {within:g} s ({attempts} attempts in {waited:.1f} s)"
    if isinstance(last, Unmet):
        return Unmet(f"{last.what}, {said}", last.expected, last.observed)
    return Unmet(said, "the claim holds", str(last))
