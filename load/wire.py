"""A tally as it travels from a worker to the master: plain data there, the same tally here."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from load.latencies import Latencies
from load.tally import COUNTERS, AcceptedOrder, Checked, Operation, Sample, Second, Tally


def to_wire(tally: Tally) -> dict[str, Any]:
    """A tally as plain data."""
    return {
        "operations": {name: _operation(operation) for name, operation in tally.operations.items()},
        "seconds": {
            str(at): [
                dict(s.failures),
                {name: list(counts.items()) for name, counts in s.latencies.items()},
                {name: dict(kinds) for name, kinds in s.kinds.items()},
            ]
            for at, s in tally.seconds.items()
        },
        "redirects": {code: list(counts) for code, counts in tally.redirects.items()},
        "orders": [[o.order_id, o.product_id, o.quantity, o.status, o.decided_after, o.waited] for o in tally.orders],
        "samples": [[s.worker, s.at, s.cpu, s.lag_ms] for s in tally.samples],
        "checked": {name: [c.count, dict(c.wrong), c.left_out, c.examples] for name, c in tally.checked.items()},
        "late": tally.late.to_wire(),
        "rounds": rounds_to_wire(tally.rounds),
        "made": [tally.links, tally.stock, tally.buyers],
        **{counter: dict(getattr(tally, counter)) for counter in COUNTERS},
    }


def from_wire(data: dict[str, Any]) -> Tally:
    """The tally that `to_wire` wrote."""
    links, stock, buyers = data["made"]
    return Tally(
        operations={name: _operation_of(parts) for name, parts in data["operations"].items()},
        seconds={
            int(at): Second(
                Counter(failures),
                {name: Counter({int(value): times for value, times in counts}) for name, counts in latencies.items()},
                {name: Counter(each) for name, each in kinds.items()},
            )
            for at, (failures, latencies, kinds) in data["seconds"].items()
        },
        redirects={code: (counts[0], counts[1]) for code, counts in data["redirects"].items()},
        orders=[AcceptedOrder(*order) for order in data["orders"]],
        samples=[Sample(*sample) for sample in data["samples"]],
        checked={
            name: Checked(count, Counter(wrong), left_out, list(examples))
            for name, (count, wrong, left_out, examples) in data["checked"].items()
        },
        late=Latencies.from_wire(data["late"]),
        rounds=rounds_from_wire(data["rounds"]),
        links=dict(links),
        stock=dict(stock),
        buyers=dict(buyers),
        **{counter: Counter(data[counter]) for counter in COUNTERS},
    )


def rounds_to_wire(rounds: Mapping[int, Mapping[str, Mapping[int, int]]]) -> dict[str, dict[str, list[list[int]]]]:
    """The rounds of a comparison as plain data."""
    return {
        str(number): {name: [list(pair) for pair in sorted(counts.items())] for name, counts in values.items()}
        for number, values in rounds.items()
    }


def rounds_from_wire(data: Mapping[str, Mapping[str, list[list[int]]]]) -> dict[int, dict[str, Counter[int]]]:
    """The rounds that `rounds_to_wire` wrote."""
    return {
        int(number): {name: Counter({each[0]: each[1] for each in counts}) for name, counts in values.items()}
        for number, values in data.items()
    }


def _operation(operation: Operation) -> list[Any]:
    times = [operation.service.to_wire(), operation.response.to_wire()]
    return [*times, dict(operation.failures), operation.examples, list(operation.statuses.items())]


def _operation_of(parts: list[Any]) -> Operation:
    service, response, failures, examples, statuses = parts
    times = Latencies.from_wire(service), Latencies.from_wire(response)
    return Operation(*times, Counter(failures), list(examples), Counter(dict(statuses)))
