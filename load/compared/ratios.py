"""Ratios of percentiles with their intervals, and what they say: pure functions from histograms to findings.

The method: rounds come in pairs, base and candidate next to each other, so that what the machine does to one it does to
the other. Each pair gives one logarithm of candidate's percentile by base's; their mean has a t interval with pairs - 1
degrees of freedom, which needs no more than that the differences of pairs are alike, and knows how few they are.

Many operations and percentiles are asked at once. The share of error is divided by their number (Bonferroni, which
holds however much percentiles hang together), so that *all* intervals hold at once with the confidence told. And a
regression is only what lies beyond the margin with its whole interval: by chance alone that is far rarer still.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log, sqrt
from statistics import fmean, stdev
from typing import Literal

from load.compared.student import quantile
from load.latencies import Latencies

CONFIDENCE = 0.95
LEAST_BLOCKS = 5  # pairs of rounds, or of neighbouring rounds taken together, that an interval needs
TAIL = 5  # values that must lie beyond a percentile, or it tells of single answers

Side = Literal["base", "candidate"]
Histograms = Mapping[str, Latencies]
Pair = tuple[Histograms, Histograms]
Finding = Literal["regression", "held", "undecided", "too little data"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """One percentile of one operation: both sides over all rounds in ms, candidate by base with its interval, and of
    how many `blocks` that is made. Without an interval `why` says what is missing."""

    operation: str
    percentile: str
    base_ms: float
    candidate_ms: float
    ratio: float
    finding: Finding
    low: float | None = None
    high: float | None = None
    blocks: int = 0
    why: str = ""


def sides(pairs: int) -> Iterator[Side]:
    """Whose turn it is: A B B A A B B A …; what drifts evenly weighs on both alike."""
    for number in range(pairs):
        yield from ("candidate", "base") if number % 2 else ("base", "candidate")


def ratios_of(pairs: Sequence[Pair], shares: Mapping[str, float], margin: float) -> list[Ratio]:
    """A ratio for each operation and percentile that both sides have; `shares` are the percentiles by name, of 100."""
    operations = sorted(set().union(*(side for pair in pairs for side in pair)))
    found = [
        (_raw(pairs, operation, name, share), _logarithms(pairs, operation, name, share))
        for operation in operations
        for name, share in shares.items()
        if all(_pooled(pairs, operation, side).count for side in (0, 1))
    ]
    asked = sum(logarithms is not None for _, logarithms in found)
    return [ratio if logs is None else judged(ratio, logs, asked, margin) for ratio, logs in found]


def judged(ratio: Ratio, logarithms: Sequence[float], asked: int, margin: float) -> Ratio:
    """The ratio with its interval, one of `asked` that hold at once, and what that says beside the margin."""
    middle, low, high = interval(logarithms, asked)
    finding: Finding = "undecided"
    if low > 1 + margin:
        finding = "regression"
    elif high <= 1 + margin:
        finding = "held"
    return replace(ratio, ratio=middle, low=low, high=high, blocks=len(logarithms), finding=finding)


def interval(logarithms: Sequence[float], asked: int = 1) -> tuple[float, float, float]:
    """Ratio, and the least and greatest it may be: `asked` such intervals hold at once with `CONFIDENCE`."""
    middle = fmean(logarithms)
    t = quantile(1 - (1 - CONFIDENCE) / asked, len(logarithms) - 1)
    reach = t * stdev(logarithms) / sqrt(len(logarithms))
    return exp(middle), exp(middle - reach), exp(middle + reach)


def _raw(pairs: Sequence[Pair], operation: str, name: str, share: float) -> Ratio:
    base, candidate = (_pooled(pairs, operation, side) for side in (0, 1))
    before, after = (side.percentiles({name: share})[name] for side in (base, candidate))
    why = f"{base.count} and {candidate.count} values; {name} needs {LEAST_BLOCKS} × {_needed(share)} on each side"
    return Ratio(operation, name, before, after, after / before, "too little data", why=why)


def _logarithms(pairs: Sequence[Pair], operation: str, name: str, share: float) -> list[float] | None:
    """One for each block; None where even the largest blocks carry no such percentile."""
    counts = [[side[operation].count if operation in side else 0 for side in pair] for pair in pairs]
    for size in range(1, len(pairs) // LEAST_BLOCKS + 1):
        begins = range(0, len(pairs) - size + 1, size)
        if all(
            sum(pair[side] for pair in counts[at : at + size]) >= _needed(share) for at in begins for side in (0, 1)
        ):
            return [_logarithm(pairs[at : at + size], operation, name, share) for at in begins]
    return None


def _logarithm(block: Sequence[Pair], operation: str, name: str, share: float) -> float:
    base, candidate = (_pooled(block, operation, side).percentiles({name: share})[name] for side in (0, 1))
    return log(candidate / base)


def _needed(share: float) -> int:
    return round(TAIL / (1 - share / 100))


def _pooled(pairs: Sequence[Pair], operation: str, side: int) -> Latencies:
    having = [pair[side][operation] for pair in pairs if operation in pair[side]]
    if len(having) == 1:
        return having[0]
    pooled = Latencies()
    for each in having:
        pooled.add(each)
    return pooled
