"""What one process counted while it made load; tallies add up, over time and over workers."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hdrh.histogram import HdrHistogram  # type: ignore[import-untyped]

LONGEST_US = 3_600_000_000  # an hour; 3 digits of precision from one microsecond on
EXAMPLES_KEPT = 3  # of each kind of failure


def histogram() -> HdrHistogram:
    """An empty histogram of microseconds, exact to 3 digits."""
    return HdrHistogram(1, LONGEST_US, 3)


@dataclass(slots=True)
class Operation:
    """One operation: latencies of every answer, right or wrong, and the failures by kind."""

    latencies: HdrHistogram = field(default_factory=histogram)
    failures: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, str]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many requests were made."""
        return int(self.latencies.get_total_count())


@dataclass(slots=True)
class Second:
    """One second of the series: requests finished, failures, and latencies rounded to two digits (ms)."""

    failures: int = 0
    latencies: Counter[float] = field(default_factory=Counter)


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


@dataclass(slots=True)
class Tally:
    """Everything counted. `redirects` are (sent, answered) by short code; `iterations` by persona, the finished ones;
    `crashes` are errors of the personas' own code."""

    operations: dict[str, Operation] = field(default_factory=dict)
    seconds: dict[int, Second] = field(default_factory=dict)
    redirects: dict[str, tuple[int, int]] = field(default_factory=dict)
    orders: list[AcceptedOrder] = field(default_factory=list)
    iterations: Counter[str] = field(default_factory=Counter)
    interrupted: Counter[str] = field(default_factory=Counter)
    crashes: Counter[str] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)

    def answered(self, name: str, at: float, milliseconds: float, failure: str, example: dict[str, str] | None) -> None:
        """One answer, at epoch second `at`; `failure` is its kind, empty where all was right."""
        self._latency(name, milliseconds, failure, example)
        second = self.seconds.setdefault(int(at), Second())
        second.failures += bool(failure)
        second.latencies[float(f"{milliseconds:.2g}")] += 1

    def noted(self, name: str, milliseconds: float, failure: str, example: dict[str, str] | None) -> None:
        """One entry that is no request, such as the time until an order was decided: not part of the series."""
        self._latency(name, milliseconds, failure, example)

    def redirected(self, code: str, *, answered: bool) -> None:
        """One redirect asked for (`answered=False`), or answered with a 302 (`answered=True`)."""
        sent, got = self.redirects.get(code, (0, 0))
        self.redirects[code] = (sent, got + 1) if answered else (sent + 1, got)

    def add(self, other: "Tally") -> None:
        """Adds another tally to this one."""
        for name, operation in other.operations.items():
            mine = self.operations.setdefault(name, Operation())
            mine.latencies.add(operation.latencies)
            mine.failures.update(operation.failures)
            mine.examples = _kept(mine.examples + operation.examples)
        for at, second in other.seconds.items():
            slot = self.seconds.setdefault(at, Second())
            slot.failures += second.failures
            slot.latencies.update(second.latencies)
        for code, (sent, answered) in other.redirects.items():
            before = self.redirects.get(code, (0, 0))
            self.redirects[code] = (before[0] + sent, before[1] + answered)
        self.orders += other.orders
        self.samples += other.samples
        for counter in ("iterations", "interrupted", "crashes"):
            getattr(self, counter).update(getattr(other, counter))

    def _latency(self, name: str, milliseconds: float, failure: str, example: dict[str, str] | None) -> None:
        operation = self.operations.get(name)
        if operation is None:
            operation = self.operations[name] = Operation()
        operation.latencies.record_value(min(max(round(milliseconds * 1000), 1), LONGEST_US))
        if failure:
            operation.failures[failure] += 1
            operation.examples = _kept([*operation.examples, {"kind": failure, **(example or {})}])


def _kept(examples: list[dict[str, str]]) -> list[dict[str, str]]:
    seen: Counter[str] = Counter()
    kept = []
    for example in examples:
        seen[example["kind"]] += 1
        if seen[example["kind"]] <= EXAMPLES_KEPT:
            kept.append(example)
    return kept


def to_wire(tally: Tally) -> dict[str, Any]:
    """A tally as plain data, as it travels from a worker to the master."""
    return {
        "operations": {
            name: {"latencies": o.latencies.encode().decode(), "failures": dict(o.failures), "examples": o.examples}
            for name, o in tally.operations.items()
        },
        "seconds": {str(at): [s.failures, list(s.latencies.items())] for at, s in tally.seconds.items()},
        "redirects": {code: list(counts) for code, counts in tally.redirects.items()},
        "orders": [[o.order_id, o.product_id, o.quantity, o.status, o.decided_after, o.waited] for o in tally.orders],
        "iterations": dict(tally.iterations),
        "interrupted": dict(tally.interrupted),
        "crashes": dict(tally.crashes),
        "samples": [[s.worker, s.at, s.cpu, s.lag_ms] for s in tally.samples],
    }


def from_wire(data: dict[str, Any]) -> Tally:
    """The tally that `to_wire` wrote."""
    return Tally(
        operations={
            name: Operation(HdrHistogram.decode(o["latencies"]), Counter(o["failures"]), list(o["examples"]))
            for name, o in data["operations"].items()
        },
        seconds={int(at): Second(s[0], Counter(dict(s[1]))) for at, s in data["seconds"].items()},
        redirects={code: (counts[0], counts[1]) for code, counts in data["redirects"].items()},
        orders=[AcceptedOrder(*order) for order in data["orders"]],
        iterations=Counter(data["iterations"]),
        interrupted=Counter(data["interrupted"]),
        crashes=Counter(data["crashes"]),
        samples=[Sample(*sample) for sample in data["samples"]],
    )
