"""Whether a process leaks: how fast its memory grows after its warm-up, as pure functions of what was seen.

The slope is Theil's and Sen's: the median of the slopes between all pairs of points (Sen, JASA 63, 1968), which up to
29 % of outliers leave where it is. Growth is a leak where that slope is above the bound and Sen's interval says at 95 %
that there is growth at all. A single step, such as a pool that is filled once, has a small median slope: it is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from statistics import median

HOUR = 3600.0
FEWEST = 8  # points after the warm-up; below that no interval is worth its name
MOST = 300  # points kept of a long soak: pairs grow with their square
Z95 = 1.96

Point = tuple[float, float]
"""Seconds since the watch began, and MiB."""


@dataclass(frozen=True, slots=True)
class MemoryBounds:
    """What a part may grow an hour after `warm_up` seconds: the larger of `mib_per_hour` and `per_hour`, a share of its
    own size. It is looked at `every` so many seconds. Parts that `keep_data` are shown and not judged."""

    warm_up: float
    mib_per_hour: float
    per_hour: float
    every: float = 5.0
    keep_data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """All that was seen of one part: its points, in the process that it was last."""

    part: str
    pid: int
    points: tuple[Point, ...]
    unit: str = "PSS"


@dataclass(frozen=True, slots=True)
class Growth:
    """Of one part: the line through its points, `slope` and its interval in MiB an hour, and the bound in force."""

    trace: Trace
    slope: float
    least: float
    most: float
    at_start: float
    level: float
    limit: float

    @property
    def leaks(self) -> bool:
        """Whether it grows faster than it may, and beyond doubt."""
        return self.slope > self.limit and self.least > 0


def growth_of(trace: Trace, bounds: MemoryBounds) -> Growth | None:
    """None where too little was seen after the warm-up."""
    points = thinned([point for point in trace.points if point[0] >= bounds.warm_up])
    if len(points) < FEWEST:
        return None
    slope, least, most = theil_sen(points)
    level = median(mib for _, mib in points)
    start = level - slope * median(at for at, _ in points) / HOUR
    limit = max(bounds.mib_per_hour, bounds.per_hour * level)
    return Growth(trace, slope, least, most, start, level, limit)


def theil_sen(points: Sequence[Point]) -> tuple[float, float, float]:
    """The slope an hour, and the ends of its interval of 95 %."""
    slopes = sorted((b - a) / (y - x) * HOUR for (x, a), (y, b) in combinations(points, 2) if y != x)
    count, pairs = len(points), len(slopes)
    reach = Z95 * sqrt(count * (count - 1) * (2 * count + 5) / 18)
    low, high = max(round((pairs - reach) / 2), 0), min(round((pairs + reach) / 2), pairs - 1)
    return median(slopes), slopes[low], slopes[high]


def thinned(points: Sequence[Point]) -> list[Point]:
    """At most `MOST`: the medians of neighbours."""
    each = -(-len(points) // MOST) or 1
    groups = [points[at : at + each] for at in range(0, len(points), each)]
    return [(median(at for at, _ in group), median(mib for _, mib in group)) for group in groups]
