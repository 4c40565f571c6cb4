"""What a step of a search came to, and what a knee is worth: pure functions of evidence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from load.judge import Judgement
from load.scenario import Slo
from load.search import Knee, Outcome
from load.vocabulary import OVERALL, PERSONAS
from reports.evidence import Result, Status

EXHAUSTED, LATE, NO_USER = "run:generator", "run:punctual", "run:arrivals"


@dataclass(frozen=True, slots=True)
class Breach:
    """What a step's judgements say together; `outcome` None: it could not be judged, `why` says for what reason."""

    outcome: Outcome | None
    why: str = ""
    slo: str = ""
    value: float | None = None
    limit: float | None = None
    unit: str = ""


def outcome_of(
    results: Sequence[Result], service: Mapping[str, Mapping[str, float]], late: float, never_begun: int = 0
) -> Breach:
    """`service` are percentiles by operation from when requests were sent, `late` how late iterations began at p99, ms;
    `never_begun` is how many were due and not made.

    A generator without processor time left measures itself. One that began late, or had no user free, is only to blame
    for that much: answers that broke a promise since they were sent, and by more than that, are the system's doing;
    slow answers are also what keeps users from being free. And where every iteration was made, and promises of latency
    held although they count from when it was due, the wait is in what held.
    """
    failed = [result for result in results if result.status is Status.FAILED]
    broken = {result.id: result for result in results if result.status is Status.BROKEN}
    own = [broken[name] for name in (EXHAUSTED, LATE, NO_USER) if name in broken]
    off = late if LATE in broken else 0.0
    waited = f"{'iterations began late: ' * (own[0].id == LATE)}{_observed(own[0])}" if own else ""
    of_the_system = any(_of_the_system(result, service, off) for result in failed)
    wait_is_in = not failed and not never_begun and any(_is_latency(result) for result in results)
    if EXHAUSTED in broken or (own and not of_the_system and not wait_is_in):
        return Breach("generator", waited)
    unjudged = [r for r in broken.values() if _kind(r) == "run" and r not in own]
    if unjudged and not failed:
        return Breach(None, "; ".join(f"{result.title}: {_observed(result)}" for result in unjudged))
    lost = [r for r in broken.values() if _kind(r) == "invariant"]
    if failed or lost:
        return _worst([*failed, *lost])
    return Breach("held", waited and f"the wait included: {waited}")


def judge_knee(knee: Knee) -> Judgement:
    """Found, it passes, unless less than promised was reached; the generator's limit is no knee, but "at least"."""
    promised = knee.climb.at_least
    expected = "a knee, seen twice from either side" if promised is None else f"at least {promised:g} a second"
    reached = knee.rate or 0.0
    if promised is not None and reached >= promised and knee.confirmed:
        status = Status.PASSED
    elif knee.limited_by in ("generator", "budget"):
        status = Status.BROKEN
    elif knee.limited_by == "none held" or (promised is not None and reached < promised):
        status = Status.FAILED
    else:
        status = Status.PASSED
    return Judgement(
        id=f"knee:{knee.climb.persona}",
        title=f"The limit of {knee.climb.persona}",
        status=status,
        expected=expected,
        observed=in_words(knee),
        kind="knee",
        metric="arrivals",
        limit=promised,
        value=knee.rate,
        unit="arrivals/s",
    )


def in_words(knee: Knee) -> str:
    """`48 arrivals/s held; at 55 orderDecided p95 was 5210 ms, above 4000`."""
    held = f"{knee.rate:g} arrivals/s held" if knee.rate else "no rate that was tried held"
    why = f"; at {knee.next.rate:g} {knee.next.why}" if knee.next else ""
    ends = {
        "system": f"{held}{why}",
        "none held": f"{held}{why}; give a lower search.{knee.climb.persona}.first",
        "most": f"at least {knee.rate or 0:g} arrivals/s, the most that was to be tried",
        "generator": f"at least {knee.rate or 0:g} arrivals/s: the generator's own limit{why}",
        "budget": f"not confirmed: {held}{why}; raise search.budget",
    }
    return ends[knee.limited_by]


def told(knee: Knee, slos: Iterable[Slo]) -> dict[str, Any]:
    """One entry of `knee.json`: rates are arrivals a second, latencies ms from when requests were due."""
    follows = knee.next
    called = PERSONAS[knee.climb.persona]  # empty for the Gherkin, which asks whatever its scenarios do
    own = [slo for slo in slos if slo.operation in called or (not called and slo.operation != OVERALL)]
    return {
        "persona": knee.climb.persona,
        "knee": knee.rate,
        "limited_by": knee.limited_by,
        "confirmed": knee.confirmed,
        "at_least": knee.climb.at_least,
        "status": judge_knee(knee).status.label,
        "told": in_words(knee),
        "next": follows
        and {"rate": follows.rate, "why": follows.why, "slo": follows.slo, "value": follows.value}
        | {"limit": follows.limit, "unit": follows.unit},
        "slos": [{"operation": slo.operation, "metric": slo.metric, "limit": slo.limit} for slo in own],
        "steps": [
            {"rate": step.rate, "outcome": step.outcome, "why": step.why, "folder": step.folder}
            | {"latencies_ms": {name: dict(each) for name, each in step.latencies.items()}}
            for step in knee.steps
        ],
    }


def _worst(breaches: Sequence[Result]) -> Breach:
    """What was exceeded most, in shares of its limit; without a limit, the first."""
    slos = [result for result in breaches if _kind(result) == "slo"]
    if not slos:
        return Breach("broke", f"{breaches[0].title}: {_observed(breaches[0])}")
    worst = max(slos, key=lambda result: _excess(result.details))
    details = worst.details
    value, limit = _number(details.get("value")), _number(details.get("limit"))
    slo = worst.id.removeprefix("slo:").replace(":", " ")
    unit = str(details.get("unit", ""))
    why = f"{slo} was {value or 0:.4g} {unit}, the limit is {limit or 0:g}"
    return Breach("broke", why, slo, value, limit, unit)


def _excess(details: Mapping[str, object]) -> float:
    value, limit = _number(details.get("value")) or 0.0, _number(details.get("limit")) or 0.0
    return value / limit if limit else float("inf")


def _of_the_system(result: Result, service: Mapping[str, Mapping[str, float]], off: float) -> bool:
    """Whether this breach would stand without what the generator itself was late, and `off` ms less."""
    if not _is_latency(result):
        return True
    _, operation, metric = result.id.split(":")
    value, limit = service.get(operation, {}).get(metric), _number(result.details.get("limit"))
    return value is not None and limit is not None and value - off > limit


def _is_latency(result: Result) -> bool:
    return _kind(result) == "slo" and result.details.get("unit") == "ms"


def _kind(result: Result) -> str:
    return str(result.details.get("kind", ""))


def _observed(result: Result) -> str:
    return str(result.details.get("observed", result.title))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
