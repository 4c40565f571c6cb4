"""How a verdict is put into words: one sentence that says what happened and why."""

from collections.abc import Iterable, Sequence

from reports._model import Result, Status
from reports.verdict import SuiteVerdict

NOUNS = {
    "features": "scenario",
    "contracts": "contract claim",
    "load": "load check",
    "messages": "message check",
    "stack": "stack part",
    "clean-up": "kind of data",
}
KINDS = {"slo": "SLO", "invariant": "invariant", "part": "stack part", "comparison": "comparison"}


def one_sentence(suites: Sequence[SuiteVerdict], findings: Iterable[Result], missing: str = "") -> str:
    """Why the verdict is what it is."""
    if not suites:
        return "Nothing was judged: no suite left any evidence."
    broken = [suite for suite in suites if suite.status is Status.BROKEN]
    failed = [result for result in findings if result.status is Status.FAILED]
    if broken:
        reasons = "; ".join(_no_verdicts(broken) + [_unjudged(s, findings) for s in broken if not s.problems])
        also = f" Also, {_failed(failed)}." if failed else ""
        return f"{reasons[0].upper()}{reasons[1:]}.{also}"
    if failed:
        text = _failed(failed)
        return f"{text[0].upper()}{text[1:]}."
    if missing:
        return f"Too little was asserted: {missing}."
    judged = sum(suite.counts["passed"] + suite.counts["waived"] for suite in suites)
    waived = sum(suite.counts["waived"] for suite in suites)
    exceptions = f" {waived} known {_plural('failure', waived)} waived." if waived else ""
    return f"All {judged} checks of {len(suites)} {_plural('suite', len(suites))} held.{exceptions}"


def noun(result: Result, number: int = 1) -> str:
    """What one result of a suite is called."""
    kind = result.details.get("kind")
    return _plural(KINDS.get(str(kind)) or NOUNS.get(result.suite, "check"), number)


def _no_verdicts(broken: Iterable[SuiteVerdict]) -> list[str]:
    """Suites that can't be trusted at all, those with the same cause together."""
    by_cause: dict[str, list[str]] = {}
    for suite in broken:
        if suite.problems:
            by_cause.setdefault(suite.problems[0], []).append(suite.name)
    return [f"{_listed(names)} gave no verdict: {cause}" for cause, names in by_cause.items()]


def _unjudged(suite: SuiteVerdict, findings: Iterable[Result]) -> str:
    """A suite that ran to its end, but could not judge something."""
    mine = [result for result in findings if result.suite == suite.name and result.status is Status.BROKEN]
    first = mine[0]
    observed = first.failures[0].observed if first.failures else str(first.details.get("observed", ""))
    told = f" ({observed.splitlines()[0][:160]})" if observed else ""
    more = f" and {len(mine) - 1} more" if len(mine) > 1 else ""
    return f"{suite.name} could not judge {first.title}{told}{more}"


def _failed(failed: Sequence[Result]) -> str:
    counts: dict[str, list[Result]] = {}
    for result in failed:
        counts.setdefault(noun(result), []).append(result)
    told = [f"{len(group)} {noun(group[0], len(group))}" for group in counts.values()]
    return f"{_listed(told)} failed, first {failed[0].title!r}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _plural(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"
