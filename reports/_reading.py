"""Evidence read back from a run folder, with everything about it that can't be trusted said in words."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reports._model import Result
from reports._wire import result_from_json


@dataclass(slots=True)
class SuiteEvidence:
    """All that one suite wrote. `problems` says why it can't be trusted, empty where it can."""

    suite: str
    started: list[dict[str, Any]] = field(default_factory=list)
    finished: list[dict[str, Any]] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    other: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def planned(self) -> int | None:
        """How many results were announced; None where no process announced any."""
        plans = [line["plan"] for line in self.started if isinstance(line.get("plan"), int)]
        return sum(plans) if plans else None

    @property
    def delivered(self) -> int:
        """How many different things were judged; one judged twice counts once."""
        return len({result.id for result in self.results})


def read(run_dir: Path) -> dict[str, SuiteEvidence]:
    """The evidence of every suite that wrote any, by suite. Never raises over what a file holds."""
    suites: dict[str, SuiteEvidence] = {}
    for path in sorted((run_dir / "evidence").glob("*.ndjson")):
        suite = path.stem.rpartition("-")[0] if path.stem.rpartition("-")[2].isdigit() else path.stem
        evidence = suites.setdefault(suite, SuiteEvidence(suite))
        _read_file(path, evidence)
    for evidence in suites.values():
        evidence.problems.extend(_gaps(evidence))
    return suites


def _read_file(path: Path, evidence: SuiteEvidence) -> None:
    try:
        data = path.read_bytes()
    except OSError as error:
        evidence.problems.append(f"{path.name} can't be read: {error.strerror}")
        return
    for number, raw in enumerate(data.splitlines(), start=1):
        try:
            _take(json.loads(raw.decode()), evidence)
        except (ValueError, RecursionError) as error:
            evidence.problems.append(f"{path.name} line {number} is corrupt: {error}")


def _take(line: object, evidence: SuiteEvidence) -> None:
    if not isinstance(line, dict):
        raise ValueError("not a JSON object")
    if line.get("suite") != evidence.suite:
        raise ValueError(f"it belongs to suite {line.get('suite')!r}")
    match line.get("kind"):
        case "started":
            evidence.started.append(line)
        case "finished":
            evidence.finished.append(line)
        case "result":
            evidence.results.append(result_from_json(line))
        case str():
            evidence.other.append(line)
        case _:
            raise ValueError("it has no kind")


def _gaps(evidence: SuiteEvidence) -> list[str]:
    if not evidence.started:
        return ["it never said that it started"]
    gaps = []
    if len(evidence.finished) < len(evidence.started):
        gaps.append(f"{len(evidence.started)} started, only {len(evidence.finished)} finished")
    if evidence.planned is not None and evidence.delivered < evidence.planned:
        gaps.append(f"{evidence.planned} results were planned, {evidence.delivered} delivered")
    return gaps
