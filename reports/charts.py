"""Charts as plain coordinates, drawn as SVG by the page: latency and rate over time, spread by operation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby

from reports.axes import Axis, Tick, by_powers, even
from reports.disturbances import Disturbed
from reports.figures import PERCENTILES, Latency, LoadFigures, Second, Stage

LEFT, RIGHT, TOP, BOTTOM = 52.0, 14.0, 28.0, 40.0
ROW = 42.0


@dataclass(frozen=True, slots=True)
class Line:
    """One series: its name, and an SVG path with gaps where there was no value."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of a chart."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class TimeChart:
    """A chart over seconds; lines, or bars with marks before them. `bands` are the seconds in which an SLO was crossed,
    `stages` where each of several stages begins, `disturbed` when something was disturbed, each with its number."""

    width: float
    height: float
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    lines: list[Line] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    marks: list[Bar] = field(default_factory=list)
    bands: list[Bar] = field(default_factory=list)
    stages: list[Tick] = field(default_factory=list)
    disturbed: list[tuple[Bar, int]] = field(default_factory=list)

    @property
    def left(self) -> float:
        """Where the paper begins."""
        return LEFT

    @property
    def right(self) -> float:
        """Where the paper ends."""
        return self.width - RIGHT

    @property
    def top(self) -> float:
        """The upper edge of the paper."""
        return TOP

    @property
    def bottom(self) -> float:
        """The time axis."""
        return self.height - BOTTOM


@dataclass(frozen=True, slots=True)
class Spread:
    """One operation's range: the places of p50, p95 and p99, and the figures themselves."""

    y: float
    p50: float
    p95: float
    p99: float
    latency: Latency


@dataclass(frozen=True, slots=True)
class SpreadChart:
    """Ranges by operation over a logarithmic axis of milliseconds."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    x_ticks: list[Tick]
    spreads: list[Spread]


def latency_chart(
    figures: LoadFigures, width: float, height: float, disturbances: Sequence[Disturbed] = ()
) -> TimeChart:
    """Percentiles of latency by second, in ms, with the disturbances marked."""
    series = figures.series
    values = [value for row in series for name in PERCENTILES if (value := getattr(row, name)) is not None]
    y = even(values, height - BOTTOM, TOP)
    x = _time_axis(series, width)
    lines = [
        Line(name, _path([(x.at(row.second), v if (v := getattr(row, name)) is None else y.at(v)) for row in series]))
        for name in PERCENTILES
    ]
    crossed = {at for crossing in figures.crossings if crossing.unit == "ms" for at in crossing.seconds}
    bands = _bands(crossed, x, height)
    stages, marked = _stages(figures.stages, x), _disturbed(disturbances, x, height)
    return TimeChart(
        width, height, x.ticks(_wanted(width)), y.ticks(), lines=lines, bands=bands, stages=stages, disturbed=marked
    )


def rate_chart(figures: LoadFigures, width: float, height: float) -> TimeChart:
    """Requests by second as columns, failures as columns before them."""
    series = figures.series
    y = even([row.rps for row in series], height - BOTTOM, TOP)
    x = _time_axis(series, width)
    each = max((width - LEFT - RIGHT) / max(len(series), 1) - 1, 0.5)
    floor = height - BOTTOM
    bars = [Bar(x.at(row.second), y.at(row.rps), round(each, 1), round(floor - y.at(row.rps), 1)) for row in series]
    bad = [row for row in series if row.failures]
    marks = [Bar(x.at(r.second), y.at(r.failures), round(each, 1), round(floor - y.at(r.failures), 1)) for r in bad]
    crossed = {at for crossing in figures.crossings if crossing.unit != "ms" for at in crossing.seconds}
    bands, stages = _bands(crossed, x, height), _stages(figures.stages, x)
    ticks = x.ticks(_wanted(width))
    return TimeChart(width, height, ticks, y.ticks(), bars=bars, marks=marks, bands=bands, stages=stages)


def spread_chart(latencies: tuple[Latency, ...], width: float) -> SpreadChart:
    """p50 to p99 of every operation."""
    height = TOP + ROW * len(latencies) + BOTTOM
    x = by_powers([v for entry in latencies for v in (entry.p50, entry.p99)], 12.0, width - 24.0)
    spreads = [
        Spread(TOP + ROW * i + 26.0, x.at(entry.p50), x.at(entry.p95), x.at(entry.p99), entry)
        for i, entry in enumerate(latencies)
    ]
    ticks = x.ticks()
    crowded = len(ticks) > width / 60
    kept = [tick for tick in ticks if not crowded or tick.label.replace(",", "").lstrip("0.").startswith("1")]
    return SpreadChart(width, height, 12.0, width - 24.0, height - BOTTOM, kept, spreads)


def _wanted(width: float) -> int:
    return 8 if width > 500 else 4


def _bands(seconds: Iterable[int], x: Axis, height: float) -> list[Bar]:
    return [Bar(x.at(at), TOP, round(x.at(at + 1) - x.at(at), 1), height - BOTTOM - TOP) for at in sorted(seconds)]


def _disturbed(disturbances: Iterable[Disturbed], x: Axis, height: float) -> list[tuple[Bar, int]]:
    """From begin to end, at least wide enough to be seen."""
    return [
        (Bar(x.at(d.began), TOP, round(max(x.at(d.ended) - x.at(d.began), 2.0), 1), height - BOTTOM - TOP), d.number)
        for d in disturbances
    ]


def _stages(stages: Sequence[Stage], x: Axis) -> list[Tick]:
    """One stage alone needs no boundary; one that begins after the last second isn't seen."""
    begins = accumulate((stage.seconds for stage in stages), initial=0.0)
    named = [Tick(x.at(at), stage.name) for at, stage in zip(begins, stages, strict=False) if at < x.high]
    return named if len(named) > 1 else []


def _time_axis(series: tuple[Second, ...], width: float) -> Axis:
    """Ends with the last second, so that the line fills the paper."""
    return Axis(0.0, max((row.second + 1 for row in series), default=1.0), LEFT, width - RIGHT)


def _path(points: list[tuple[float, float | None]]) -> str:
    pieces = []
    for known, group in groupby(points, key=lambda point: point[1] is not None):
        if known:
            run = list(group)
            pieces.append("M" + "L".join(f"{x:g} {y:g}" for x, y in run))
            if len(run) == 1:
                pieces.append("h0.1")  # a lone value is a dot
    return "".join(pieces)
