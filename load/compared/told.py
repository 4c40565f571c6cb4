"""How a comparison is told: `compare.json`, and lines for the terminal."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from load.compared.base import STATS, Commit, Stored, state_of
from load.compared.findings import counted, said
from load.compared.ratios import CONFIDENCE, Ratio
from load.compared.sittings import Part, pairs_of
from load.judge import Judgement
from load.scenario import Scenario
from load.told import MARKS
from reports.evidence import Status

SHOWN = ("p50", "p90", "p95", "p99")
METHOD = (
    "Both sides by turns of half a second, A B B A …; an interval by the sign test for the median of the rounds' "
    "ratios; all intervals of all looks hold at once (Bonferroni). A regression lies beyond the margin with its whole "
    "interval."
)
NOT_BESIDE = "Not side by side: measured at another time, so the ratios are shown and nothing is judged by them."


def write_side_by_side(
    folder: Path, base: Commit, scenario: Scenario, parts: Sequence[Part], ratios: Sequence[Ratio]
) -> None:
    """`load/compare.json` of a session."""
    commit, changed = state_of()
    margin = scenario.comparison.margin
    told: dict[str, Any] = {
        "side_by_side": True,
        "base": {"name": base.name, "commit": base.id},
        "candidate": {"commit": commit, "changed": changed},
        "scenario": scenario.name,
        "margin": margin,
        "confidence": CONFIDENCE,
        "pairs": len(pairs_of(parts)),
        "method": METHOD,
        "counts": counted(ratios),
        "unusable": [f"{each.name}: {each.unusable}" for each in parts if each.unusable],
        "sittings": [each.name for each in parts],
        "rows": [asdict(ratio) | {"said": said(ratio, margin)} for ratio in ratios],
    }
    _write(folder, told)


def write_beside(folder: Path, base: Stored) -> list[str]:
    """`load/compare.json` of a run and one stored before it; the lines that tell of it."""
    before, after = _stats(base.folder), _stats(folder)
    rows = list(_rows(_operations(before), _operations(after)))
    told = {
        "side_by_side": False,
        "base": {"name": base.name, "run": base.folder.name, "scenario": before.get("scenario", "")},
        "scenario": after.get("scenario", ""),
        "method": NOT_BESIDE,
        "rows": rows,
    }
    _write(folder, told)
    lines = [f"beside the stored run {base.folder.name}. {NOT_BESIDE}"]
    if before.get("scenario") != after.get("scenario"):
        lines.append(f"  It played another scenario: {before.get('scenario')}.")
    for row in rows:
        figures = f"{row['base_ms']:>9.1f} → {row['candidate_ms']:.1f} ms, {row['ratio']:.2f} times"
        lines.append(f"  {row['operation']:<16}{row['percentile']:<5}{figures}")
    return lines


def lines(judgements: Iterable[Judgement]) -> Iterable[str]:
    """The session for a terminal: all that was judged, the worst last."""
    for judgement in sorted(judgements, key=lambda each: each.status):
        mark = "–" if judgement.status is Status.SKIPPED else MARKS[judgement.status]
        yield f"{mark:<8}{judgement.title}: {judgement.observed}"


def _rows(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for operation in sorted(set(before) & set(after)):
        for name in SHOWN:
            first, then = before[operation].get(name), after[operation].get(name)
            if first and then:
                ratio = {"base_ms": first, "candidate_ms": then, "ratio": round(then / first, 4)}
                yield {"operation": operation, "percentile": name, **ratio}


def _operations(stats: Mapping[str, Any]) -> dict[str, Mapping[str, float]]:
    found = stats.get("operations")
    rows = found if isinstance(found, list) else []
    return {str(row["operation"]): row["percentiles_ms"] for row in rows if isinstance(row.get("percentiles_ms"), dict)}


def _stats(folder: Path) -> dict[str, Any]:
    """Empty where the run left none that can be read: there is nothing to show then."""
    try:
        found = json.loads((folder / STATS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(folder: Path, told: Mapping[str, Any]) -> None:
    (folder / "load").mkdir(parents=True, exist_ok=True)
    (folder / "load" / "compare.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
