"""What is promised while something is disturbed, and of how soon it is over: one judgement each, or broken where the
disturbance could not be carried out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from load.disturbance import HOLD, KINDS
from load.judge import Judgement
from load.recovery import Impact
from reports.evidence import Status


def judge_disturbances(impacts: Iterable[Impact]) -> list[Judgement]:
    """Three for each disturbance: carried out, what clients saw, how soon it was over."""
    return [judgement for impact in impacts for judgement in _judge(impact)]


def judge_parts(lost: list[str]) -> Judgement:
    """Whether all that was disturbed stands again, and nothing died by itself meanwhile: a service that dies while
    suites run makes a verdict broken, those that were killed on purpose don't count."""
    status = Status.BROKEN if lost else Status.PASSED
    observed = f"{', '.join(lost)} died, or did not come back" if lost else "all alive, none died by itself"
    return Judgement("run:parts", "The stack outlived the disturbances", status, "every part alive", observed, "run")


def told(impact: Impact) -> dict[str, Any]:
    """One entry of `disturbances.json`; seconds count from the first second of the load."""
    planned = impact.planned
    verdict = max((judgement.status for judgement in _judge(impact)), default=Status.BROKEN)
    return {
        "number": planned.number,
        "title": planned.title,
        "kind": planned.kind,
        "part": planned.part,
        "planned": {"at": planned.at, "for": planned.seconds, "delay": planned.delay, "action": planned.action},
        "began": round(impact.began, 2),
        "ended": round(impact.ended, 2),
        "over": impact.over,
        "recovered_after": None if impact.recovered_after is None else round(impact.recovered_after, 2),
        "recover_within": planned.recover_within,
        "requests": impact.requests,
        "error_rate": round(impact.error_rate, 6),
        "most_errors": planned.error_rate,
        "may_see": list(planned.errors),
        "errors": {name: dict(kinds) for name, kinds in sorted(impact.errors.items())},
        "wrong": {name: dict(kinds) for name, kinds in sorted(impact.wrong.items())},
        "problem": impact.problem,
        "status": verdict.label,
    }


def _judge(impact: Impact) -> list[Judgement]:
    planned = impact.planned
    name, title = f"disturbance:{planned.number}:{planned.kind}:{planned.part}", planned.title
    carried = Status.BROKEN if impact.problem else Status.PASSED
    done = Judgement(
        f"{name}:carried-out",
        f"{title}: was carried out",
        carried,
        KINDS[planned.kind],
        impact.problem or f"from {impact.began:.1f} s to {impact.ended:.1f} s",
        "disturbance",
    )
    return [done] if impact.problem else [done, _seen(name, title, impact), _recovered(name, title, impact)]


def _seen(name: str, title: str, impact: Impact) -> Judgement:
    planned = impact.planned
    expected = (
        f"at most {planned.error_rate:.3g} of the requests fail, only by {', '.join(planned.errors) or 'nothing'}"
    )
    failed = _listed(impact.errors) or "no error"
    observed = f"{impact.error_rate:.3g} of {impact.requests} requests: {failed}"
    if impact.wrong:
        observed += f"; what no client may see: {_listed(impact.wrong)}"
    holds = not impact.wrong and impact.error_rate <= planned.error_rate
    status = Status.PASSED if holds else Status.FAILED
    return Judgement(f"{name}:seen", f"{title}: clients saw what they may", status, expected, observed, "disturbance")


def _recovered(name: str, title: str, impact: Impact) -> Judgement:
    within, after = impact.planned.recover_within, impact.recovered_after
    expected = f"every SLO holds again within {within:g} s, for {HOLD} s on end"
    if after is None:
        observed = "not before the next disturbance, or the end of the load"
    else:
        observed = f"{after:.1f} s after its end"
    status = Status.PASSED if after is not None and after <= within else Status.FAILED
    return Judgement(
        f"{name}:recovered", f"{title}: recovered", status, expected, observed, "disturbance", value=after, unit="s"
    )


def _listed(errors: Mapping[str, Counter[str]]) -> str:
    each = [f"{name} {number} × {kind}" for name, kinds in sorted(errors.items()) for kind, number in kinds.items()]
    return ", ".join(each)
