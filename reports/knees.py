"""The limits that a search found, read from `load/knee.json`, for the page and the summary."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HELD = "held"
PERCENTILES = ("p50", "p95", "p99")


@dataclass(frozen=True, slots=True)
class Tried:
    """One step: arrivals a second, whether it `held`, and latencies in ms in the order of `PERCENTILES`."""

    rate: float
    outcome: str
    why: str
    latencies: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Knee:
    """The limit of one persona: the highest rate that held, None where none did. `operation` is whose latencies the
    steps have: that of the promise that broke next, else the first that something is promised of."""

    persona: str
    rate: float | None
    told: str
    status: str
    operation: str
    tried: tuple[Tried, ...]


def read_knees(run_dir: Path) -> tuple[Knee, ...]:
    """Those of the run; entries that don't have the agreed form are left out: their evidence stands."""
    try:
        entries = json.loads((run_dir / "load" / "knee.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    found = [_knee(entry) for entry in entries] if isinstance(entries, list) else []
    return tuple(knee for knee in found if knee)


def _knee(entry: Any) -> Knee | None:
    try:
        operation = _operation(entry)
        steps = (_tried(step, operation) for step in entry["steps"])
        return Knee(
            persona=str(entry["persona"]),
            rate=None if entry["knee"] is None else float(entry["knee"]),
            told=str(entry["told"]),
            status=str(entry["status"]),
            operation=operation,
            tried=tuple(sorted(steps, key=lambda tried: tried.rate)),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _operation(entry: Any) -> str:
    broke = str((entry["next"] or {}).get("slo", "")).partition(" ")[0]
    return broke or next((str(slo["operation"]) for slo in entry["slos"]), "overall")


def _tried(step: Any, operation: str) -> Tried:
    found = step["latencies_ms"].get(operation, {})
    latencies = tuple(float(found[name]) for name in PERCENTILES) if found else ()
    return Tried(float(step["rate"]), str(step["outcome"]), str(step["why"]), latencies)
