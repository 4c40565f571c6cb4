"""An interval for the median of values that asks nothing of them but to be independent: by the sign test.

Source: Conover, Practical Nonparametric Statistics, 3.2 and 3.4. Each value lies above the true median as likely as
below, so how many do is binomial; as many as that may be few are cut off at both ends of the values in order. However
far out the others are, they only count. Signed ranks, which need symmetry and give narrower intervals where all values
are of one kind, were wider on recorded rounds of a shared machine: a few wild pairs spoil many of their averages.
"""

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from math import ceil, comb, log2
from statistics import median


def fewest(error: float) -> int:
    """How many values an interval needs that is wrong no more often than that (a share of 1, both ends together)."""
    return ceil(1 - log2(error))


def interval(values: Sequence[float], error: float) -> tuple[float, float, float] | None:
    """The median, and both ends of the interval; None for fewer values than `fewest`."""
    if len(values) < fewest(error):
        return None
    ordered, cut = sorted(values), cut_off(len(values), error)
    return median(values), ordered[cut], ordered[-1 - cut]


@cache
def cut_off(number: int, error: float) -> int:
    """The greatest count that so many fair coins don't exceed with a probability of at most half the error."""
    patterns = error / 2 * 2.0**number
    return sum(total <= patterns for total in accumulate(comb(number, heads) for heads in range(number + 1))) - 1
