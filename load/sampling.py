"""Answers put aside while load is made, to be held against the contract when nothing is measured any more."""

from collections import Counter, deque
from dataclasses import dataclass, field
from random import Random

from fixtures.clients import Request, Response

MOST_KEPT = 2_000  # by each process: about a second of checking, and a few MB
MOST_BYTES = 16 * 1024 * 1024  # of bodies, together


@dataclass(slots=True)
class Sampler:
    """Keeps a `share` of all answers, at most so many; what didn't fit is counted by operation in `left_out`."""

    share: float
    random: Random
    most_kept: int = MOST_KEPT
    most_bytes: int = MOST_BYTES
    kept: deque[tuple[Request, Response]] = field(default_factory=deque)
    left_out: Counter[str] = field(default_factory=Counter)
    _bytes: int = 0

    def see(self, request: Request, response: Response) -> None:
        """One answer."""
        if self.random.random() >= self.share:
            return
        self._bytes += len(response.body)
        if len(self.kept) >= self.most_kept or self._bytes > self.most_bytes:
            self._bytes -= len(response.body)
            self.left_out[request.operation_id] += 1
        else:
            self.kept.append((request, response))
