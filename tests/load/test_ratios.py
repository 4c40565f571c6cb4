"""The statistics of a comparison: found when there, not found when not, and never more sure than the data."""

from collections import Counter
from math import exp, log
from random import Random

import pytest

from load.compared.ratios import CONFIDENCE, Pair, Ratio, judged, looks, percentile, ratios_of, settled
from load.latencies import microseconds

SHARES = {"p50": 50.0, "p90": 90.0}
MARGIN = 0.05
ERROR = 1 - CONFIDENCE
SESSIONS = 300


def latencies(random: Random, milliseconds: float, count: int) -> Counter[int]:
    """Like a service's: a floor, and a tail to the right."""
    return Counter(microseconds(milliseconds * (1 + 0.1 * random.expovariate(1))) for _ in range(count))


def session(random: Random, slower: float, *, pairs: int = 12, count: int = 120) -> list[Pair]:
    """Pairs of rounds on a machine that is now slower, now faster: what it does to a pair, it does to both alike, but
    to one of ten, where somebody else's work falls into one side."""
    made: list[Pair] = []
    for _ in range(pairs):
        mood = 20 * exp(random.gauss(0, 0.1))
        base, candidate = (mood * exp(random.gauss(0, 0.01)) * (3 if random.random() < 0.05 else 1) for _ in range(2))
        both = latencies(random, base, count), latencies(random, candidate * slower, count)
        made.append(({"a": both[0]}, {"a": both[1]}))
    return made


def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed() -> None:
    values = Counter({1: 5, 2: 4, 9: 1})
    assert [percentile(values, share) for share in (10, 50, 50.1, 90, 90.1, 100)] == [1, 1, 2, 2, 9, 9]


def test_a_slowdown_of_ten_per_cent_is_found_ten_out_of_ten() -> None:
    for seed in range(10):
        median, tail = ratios_of(session(Random(seed), 1.10, pairs=16), SHARES, MARGIN, ERROR)
        assert median.finding == "regression", median
        assert tail.finding != "held", tail  # a tail of so few values may leave it open, but is not called green


def test_no_change_is_never_a_regression() -> None:
    for seed in range(10):
        found = ratios_of(session(Random(100 + seed), 1.0), SHARES, MARGIN, ERROR)
        assert "regression" not in {ratio.finding for ratio in found}, found


def test_something_faster_holds() -> None:
    found = ratios_of(session(Random(3), 0.8), SHARES, MARGIN, ERROR)
    assert {ratio.finding for ratio in found} == {"held"}
    assert all(ratio.high is not None and ratio.high < 1 for ratio in found)


def raw() -> Ratio:
    return Ratio("a", "p50", 1.0, 1.0, 1.0, "too little data", why="10 values on each side")


def noise(random: Random) -> float:
    """As it was recorded on a machine with neighbours: narrow, with one in seven far out."""
    return random.gauss(0, 0.05) + (random.gauss(0, 1) if random.random() < 0.15 else 0.0)


def test_all_of_many_intervals_of_all_looks_hold_at_once_as_often_as_is_said() -> None:
    """At the very edge of the margin, where a false alarm is likeliest: in at most 5 of 100 sessions of 8 ratios."""
    random, alarms, missed = Random(1), 0, 0
    for _ in range(SESSIONS):
        session_of = [[log(1 + MARGIN) + noise(random) for _ in range(24)] for _ in range(8)]
        seen = [
            judged(raw(), logarithms[:until], MARGIN, error / 8)
            for until, error in looks(24).items()
            for logarithms in session_of
        ]
        alarms += any(ratio.finding == "regression" for ratio in seen)
        missed += any(not ratio.low <= 1 + MARGIN <= ratio.high for ratio in seen if ratio.low and ratio.high)
    expected = SESSIONS * ERROR
    assert alarms <= expected
    assert missed <= expected + 3 * expected**0.5  # a count varies by its root


def test_without_the_correction_there_would_be_false_alarms() -> None:
    random, alarms = Random(1), 0
    for _ in range(100):
        session_of = [[log(1 + MARGIN) + noise(random) for _ in range(24)] for _ in range(8)]
        seen = [judged(raw(), logs[:until], MARGIN, ERROR).finding for until in looks(24) for logs in session_of]
        alarms += "regression" in seen
    assert alarms > 15


def test_looks_share_the_error_and_the_last_one_has_all_data() -> None:
    for steps in (1, 2, 3, 10, 40):
        found = looks(steps)
        assert sum(found.values()) == pytest.approx(ERROR)
        assert len(found) == min(steps, 3)
        assert max(found) == steps
        assert list(found.values()) == sorted(found.values())


def test_it_is_settled_once_something_is_slower_or_nothing_is_open() -> None:
    held, slow, short = (judged(raw(), [log(r)] * n, MARGIN, ERROR) for r, n in ((1.0, 8), (1.2, 8), (1.0, 2)))
    assert [ratio.finding for ratio in (held, slow, short)] == ["held", "regression", "too little data"]
    assert settled([held, slow, short])
    assert settled([held])
    assert not settled([held, short])
    assert not settled([])


def test_slower_but_within_the_margin_is_no_regression_and_noise_is_undecided() -> None:
    within_margin = judged(raw(), [log(1.03)] * 4 + [log(1.031)] * 4, MARGIN, ERROR)
    assert within_margin.finding == "held"
    noisy = judged(raw(), [log(1.5), log(0.8), log(1.4), log(0.9), log(1.3), log(0.7)], MARGIN, ERROR)
    assert noisy.finding == "undecided"


def test_a_percentile_that_the_sample_does_not_carry_gets_no_interval() -> None:
    shares = {"p90": 90.0, "p99": 99.0}
    found = {r.percentile: r for r in ratios_of(session(Random(5), 2.0, count=60), shares, MARGIN, ERROR)}
    assert found["p90"].finding == "regression"
    assert found["p99"].finding == "too little data"
    assert (found["p99"].low, found["p99"].high) == (None, None)
    assert found["p99"].why == "1 blocks of pairs with 500 values on each side; 6 are needed"


def test_short_rounds_are_taken_together_where_blocks_enough_are_left() -> None:
    def blocks(count: int) -> Ratio:
        (found,) = ratios_of(session(Random(6), 1.1, count=count), {"p90": 90.0}, MARGIN, ERROR)
        return found

    assert (blocks(60).blocks, blocks(30).blocks) == (12, 6)
    assert blocks(20).finding == "too little data"


def test_what_only_one_side_was_asked_is_not_compared() -> None:
    pairs = [({"a": b["a"]}, {"b": c["a"]}) for b, c in session(Random(7), 1.0)]
    assert ratios_of(pairs, SHARES, MARGIN, ERROR) == []
