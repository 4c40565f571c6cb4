"""Where the limit lies: which rate to try next, and what was found, as pure functions of the steps made so far.

Rates are raised until a step is not held, then the gap between the highest that held and the lowest that did not is
halved (geometrically) until it is narrow enough, then both ends are made again. A rate counts as what two of its steps
agree on; of three that all differ, as the generator's limit, which says nothing of the system. So one hiccup of the
machine is outvoted, and a knee that is told was seen twice from either side.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Literal

Outcome = Literal["held", "broke", "generator"]
"""Every promise held; the system broke one; the generator could not make the load, so that nothing is known."""
Limit = Literal["system", "generator", "most", "none held", "budget"]
AGREED, ENOUGH = 2, 3  # steps of one rate that agree settle it; so many do in any case
LOWEST = 16.0  # how many times below the first rate the search gives up


@dataclass(frozen=True, slots=True)
class Climb:
    """The search for one persona. Rates are arrivals a second; `growth` multiplies them while they hold; the search
    ends with the gap below `precision` (a share). `at_least` is what is promised, None: nothing. `busy` is how many
    seconds an iteration may take: so many users there are for each arrival a second."""

    persona: str
    first: float
    most: float
    growth: float = 1.6
    precision: float = 0.15
    at_least: float | None = None
    busy: float = 2.0


@dataclass(frozen=True, slots=True)
class Search:
    """How a limit is looked for: `seconds` of each step, `budget` seconds in all for each persona."""

    climbs: tuple[Climb, ...]
    seconds: float
    budget: float
    process: Literal["constant", "poisson"] = "constant"


@dataclass(frozen=True, slots=True)
class Step:
    """One rate made once. `why` says what broke, or what the generator lacked (also of one that held all the same);
    `slo`, `value` and `limit` are of the promise that was exceeded most; `latencies` are percentiles (ms) from when
    requests were due, by operation."""

    rate: float
    outcome: Outcome
    why: str = ""
    slo: str = ""
    value: float | None = None
    limit: float | None = None
    unit: str = ""
    latencies: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Knee:
    """What was found: the highest rate that held (None: not even the lowest tried did), the lowest that did not with a
    step of it that tells why (None: all held), what set the limit, and whether both ends were seen twice."""

    climb: Climb
    rate: float | None
    next: Step | None
    limited_by: Limit
    confirmed: bool
    steps: tuple[Step, ...]


def find_knee(climb: Climb, measure: Callable[[float], Step], time_left: Callable[[], bool]) -> Knee:
    """Makes steps until all is known, or no time is left for another."""
    steps: list[Step] = []
    while (rate := next_rate(climb, steps)) is not None and time_left():
        steps.append(measure(rate))
    return knee_of(climb, steps)


def next_rate(climb: Climb, steps: Sequence[Step]) -> float | None:
    """The rate to make next; None when the search is over."""
    good, bad = _bracket(steps)
    if bad is None:
        if good is None:
            return climb.first
        higher = min(_round(good * climb.growth), climb.most)
        return higher if higher > good else _unsettled(good, steps)
    if _unsettled(bad, steps):
        return bad
    if good is None:
        lower = _round(bad / climb.growth)
        return lower if lower >= climb.first / LOWEST else None
    middle = _round(sqrt(good * bad))
    if bad / good > 1 + climb.precision and good < middle < bad:
        return middle
    return _unsettled(good, steps)


def knee_of(climb: Climb, steps: Sequence[Step]) -> Knee:
    """What these steps tell."""
    good, bad = _bracket(steps)
    confirmed = bool(steps) and next_rate(climb, steps) is None
    kind = None if bad is None else _verdict(bad, steps)
    follows = next((step for step in steps if step.rate == bad and step.outcome == kind), None)
    limited: Limit
    if not confirmed:
        limited = "budget"
    elif kind == "generator":
        limited = "generator"
    elif good is None:
        limited = "none held"
    else:
        limited = "most" if bad is None else "system"
    return Knee(climb, good, follows, limited, confirmed, tuple(steps))


def _bracket(steps: Sequence[Step]) -> tuple[float | None, float | None]:
    """The highest rate that held below the lowest that did not."""
    verdicts = {step.rate: _verdict(step.rate, steps) for step in steps}
    bad = min((rate for rate, verdict in verdicts.items() if verdict != "held"), default=None)
    held = [rate for rate, verdict in verdicts.items() if verdict == "held" and (bad is None or rate < bad)]
    return max(held, default=None), bad


def _verdict(rate: float, steps: Sequence[Step]) -> Outcome:
    outcomes = _outcomes(rate, steps)
    outcome, agreed = outcomes.most_common(1)[0]
    if agreed >= AGREED or outcomes.total() == 1:
        return outcome
    if outcomes.total() < ENOUGH:  # a rate that held once and did not the other time is to be made again
        return "broke" if outcomes["broke"] else "generator"
    return "generator"


def _unsettled(rate: float, steps: Sequence[Step]) -> float | None:
    """The rate again, where its steps don't settle it yet."""
    outcomes = _outcomes(rate, steps)
    return None if max(outcomes.values()) >= AGREED or outcomes.total() >= ENOUGH else rate


def _outcomes(rate: float, steps: Sequence[Step]) -> Counter[Outcome]:
    return Counter(step.outcome for step in steps if step.rate == rate)


def _round(rate: float) -> float:
    """Three digits: nobody asks for 36.48 arrivals a second."""
    return float(f"{rate:.3g}")
