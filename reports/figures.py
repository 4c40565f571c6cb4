"""What the load suite measured, read from its files: the series by second, and the percentiles by operation."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PERCENTILES = ("p50", "p95", "p99")
TABLED = ("min", "p50", "p90", "p95", "p99", "p99.9", "p99.99", "max")


@dataclass(frozen=True, slots=True)
class Second:
    """One second of load: requests, failures, latencies in ms (None: nothing finished in it)."""

    second: float
    rps: float
    failures: float
    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, slots=True)
class Latency:
    """One operation under load: requests, failures, latencies in ms, in the order of `TABLED` from when requests were
    due and, where that differs, from when they were sent; None where a run didn't tell."""

    operation_id: str
    count: int
    failures: int
    p50: float
    p95: float
    p99: float
    response: tuple[float | None, ...] = ()
    service: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the load."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where one SLO was crossed: the seconds since the start, the stage of the first, the worst value and when."""

    operation: str
    metric: str
    limit: float
    unit: str
    seconds: tuple[int, ...]
    stage: str
    worst: float
    worst_second: int

    @property
    def spans(self) -> str:
        """The seconds, neighbours told together: `12–15, 20`."""
        told: list[list[int]] = []
        for second in self.seconds:
            if told and second == told[-1][1] + 1:
                told[-1][1] = second
            else:
                told.append([second, second])
        return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in told)


@dataclass(frozen=True, slots=True)
class LoadFigures:
    """Both files of one run; empty where a run made no load."""

    series: tuple[Second, ...] = ()
    latencies: tuple[Latency, ...] = ()
    stages: tuple[Stage, ...] = ()
    crossings: tuple[Crossing, ...] = ()


def load_figures(run_dir: Path) -> LoadFigures:
    """The figures in `load/`; entries that don't have the agreed form are left out, they are charts and no evidence."""
    series = _json(run_dir / "load" / "series.json")
    stats = _json(run_dir / "load" / "stats.json")
    rows = [_second(entry) for entry in series] if isinstance(series, list) else []
    operations = stats.get("operations") if isinstance(stats, dict) else []
    latencies = [_latency(entry) for entry in operations] if isinstance(operations, list) else []
    return LoadFigures(
        series=tuple(row for row in rows if row),
        latencies=tuple(entry for entry in latencies if entry),
        stages=tuple(stage for entry in _list(stats, "stages") if (stage := _stage(entry))),
        crossings=tuple(crossing for entry in _list(stats, "crossings") if (crossing := _crossing(entry))),
    )


def _second(entry: Any) -> Second | None:
    if not isinstance(entry, dict):
        return None
    at, rps = _number(entry.get("second")), _number(entry.get("rps"))
    if at is None or rps is None:
        return None
    p50, p95, p99 = (_number(entry.get(name)) for name in PERCENTILES)
    return Second(at, rps, _number(entry.get("failures")) or 0.0, p50, p95, p99)


def _latency(entry: Any) -> Latency | None:
    percentiles = entry.get("percentiles_ms") if isinstance(entry, dict) else None
    if not isinstance(percentiles, dict):
        return None
    p50, p95, p99 = (_number(percentiles.get(name)) for name in PERCENTILES)
    if p50 is None or p95 is None or p99 is None:
        return None
    failures = entry.get("failures")
    failed = sum(_number(number) or 0 for number in failures.values()) if isinstance(failures, dict) else 0
    service = entry.get("service_ms")
    return Latency(
        str(entry.get("operation")),
        int(_number(entry.get("count")) or 0),
        int(failed),
        p50,
        p95,
        p99,
        response=_tabled(percentiles),
        service=_tabled(service) if isinstance(service, dict) and service != percentiles else (),
    )


def _tabled(percentiles: dict[str, Any]) -> tuple[float | None, ...]:
    return tuple(_number(percentiles.get(name)) for name in TABLED)


def _stage(entry: Any) -> Stage | None:
    seconds = _number(entry.get("seconds")) if isinstance(entry, dict) else None
    return None if seconds is None else Stage(str(entry.get("name")), seconds)


def _crossing(entry: Any) -> Crossing | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("seconds"), list):
        return None
    limit, worst, at = (_number(entry.get(name)) for name in ("limit", "worst", "worst_second"))
    seconds = tuple(int(second) for second in entry["seconds"] if _number(second) is not None)
    if limit is None or worst is None or at is None or not seconds:
        return None
    words = {name: str(entry.get(name, "")) for name in ("operation", "metric", "unit", "stage")}
    return Crossing(limit=limit, seconds=seconds, worst=worst, worst_second=int(at), **words)


def _list(stats: Any, name: str) -> list[Any]:
    found = stats.get(name) if isinstance(stats, dict) else None
    return found if isinstance(found, list) else []


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
