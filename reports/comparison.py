"""How a run compares with its base, read from `load/compare.json`, for the page and the summary."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

TONES = {"regression": "failed", "held": "passed", "undecided": "skipped", "too little data": "skipped"}
LEAST_REACH = log(1.1)  # so that intervals of a hair's breadth don't fill the mark
MARK = 160.0  # width of a mark


@dataclass(frozen=True, slots=True)
class Mark:
    """Places on a logarithmic axis, from 0 to `MARK`: the interval, the ratio, no change, and the margin."""

    low: float
    high: float
    ratio: float
    one: float
    margin: float


@dataclass(frozen=True, slots=True)
class Row:
    """One percentile of one operation; `finding`, interval and mark only where both sides were measured by turns."""

    operation: str
    percentile: str
    base_ms: float
    candidate_ms: float
    ratio: float
    low: float | None
    high: float | None
    finding: str
    said: str
    mark: Mark | None = None

    @property
    def tone(self) -> str:
        """The status whose colour it has."""
        return TONES.get(self.finding, "none")

    @property
    def interval(self) -> str:
        """`1.02 to 1.07`, or a dash."""
        return "–" if self.low is None or self.high is None else f"{self.low:.3f} to {self.high:.3f}"


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison; `base` and `candidate` say what was compared, `method` how."""

    side_by_side: bool
    base: str
    candidate: str
    scenario: str
    method: str
    margin: float | None
    pairs: int
    rows: tuple[Row, ...]
    unusable: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """The outcome in one line."""
        if not self.side_by_side:
            return f"Shown beside the stored run {self.base}"
        if self.unusable:
            return f"Not compared with {self.base}: {self.unusable[0]}"
        count = {finding: sum(row.finding == finding for row in self.rows) for finding in TONES}
        plural = "s" if count["regression"] != 1 else ""
        words = f"{count['regression']} regression{plural}, {count['held']} held, {count['undecided']} undecided"
        return f"{self.candidate} beside {self.base}: {words}, {count['too little data']} with too little data"


def read_comparison(run_dir: Path) -> Compared | None:
    """The comparison of a run; None where there is none, or none of the agreed form: it is a table and no evidence."""
    try:
        found = json.loads((run_dir / "load" / "compare.json").read_text(encoding="utf-8"))
        return _comparison(found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _comparison(found: dict[str, Any]) -> Compared:
    beside, margin = bool(found["side_by_side"]), found.get("margin")
    rows = found["rows"]
    reach = max([LEAST_REACH, *(abs(log(row[end])) for row in rows for end in ("low", "high") if row.get(end))])
    base, candidate = found["base"], found.get("candidate", {})
    changed = " with changes" if candidate.get("changed") else ""
    return Compared(
        side_by_side=beside,
        base=f"{base['name']} ({str(base['commit'])[:10]})" if beside else str(base["run"]),
        candidate=f"{str(candidate.get('commit', ''))[:10]}{changed}" if beside else "this run",
        scenario=str(found.get("scenario", "")),
        method=str(found.get("method", "")),
        margin=margin,
        pairs=int(found.get("pairs", 0)),
        rows=tuple(_row(row, margin or 0.0, reach) for row in rows),
        unusable=tuple(str(each) for each in found.get("unusable", ())),
    )


def _row(row: dict[str, Any], margin: float, reach: float) -> Row:
    low, high, ratio = row.get("low"), row.get("high"), float(row["ratio"])
    mark = None
    if low and high:
        one, beyond = 1.0, 1.0 + margin
        mark = Mark(*(_place(value, reach) for value in (low, high, ratio, one, beyond)))
    operation, percentile, finding, said = (
        str(row.get(name, "")).replace("|", "/") for name in ("operation", "percentile", "finding", "said")
    )
    return Row(
        operation=operation,
        percentile=percentile,
        base_ms=float(row["base_ms"]),
        candidate_ms=float(row["candidate_ms"]),
        ratio=ratio,
        low=low,
        high=high,
        finding=finding,
        said=said,
        mark=mark,
    )


def _place(value: float, reach: float) -> float:
    return round(MARK / 2 * (1 + max(min(log(value) / reach, 1.0), -1.0)), 1)


def worst_first(rows: Sequence[Row]) -> list[Row]:
    """Regressions before what is open, then what held."""
    order = ["regression", "undecided", "held", "too little data", ""]
    return sorted(rows, key=lambda row: (order.index(row.finding), row.operation))


def comparison_markdown(compared: Compared) -> str:
    """The comparison for `summary.md`; without intervals where there are none."""
    head = f"\n### {compared.told}\n\n{compared.method}\n"
    beside = compared.side_by_side
    columns = ["latency", "base ms", "candidate ms", "ratio", *(["interval", "finding"] if beside else [])]
    lines = [f"| {' | '.join(columns)} |", f"|---|{'--:|' * (len(columns) - 1)}"]
    for row in worst_first(compared.rows):
        cells = [f"`{row.operation}` {row.percentile}", f"{row.base_ms:.4g}", f"{row.candidate_ms:.4g}"]
        cells += [f"{row.ratio:.3f}", *([row.interval, row.finding] if beside else [])]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([head, *(lines if compared.rows else []), ""])
