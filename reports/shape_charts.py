"""Charts of the shapes of load: latency over arrivals with the knee marked, and memory over time with its slope."""

from dataclasses import dataclass
from statistics import median

from reports.axes import Axis, Tick, by_powers, even
from reports.charts import BOTTOM, LEFT, RIGHT, TOP, Line
from reports.knees import HELD, PERCENTILES, Knee
from reports.memory import Memory

Dot = tuple[float, float, bool]
"""A place on the paper, and whether its step held."""


@dataclass(frozen=True, slots=True)
class KneeChart:
    """Percentiles over arrivals a second; `dots` are the single steps; `knee` is its place, or None."""

    width: float
    height: float
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    lines: list[Line]
    dots: list[Dot]
    knee: float | None
    left: float = LEFT
    top: float = TOP

    @property
    def right(self) -> float:
        """Where the paper ends."""
        return self.width - RIGHT

    @property
    def bottom(self) -> float:
        """The axis of arrivals."""
        return self.height - BOTTOM


@dataclass(frozen=True, slots=True)
class MemoryChart:
    """MiB over seconds; `fitted` is the path of the line through the points after the warm-up, which ends at `warm`."""

    width: float
    height: float
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    path: str
    fitted: str
    warm: float
    left: float = LEFT

    @property
    def right(self) -> float:
        """Where the paper ends."""
        return self.width - RIGHT

    @property
    def bottom(self) -> float:
        """The time axis."""
        return self.height - BOTTOM


def knee_chart(knee: Knee, width: float, height: float) -> KneeChart | None:
    """None where no step has latencies. Of steps at the same rate, lines go through the medians."""
    tried = [each for each in knee.tried if each.latencies]
    if not tried:
        return None
    x = even([each.rate for each in tried], LEFT, width - RIGHT)
    y = by_powers([value for each in tried for value in each.latencies], height - BOTTOM, TOP)
    lines = []
    for place, name in enumerate(PERCENTILES):
        by_rate: dict[float, list[float]] = {}
        for each in tried:
            by_rate.setdefault(each.rate, []).append(each.latencies[place])
        points = [(x.at(rate), y.at(median(values))) for rate, values in sorted(by_rate.items())]
        lines.append(Line(name, _path(points)))
    dots = [(x.at(each.rate), y.at(each.latencies[1]), each.outcome == HELD) for each in tried]
    marked = None if knee.rate is None else x.at(knee.rate)
    return KneeChart(width, height, x.ticks(4 if width < 500 else 8), _powers_of_ten(y), lines, dots, marked)


def memory_chart(memory: Memory, width: float, height: float) -> MemoryChart:
    """The axis of MiB begins below the least value: growth of a few per cent is to be seen."""
    last = memory.points[-1][0]
    x = Axis(0.0, max(last, 1.0), LEFT, width - RIGHT)
    values = [mib for _, mib in memory.points]
    low, high = min(values), max(values)
    y = even([high + 0.1], height - BOTTOM, TOP, low=max(float(int(low - max(high - low, 1.0) * 0.2)), 0.0))
    fitted = ""
    if memory.slope is not None:
        fitted = _path([(x.at(at), y.at(memory.line(at))) for at in (memory.warm_up, last)])
    path = _path([(x.at(at), y.at(mib)) for at, mib in memory.points])
    return MemoryChart(width, height, x.ticks(4), y.ticks(), path, fitted, x.at(memory.warm_up))


def _powers_of_ten(y: Axis) -> list[Tick]:
    ticks = y.ticks()
    few = [tick for tick in ticks if tick.label.replace(",", "").lstrip("0.").startswith("1")]
    return few if len(ticks) > 8 else ticks


def _path(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
