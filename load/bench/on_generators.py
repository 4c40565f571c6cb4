"""What our generator costs and how true it is, beside its peers, against servers that do next to nothing."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TypeVar

from load.bench.processes import answered, granian, redirecting, sampled, sampled_together, serving
from load.bench.rows import PAIRS, BenchError, Row, count, row

T = TypeVar("T")

SECONDS = 2.0
SHORT_PAIRS = 9  # of a few seconds each: a shared machine stands still for as long now and then
SLOW_SECONDS = 3.0
GROWTH_RATE, FEW, MANY = 200, 20, 200  # arrivals a second, and users who make them


def generator() -> Iterator[Row]:
    """Requests per second of CPU, not of the clock: on cores shared with others, only the former is ours."""
    with redirecting() as (name, address):
        pairs = [[_speed(kind, address) for kind in ("ours", "bare")] for _ in range(SHORT_PAIRS)]
    yield row("load requests per core", "requests/s of CPU", pairs, f"bare FastHttpUser, {name}")


def _speed(kind: str, address: str) -> float:
    sample = sampled("generator", kind, address, SECONDS)
    answered(sample, f"of the {kind} generator")
    if kind == "ours" and not sample["checked"]:
        raise BenchError("no answer was held against the contract: a generator that doesn't is another one")
    return round(float(sample["count"]) / float(sample["cpu"]), 1)


def omission() -> Iterator[Row]:
    """Both generators at once against one server, so that what the machine does to one it does to the other."""
    samples = [_stalls() for _ in range(PAIRS)]
    name, true = "p99 of a server that stalls 1 s every 10 s", "true value, from the schedule"
    yield row(f"{name}: open arrivals", "ms", [[ours, known] for ours, _, known in samples], true)
    yield row(f"{name}: Locust's own", "ms", [[bare, known] for _, bare, known in samples], true)


def _stalls() -> tuple[float, float, float]:
    epoch = repr(time.monotonic())
    with serving("omission", epoch) as address:
        ours, bare = sampled_together("omission", ("ours", address, epoch), ("bare", address, epoch))
    answered(ours, "of open arrivals")
    answered(bare, "of Locust's own users")
    if ours["count"] != ours["due"]:
        raise BenchError(f"{ours['count']:g} answers for {ours['due']:g} arrivals: the slowest may be missing")
    if ours["starved"]:
        raise BenchError(f"{ours['starved']} arrivals found no user free: these percentiles are worth nothing")
    return round(ours["p99"], 1), round(bare["p99"], 1), round(ours["true"], 1)


def growth() -> Iterator[Row]:
    """Ten times the users at the same rate of arrivals, pairs with the other one first by turns."""
    for kind in ("open", "closed"):
        with redirecting() as (name, address):
            pairs = []
            for turn in range(PAIRS):
                found = {users: _grown(kind, address, users) for users in _by_turns(turn, FEW, MANY)}
                pairs.append([found[MANY], found[FEW]])
        title = f"generator's CPU for each of {GROWTH_RATE} requests/s, {kind}: {MANY} users"
        yield row(title, "ms", pairs, f"{FEW} users, {name}")


def _grown(kind: str, address: str, users: int) -> float:
    sample = sampled("growth", kind, address, GROWTH_RATE, users)
    answered(sample, f"with {users} users")
    if not 0.9 <= sample["rate"] / GROWTH_RATE <= 1.1:
        raise BenchError(f"{sample['rate']:.0f} requests/s with {users} users, not {GROWTH_RATE}: nothing to compare")
    return round(float(sample["cpu"]), 3)


def gherkin() -> Iterator[Row]:
    """The scenario beside the same task written by hand: behind a server that takes 50 ms, and as fast as both can."""
    peer = "the same by hand, FastHttpUser"
    with serving("gherkin", "50") as address:
        slow = [_told(turn, address, SLOW_SECONDS) for turn in range(SHORT_PAIRS)]
    yield row("Gherkin as load, 50 ms server: rate", "requests/s", _over(slow, "count", "seconds"), peer)
    yield row("Gherkin as load, 50 ms server: CPU", "ms a request", _over(slow, "cpu", "count", 1000), peer)
    with granian("load.bench.servers:link_app") as address:
        fast = [_told(turn, address, SECONDS) for turn in range(SHORT_PAIRS)]
    yield row("Gherkin as load, full speed", "requests/s of CPU", _over(fast, "count", "cpu"), peer)


def _told(turn: int, address: str, seconds: float) -> dict[str, dict[str, float]]:
    found = {}
    for kind in _by_turns(turn, "gherkin", "by-hand"):
        found[kind] = sampled("gherkin", kind, address, seconds, 20)
        answered(found[kind], f"of {kind}")
    return found


def _over(pairs: list[dict[str, dict[str, float]]], what: str, each: str, times: float = 1.0) -> list[list[float]]:
    kinds = ("gherkin", "by-hand")
    return [[round(pair[kind][what] / pair[kind][each] * times, 3) for kind in kinds] for pair in pairs]


def _by_turns(turn: int, one: T, other: T) -> tuple[T, T]:
    return (other, one) if turn % 2 else (one, other)


def compare() -> Iterator[Row]:
    """Comparisons whose answer is known: what counts is how many of them said so."""
    with ExitStack() as servers:
        addresses = [servers.enter_context(serving("compare", takes)) for takes in ("100", "100", "110")]
        told = sampled("compare", "measure", *addresses, is_heard=True)
    right = {slower: [_right(each) for each in told if each["slower"] is slower] for slower in (True, False)}
    yield count("compare: a slowdown of 10 % (110 ms for 100) is found", "comparisons", right[True])
    yield count("compare: no change is called no regression", "comparisons", right[False])


def _right(comparison: Row) -> list[float]:
    found = "regression" in comparison["findings"].values()
    return [float(found is comparison["slower"]), 1.0]
