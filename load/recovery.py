"""When what was promised held again after a disturbance, and what clients saw until then: pure functions of the tally.

All is counted by whole seconds, since latencies are. A second is calm when something was answered in it and every SLO
of the scenario holds of that second alone. A disturbance is over with the first calm second that begins a row of
`HOLD`; the time to recover runs from the end of the disturbance (the moment it was undone: a killed part still has to
start) to the begin of that second, and is 0 where the second of the end is itself calm. Nothing after the next
disturbance, or after the stages, counts: what was not seen to recover by then has not recovered.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import floor

from load.crossings import holds
from load.disturbance import HOLD, Carried, Disturbance
from load.figures import Stats, statistics_of
from load.latencies import Latencies
from load.scenario import Scenario
from load.tally import Operation, Tally
from load.vocabulary import ORDER_DECIDED


@dataclass(frozen=True, slots=True)
class Impact:
    """One disturbance and what it did, from its begin until it was over. Times are seconds after the load's first
    second, `recovered_after` is seconds after the end, None where that was not seen. `errors` are failures by operation
    and kind: those that clients may see, and in `wrong` all others; `requests` are all that finished meanwhile."""

    planned: Disturbance
    began: float
    ended: float
    over: int
    recovered_after: float | None
    requests: int = 0
    errors: dict[str, Counter[str]] = field(default_factory=dict)
    wrong: dict[str, Counter[str]] = field(default_factory=dict)
    problem: str = ""

    @property
    def error_rate(self) -> float:
        """The share of the requests that failed in a way that clients may see."""
        failed = sum(kinds.total() for name, kinds in self.errors.items() if name != ORDER_DECIDED)
        return failed / self.requests if self.requests else 0.0


def impacts_of(scenario: Scenario, tally: Tally, carried: Sequence[Carried], stages_end: float) -> tuple[Impact, ...]:
    """One for each; `stages_end` is epoch seconds."""
    found = []
    for each in carried:
        following = [other.began for other in carried if other.began >= each.ended and not other.problem]
        until = floor(min([*following, stages_end]))
        over = _first_calm(scenario, tally, floor(each.ended), until)
        found.append(_impact(tally, each, over, until))
    return tuple(found)


def calm(tally: Tally, impacts: Iterable[Impact]) -> tuple[Tally, dict[str, Stats]]:
    """The tally without the seconds of all disturbances, with its figures; latencies are exact to 1.6 % there. Statuses
    lack those that came with errors that clients may see."""
    impacts = tuple(impacts)
    first = min(tally.seconds, default=0)
    disturbed = {first + at for impact in impacts for at in range(floor(impact.began), impact.over)}
    left = replace(tally, operations={}, seconds={at: s for at, s in tally.seconds.items() if at not in disturbed})
    for name, whole in tally.operations.items():
        left.operations[name] = _without(name, whole, left, impacts)
    length = max(len(left.seconds), 1)
    stats = {name: replace(each, rate=round(each.count / length, 2)) for name, each in statistics_of(left).items()}
    return left, stats


def _impact(tally: Tally, each: Carried, over: int | None, until: int) -> Impact:
    window = range(floor(each.began), until if over is None else over)
    first = min(tally.seconds, default=window.start)
    found = Impact(
        planned=each.planned,
        began=each.began - first,
        ended=each.ended - first,
        over=window.stop - first,
        recovered_after=None if over is None else max(over - each.ended, 0.0),
        requests=sum(tally.seconds[at].requests for at in window if at in tally.seconds),
        problem=each.problem,
    )
    for at in window:
        for name, kinds in tally.seconds[at].kinds.items() if at in tally.seconds else ():
            for kind, number in kinds.items():
                kept = found.errors if each.planned.may_see(kind) else found.wrong
                kept.setdefault(name, Counter())[kind] += number
    return found


def _first_calm(scenario: Scenario, tally: Tally, begin: int, until: int) -> int | None:
    row = 0
    for at in range(begin, until):
        second = tally.seconds.get(at)
        quiet = second is not None and second.requests and all(holds(slo, second) for slo in scenario.slos)
        row = row + 1 if quiet else 0
        if row == HOLD:
            return at - HOLD + 1
    return None


def _without(name: str, whole: Operation, left: Tally, impacts: Iterable[Impact]) -> Operation:
    """One operation in the calm seconds."""
    times, failures = Latencies(), Counter[str]()
    for second in left.seconds.values():
        times.count_in(second.latencies.get(name, Counter()))
        failures.update(second.kinds.get(name, Counter()))
    statuses = whole.statuses.copy()
    for impact in impacts:
        for kind, number in impact.errors.get(name, Counter()).items():
            word, _, status = kind.partition(" ")
            if word == "status" and status.isdigit():
                statuses[int(status)] -= number
    examples = [example for example in whole.examples if example["kind"] in failures]
    return Operation(times, times, failures, examples, +statuses)
