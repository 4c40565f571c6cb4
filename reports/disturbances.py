"""What was disturbed while load was made, read from `load/disturbances.json`, for the page and the summary."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Disturbed:
    """One disturbance: `began`, `ended` and `over` in seconds after the load's first second; `recovered_after` its end
    in seconds, None where that was not seen. `errors` tells all failures meanwhile, by operation and kind."""

    number: int
    title: str
    began: float
    ended: float
    over: float
    recovered_after: float | None
    recover_within: float
    requests: int
    error_rate: float
    most_errors: float
    errors: str
    problem: str
    status: str

    @property
    def recovery(self) -> str:
        """`0.8 s`, or what was seen instead."""
        if self.problem:
            return self.problem
        return "not seen" if self.recovered_after is None else f"{self.recovered_after:.1f} s"

    @property
    def seen(self) -> str:
        """The share of requests that failed meanwhile, in ways clients may see, and what failed."""
        return f"{self.error_rate * 100:.3g} % of {self.requests:,}" + (f": {self.errors}" if self.errors else "")


def read_disturbances(run_dir: Path) -> tuple[Disturbed, ...]:
    """Those of the run, in their order; entries that don't have the agreed form are left out: their evidence stands."""
    try:
        entries = json.loads((run_dir / "load" / "disturbances.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    found = [_disturbed(entry) for entry in entries] if isinstance(entries, list) else []
    return tuple(each for each in found if each)


def _disturbed(entry: Any) -> Disturbed | None:
    try:
        after = entry["recovered_after"]
        return Disturbed(
            number=int(entry["number"]),
            title=str(entry["title"]),
            began=float(entry["began"]),
            ended=float(entry["ended"]),
            over=float(entry["over"]),
            recovered_after=None if after is None else float(after),
            recover_within=float(entry["recover_within"]),
            requests=int(entry["requests"]),
            error_rate=float(entry["error_rate"]),
            most_errors=float(entry["most_errors"]),
            errors=", ".join([*_told(entry["errors"]), *_told(entry["wrong"])]),
            problem=str(entry["problem"]),
            status=str(entry["status"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _told(errors: dict[str, dict[str, int]]) -> list[str]:
    return [f"{name} {number} × {kind}" for name, kinds in errors.items() for kind, number in kinds.items()]
