"""Knows the scenarios of a run as a reader of the features looks for them: by capability and feature, in file order."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath

from reports._model import Result, Status
from reports._reading import read
from reports.suites import worst_by_id

SUITE = "features"


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """One scenario, or one row of an outline: how it ended, and how long it took. `reason` says why it was skipped."""

    id: str
    title: str
    status: Status
    seconds: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FeatureRows:
    """One feature file's scenarios, in its order."""

    name: str
    file: str
    scenarios: tuple[ScenarioRow, ...]


@dataclass(frozen=True, slots=True)
class Capability:
    """One folder of features. `status` is the worst of its scenarios, `seconds` their sum."""

    name: str
    status: Status
    seconds: float
    counts: dict[str, int]
    features: tuple[FeatureRows, ...]


def read_capabilities(run_dir: Path) -> tuple[Capability, ...]:
    """Every scenario that the run's evidence tells of; empty where no feature ran."""
    evidence = read(run_dir).get(SUITE)
    return capabilities_of(worst_by_id(evidence.results).values()) if evidence else ()


def capabilities_of(results: Iterable[Result]) -> tuple[Capability, ...]:
    """The scenarios that these results are of."""
    told = sorted(results, key=_place)
    return tuple(_capability(name, tuple(group)) for name, group in groupby(told, key=lambda each: _place(each)[0]))


def _capability(name: str, results: tuple[Result, ...]) -> Capability:
    return Capability(
        name=name,
        status=max(result.status for result in results),
        seconds=round(sum(result.seconds for result in results), 3),
        counts={s.label: n for s in reversed(Status) if (n := sum(result.status is s for result in results))},
        features=tuple(_feature(file, tuple(group)) for file, group in groupby(results, key=_file)),
    )


def _feature(file: str, results: tuple[Result, ...]) -> FeatureRows:
    rows = (
        ScenarioRow(r.id, _title(r), r.status, round(r.seconds, 3), str(r.details.get("skip_reason") or ""))
        for r in results
    )
    return FeatureRows(str(results[0].details.get("feature") or file), file, tuple(rows))


def _title(result: Result) -> str:
    """Without what behave adds to the rows of an outline, ` -- @1.2`: their ids say that already."""
    row = result.id.partition("#")[2].partition("@")[0]
    return result.title.partition(f" -- @{row}")[0] if row else result.title


def _place(result: Result) -> tuple[str, str, int, str]:
    """Folder, file, line, id; a result that doesn't say where it stands has a folder without a name."""
    line = str(result.details.get("location", "")).rpartition(":")[2]
    file = _file(result)
    return PurePosixPath(file).parent.name, file, int(line) if line.isdecimal() else 0, result.id


def _file(result: Result) -> str:
    return str(result.details.get("location", "")).rpartition(":")[0]
