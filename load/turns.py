"""Whose turn it is: two runs at once, both sides of a comparison, that make load by turns of half a second.

Turns are told by the machine's clock, in the order A B B A: what drifts evenly weighs on both alike, and what the
machine does for a few seconds it does to both. Users, connections and data stay; only nobody begins anything in the
other's turn. What is under way then ends in peace: an answer belongs to the turn in which it was due.
"""

import time
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Literal

from fixtures.errors import PlumblineError

Place = Literal["outer", "inner"]
ORDER: tuple[Place, ...] = ("outer", "inner", "inner", "outer")
SECONDS = 0.5  # of a turn
ROUND = SECONDS * len(ORDER)
OWN = ROUND / 2
SETTLING = 0.2  # seconds after the other's turn that don't count: its last answers are still under way
MEETING = 120.0  # seconds until the other side must be there
AHEAD = 0.5  # seconds between meeting and beginning
LOOK = 0.05
OFF = "off"  # a file that tells a side not to wait: the other one won't come


class TurnsError(PlumblineError):
    """The other side did not come."""


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns that are at that place in each round; their side meets the other one in the folder. Times are seconds
    of the epoch."""

    place: Place
    folder: Path

    def round_at(self, at: float) -> int | None:
        """The round (A B B A) in which something was due, if it was in a turn of ours and is to count."""
        number, within = divmod(at, SECONDS)
        turn = int(number) % len(ORDER)
        if ORDER[turn] != self.place or (ORDER[turn - 1] != self.place and within < SETTLING):
            return None
        return int(at // ROUND)

    def owns(self, at: float) -> bool:
        """Whether it is our turn."""
        return ORDER[int(at // SECONDS) % len(ORDER)] == self.place

    def wait(self, at: float) -> float:
        """How long until what would begin now may: the other has two turns in a row, so after as long it is ours, and
        as far into it: nobody comes back at once."""
        return 0.0 if self.owns(at) else OWN

    def until(self, begun: float, own: float) -> float:
        """Seconds from `begun` until so many seconds of our turns are over."""
        whole, within = divmod(begun, ROUND)
        passed = whole * OWN + sum(
            min(max(within - turn * SECONDS, 0.0), SECONDS) for turn, place in enumerate(ORDER) if place == self.place
        )
        rounds, rest = divmod(passed + own, OWN)
        first, second = (turn for turn, place in enumerate(ORDER) if place == self.place)
        into = first * SECONDS + rest if rest < SECONDS else second * SECONDS + rest - SECONDS
        return rounds * ROUND + into - begun

    def meet(self) -> None:
        """Returns when both sides are ready, to both of them at the same time. Raises `TurnsError`."""
        both = [self.folder / place for place in dict.fromkeys(ORDER)]
        (self.folder / self.place).touch()
        end = time.monotonic() + MEETING
        while not all(path.exists() for path in both):
            if (self.folder / OFF).exists() or time.monotonic() > end:
                raise TurnsError("the other side of the comparison did not come; see its round")
            time.sleep(LOOK)
        met = max(path.stat().st_mtime for path in both)
        time.sleep(max(ceil((met + AHEAD) / ROUND) * ROUND - time.time(), 0.0))
