"""Student's t distribution for whole degrees of freedom, exact but for rounding.

Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4. Two finite sums are not worth a
dependency on a numerical library.
"""

from functools import cache
from math import atan, cos, pi, sin, sqrt

FARTHEST = 1e6


def within(t: float, freedom: int) -> float:
    """The probability that a value of Student's t lies between -t and t."""
    angle = atan(t / sqrt(freedom))
    odd = freedom % 2
    term = cos(angle) if odd else 1.0
    total = term if freedom > 1 else 0.0
    for number in range(2 + odd, freedom - 1, 2):
        term *= (number - 1) / number * cos(angle) ** 2
        total += term
    if odd:
        return 2 / pi * (angle + sin(angle) * total)
    return sin(angle) * total


@cache
def quantile(confidence: float, freedom: int) -> float:
    """The t for which `within` is `confidence`, a share of 1."""
    low, high = 0.0, FARTHEST
    while high - low > 1e-9 * max(high, 1.0):
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle, freedom) < confidence else (low, middle)
    return (low + high) / 2
