"""Our redirects beside a bare Flask's for `load.bench`: the same server and threads, one raw client, turn about."""

from fixtures.clients import connect
from fixtures.target import load, settings
from load.bench.processes import sampled
from load.bench.rows import BenchError
from load.bench.servers import LOCATION
from load.given import api_keys

SECONDS = 2.0
WORKERS, THREADS = 2, 8  # as the stack's links has, and threads in each


class UncountedError(BenchError):
    """A rate counts only where every answer was a redirect, and every redirect was counted."""


def pairs(peer: str, count: int) -> list[list[float]]:
    """Redirects a second, `[[ours, peer], …]`. Raises `UncountedError`."""
    target = load(settings().target)
    links, [key, *_] = connect(target).links, api_keys(target)
    made = links.shorten(LOCATION, api_key=key).json()
    if not isinstance(made, dict) or "short_code" not in made:
        raise UncountedError(f"{target.services['links'].base_url}: no link could be made; is the stack up?")
    code, ours = str(made["short_code"]), f"{target.services['links'].base_url}/"
    # The first pair is not counted: a server starts its threads when there is work for them.
    followed, found = 0, []
    for _ in range(1 + count):
        answered, rate = _followed(f"{ours}{code}")
        followed += answered
        found.append([rate, _followed(f"{peer}/{code}")[1]])
    counted = links.get_link_clicks(code, api_key=key).json()
    if not isinstance(counted, dict) or counted.get("total") != followed:
        raise UncountedError(f"{followed} redirects were answered, and the service tells of {counted}")
    return found[1:]


def _followed(address: str) -> tuple[int, float]:
    """How many redirects were answered, and how many a second."""
    sample = sampled("follow", address, SECONDS)
    return int(sample["count"]), round(sample["count"] / sample["seconds"], 1)
