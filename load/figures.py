"""Figures out of a tally: percentiles, rates and failures by operation, and the series by second."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from load.crossings import merged, percentile
from load.latencies import Latencies
from load.tally import Operation, Second, Tally
from load.vocabulary import ORDER_DECIDED, OVERALL, PERCENTILES


@dataclass(frozen=True, slots=True)
class Stats:
    """One operation's figures: `percentiles` in ms by name, from when requests were due (what is judged) and from when
    they were sent (`service`; the same in a closed scenario), `rate` in requests a second, `failures` by kind."""

    operation: str
    count: int
    failures: Mapping[str, int]
    percentiles: Mapping[str, float]
    rate: float
    examples: tuple[Mapping[str, str], ...] = ()
    service: Mapping[str, float] = field(default_factory=dict)

    @property
    def error_rate(self) -> float:
        """The share of requests that failed."""
        return sum(self.failures.values()) / self.count if self.count else 0.0

    def value(self, metric: str) -> float:
        """The figure that an SLO's metric names."""
        if metric == "error_rate":
            return self.error_rate
        return self.rate if metric == "throughput" else self.percentiles[metric]


def statistics_of(tally: Tally) -> dict[str, Stats]:
    """Stats by operation and `overall`, which is about requests only, not about entries such as `orderDecided`."""
    seconds = _length(tally)
    stats = {name: _stats(name, operation, seconds) for name, operation in sorted(tally.operations.items())}
    overall = Operation()
    for name, operation in tally.operations.items():
        if name != ORDER_DECIDED:
            overall.service.add(operation.service)
            overall.response.add(operation.response)
            overall.failures.update(operation.failures)
    stats[OVERALL] = _stats(OVERALL, overall, seconds)
    return stats


def series_of(tally: Tally) -> list[dict[str, Any]]:
    """One row a second, empty seconds included: `{second, rps, p50, p95, p99, max, failures}`, counted from the
    start."""
    if not tally.seconds:
        return []
    first, last = min(tally.seconds), max(tally.seconds)
    return [_row(at - first, tally.seconds.get(at, Second())) for at in range(first, last + 1)]


def _length(tally: Tally) -> int:
    return max(tally.seconds) - min(tally.seconds) + 1 if tally.seconds else 1


def _stats(name: str, operation: Operation, seconds: int) -> Stats:
    return Stats(
        operation=name,
        count=operation.count,
        failures=dict(operation.failures),
        percentiles=_percentiles(operation.response),
        service=_percentiles(operation.service),
        rate=round(operation.count / seconds, 2),
        examples=tuple(operation.examples),
    )


def _percentiles(latencies: Latencies) -> dict[str, float]:
    return latencies.percentiles(PERCENTILES)


def _row(second: int, slot: Second) -> dict[str, Any]:
    latencies = merged(slot, OVERALL)
    names = ("p50", "p95", "p99", "max")
    figures = {name: percentile(latencies, PERCENTILES[name]) if latencies else None for name in names}
    failures = sum(number for name, number in slot.failures.items() if name != ORDER_DECIDED)
    return {"second": second, "rps": slot.requests, **figures, "failures": failures}
