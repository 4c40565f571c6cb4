"""Our redirects beside a bare Flask's for `load.bench`: the same server and threads, one raw client, by turns."""

from dataclasses import dataclass

from fixtures.clients import connect
from fixtures.target import load, settings
from load.bench.processes import sampled
from load.bench.rows import BenchError
from load.bench.servers import LOCATION
from load.given import api_keys

SECONDS = 0.5  # of a turn
PAIRS = 11  # short and many: a shared machine stands still for seconds
WORKERS, THREADS = 2, 8  # as the stack's links has, and threads in each


class UncountedError(BenchError):
    """A rate counts only where every answer was a redirect, and every redirect was counted."""


def pairs(peer: str) -> list[list[float]]:
    """Redirects a second, `[[ours, peer], …]`. Raises `UncountedError`."""
    target = load(settings().target)
    links, [key, *_] = connect(target).links, api_keys(target)
    made = links.shorten(LOCATION, api_key=key).json()
    if not isinstance(made, dict) or "short_code" not in made:
        raise UncountedError(f"{target.services['links'].base_url}: no link could be made; is the stack up?")
    code, ours = str(made["short_code"]), f"{target.services['links'].base_url}/"
    # The first pair is not counted: a server starts its threads when there is work for them.
    found = [_pair(f"{ours}{code}", f"{peer}/{code}") for _ in range(1 + PAIRS)]
    followed = sum(pair[0].count for pair in found)
    counted = links.get_link_clicks(code, api_key=key).json()
    if not isinstance(counted, dict) or counted.get("total") != followed:
        raise UncountedError(f"{followed} redirects were answered, and the service tells of {counted}")
    return [[sample.rate for sample in pair] for pair in found[1:]]


@dataclass(frozen=True, slots=True)
class Sample:
    """How many redirects were answered, in how many seconds."""

    count: int
    seconds: float

    @property
    def rate(self) -> float:
        """Redirects a second."""
        return round(self.count / self.seconds, 1)


def _pair(ours: str, peer: str) -> tuple[Sample, Sample]:
    """In the order A B B A: what drifts evenly weighs on both alike."""
    first, second, third, fourth = (_followed(address) for address in (ours, peer, peer, ours))
    return _sum(first, fourth), _sum(second, third)


def _sum(one: Sample, other: Sample) -> Sample:
    return Sample(one.count + other.count, one.seconds + other.seconds)


def _followed(address: str) -> Sample:
    sample = sampled("follow", address, SECONDS)
    return Sample(int(sample["count"]), float(sample["seconds"]))
