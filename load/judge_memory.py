"""Judges what was seen of the memory of each part, and tells it."""

from collections.abc import Mapping, Sequence

from load.judge import Judgement
from load.memory import FEWEST, Growth, MemoryBounds, Trace, growth_of, thinned
from reports.evidence import Status


def judge_memory(bounds: MemoryBounds, traces: Sequence[Trace], unseen: str = "") -> list[Judgement]:
    """One judgement for each part that is judged; `unseen` says why no memory could be seen, if so."""
    if unseen:
        expected = "the memory of each part over time"
        return [Judgement("memory", "No part leaks", Status.SKIPPED, expected, unseen, "memory")]
    judged = [trace for trace in traces if trace.part not in bounds.keep_data]
    if not judged:
        return [Judgement("memory", "No part leaks", Status.BROKEN, "at least one part", "no part was seen", "memory")]
    return [_judge(trace, growth_of(trace, bounds), bounds) for trace in judged]


def told(bounds: MemoryBounds, traces: Sequence[Trace]) -> list[Mapping[str, object]]:
    """`memory.json`: of each part its points `[seconds, MiB]`, the line through them, and the verdict."""
    return [_told(trace, growth_of(trace, bounds), bounds) for trace in traces]


def _judge(trace: Trace, growth: Growth | None, bounds: MemoryBounds) -> Judgement:
    name, title = f"memory:{trace.part}", f"{trace.part} does not leak"
    if growth is None:
        seen = sum(at >= bounds.warm_up for at, _ in trace.points)
        observed = f"{seen} points after the first {bounds.warm_up:g} s; make the stages longer"
        return Judgement(name, title, Status.BROKEN, f"at least {FEWEST} points", observed, "memory")
    return Judgement(
        id=name,
        title=title,
        status=Status.FAILED if growth.leaks else Status.PASSED,
        expected=f"at most {growth.limit:.1f} MiB an hour",
        observed=_observed(growth),
        kind="memory",
        metric="slope",
        limit=growth.limit,
        value=growth.slope,
        unit="MiB/h",
    )


def _observed(growth: Growth) -> str:
    word = "leaks" if growth.leaks else "grows" if growth.least > 0 else "does not grow"
    between = f"{growth.least:+.1f} to {growth.most:+.1f}"
    of = f"{growth.trace.unit} of {growth.level:.1f} MiB"
    return f"{growth.trace.part} {word}: {growth.slope:+.1f} MiB an hour ({between} at 95 %), {of}"


def _told(trace: Trace, growth: Growth | None, bounds: MemoryBounds) -> Mapping[str, object]:
    keeps = trace.part in bounds.keep_data
    status = Status.BROKEN if growth is None else Status.FAILED if growth.leaks else Status.PASSED
    entry: dict[str, object] = {"part": trace.part, "pid": trace.pid, "unit": trace.unit, "warm_up": bounds.warm_up}
    entry |= {"judged": not keeps, "status": Status.SKIPPED.label if keeps else status.label}
    entry["points"] = [[round(at, 1), round(mib, 3)] for at, mib in thinned(trace.points)]
    if growth is not None:
        figures = {"slope": growth.slope, "least": growth.least, "most": growth.most, "limit": growth.limit}
        figures |= {"level": growth.level, "at_start": growth.at_start}
        entry |= {name: round(value, 3) for name, value in figures.items()}
    return entry
