"""What a step of a search came to, and what a knee is worth: pure functions of evidence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from load.judge import Judgement
from load.scenario import Slo
from load.search import Knee, Outcome
from load.vocabulary import PERSONAS
from reports.evidence import Result, Status

OWN_LIMIT = ("run:generator", "run:punctual")  # the generator's processor: then all it measured is its own
NO_USER = "run:arrivals"


@dataclass(frozen=True, slots=True)
class Breach:
    """What a step's judgements say together; `outcome` None: it could not be judged, `why` says for what reason."""

    outcome: Outcome | None
    why: str = ""
    slo: str = ""
    value: float | None = None
    limit: float | None = None
    unit: str = ""


def outcome_of(results: Sequence[Result], service: Mapping[str, Mapping[str, float]]) -> Breach:
    """`service` are percentiles by operation from when requests were sent, in ms.

    Where no user was free, it matters why: answers that were slow since they were sent kept the users, which is the
    system's doing; where they were quick, there were too few users, and late is only what the generator made late.
    """
    failed = [result for result in results if result.status is Status.FAILED]
    broken = {result.id: result for result in results if result.status is Status.BROKEN}
    own = next((broken[name] for name in OWN_LIMIT if name in broken), None)
    if own is not None:
        return Breach("generator", _observed(own))
    if NO_USER in broken and not any(_of_the_system(result, service) for result in failed):
        return Breach("generator", _observed(broken[NO_USER]))
    unjudged = [r for name, r in broken.items() if _kind(r) == "run" and name != NO_USER]
    if unjudged and not failed:
        return Breach(None, "; ".join(f"{result.title}: {_observed(result)}" for result in unjudged))
    lost = [r for r in broken.values() if _kind(r) == "invariant"]
    if failed or lost:
        return _worst([*failed, *lost])
    return Breach("held")


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
    own = [slo for slo in slos if slo.operation in PERSONAS[knee.climb.persona]]
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


def _of_the_system(result: Result, service: Mapping[str, Mapping[str, float]]) -> bool:
    """Whether this breach would stand without what the generator itself was late."""
    if _kind(result) != "slo" or result.details.get("unit") != "ms":
        return True
    _, operation, metric = result.id.split(":")
    value, limit = service.get(operation, {}).get(metric), _number(result.details.get("limit"))
    return value is not None and limit is not None and value > limit


def _kind(result: Result) -> str:
    return str(result.details.get("kind", ""))


def _observed(result: Result) -> str:
    return str(result.details.get("observed", result.title))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
