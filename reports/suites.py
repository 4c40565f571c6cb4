"""How one suite is judged: what it wrote, how its process ended, and whether the two agree."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from reports._model import Result, Status
from reports._reading import SuiteEvidence
from reports.verdict import Exit, SuiteVerdict

TAIL = 20  # lines of a suite's own output that are worth showing


def judge_suite(
    name: str, evidence: SuiteEvidence | None, process: Mapping[str, Any] | None, log: Path
) -> SuiteVerdict:
    """The verdict on one suite. `process` is how it ended (None: it was run by hand), `log` what it printed."""
    evidence = evidence or SuiteEvidence(name, problems=["it left no evidence"])
    worst = worst_by_id(evidence.results)
    process = process or {}
    problems = _ending(process)
    if process.get("ended") != "not run":
        problems += [*evidence.problems, *_contradictions(worst.values(), process)]
    status = Status.BROKEN if problems else max(result.status for result in worst.values())
    return SuiteVerdict(
        name=name,
        status=status,
        counts={s.label: sum(result.status is s for result in worst.values()) for s in Status},
        planned=evidence.planned,
        delivered=evidence.delivered,
        seconds=round(_seconds(evidence, process), 2),
        exit_code=process.get("exit_code"),
        refused=process.get("exit_code") == Exit.CALL,
        seeds=_distinct(evidence, "seed"),
        effort=", ".join(_distinct(evidence, "effort")),
        command=str(process.get("command", "")),
        retries=sum(int(n) for r in evidence.results if isinstance(n := r.details.get("retries"), int)),
        problems=tuple(dict.fromkeys(problems)),
        log_tail=_tail(log) if problems else (),
    )


def worst_by_id(results: Iterable[Result]) -> dict[str, Result]:
    """One result for each id: the highest on the ladder, so that a flaky pass is never a pass."""
    worst: dict[str, Result] = {}
    for result in results:
        known = worst.get(result.id)
        if known is None or result.status > known.status:
            worst[result.id] = result
    return worst


def _ending(process: Mapping[str, Any]) -> list[str]:
    """How the process ended, where that alone means that it could not judge."""
    ended, code = process.get("ended", "exited"), process.get("exit_code", 0)
    if ended != "exited":
        return [str(process.get("told") or ended)]
    if code == Exit.CALL:
        return ["it was called wrongly (exit 2)"]
    if code not in (Exit.PASSED, Exit.FAILED, Exit.BROKEN):
        return [f"it was ended by signal {-code}" if code < 0 else f"it ended with exit {code}"]
    return []


def _contradictions(results: Iterable[Result], process: Mapping[str, Any]) -> list[str]:
    statuses = [result.status for result in results]
    if not any(status > Status.SKIPPED for status in statuses):
        return ["everything was skipped, nothing was judged" if statuses else "nothing was judged"]
    if process.get("exit_code") == Exit.BROKEN and max(statuses) < Status.BROKEN:
        return ["it could not judge (exit 3)"]  # its own output says why
    if process.get("exit_code") == Exit.FAILED and max(statuses) < Status.FAILED:
        return ["it said that something failed (exit 1), but its evidence holds no failure"]
    return []


def _seconds(evidence: SuiteEvidence, process: Mapping[str, Any]) -> float:
    if isinstance(process.get("seconds"), int | float):
        return float(process["seconds"])
    times = [line["at"] for line in (*evidence.started, *evidence.finished) if isinstance(line.get("at"), int | float)]
    return max(times) - min(times) if times else 0.0


def _distinct(evidence: SuiteEvidence, key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(line[key]) for line in evidence.started if line.get(key) not in (None, "")))


def _tail(log: Path) -> tuple[str, ...]:
    try:
        text = log.read_bytes()[-16_384:].decode("utf-8", "replace")
    except OSError:
        return ()
    return tuple(line for line in text.splitlines() if line.strip())[-TAIL:]
