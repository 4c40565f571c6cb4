"""The one verdict over a run folder: evidence of every suite, how each process ended, what became of the stack."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reports._model import Result, Status
from reports._reading import SuiteEvidence, read
from reports.authorization import matrix_of
from reports.coverage import Coverage, coverage, read_floor
from reports.ledger import ledger_of
from reports.operations import SPECS, operation_rows
from reports.suites import judge_suite, worst_by_id
from reports.verdict import Exit, MessageRow, Part, SuiteVerdict, Verdict
from reports.wording import one_sentence

CHECK = "check"
"""The journal of `python -m reports check` itself: which suites it ran, and how each process ended."""


FLOOR = Path(__file__).resolve().parent / "coverage-floor.toml"
WHOLE = {"features", "contracts", "load", "messages", "stack"}
"""The suites of a run that is held against the floor."""
PARTIAL = ("TAGS", "SERVICE")
"""Variables that leave something out of a run."""


def merge(run_dir: Path, specs: Path = SPECS) -> Verdict:
    """The verdict on a run folder. Never raises over what the evidence holds: what can't be trusted is broken."""
    evidence = read(run_dir)
    check = evidence.pop(CHECK, None)
    run = _last(check, "run")
    suites = _suites(run_dir, evidence, run, _by_suite(check))
    covered = _coverage(evidence, run, specs)
    verdict, code = _conclude(suites, covered)
    results = [result for suite in evidence.values() for result in worst_by_id(suite.results).values()]
    findings = sorted((r for r in results if r.status >= Status.WAIVED), key=lambda r: (-r.status, r.suite, r.id))
    rows = operation_rows({name: e for name, e in evidence.items() if name != "stack"}, specs)
    return Verdict(
        verdict=verdict,
        exit_code=code,
        why=one_sentence(suites, findings, covered.missing),
        run_id=run_dir.resolve().name,
        target=_first(evidence, run, "target"),
        effort=_first(evidence, run, "effort"),
        started=_started(evidence, run),
        duration=round(_duration(evidence, check), 2),
        suites=suites,
        operations=rows,
        functions=tuple(row for row in rows if row.kind == "function"),
        messages=tuple(_message(result) for result in _of_kind(results, "message")),
        authorization=matrix_of(results),
        slos=_of_kind(results, "slo"),
        invariants=_of_kind(results, "invariant"),
        comparisons=_of_kind(results, "comparison"),
        findings=tuple(findings),
        parts=tuple(_part(result) for result in _of_kind(results, "part")),
        ledger=ledger_of(results),
        coverage=covered,
        services=_services(run, rows),
        versions=_versions(evidence, run),
        variables={k: str(v) for k, v in _object(run.get("variables")).items()},
    )


def _suites(
    run_dir: Path, evidence: Mapping[str, SuiteEvidence], run: Mapping[str, Any], ended: Mapping[str, Mapping[str, Any]]
) -> tuple[SuiteVerdict, ...]:
    expected = [str(name) for name in run.get("suites") or ()]
    names = dict.fromkeys([*expected, *evidence])
    return tuple(
        judge_suite(name, evidence.get(name), ended.get(name), run_dir / "logs" / f"{name}.log") for name in names
    )


def _coverage(evidence: Mapping[str, SuiteEvidence], run: Mapping[str, Any], specs: Path) -> Coverage:
    """Only a whole run of the platform's own documents is held against the floor; a part covers less, rightly."""
    variables = _object(run.get("variables"))
    whole = set(run.get("suites") or ()) >= WHOLE and not any(variables.get(name) for name in PARTIAL)
    floor = read_floor(FLOOR) if whole and specs == SPECS and run.get("target") == "local" else {}
    return coverage(evidence, specs, (str(name) for name in run.get("services") or ()), floor)


def _conclude(suites: Iterable[SuiteVerdict], covered: Coverage) -> tuple[str, int]:
    """Broken outweighs failed; a run whose every broken suite only refused its input leads to exit 2."""
    suites = list(suites)
    broken = [suite for suite in suites if suite.status is Status.BROKEN]
    if not suites or not all(suite.refused for suite in broken):
        return "broken", Exit.BROKEN
    if broken:
        return "broken", Exit.CALL
    failed = bool(covered.missing) or any(suite.status is Status.FAILED for suite in suites)
    return ("failed", Exit.FAILED) if failed else ("passed", Exit.PASSED)


def _of_kind(results: Iterable[Result], kind: str) -> tuple[Result, ...]:
    return tuple(result for result in results if result.details.get("kind") == kind)


def _message(result: Result) -> MessageRow:
    told, count, invalid = result.details, result.details.get("count"), result.details.get("invalid")
    return MessageRow(
        channel=str(told.get("channel", "")),
        message=str(told.get("message", "")),
        title=result.title.partition(": ")[2] or result.title,
        protocol=str(told.get("protocol", "")),
        service=result.service,
        status=result.status,
        count=count if isinstance(count, int) else 0,
        invalid=invalid if isinstance(invalid, int) else 0,
    )


def _part(result: Result) -> Part:
    deaths, lines = result.details.get("deaths"), result.details.get("last_lines")
    return Part(
        name=result.title,
        url=str(result.details.get("url", "")),
        status=result.status,
        deaths=tuple(str(death) for death in deaths) if isinstance(deaths, list) else (),
        last_lines=tuple(str(line) for line in lines) if isinstance(lines, list) else (),
    )


def _last(check: SuiteEvidence | None, kind: str) -> dict[str, Any]:
    lines = [line for line in (check.other if check else []) if line["kind"] == kind]
    return lines[-1] if lines else {}


def _by_suite(check: SuiteEvidence | None) -> dict[str, dict[str, Any]]:
    lines = [line for line in (check.other if check else []) if line["kind"] == "process"]
    return {str(line.get("of")): line for line in lines}


def _first(evidence: Mapping[str, SuiteEvidence], run: Mapping[str, Any], key: str) -> str:
    started = [line for suite in evidence.values() for line in suite.started]
    return next((str(line[key]) for line in (run, *started) if line.get(key)), "")


def _times(suites: Iterable[SuiteEvidence]) -> list[float]:
    lines = [line for suite in suites for line in (*suite.started, *suite.finished, *suite.other)]
    return [float(line["at"]) for line in lines if isinstance(line.get("at"), int | float)]


def _started(evidence: Mapping[str, SuiteEvidence], run: Mapping[str, Any]) -> str:
    times = [run["at"]] if isinstance(run.get("at"), int | float) else _times(evidence.values())
    return datetime.fromtimestamp(min(times), UTC).isoformat(timespec="seconds") if times else ""


def _duration(evidence: Mapping[str, SuiteEvidence], check: SuiteEvidence | None) -> float:
    times = _times([check] if check else evidence.values())
    return max(times) - min(times) if times else 0.0


def _services(run: Mapping[str, Any], rows: Iterable[Any]) -> tuple[str, ...]:
    named = [str(name) for name in run.get("services") or ()]
    # A target names what has an address; functions have none.
    return tuple(
        dict.fromkeys([*named, *(r.service for r in rows if r.service and (not named or r.kind == "function"))])
    )


def _versions(evidence: Mapping[str, SuiteEvidence], run: Mapping[str, Any]) -> dict[str, str]:
    found = dict(_object(run.get("versions")))
    for suite in evidence.values():
        for line in suite.started:
            found.update(_object(line.get("versions")))
    return {name: str(version) for name, version in sorted(found.items())}


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
