"""Whose turn it is: two runs at once, one for each side of a comparison, that make load by turns of half a second.

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

Side = Literal["base", "candidate"]
ORDER: tuple[Side, ...] = ("base", "candidate", "candidate", "base")
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
    """The turns of one side, which meets the other one in the folder. Times are seconds of the epoch."""

    side: Side
    folder: Path

    def round_at(self, at: float) -> int | None:
        """The round (A B B A) in which something was due, if it was in a turn of ours and is to count."""
        number, within = divmod(at, SECONDS)
        place = int(number) % len(ORDER)
        if ORDER[place] != self.side or (ORDER[place - 1] != self.side and within < SETTLING):
            return None
        return int(at // ROUND)

    def owns(self, at: float) -> bool:
        """Whether it is our turn."""
        return ORDER[int(at // SECONDS) % len(ORDER)] == self.side

    def wait(self, at: float) -> float:
        """How long until what would begin now may: the other has two turns in a row, so after as long it is ours, and
        as far into it: nobody comes back at once."""
        return 0.0 if self.owns(at) else OWN

    def until(self, begun: float, own: float) -> float:
        """Seconds from `begun` until so many seconds of our turns are over."""
        whole, within = divmod(begun, ROUND)
        passed = whole * OWN + sum(
            min(max(within - place * SECONDS, 0.0), SECONDS) for place, side in enumerate(ORDER) if side == self.side
        )
        rounds, rest = divmod(passed + own, OWN)
        first, second = (place for place, side in enumerate(ORDER) if side == self.side)
        place = first * SECONDS + rest if rest < SECONDS else second * SECONDS + rest - SECONDS
        return rounds * ROUND + place - begun

    def meet(self) -> None:
        """Returns when both sides are ready, to both of them at the same time. Raises `TurnsError`."""
        both = [self.folder / side for side in dict.fromkeys(ORDER)]
        (self.folder / self.side).touch()
        end = time.monotonic() + MEETING
        while not all(path.exists() for path in both):
            if (self.folder / OFF).exists() or time.monotonic() > end:
                raise TurnsError("the other side of the comparison did not come; see its round")
            time.sleep(LOOK)
        met = max(path.stat().st_mtime for path in both)
        time.sleep(max(ceil((met + AHEAD) / ROUND) * ROUND - time.time(), 0.0))
