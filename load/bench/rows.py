"""One figure of the bench: ours and a peer's, in pairs that were measured side by side."""

import statistics
from collections.abc import Sequence
from typing import Any

from fixtures.errors import PlumblineError

PAIRS = 5

Pair = Sequence[float]
Row = dict[str, Any]


class BenchError(PlumblineError):
    """A figure could not be measured."""


def row(name: str, unit: str, pairs: Sequence[Pair], peer_name: str) -> Row:
    """`{name, unit, ours, peer, peer_name, ratio, pairs}`: medians of `[[ours, peer], …]`. The ratio is the median of
    theirs: what slows the machine slows both of a pair."""
    ours, peer = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    found = {"name": name, "unit": unit, "ours": ours, "peer": peer, "peer_name": peer_name}
    return found | {"ratio": round(ratio, 3), "pairs": [list(pair) for pair in pairs]}


def count(name: str, unit: str, pairs: Sequence[Pair]) -> Row:
    """The same for what is counted: sums, `peer` being all there were."""
    ours, peer = (sum(column) for column in zip(*pairs, strict=True))
    summed = row(name, unit, [(ours, peer)], "all of them")
    return summed | {"pairs": [list(pair) for pair in pairs]}
