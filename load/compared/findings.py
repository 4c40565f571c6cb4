"""What a comparison is judged by: pure functions from rounds and ratios to judgements."""

from collections.abc import Mapping, Sequence

from load.compared.ratios import Ratio, Side
from load.compared.sittings import Part
from load.judge import Judgement
from load.vocabulary import OVERALL
from reports.evidence import Status

STATUSES = {"regression": Status.FAILED, "held": Status.PASSED}


def judge_sittings(parts: Sequence[Part], pairs: int) -> Judgement:
    """Whether there is anything to compare: one part that tells of the generator spoils the session."""
    spoilt = [f"{each.name}: {each.unusable}" for each in parts if each.unusable]
    return Judgement(
        "run:sittings",
        "Every sitting could be measured",
        Status.BROKEN if spoilt else Status.PASSED,
        "sittings with both sides and a generator that keeps up",
        spoilt[0] if spoilt else f"{len(parts) // 2} sittings, {pairs} pairs of rounds",
        "run",
    )


def judge_promises(parts: Sequence[Part]) -> Judgement:
    """The candidate breaks no promise that the base keeps; what both break is no difference, and is said."""
    seen: dict[Side, dict[str, str]] = {"base": {}, "candidate": {}}
    for each in parts:
        seen[each.side].update(each.broken_promises)
    new = {name: told for name, told in seen["candidate"].items() if name not in seen["base"]}
    old = sorted(seen["base"])
    observed = "; ".join(f"{name}: {told}" for name, told in sorted(new.items())) or "none"
    if old:
        observed += f"; the base breaks {', '.join(old)}"
    return Judgement(
        "compare:promises",
        "The candidate breaks no promise that the base keeps",
        Status.FAILED if new else Status.PASSED,
        "none that the base keeps",
        observed,
        "comparison",
    )


def judge_ratios(ratios: Sequence[Ratio], margin: float) -> list[Judgement]:
    """One for each ratio: what can't be decided is skipped, and where nothing can be, the comparison is broken."""
    judgements = [_judge(ratio, margin) for ratio in ratios]
    if any(ratio.finding in STATUSES for ratio in ratios):
        return judgements
    advice = "give compare.rounds more of them, the scenario more load, or the machine more quiet"
    observed = f"0 of {len(ratios)} ratios decided: {advice}"
    decided = Judgement(
        "compare:decided", "Something could be decided", Status.BROKEN, "a ratio decided", observed, "comparison"
    )
    return [*judgements, decided]


def said(ratio: Ratio, margin: float) -> str:
    """The ratio in words, with its interval and what follows."""
    if ratio.low is None or ratio.high is None:
        return f"too little data for an interval: {ratio.why}"
    figures = f"{ratio.ratio:.3f} times the base's ({ratio.low:.3f} to {ratio.high:.3f})"
    figures += f", {ratio.base_ms:.4g} → {ratio.candidate_ms:.4g} ms"
    if ratio.finding == "regression":
        return f"{figures}: slower by more than the margin of {margin:.1%}"
    if ratio.finding == "undecided":
        slower = "slower, but " if ratio.low > 1 else ""
        return f"{figures}: {slower}undecided whether by more than the margin of {margin:.1%}"
    return f"{figures}: {'faster' if ratio.high < 1 else f'not slower by more than {margin:.1%}'}"


def _judge(ratio: Ratio, margin: float) -> Judgement:
    return Judgement(
        id=f"compare:{ratio.operation}:{ratio.percentile}",
        title=f"{ratio.operation} {ratio.percentile}: no slower than the base by more than {margin:.1%}",
        status=STATUSES.get(ratio.finding, Status.SKIPPED),
        expected=f"a ratio of at most {1 + margin:.3f}",
        observed=said(ratio, margin),
        kind="comparison",
        operations=() if ratio.operation == OVERALL else (ratio.operation,),
        metric=ratio.percentile,
        limit=round(1 + margin, 6),
        value=round(ratio.ratio, 6),
        unit="times",
    )


def counted(ratios: Sequence[Ratio]) -> Mapping[str, int]:
    """How many ratios there are of each finding."""
    return {finding: sum(r.finding == finding for r in ratios) for finding in dict.fromkeys(r.finding for r in ratios)}
