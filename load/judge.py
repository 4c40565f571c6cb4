"""The judges: pure functions from figures and facts to judgements. All is judged, then there is one exit code."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from load.crossings import Crossing
from load.figures import Stats
from load.saturation import LATE_MS, saturated
from load.scenario import Scenario, Slo
from load.tally import Tally
from load.vocabulary import METRICS, OVERALL, SERVICES
from reports.evidence import Status

NEVER_PLAYED = "never played: see whether the personas' code held, or raise its weight"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One thing judged: what was expected and observed; `kind` is slo, invariant, operation, scenario, contract or
    run."""

    id: str
    title: str
    status: Status
    expected: str
    observed: str
    kind: str
    operations: tuple[str, ...] = ()
    metric: str = ""
    limit: float | None = None
    value: float | None = None
    unit: str = ""
    examples: tuple[Mapping[str, str], ...] = ()
    crossed: str = ""
    asserted: bool = False


def judge_slos(
    slos: Iterable[Slo], stats: Mapping[str, Stats], crossings: Mapping[Slo, Crossing] = MappingProxyType({})
) -> list[Judgement]:
    """One judgement for each SLO, with where it was crossed; an operation nobody called can't be judged: broken."""
    return [_judge_slo(slo, stats.get(slo.operation), crossings.get(slo)) for slo in slos]


def asked_in(scenario: Scenario, stats: Mapping[str, Stats]) -> tuple[str, ...]:
    """The operations of the personas, which must be asked, and whatever else the Gherkin asked."""
    return tuple(dict.fromkeys([*scenario.operations, *(name for name in stats if name in SERVICES)]))


def judge_operations(
    operations: Iterable[str], stats: Mapping[str, Stats], asserted: Container[str] = ()
) -> list[Judgement]:
    """Each of them: called, and every answer right. Those `asserted` are the personas' own, who look at all of it."""
    return [_judge_operation(name, stats.get(name), asserted=name in asserted) for name in operations]


def judge_scripts(scenario: Scenario, tally: Tally, *, disturbed: bool = False) -> list[Judgement]:
    """Each scenario of the features that was to be played: played, and every step of it held."""
    return [_judge_script(name, scenario, tally, disturbed=disturbed) for name in scenario.played]


def judge_run(scenario: Scenario, tally: Tally, stats: Mapping[str, Stats]) -> list[Judgement]:
    """Whether there was a run to judge at all: requests, finished iterations, personas and a generator that held."""
    requests = stats[OVERALL].count if OVERALL in stats else 0
    judgements = [_must("requests", "Load was made", "requests", f"{requests} requests", requests > 0)]
    for persona in scenario.mix:
        done = tally.iterations[persona]
        title = f"Persona {persona} finished iterations"
        judgements.append(_must(f"persona:{persona}", title, "at least 1 iteration", f"{done} iterations", done > 0))
    crashes = "; ".join(f"{count} × {what}" for what, count in tally.crashes.items()) or "no error"
    judgements.append(_must("personas", "The personas' own code held", "no error", crashes, not tally.crashes))
    judgements.append(_judge_generator(scenario, tally))
    return judgements + (judge_arrivals(scenario, tally) if scenario.open else [])


def judge_arrivals(scenario: Scenario, tally: Tally) -> list[Judgement]:
    """Whether iterations began when they were due. Where they did not, latencies tell of the generator, too: what was
    measured is no open load any more, whatever its percentiles say."""
    due, starved, never = tally.due.total(), tally.starved, tally.never_begun
    free = "; ".join(
        f"{number} of {tally.due[persona]} {persona} found no user free"
        + (f", {never[persona]} never began" * bool(never[persona]))
        for persona, number in sorted(starved.items())
    )
    if free:
        free += f": raise generator.most_users (now {scenario.most_users}), or let fewer arrive"
    late = tally.late.percentiles({"p99": 99.0, "max": 100.0}) or {"p99": 0.0, "max": 0.0}
    begun = f"p99 {late['p99']:.1f} ms, at most {late['max']:.1f} ms"
    punctual = bool(starved) or late["p99"] <= LATE_MS  # whoever waits for a user is late for want of users
    advice = "" if punctual else ": use more WORKERS, or let fewer arrive"
    noted = scenario.saturation == "note"
    return [
        _must("arrivals", "Every iteration found a free user", "a user for each", free or f"{due} of {due}", not free),
        _must(
            "punctual",
            "Iterations began when they were due",
            f"p99 within {LATE_MS:g} ms",
            begun + advice,
            punctual or noted,
        ),
    ]


def exit_code(judgements: Iterable[Judgement]) -> int:
    """0 passed, 1 a promise was broken, 3 something could not be judged (which outweighs)."""
    worst = max((judgement.status for judgement in judgements), default=Status.BROKEN)
    if worst is Status.BROKEN:
        return 3
    return 1 if worst is Status.FAILED else 0


def _judge_slo(slo: Slo, stats: Stats | None, crossing: Crossing | None) -> Judgement:
    unit = METRICS[slo.metric]
    floor = slo.metric == "throughput"
    expected = f"{slo.metric} {'>=' if floor else '<='} {slo.limit:g} {unit}"
    if stats is None or not stats.count:
        status, value, observed = Status.BROKEN, None, "was never asked"
    else:
        value = stats.value(slo.metric)
        status = Status.PASSED if (value >= slo.limit if floor else value <= slo.limit) else Status.FAILED
        observed = f"{slo.metric} {value:.4g} {unit} of {stats.count} requests"
        if status is Status.FAILED and crossing:
            observed += f"; {crossing}"
    return Judgement(
        id=f"slo:{slo.operation}:{slo.metric}",
        title=f"{slo.operation}: {expected}",
        status=status,
        expected=expected,
        observed=observed,
        kind="slo",
        operations=() if slo.operation == OVERALL else (slo.operation,),
        metric=slo.metric,
        limit=slo.limit,
        value=value,
        unit=unit,
        crossed=str(crossing or ""),
    )


def _judge_operation(name: str, stats: Stats | None, *, asserted: bool) -> Judgement:
    count = stats.count if stats else 0
    failures = stats.failures if stats else {}
    wrong = ", ".join(f"{number} × {kind}" for kind, number in sorted(failures.items()))
    status = Status.FAILED if failures else Status.PASSED
    return Judgement(
        id=f"operation:{name}",
        title=f"{name}: every answer under load was right",
        status=status if count else Status.BROKEN,
        expected="every answer right",
        observed=f"{count} requests, {wrong or 'all right'}" if count else "no request was made",
        kind="operation",
        operations=(name,),
        examples=stats.examples if stats else (),
        asserted=asserted,
    )


def _judge_script(name: str, scenario: Scenario, tally: Tally, *, disturbed: bool) -> Judgement:
    """In a run that was disturbed, steps that fell at other times count: those that `tally` still has failures of."""
    known, whole, fell = scenario.played[name], tally.played[name], tally.fell[name]
    told = [(kind, n) for one in tally.operations.values() for kind, n in one.failures.items() if _is_of(name, kind)]
    wrong = sum(number for _, number in told) if disturbed else fell
    examples = [e for one in tally.operations.values() for e in one.examples if _is_of(name, e["kind"])]
    status = Status.FAILED if wrong else Status.PASSED
    steps = "".join(f"; {number} × {kind}" for kind, number in told)
    return Judgement(
        id=f"scenario:{name}",
        title=f"@{name} {known.title}: every step held under load",
        status=status if whole + fell else Status.BROKEN,
        expected=f"every step holds, each time ({known.place})",
        observed=f"{whole} times whole, {fell} times not{steps}" if whole + fell else NEVER_PLAYED,
        kind="scenario",
        examples=tuple({one["kind"]: one for one in reversed(examples)}.values()),  # the operation tells more of them
    )


def _is_of(name: str, kind: str) -> bool:
    return kind.startswith(f"@{name} ")


def _must(what: str, title: str, expected: str, observed: str, holds: bool) -> Judgement:
    return Judgement(f"run:{what}", title, Status.PASSED if holds else Status.BROKEN, expected, observed, "run")


def _judge_generator(scenario: Scenario, tally: Tally) -> Judgement:
    limits = saturated(tally.samples)
    title, expected = "The generator was not the bottleneck", "no process at its limit for 10 s"
    if not limits:
        peak = max((sample.cpu for sample in tally.samples), default=0.0)
        return _must("generator", title, expected, f"at most {peak:.0%} of a core", holds=True)
    observed = "; ".join(f"{worker} for {seconds} s" for worker, seconds in limits.items())
    observed += " above 90 % of a core with greenlets starting late: use more WORKERS, or fewer users"
    return _must("generator", title, expected, observed, holds=scenario.saturation == "note")
