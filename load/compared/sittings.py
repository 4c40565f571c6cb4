"""One sitting: the whole scenario against both stacks at once, by turns, each in a run folder of its own."""

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from load.compared.ratios import Pair, Side, Values
from load.saturation import LATE_MS
from load.troupe import Troupe
from load.turns import OFF, Place
from load.wire import rounds_from_wire
from reports.evidence import Result, Status, read

PROMISES = ("operation", "invariant", "contract")  # SLOs are about latency: that is what the ratios are for
LOOK = 0.1


@dataclass(frozen=True, slots=True)
class Part:
    """What came of one side's part: latencies by round, promises broken (id: what was seen), and why it can't be
    used."""

    number: int
    side: Side
    rounds: Mapping[int, Values]
    broken_promises: Mapping[str, str]
    unusable: str = ""

    @property
    def name(self) -> str:
        """As its folder is called."""
        return f"{self.number:02}-{self.side}"


@dataclass(frozen=True, slots=True)
class Sittings:
    """Where they are kept, what each gets, and how long one may take (seconds)."""

    folder: Path
    targets: Mapping[Side, str]
    scenario: str
    workers: int
    seed: int
    patience: float

    def play(self, number: int) -> list[Part]:
        """One sitting. Both sides get the same seed: they are asked for the same."""
        meeting = self.folder / f"{number:02}-turns"
        meeting.mkdir(parents=True)
        troupes = {side: self._troupe(number, side, meeting) for side in self.targets}
        ended = play_together(troupes, meeting, self.patience)
        return [read_part(self.folder / f"{number:02}-{side}", number, side, ended[side]) for side in self.targets]

    def _troupe(self, number: int, side: Side, meeting: Path) -> Troupe:
        folder = self.folder / f"{number:02}-{side}"
        folder.mkdir()
        # The environment is only passed on.
        environment = os.environ | {"TARGET": self.targets[side], "SCENARIO": self.scenario}
        environment |= {"PLUMBLINE_RUN_DIR": str(folder), "SEED": str(self.seed + number)}
        options = ("--turns", f"{place_of(side, number)}:{meeting.resolve()}")
        return Troupe(folder / "load", self.workers, environment, quiet=True, options=options)


def place_of(side: Side, number: int) -> Place:
    """A B B A in one sitting, B A A B in the next: what is only due to the place weighs on both sides alike."""
    return "outer" if (side == "base") == bool(number % 2) else "inner"


def play_together(troupes: Mapping[Side, Troupe], meeting: Path, seconds: float) -> dict[Side, str]:
    """Plays both to the end; what went wrong with the processes of each, empty when nothing."""
    found: dict[Side, str] = {}
    end = time.monotonic() + seconds
    try:
        for troupe in troupes.values():
            troupe.start()
        while len(found) < len(troupes) and time.monotonic() < end:
            for side in troupes.keys() - found.keys():
                if (ended := troupes[side].ended()) is not None:
                    code, problem = ended
                    found[side] = problem or ("" if code in (0, 1, 3) else f"Locust ended with exit code {code}")
                    (meeting / OFF).touch()
            time.sleep(LOOK)
    finally:
        for troupe in troupes.values():
            troupe.end()
    return {side: found.get(side, "Locust did not come to an end") for side in troupes}


def read_part(folder: Path, number: int, side: Side, problem: str = "") -> Part:
    """The part that was played in that folder."""
    evidence = read(folder).get("load")
    results = evidence.results if evidence else []
    broken = {r.id: _observed(r) for r in results if r.status is Status.FAILED and r.details["kind"] in PROMISES}
    try:
        stats = json.loads((folder / "load" / "stats.json").read_text(encoding="utf-8"))
        rounds = rounds_from_wire(json.loads((folder / "load" / "rounds.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, LookupError):
        return Part(number, side, {}, broken, problem or f"it ended before anything was measured{_last(folder)}")
    return Part(number, side, rounds, broken, problem or _unusable(results, stats))


def pairs_of(parts: Sequence[Part]) -> list[Pair]:
    """What both sides have of each round, one sitting after the other, the base first. The very first round only warms
    both stacks up."""
    found: list[Pair] = []
    for number in sorted({part.number for part in parts}):
        sides = {part.side: part.rounds for part in parts if part.number == number}
        base, candidate = sides["base"], sides["candidate"]
        found += [(base[at], candidate[at]) for at in sorted(base.keys() & candidate.keys())]
    return found[1:]


def _unusable(results: list[Result], stats: Mapping[str, Any]) -> str:
    """What made its latencies those of the generator. In a comparison that counts also where a scenario only notes it:
    a ratio of two generators says nothing about the system."""
    for result in results:
        if result.status is Status.BROKEN and result.details["kind"] == "run":
            return f"{result.title}: {_observed(result)}"
    generator = stats["generator"]
    for worker, seconds in generator["saturated"].items():
        return f"the generator was at its limit ({worker} for {seconds} s): use more WORKERS, or fewer users"
    late = generator.get("late_ms", {}).get("p99", 0.0)
    if late > LATE_MS:
        return f"iterations began late (p99 {late:.0f} ms): use more WORKERS, or let fewer arrive"
    return ""


def _observed(result: Result) -> str:
    return str(result.details.get("observed", ""))[:300]


def _last(folder: Path) -> str:
    said = folder / "load" / "locust.out"
    lines = said.read_text(encoding="utf-8", errors="replace").split("\n") if said.is_file() else []
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f": {last[:300]}" if last else ""
