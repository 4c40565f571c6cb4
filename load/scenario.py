"""What a scenario is: stages, the mix of personas, the promises (SLOs), the checks and the invariants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from load.disturbance import Disturbance
from load.memory import MemoryBounds
from load.search import Search
from load.vocabulary import ORDER_DECIDED, PERSONAS


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Iterations that become due each second, from `first` at a stage's begin evenly to `last` at its end."""

    first: float
    last: float
    process: Literal["constant", "poisson"] = "constant"


@dataclass(frozen=True, slots=True)
class Stage:
    """`seconds` of at most `users` users, reached at `spawn_rate` users a second; or, where it has `arrivals`, of
    iterations that begin when they are due, whoever is free makes them."""

    name: str
    seconds: float
    users: int = 0
    spawn_rate: float = 1.0
    arrivals: Arrivals | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A persona's share of the users, and how many iterations a second each of them makes at most (0: no limit)."""

    weight: int
    pace: float = 0.0


@dataclass(frozen=True, slots=True)
class Slo:
    """One promise about `operation` (an operationId, or `overall`). Percentiles are ms and, like `error_rate` (a share
    of 1), must not be exceeded; `throughput` (requests a second) must be reached."""

    operation: str
    metric: str
    limit: float


@dataclass(frozen=True, slots=True)
class GivenSize:
    """How much data is made for a run before its load starts."""

    links: int = 10
    products: int = 5
    stock: int = 1_000_000
    buyers: int = 4


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a candidate is compared with its base: how much slower it may be (a share of 1), in how many pairs of rounds
    at most that is measured, and at which percentiles."""

    margin: float = 0.05
    rounds: int = 60
    percentiles: tuple[str, ...] = ("p50", "p90", "p95", "p99")


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario of the features that is played: the operations that its When and Then can ask, and its `mark`, the
    same in all processes whose features are."""

    title: str
    place: str
    asks: tuple[str, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario file. `decided_within` is seconds; `saturation` says what a generator at its limit is worth;
    `most_users` make the iterations of open stages; `gherkin` are the weights of scenarios by id, `played` what is
    known of these once they are matched to their steps; `sample` is the share of answers held against the contract.
    With a `search` it has no stages: each step of the search is a run of its own."""

    name: str
    title: str
    stages: tuple[Stage, ...]
    mix: Mapping[str, Share]
    slos: tuple[Slo, ...]
    invariants: tuple[str, ...]
    decided_within: float = 10.0
    saturation: Literal["note", "broken"] = "broken"
    given: GivenSize = field(default_factory=GivenSize)
    most_users: int = 0
    sample: float = 0.01
    disturbances: tuple[Disturbance, ...] = ()
    comparison: Comparison = field(default_factory=Comparison)
    memory: MemoryBounds | None = None
    search: Search | None = None
    gherkin: Mapping[str, int] = field(default_factory=dict)
    played: Mapping[str, Played] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether iterations arrive, instead of users taking one after the other. All stages are of one kind."""
        return any(stage.arrivals for stage in self.stages)

    @property
    def seconds(self) -> float:
        """How long its stages take together."""
        return sum(stage.seconds for stage in self.stages)

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that its personas call."""
        return tuple(dict.fromkeys(operation for persona in self.mix for operation in PERSONAS[persona]))

    @property
    def asks(self) -> tuple[str, ...]:
        """The operations that its Gherkin can ask, none of which must be asked in every run."""
        return tuple(dict.fromkeys(operation for played in self.played.values() for operation in played.asks))

    def asked_by(self, persona: str) -> tuple[str, ...]:
        """What an SLO of that persona may be about; of the Gherkin, that includes the time until orders are decided."""
        if persona != "gherkin":
            return PERSONAS[persona]
        return (*self.asks, ORDER_DECIDED) if {"createOrder", "getOrder"} <= set(self.asks) else self.asks


def stage_at(scenario: Scenario, seconds: float) -> Stage | None:
    """The stage that runs `seconds` after the start; None when all are over."""
    number = stage_number(scenario.stages, seconds)
    return None if number is None else scenario.stages[number]


def stage_number(stages: Sequence[Stage], seconds: float) -> int | None:
    """Its place among the stages."""
    end = 0.0
    for number, stage in enumerate(stages):
        end += stage.seconds
        if seconds < end:
            return number
    return None
