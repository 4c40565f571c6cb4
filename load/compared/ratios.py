"""Ratios of percentiles with their intervals, and what they say: pure functions from values to findings.

The method: rounds come in pairs, base and candidate next to each other, so that what the machine does to one it does to
the other. Each pair gives one logarithm of candidate's percentile by base's, and these an interval for their median by
the sign test (`load.compared.signs`). Where nothing differs, either sign is equally likely in each pair, however wild
the machine is; a mean with its deviation would be at the mercy of the few pairs that somebody else's work fell into.

Many operations and percentiles are asked at once, and looked at several times. The share of error is divided by their
number and among the looks (Bonferroni, which holds however they hang together), so that *all* intervals of *all* looks
hold at once with the confidence told. And a regression is only what lies beyond the margin with its whole interval: by
chance alone that is far rarer still.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, exp, log
from typing import Literal

from load.compared.signs import fewest, interval

CONFIDENCE = 0.95
LOOKS = 3  # how often it is looked, at most, whether all is decided
TAIL = 5  # values that must lie beyond a percentile, or it tells of single answers

Side = Literal["base", "candidate"]
Values = Mapping[str, Counter[int]]
"""By operation, how often each latency in microseconds occurred."""
Pair = tuple[Values, Values]
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


def looks(steps: int) -> dict[int, float]:
    """After which of so many steps it is looked, and the share of error that each look may spend: all together
    1 - CONFIDENCE, later ones, which have more to go by, more."""
    number = min(LOOKS, steps)
    return {
        ceil(steps * look / number): (1 - CONFIDENCE) * 2 * look / (number * (number + 1))
        for look in range(1, number + 1)
    }


def ratios_of(pairs: Sequence[Pair], shares: Mapping[str, float], margin: float, error: float) -> list[Ratio]:
    """A ratio for each operation and percentile that both sides have; `shares` are the percentiles by name, of 100."""
    operations = sorted(set().union(*(side for pair in pairs for side in pair)))
    found = []
    for operation in operations:
        whole = pooled(pairs, operation)
        for name, share in shares.items():
            if all(whole):
                logarithms = [_logarithm(block, share) for block in _blocks(pairs, operation, share)]
                found.append((_raw(whole, operation, name, share), logarithms))
    asked = sum(len(logarithms) >= fewest(error) for _, logarithms in found)
    return [judged(ratio, logarithms, margin, error / max(asked, 1)) for ratio, logarithms in found]


def judged(ratio: Ratio, logarithms: Sequence[float], margin: float, error: float) -> Ratio:
    """The ratio with an interval that is wrong no more often than that, and what it says beside the margin."""
    ends = interval(logarithms, error)
    if ends is None:
        why = f"{len(logarithms)} blocks of pairs with {ratio.why}; {fewest(error)} are needed"
        return replace(ratio, blocks=len(logarithms), why=why)
    middle, low, high = map(exp, ends)
    finding: Finding = "undecided"
    if low > 1 + margin:
        finding = "regression"
    elif high <= 1 + margin:
        finding = "held"
    return replace(ratio, ratio=middle, low=low, high=high, blocks=len(logarithms), finding=finding, why="")


def settled(ratios: Sequence[Ratio]) -> bool:
    """Whether nothing more is to be learnt by going on: something became slower, or nothing is open."""
    findings = {ratio.finding for ratio in ratios}
    return "regression" in findings or findings == {"held"}


def percentile(values: Mapping[int, int], share: float) -> int:
    """The least value that so many of 100 don't exceed."""
    rank, seen = ceil(sum(values.values()) * share / 100 - 1e-9), 0
    for value in sorted(values):
        seen += values[value]
        if seen >= rank:
            return value
    raise ValueError("no values")


def pooled(pairs: Sequence[Pair], operation: str) -> tuple[Counter[int], Counter[int]]:
    """All values of both sides."""
    base, candidate = Counter[int](), Counter[int]()
    for before, after in pairs:
        base.update(before.get(operation, {}))
        candidate.update(after.get(operation, {}))
    return base, candidate


def _raw(whole: tuple[Counter[int], Counter[int]], operation: str, name: str, share: float) -> Ratio:
    before, after = (percentile(side, share) / 1000 for side in whole)
    why = f"{_needed(share)} values on each side"
    return Ratio(operation, name, before, after, after / before, "too little data", why=why)


def _blocks(pairs: Sequence[Pair], operation: str, share: float) -> Iterator[tuple[Counter[int], Counter[int]]]:
    """Neighbouring pairs, taken together until both sides carry the percentile."""
    gathered: list[Pair] = []
    for pair in pairs:
        gathered.append(pair)
        block = pooled(gathered, operation)
        if min(side.total() for side in block) >= _needed(share):
            yield block
            gathered = []


def _logarithm(block: tuple[Counter[int], Counter[int]], share: float) -> float:
    base, candidate = block
    return log(percentile(candidate, share) / percentile(base, share))


def _needed(share: float) -> int:
    return round(TAIL / (1 - share / 100))
