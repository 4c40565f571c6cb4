"""Waiting for an effect: as long as needed, no longer than allowed, and with a message worth reading."""

import time

import pytest

from features.support.eventually import eventually
from features.support.expect import Unmet, expect


class Counter:
    """Answers with how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def until(self, enough: int) -> int:
        self.asked += 1
        expect("stock", self.asked, enough)
        return self.asked


def test_a_claim_that_holds_is_asked_once() -> None:
    counter = Counter()
    assert eventually(lambda: counter.until(1), within=5) == 1
    assert counter.asked == 1


def test_a_claim_is_asked_until_it_holds() -> None:
    counter = Counter()
    assert eventually(lambda: counter.until(4), within=5) == 4


def test_a_claim_that_never_holds_tells_attempts_time_and_the_last_value() -> None:
    counter = Counter()
    started = time.monotonic()
    with pytest.raises(Unmet) as caught:
        eventually(lambda: counter.until(-1), within=0.2)
    assert time.monotonic() - started < 2
    assert f"not within 0.2 s ({counter.asked} attempts in" in str(caught.value)
    assert caught.value.observed == counter.asked
    assert counter.asked > 2


def test_a_claim_is_asked_once_even_without_any_time() -> None:
    counter = Counter()
    assert eventually(lambda: counter.until(1), within=0) == 1


def test_other_errors_are_not_waited_out() -> None:
    calls: list[int] = []

    def broken() -> None:
        calls.append(1)
        raise LookupError("no such step")

    with pytest.raises(LookupError):
        eventually(broken, within=5)
    assert len(calls) == 1


@pytest.mark.parametrize(("observed", "expected"), [(2, 1), (True, 1), (None, 0), ("1", 1)])
def test_what_is_not_the_same_is_not_equal(observed: object, expected: object) -> None:
    with pytest.raises(Unmet):
        expect("value", observed, expected)
