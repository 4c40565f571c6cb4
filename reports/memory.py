"""The memory of each part during a soak, read from `load/memory.json`, for the page and the summary."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Memory:
    """One part: points (seconds, MiB) and, where there were enough, the line through those after `warm_up` seconds:
    `at_start` MiB at second 0, `slope` MiB an hour, bound by `limit`; `least` and `most` are its interval of 95 %."""

    part: str
    unit: str
    status: str
    warm_up: float
    points: tuple[tuple[float, float], ...]
    at_start: float | None
    slope: float | None
    least: float | None
    most: float | None
    limit: float | None

    def line(self, at: float) -> float:
        """The fitted memory at a second."""
        return (self.at_start or 0.0) + (self.slope or 0.0) * at / 3600

    @property
    def told(self) -> str:
        """`+3.2 MiB/h (-1.0 to +7.1), bound 24.0`."""
        if self.slope is None or self.least is None or self.most is None or self.limit is None:
            return "too few points"
        bound = "keeps data, not judged" if self.status == "skipped" else f"bound {self.limit:.1f}"
        return f"{self.slope:+.1f} MiB/h ({self.least:+.1f} to {self.most:+.1f}), {bound}"


def read_memory(run_dir: Path) -> tuple[Memory, ...]:
    """Those of the run, leaks first; entries that don't have the agreed form are left out: their evidence stands."""
    try:
        entries = json.loads((run_dir / "load" / "memory.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    found = [_memory(entry) for entry in entries] if isinstance(entries, list) else []
    return tuple(
        sorted((each for each in found if each and each.points), key=lambda each: (each.status != "failed", each.part))
    )


def _memory(entry: Any) -> Memory | None:
    try:
        points = tuple((float(at), float(mib)) for at, mib in entry["points"])
        return Memory(
            part=str(entry["part"]),
            unit=str(entry["unit"]),
            status=str(entry["status"]),
            warm_up=float(entry["warm_up"]),
            points=points,
            at_start=_number(entry.get("at_start")),
            slope=_number(entry.get("slope")),
            least=_number(entry.get("least")),
            most=_number(entry.get("most")),
            limit=_number(entry.get("limit")),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
