"""What one process counted while it made load; tallies add up, over time and over workers."""

from collections import Counter
from dataclasses import dataclass, field

from load.latencies import COARSE, Latencies, grains, microseconds
from load.vocabulary import ORDER_DECIDED

EXAMPLES_KEPT = 3  # of each kind of failure


@dataclass(slots=True)
class Operation:
    """One operation: how long each answer took, right or wrong, from when it was sent (`service`) and from when it was
    due (`response`; the same where nothing is due); the failures by kind, and all statuses."""

    service: Latencies = field(default_factory=Latencies)
    response: Latencies = field(default_factory=Latencies)
    failures: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, str]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many requests were made."""
        return self.service.count


@dataclass(slots=True)
class Second:
    """One second of the series, by operation: failures, all and by kind, and latencies from when they were due, to
    1.6 % (µs)."""

    failures: Counter[str] = field(default_factory=Counter)
    latencies: dict[str, Counter[int]] = field(default_factory=dict)
    kinds: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        """How many finished in it; the time until an order was decided is no request."""
        return sum(counts.total() for name, counts in self.latencies.items() if name != ORDER_DECIDED)


@dataclass(slots=True)
class Checked:
    """Answers of one operation held against the contract: how many, what was wrong with them, how many didn't fit."""

    count: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    left_out: int = 0
    examples: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Sample:
    """One second of one generating process: its share of a core, and how late its greenlets started at worst (ms)."""

    worker: str
    at: int
    cpu: float
    lag_ms: float


@dataclass(slots=True)
class AcceptedOrder:
    """An order answered with 201; `decided_after` is seconds until its outcome was read, None when given up."""

    order_id: str
    product_id: str
    quantity: int
    status: str
    decided_after: float | None
    waited: float


COUNTERS = ("iterations", "interrupted", "crashes", "due", "starved", "never_begun", "played", "fell", "unwatched")


@dataclass(slots=True)
class Tally:
    """Everything counted. `redirects` are (sent, answered) by short code; `iterations` by persona, the finished ones;
    `crashes` are errors of the personas' own code. Of open arrivals, by persona: how many became due, found no user
    free, and were never begun; `late` is how long after they were due they began, where a user was free. Of scenarios
    of the features, by id: how often they were `played` whole, and how often they `fell` at a step. What these
    made of their own: `links` (code to mark of the key, empty once deleted), `stock` of products (None once it was
    counted a second time), `buyers` (name to password), and how much more there was, `unwatched`. Of a comparison, by
    round and operation: how often each latency from due came (µs)."""

    operations: dict[str, Operation] = field(default_factory=dict)
    seconds: dict[int, Second] = field(default_factory=dict)
    redirects: dict[str, tuple[int, int]] = field(default_factory=dict)
    orders: list[AcceptedOrder] = field(default_factory=list)
    iterations: Counter[str] = field(default_factory=Counter)
    interrupted: Counter[str] = field(default_factory=Counter)
    crashes: Counter[str] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)
    checked: dict[str, Checked] = field(default_factory=dict)
    due: Counter[str] = field(default_factory=Counter)
    starved: Counter[str] = field(default_factory=Counter)
    never_begun: Counter[str] = field(default_factory=Counter)
    late: Latencies = field(default_factory=Latencies)
    played: Counter[str] = field(default_factory=Counter)
    fell: Counter[str] = field(default_factory=Counter)
    unwatched: Counter[str] = field(default_factory=Counter)
    links: dict[str, str] = field(default_factory=dict)
    stock: dict[str, int | None] = field(default_factory=dict)
    buyers: dict[str, str] = field(default_factory=dict, repr=False)
    rounds: dict[int, dict[str, Counter[int]]] = field(default_factory=dict)

    def answered(self, name: str, at: float, milliseconds: float, failure: str, example: dict[str, str] | None) -> None:
        """One answer, at epoch second `at`; `failure` is its kind, empty where all was right."""
        self.timed(name, int(at), [microseconds(milliseconds)], [microseconds(milliseconds)])
        if failure:
            self.failed(name, int(at), failure, example)

    def timed(self, name: str, at: int, service: list[int], response: list[int]) -> None:
        """All answers of an operation in epoch second `at`, in microseconds."""
        operation = self.operation(name)
        operation.service.record(service)
        operation.response.record(response)
        second = self.seconds.setdefault(at, Second())
        second.latencies.setdefault(name, Counter()).update(grains(response, COARSE))

    def failed(self, name: str, at: int, failure: str, example: dict[str, str] | None) -> None:
        """One of the answers was wrong."""
        operation = self.operation(name)
        operation.failures[failure] += 1
        operation.examples = kept([*operation.examples, {"kind": failure, **(example or {})}])
        second = self.seconds.setdefault(at, Second())
        second.failures[name] += 1
        second.kinds.setdefault(name, Counter())[failure] += 1

    def operation(self, name: str) -> Operation:
        """The operation of that name."""
        found = self.operations.get(name)
        if found is None:
            found = self.operations[name] = Operation()
        return found

    def in_round(self, number: int, name: str, latency: int) -> None:
        """One answer that was due in that round of a comparison."""
        self.rounds.setdefault(number, {}).setdefault(name, Counter())[latency] += 1

    def redirected(self, code: str, *, answered: bool) -> None:
        """One redirect asked for (`answered=False`), or answered with a 302 (`answered=True`)."""
        sent, got = self.redirects.get(code, (0, 0))
        self.redirects[code] = (sent, got + 1) if answered else (sent + 1, got)

    def add(self, other: "Tally") -> None:
        """Adds another tally to this one."""
        for name, operation in other.operations.items():
            mine = self.operation(name)
            mine.service.add(operation.service)
            mine.response.add(operation.response)
            mine.failures.update(operation.failures)
            mine.statuses.update(operation.statuses)
            mine.examples = kept(mine.examples + operation.examples)
        for at, second in other.seconds.items():
            slot = self.seconds.setdefault(at, Second())
            slot.failures.update(second.failures)
            for name, latencies in second.latencies.items():
                slot.latencies.setdefault(name, Counter()).update(latencies)
            for name, kinds in second.kinds.items():
                slot.kinds.setdefault(name, Counter()).update(kinds)
        for code, (sent, answered) in other.redirects.items():
            before = self.redirects.get(code, (0, 0))
            self.redirects[code] = (before[0] + sent, before[1] + answered)
        for name, checked in other.checked.items():
            so_far = self.checked.setdefault(name, Checked())
            so_far.count += checked.count
            so_far.left_out += checked.left_out
            so_far.wrong.update(checked.wrong)
            so_far.examples = kept(so_far.examples + checked.examples)
        for number, values in other.rounds.items():
            for name, latencies in values.items():
                self.rounds.setdefault(number, {}).setdefault(name, Counter()).update(latencies)
        self.orders += other.orders
        self.samples += other.samples
        self.late.add(other.late)
        self.links |= other.links
        self.stock |= other.stock
        self.buyers |= other.buyers
        for counter in COUNTERS:
            getattr(self, counter).update(getattr(other, counter))


def kept(examples: list[dict[str, str]]) -> list[dict[str, str]]:
    """The first few of each kind."""
    seen: Counter[str] = Counter()
    first = []
    for example in examples:
        seen[example["kind"]] += 1
        if seen[example["kind"]] <= EXAMPLES_KEPT:
            first.append(example)
    return first
