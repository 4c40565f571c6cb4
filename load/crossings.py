"""In which seconds, and so in which stage, what an SLO promises of the whole run did not hold."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from load.scenario import Scenario, Slo, stage_number
from load.tally import Second, Tally
from load.vocabulary import METRICS, ORDER_DECIDED, OVERALL, PERCENTILES


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where one SLO was crossed: the seconds since the start, the stage of the first, and the worst value."""

    slo: Slo
    seconds: tuple[int, ...]
    stage: str
    worst: float
    worst_second: int

    def __str__(self) -> str:
        unit = METRICS[self.slo.metric]
        worst = f"worst {self.worst:.4g} {unit} in second {self.worst_second}"
        return f"crossed in {len(self.seconds)} s, first in second {self.seconds[0]} ({self.stage}), {worst}"


def crossings_of(scenario: Scenario, tally: Tally) -> dict[Slo, Crossing]:
    """By SLO, those that were crossed in some second, whatever became of the whole run."""
    if not tally.seconds:
        return {}
    first = min(tally.seconds)
    # What finishes after the last stage was begun in it.
    within = {at - first: second for at, second in sorted(tally.seconds.items())}
    found = (_crossing(scenario, slo, within) for slo in scenario.slos)
    return {crossing.slo: crossing for crossing in found if crossing is not None}


def holds(slo: Slo, second: Second) -> bool:
    """Whether an SLO holds of one second alone; it does where nothing happened that it is about."""
    value = _value(slo, second)
    if value is None:
        return True
    return value >= slo.limit if slo.metric == "throughput" else value <= slo.limit


def merged(second: Second, operation: str) -> Counter[int]:
    """The latencies of one second, of one operation or of all requests."""
    if operation != OVERALL:
        return second.latencies.get(operation, Counter())
    every: Counter[int] = Counter()
    for name, latencies in second.latencies.items():
        if name != ORDER_DECIDED:
            every.update(latencies)
    return every


def percentile(latencies: Counter[int], share: float) -> float:
    """In ms: the value that `share` per cent don't exceed."""
    wanted, seen = share / 100 * latencies.total(), 0
    ordered = sorted(latencies)
    for value in ordered:
        seen += latencies[value]
        if seen >= wanted:
            return value / 1000
    return ordered[-1] / 1000


def _crossing(scenario: Scenario, slo: Slo, seconds: Mapping[int, Second]) -> Crossing | None:
    values = {at: value for at, second in seconds.items() if (value := _value(slo, second)) is not None}
    if slo.metric == "throughput":
        over = [at for at, value in values.items() if value < slo.limit]
        worst = min(over, key=values.__getitem__, default=0)
    else:
        over = [at for at, value in values.items() if value > slo.limit]
        worst = max(over, key=values.__getitem__, default=0)
    if not over:
        return None
    number = stage_number(scenario.stages, over[0])
    stage = scenario.stages[-1 if number is None else number].name
    return Crossing(slo, tuple(over), stage, values[worst], worst)


def _value(slo: Slo, second: Second) -> float | None:
    latencies = merged(second, slo.operation)
    count = latencies.total()
    if slo.metric == "throughput":
        return float(count)
    if not count:
        return None
    if slo.metric == "error_rate":
        own = second.failures[slo.operation]
        all_of_them = sum(number for name, number in second.failures.items() if name != ORDER_DECIDED)
        return (all_of_them if slo.operation == OVERALL else own) / count
    return percentile(latencies, PERCENTILES[slo.metric])
