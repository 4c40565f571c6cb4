"""What the load suite measured, read from its files: the series by second, and the percentiles by operation."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PERCENTILES = ("p50", "p95", "p99")


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
    """One operation under load: requests, failures, latencies in ms."""

    operation_id: str
    count: int
    failures: int
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class LoadFigures:
    """Both files of one run; empty where a run made no load."""

    series: tuple[Second, ...] = ()
    latencies: tuple[Latency, ...] = ()


def load_figures(run_dir: Path) -> LoadFigures:
    """The figures in `load/`; entries that don't have the agreed form are left out, they are charts and no evidence."""
    series = _json(run_dir / "load" / "series.json")
    stats = _json(run_dir / "load" / "stats.json")
    rows = [_second(entry) for entry in series] if isinstance(series, list) else []
    operations = stats.get("operations") if isinstance(stats, dict) else []
    latencies = [_latency(entry) for entry in operations] if isinstance(operations, list) else []
    return LoadFigures(tuple(row for row in rows if row), tuple(entry for entry in latencies if entry))


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
    return Latency(str(entry.get("operation")), int(_number(entry.get("count")) or 0), int(failed), p50, p95, p99)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
