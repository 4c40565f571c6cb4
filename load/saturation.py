"""Whether the generator itself was the bottleneck: then its latencies are its own, not the system's."""

from collections.abc import Iterable
from itertools import groupby

from load.tally import Sample

# Locust warns at 90 % of a core over 5 s. A process that had to share its cores never gets there, however late its
# greenlets start: that is the machine's noise, not a generator at its limit. So both signs are needed, for 10 s.
BUSY_CPU = 0.9
LATE_MS = 50.0
SECONDS = 10


def saturated(samples: Iterable[Sample]) -> dict[str, int]:
    """Workers that were at their limit, with the longest time in seconds without a break."""
    found = {}
    ordered = sorted(samples, key=lambda sample: (sample.worker, sample.at))
    for worker, own in groupby(ordered, key=lambda sample: sample.worker):
        longest = _longest(own)
        if longest >= SECONDS:
            found[worker] = longest
    return found


def _longest(samples: Iterable[Sample]) -> int:
    longest = current = 0
    for sample in samples:
        at_limit = sample.cpu >= BUSY_CPU and sample.lag_ms >= LATE_MS
        current = current + 1 if at_limit else 0
        longest = max(longest, current)
    return longest
