"""Latencies of one operation: an HDR histogram of microseconds, with the least and the greatest kept exactly."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from hdrh.histogram import HdrHistogram  # type: ignore[import-untyped]

LONGEST_US = 3_600_000_000  # an hour; 3 digits of precision from one microsecond on
EXACT, COARSE = 11, 7  # bits kept of a value: a histogram's own 3 digits, and those of one second of the series


def microseconds(milliseconds: float) -> int:
    """As it is recorded: a whole number from 1 to an hour."""
    return min(max(round(milliseconds * 1000), 1), LONGEST_US)


def grains(values: Iterable[int], bits: int) -> Counter[int]:
    """How often each value occurs, with all but its leading `bits` bits cut off."""
    return Counter(
        [value if (cut := value.bit_length() - bits) <= 0 else value >> cut << cut for value in values],
    )


class Latencies:
    """Values are recorded in microseconds and read in milliseconds; those of several processes add up without loss."""

    __slots__ = ("_histogram", "_least", "_most")

    def __init__(self) -> None:
        self._histogram = HdrHistogram(1, LONGEST_US, 3)
        self._least, self._most = LONGEST_US, 0

    @property
    def count(self) -> int:
        """How many values were recorded."""
        return int(self._histogram.get_total_count())

    def record(self, values: list[int]) -> None:
        """Many at once: equal ones cost what one of them does."""
        if not values:
            return
        self._least = min(self._least, *values)
        self._most = max(self._most, *values)
        for value, times in grains(values, EXACT).items():
            self._histogram.record_value(value, times)

    def count_in(self, values: Mapping[int, int]) -> None:
        """Values with how often each occurs."""
        for value, times in values.items():
            self._histogram.record_value(value, times)
            self._least, self._most = min(self._least, value), max(self._most, value)

    def add(self, other: "Latencies") -> None:
        """Adds another's values to these."""
        self._histogram.add(other._histogram)
        self._least, self._most = min(self._least, other._least), max(self._most, other._most)

    def percentiles(self, shares: Mapping[str, float]) -> dict[str, float]:
        """`{name: ms}` for shares of 100; 0 and 100 are the least and the greatest value. Empty where there is none."""
        if not self.count:
            return {}
        found = self._histogram.get_percentile_to_value_dict(list(shares.values()))
        # A histogram answers with the upper edge of a range of values: never more than what was really seen.
        ends = {0.0: self._least, 100.0: self._most}
        return {name: ends.get(share, min(found[share], self._most)) / 1000 for name, share in shares.items()}

    def to_wire(self) -> list[Any]:
        """As plain data."""
        return [self._histogram.encode().decode(), self._least, self._most]

    @classmethod
    def from_wire(cls, data: list[Any]) -> "Latencies":
        """What `to_wire` wrote."""
        made = cls()
        made._histogram.add(HdrHistogram.decode(data[0]))
        made._least, made._most = int(data[1]), int(data[2])
        return made
