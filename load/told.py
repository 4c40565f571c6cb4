"""How a run is told: judgements as evidence, series and stats as files, lines for the terminal."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fixtures.target import Target
from load.crossings import Crossing, crossings_of
from load.figures import Stats, series_of
from load.judge import Judgement
from load.judge_disturbed import told as told_of_impact
from load.judge_memory import told as told_of_memory
from load.memory import MemoryBounds, Trace
from load.recovery import Impact
from load.saturation import saturated
from load.scenario import Scenario, Stage
from load.tally import Checked, Tally
from load.vocabulary import ANSWERS, METRICS, ORDER_DECIDED, PERCENTILES, SERVICES
from load.wire import rounds_to_wire
from reports.evidence import Failure, Result, Status

MARKS = {Status.PASSED: "ok", Status.FAILED: "FAILED", Status.BROKEN: "BROKEN", Status.SKIPPED: "skipped"}


def operations_by_service(scenario: Scenario) -> dict[str, list[str]]:
    """The operationIds that a scenario's personas call, by service."""
    by_service: dict[str, list[str]] = {}
    for operation in scenario.operations:
        if operation != ORDER_DECIDED:
            by_service.setdefault(SERVICES[operation], []).append(operation)
    return by_service


def replay_of(judgement: Judgement, scenario: str, seed: int, target: Target) -> str:
    """How to see it again: the run, or a scenario of the features alone."""
    if judgement.kind == "scenario":
        return f"make features TAGS=@{judgement.id.partition(':')[2]} TARGET={target.path}"
    return f"make load SCENARIO={scenario} SEED={seed} TARGET={target.path}"


def result_of(judgement: Judgement, replay: str) -> Result:
    """A judgement as evidence; a breach carries its expectation, and an example where there is one."""
    details: dict[str, object] = {
        "kind": judgement.kind,
        "expected": judgement.expected,
        "observed": judgement.observed,
    }
    if judgement.kind in ("slo", "comparison"):
        details |= {"metric": judgement.metric, "limit": judgement.limit}
        details |= {"value": judgement.value, "unit": judgement.unit, "crossed": judgement.crossed}
    if judgement.kind == "operation" and judgement.asserted:
        details["asserted"] = {name: ANSWERS[name] for name in judgement.operations if name in ANSWERS}
    return Result(
        suite="load",
        id=judgement.id,
        title=judgement.title,
        status=judgement.status,
        service=SERVICES.get(judgement.operations[0], "") if judgement.operations else "",
        operations=tuple(operation for operation in judgement.operations if operation != ORDER_DECIDED),
        failures=tuple(_failures(judgement, replay)) if judgement.status > Status.WAIVED else (),
        details=details,
    )


def write_figures(folder: Path, scenario: Scenario, tally: Tally, stats: Mapping[str, Stats]) -> None:
    """`series.json` (one row a second) and `stats.json` (percentiles from due and from sent, counts, failures by kind,
    rates, what was checked, where SLOs were crossed), and `histograms.json` (from due, as `Latencies` writes them)."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = {
        "scenario": scenario.name,
        "title": scenario.title,
        "seconds": len(series_of(tally)),
        "open": scenario.open,
        "stages": [_stage(stage) for stage in scenario.stages],
        "operations": [_figures(operation) for operation in stats.values()],
        "iterations": dict(tally.iterations),
        "interrupted": dict(tally.interrupted),
        "generator": _generator(scenario, tally),
        "checks": {name: _checked(checked) for name, checked in sorted(tally.checked.items())},
        "crossings": [_crossing(crossing) for crossing in crossings_of(scenario, tally).values()],
    }
    (folder / "stats.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (folder / "series.json").write_text(json.dumps(series_of(tally)) + "\n", encoding="utf-8")
    whole = {name: operation.response.to_wire() for name, operation in sorted(tally.operations.items())}
    (folder / "histograms.json").write_text(json.dumps(whole) + "\n", encoding="utf-8")


def write_rounds(folder: Path, tally: Tally) -> None:
    """`rounds.json`, where load was made by turns: of each round, how often each latency from due came (µs)."""
    if tally.rounds:
        (folder / "rounds.json").write_text(json.dumps(rounds_to_wire(tally.rounds)) + "\n", encoding="utf-8")


def write_disturbances(folder: Path, impacts: Sequence[Impact]) -> None:
    """`disturbances.json`, where there were any: when each was, what clients saw, and the time to recover (seconds)."""
    if impacts:
        told = [told_of_impact(impact) for impact in impacts]
        (folder / "disturbances.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def write_memory(folder: Path, bounds: MemoryBounds | None, traces: Sequence[Trace]) -> None:
    """`memory.json`, where memory was watched: of each part its points, the line through them, and the verdict."""
    if bounds is not None and traces:
        told = told_of_memory(bounds, traces)
        (folder / "memory.json").write_text(json.dumps(told) + "\n", encoding="utf-8")


def lines(judgements: Iterable[Judgement], stats: Mapping[str, Stats]) -> Iterable[str]:
    """The run for a terminal: figures by operation, then everything judged. Where something was due, latencies count
    from then, and a second line has those from when requests were sent."""
    columns = ("p50", "p95", "p99", "p99.9", "max")
    yield f"{'operation':<16}{'count':>8}{'req/s':>9}{'failed':>8}" + "".join(f"{name + ' ms':>10}" for name in columns)
    for each in stats.values():
        numbers = f"{each.count:>8}{each.rate:>9.1f}{sum(each.failures.values()):>8}"
        yield f"{each.operation:<16}{numbers}{_latencies(each.percentiles, columns)}"
        if each.service != each.percentiles:
            yield f"{'  from sent':<41}{_latencies(each.service, columns)}"
    for judgement in judgements:
        if judgement.kind not in ("operation", "contract") or judgement.status is not Status.PASSED:
            yield f"{MARKS[judgement.status]:<8}{judgement.title}: {judgement.observed}"


def _latencies(percentiles: Mapping[str, float], names: Iterable[str]) -> str:
    return "".join(f"{percentiles.get(name, 0):>10.1f}" for name in names)


def _failures(judgement: Judgement, replay: str) -> Iterable[Failure]:
    operation = judgement.operations[0] if judgement.operations else ""
    if not judgement.examples:
        yield Failure(judgement.title, operation, judgement.expected, judgement.observed, replay)
    for example in judgement.examples:
        yield Failure(
            title=f"{judgement.title}: {example['kind']}",
            operation_id=operation,
            expected=example.get("expected", judgement.expected),
            observed=example.get("observed", judgement.observed),
            replay=replay,
            curl=example.get("curl", ""),
            response=example.get("response", ""),
        )


def _figures(stats: Stats) -> dict[str, Any]:
    return {
        "operation": stats.operation,
        "count": stats.count,
        "rate": stats.rate,
        "error_rate": round(stats.error_rate, 6),
        "failures": dict(stats.failures),
        "percentiles_ms": dict(stats.percentiles),
        "service_ms": dict(stats.service),
    }


def _stage(stage: Stage) -> dict[str, Any]:
    told: dict[str, Any] = {"name": stage.name, "seconds": stage.seconds}
    if stage.arrivals is None:
        return told | {"users": stage.users}
    rate = stage.arrivals
    return told | {"arrivals": rate.first, "arrivals_to": rate.last, "process": rate.process}


def _checked(checked: Checked) -> dict[str, Any]:
    return {"checked": checked.count, "wrong": dict(checked.wrong), "left_out": checked.left_out}


def _crossing(crossing: Crossing) -> dict[str, Any]:
    slo = crossing.slo
    told = {"operation": slo.operation, "metric": slo.metric, "limit": slo.limit, "unit": METRICS[slo.metric]}
    where = {"seconds": list(crossing.seconds), "stage": crossing.stage}
    return {**told, **where, "worst": crossing.worst, "worst_second": crossing.worst_second}


def _generator(scenario: Scenario, tally: Tally) -> dict[str, Any]:
    workers = sorted({sample.worker for sample in tally.samples})
    peak_cpu = max((sample.cpu for sample in tally.samples), default=0.0)
    peak_lag = max((sample.lag_ms for sample in tally.samples), default=0.0)
    told: dict[str, Any] = {"workers": len(workers), "peak_cpu": round(peak_cpu, 3), "peak_lag_ms": round(peak_lag, 1)}
    told["saturated"] = saturated(tally.samples)
    if not scenario.open:
        return told
    begun: dict[str, Any] = {"most_users": scenario.most_users, "due": dict(tally.due)}
    begun |= {"no_user_free": dict(tally.starved), "never_begun": dict(tally.never_begun)}
    return told | begun | {"late_ms": tally.late.percentiles(PERCENTILES)}
