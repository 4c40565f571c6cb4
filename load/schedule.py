"""When each iteration of an open scenario is due: a pure function of its stages and the seed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, islice
from math import sqrt
from random import Random

from load.scenario import Arrivals, Scenario


@dataclass(frozen=True, slots=True)
class Due:
    """One iteration: when, in seconds after the start of the stages (in a pool: on this process's monotonic clock),
    and whose it is."""

    at: float
    persona: str


def schedule(scenario: Scenario, seed: int, index: int = 0, workers: int = 1) -> Iterator[Due]:
    """The share of process `index` of `workers`: every `workers`-th arrival of the one schedule of this seed, so that
    the arrivals of all processes together are the same however many there are."""
    random = Random(f"{seed}-arrivals")  # noqa: S311  (arrivals that can be had again, not secrets)
    personas, weights = list(scenario.mix), list(accumulate(share.weight for share in scenario.mix.values()))
    times = arrival_times([(stage.seconds, stage.arrivals) for stage in scenario.stages if stage.arrivals], random)
    dues = (Due(at, random.choices(personas, cum_weights=weights)[0]) for at in times)
    return islice(dues, index, None, workers)


def arrival_times(stages: Iterable[tuple[float, Arrivals]], random: Random) -> Iterator[float]:
    """Seconds from the start. A stage's rate goes evenly from `first` to `last` a second; "constant" spaces arrivals
    evenly, "poisson" independently of each other (a time change of exponential gaps: Çinlar, 1975)."""
    begin, wanted = 0.0, 0.0  # `wanted`: how many arrivals are still expected until the next one comes
    for seconds, rate in stages:
        expected = (rate.first + rate.last) / 2 * seconds
        while wanted < expected:
            yield begin + _when(wanted, rate, seconds)
            wanted += random.expovariate(1.0) if rate.process == "poisson" else 1.0
        begin, wanted = begin + seconds, wanted - expected


def _when(expected: float, rate: Arrivals, seconds: float) -> float:
    """When so many arrivals are expected since the stage began: t for first·t + (last - first)·t²/2·seconds."""
    if not expected:
        return 0.0
    slope = (rate.last - rate.first) / seconds
    return 2 * expected / (rate.first + sqrt(max(rate.first**2 + 2 * slope * expected, 0.0)))
