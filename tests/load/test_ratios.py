"""The statistics of a comparison: found when there, not found when not, and never more sure than the data."""

from math import exp, log
from random import Random

import pytest

from load.compared.ratios import CONFIDENCE, Pair, Ratio, interval, judged, ratios_of, sides
from load.compared.student import quantile, within
from load.latencies import Latencies, microseconds

SHARES = {"p50": 50.0, "p90": 90.0}
MARGIN = 0.05
SESSIONS = 300


def latencies(random: Random, milliseconds: float, count: int) -> Latencies:
    """Like a service's: a floor, and a tail to the right."""
    made = Latencies()
    made.record([microseconds(milliseconds * (1 + 0.1 * random.expovariate(1))) for _ in range(count)])
    return made


def session(random: Random, slower: float, *, pairs: int = 8, count: int = 120) -> list[Pair]:
    """Pairs of rounds on a machine that is now slower, now faster: what it does to a pair, it does to both alike."""
    made: list[Pair] = []
    for _ in range(pairs):
        mood = 20 * exp(random.gauss(0, 0.1))
        base, candidate = (mood * exp(random.gauss(0, 0.01)) for _ in range(2))
        both = latencies(random, base, count), latencies(random, candidate * slower, count)
        made.append(({"a": both[0]}, {"a": both[1]}))
    return made


# Two-sided 95 % and 99.9 %, as printed in tables of Student's t.
@pytest.mark.parametrize(
    ("confidence", "freedom", "t"),
    [
        *[(0.95, 1, 12.706), (0.95, 2, 4.303), (0.95, 4, 2.776), (0.95, 9, 2.262), (0.95, 120, 1.980)],
        *[(0.99, 1, 63.657), (0.99, 30, 2.750), (0.999, 4, 8.610), (0.999, 9, 4.781)],
    ],
)
def test_quantiles_are_those_of_the_printed_tables(confidence: float, freedom: int, t: float) -> None:
    assert quantile(confidence, freedom) == pytest.approx(t, abs=6e-4)
    assert within(quantile(confidence, freedom), freedom) == pytest.approx(confidence, abs=1e-8)


def test_an_interval_by_hand() -> None:
    # Mean 0.1, deviation 0.02, five values: 0.1 ± 2.776 · 0.02 / √5.
    logarithms = [0.08, 0.08, 0.1, 0.12, 0.12]
    middle, low, high = interval(logarithms)
    assert middle == pytest.approx(exp(0.1))
    assert log(low) == pytest.approx(0.1 - 2.7764 * 0.02 / 5**0.5, abs=1e-5)
    assert log(high) == pytest.approx(0.1 + 2.7764 * 0.02 / 5**0.5, abs=1e-5)
    assert interval(logarithms, asked=20)[1] < low


def test_turns_are_balanced_against_an_even_drift() -> None:
    turns = list(sides(10))
    assert turns[:5] == ["base", "candidate", "candidate", "base", "base"]
    when = {side: [at for at, turn in enumerate(turns) if turn == side] for side in ("base", "candidate")}
    assert sum(when["base"]) == sum(when["candidate"])
    assert all({turns[at], turns[at + 1]} == {"base", "candidate"} for at in range(0, 20, 2))


def test_a_slowdown_of_ten_per_cent_is_found_ten_out_of_ten() -> None:
    for seed in range(10):
        median, tail = ratios_of(session(Random(seed), 1.10), SHARES, MARGIN)
        assert median.finding == "regression", median
        assert tail.finding != "held", tail  # a tail of so few values may leave it open, but is not called green


def test_no_change_is_never_a_regression() -> None:
    for seed in range(10):
        found = ratios_of(session(Random(100 + seed), 1.0), SHARES, MARGIN)
        assert "regression" not in {ratio.finding for ratio in found}, found


def test_something_faster_holds() -> None:
    found = ratios_of(session(Random(3), 0.8), SHARES, MARGIN)
    assert {ratio.finding for ratio in found} == {"held"}
    assert all(ratio.high is not None and ratio.high < 1 for ratio in found)


def raw() -> Ratio:
    return Ratio("a", "p50", 1.0, 1.0, 1.0, "too little data")


def test_all_of_many_intervals_hold_at_once_as_often_as_is_said() -> None:
    """At the very edge of the margin, where a false alarm is likeliest: in at most 5 of 100 sessions of 24 ratios."""
    random, alarms, missed = Random(1), 0, 0
    for _ in range(SESSIONS):
        session_of = [[random.gauss(log(1 + MARGIN), 0.03) for _ in range(8)] for _ in range(24)]
        found = [judged(raw(), logarithms, 24, MARGIN) for logarithms in session_of]
        alarms += any(ratio.finding == "regression" for ratio in found)
        missed += any(not ratio.low <= 1 + MARGIN <= ratio.high for ratio in found if ratio.low and ratio.high)
    expected = SESSIONS * (1 - CONFIDENCE)
    assert alarms <= expected
    assert missed <= expected + 3 * expected**0.5  # a count varies by its root


def test_without_the_correction_there_would_be_false_alarms() -> None:
    random, alarms = Random(1), 0
    for _ in range(100):
        session_of = [[random.gauss(log(1 + MARGIN), 0.03) for _ in range(8)] for _ in range(24)]
        alarms += any(judged(raw(), logs, 1, MARGIN).finding == "regression" for logs in session_of)
    assert alarms > 25


def test_slower_but_within_the_margin_is_no_regression_and_noise_is_undecided() -> None:
    within_margin = judged(raw(), [log(1.03)] * 4 + [log(1.031)] * 4, 1, MARGIN)
    assert within_margin.finding == "held"
    noisy = judged(raw(), [log(1.5), log(0.8), log(1.4), log(0.9), log(1.3)], 1, MARGIN)
    assert noisy.finding == "undecided"


def test_a_percentile_that_the_sample_does_not_carry_gets_no_interval() -> None:
    found = {r.percentile: r for r in ratios_of(session(Random(5), 2.0, count=60), {"p90": 90.0, "p99": 99.0}, MARGIN)}
    assert found["p90"].finding == "regression"
    assert found["p99"].finding == "too little data"
    assert (found["p99"].low, found["p99"].high) == (None, None)
    assert found["p99"].why == "480 and 480 values; p99 needs 5 × 500 on each side"


def test_short_rounds_are_taken_together_where_blocks_enough_are_left() -> None:
    (alone,) = ratios_of(session(Random(6), 1.1, pairs=10, count=60), {"p90": 90.0}, MARGIN)
    (together,) = ratios_of(session(Random(6), 1.1, pairs=10, count=30), {"p90": 90.0}, MARGIN)
    assert (alone.blocks, together.blocks) == (10, 5)
    (too_few,) = ratios_of(session(Random(6), 1.1, pairs=8, count=30), {"p90": 90.0}, MARGIN)
    assert too_few.finding == "too little data"


def test_what_only_one_side_was_asked_is_not_compared() -> None:
    pairs = [({"a": b["a"]}, {"b": c["a"]}) for b, c in session(Random(7), 1.0)]
    assert ratios_of(pairs, SHARES, MARGIN) == []
