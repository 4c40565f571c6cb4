"""One round: the whole scenario against one of the stacks, by the same generator, in a run folder of its own."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from load.compared.ratios import Histograms, Side
from load.latencies import Latencies
from load.saturation import LATE_MS
from load.troupe import Troupe
from reports.evidence import Result, Status, read

PROMISES = ("operation", "invariant", "contract")  # SLOs are about latency: that is what the ratios are for


@dataclass(frozen=True, slots=True)
class Round:
    """What came of it: histograms by operation, promises broken (id: what was seen), and why it can't be used."""

    number: int
    side: Side
    histograms: Histograms
    broken_promises: Mapping[str, str]
    unusable: str = ""

    @property
    def name(self) -> str:
        """As its folder is called."""
        return f"{self.number:02}-{self.side}"


@dataclass(frozen=True, slots=True)
class Rounds:
    """Where rounds are kept, what each gets, and how long one may take (seconds)."""

    folder: Path
    targets: Mapping[Side, str]
    scenario: str
    workers: int
    seed: int
    patience: float

    def play(self, number: int, side: Side) -> Round:
        """One round. Two neighbours get the same seed: they are asked for the same."""
        folder = self.folder / f"{number:02}-{side}"
        folder.mkdir(parents=True, exist_ok=True)
        # The environment is only passed on.
        environment = os.environ | {"TARGET": self.targets[side], "SCENARIO": self.scenario}
        environment |= {"PLUMBLINE_RUN_DIR": str(folder), "SEED": str(self.seed + (number + 1) // 2)}
        code, problem = Troupe(folder / "load", self.workers, environment, quiet=True).play(self.patience)
        if not problem and code not in (0, 1, 3):
            problem = f"Locust ended with exit code {code}"
        return read_round(folder, number, side, problem)


def read_round(folder: Path, number: int, side: Side, problem: str = "") -> Round:
    """The round that was played in that folder."""
    evidence = read(folder).get("load")
    results = evidence.results if evidence else []
    broken = {r.id: _observed(r) for r in results if r.status is Status.FAILED and r.details["kind"] in PROMISES}
    try:
        stats = json.loads((folder / "load" / "stats.json").read_text(encoding="utf-8"))
        told = json.loads((folder / "load" / "histograms.json").read_text(encoding="utf-8"))
        histograms = {name: Latencies.from_wire(wire) for name, wire in told.items()}
    except (OSError, ValueError, TypeError, LookupError):
        return Round(number, side, {}, broken, problem or f"it ended before anything was measured{_last(folder)}")
    return Round(number, side, histograms, broken, problem or _unusable(results, stats))


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
