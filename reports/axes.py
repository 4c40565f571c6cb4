"""Scales of a chart: round ticks, and where a value falls on the paper."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

ROUND = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark on an axis: its place on the paper and its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """Maps `low…high` onto `start…end`, evenly or by powers of ten."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Where the value falls, rounded to a tenth of a unit; outside values stay at the edge."""
        share = (self._scaled(value) - self._scaled(self.low)) / (self._scaled(self.high) - self._scaled(self.low))
        return round(self.start + min(max(share, 0.0), 1.0) * (self.end - self.start), 1)

    def ticks(self, wanted: int = 5) -> list[Tick]:
        """Marks at round values."""
        values = _powers(self.low, self.high) if self.logarithmic else _steps(self.low, self.high, wanted)
        return [Tick(self.at(value), short(value)) for value in values]

    def _scaled(self, value: float) -> float:
        return math.log10(max(value, 1e-6)) if self.logarithmic else value


def even(values: Sequence[float], start: float, end: float, low: float = 0.0) -> Axis:
    """An axis from `low` to a round value above all values."""
    top = max([*values, low])
    step = _step(max(top - low, 1e-9), 5)
    return Axis(low, low + max(math.ceil(round((top - low) / step, 6)), 1) * step, start, end)


def by_powers(values: Sequence[float], start: float, end: float) -> Axis:
    """A logarithmic axis from the power of ten below all values to a 1-2-5 step above them."""
    positive = [value for value in values if value > 0] or [1.0]
    low = 10 ** math.floor(math.log10(min(positive)))
    marks = [mark for mark in _powers(low, max(positive) * 10) if mark >= max(positive)]
    return Axis(low, max(marks[0], low * 10), start, end, logarithmic=True)


def short(value: float) -> str:
    """A number as a label: 0.5, 20, 1,500."""
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:g}"


def _step(span: float, wanted: int) -> float:
    raw = span / wanted
    power = 10 ** math.floor(math.log10(raw))
    return float(next(power * factor for factor in ROUND if power * factor >= raw * 0.999))


def _steps(low: float, high: float, wanted: int) -> list[float]:
    step = _step(high - low, wanted)
    return [round(low + step * i, 9) for i in range(int((high - low) / step + 1.001))]


def _powers(low: float, high: float) -> list[float]:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    values = [factor * 10.0**power for power in range(first, last + 1) for factor in (1, 2, 5)]
    return [value for value in values if low * 0.999 <= value <= high * 1.001]
