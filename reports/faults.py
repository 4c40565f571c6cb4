"""The scorecard of planted faults, as `make faults` left it in a run folder: which suite noticed which fault."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports._journal import EvidenceError

NAME = "faults.json"
ORDER = ("features", "contracts", "messages", "load")


@dataclass(frozen=True, slots=True)
class Planted:
    """One fault; `status` is killed, survived, invalid or untried, `outcomes` killed, survived or broken by suite."""

    id: str
    service: str
    kind: str
    says: str
    status: str
    seconds: float
    evidence: str
    outcomes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Score:
    """All faults, survivors first; `rate` and `floor` from 0 to 1."""

    killed: int
    survived: int
    invalid: int
    untried: int
    rate: float
    floor: float
    faults: tuple[Planted, ...]

    @property
    def suites(self) -> tuple[str, ...]:
        """The suites that were asked about any fault."""
        asked = {suite for fault in self.faults for suite in fault.outcomes}
        return tuple(suite for suite in ORDER if suite in asked)

    @property
    def verdict(self) -> str:
        """`passed`, or `failed` where too little was noticed or something could not be tried."""
        return "passed" if self.rate >= self.floor and not self.invalid and not self.untried else "failed"

    @property
    def told(self) -> str:
        """The score in one line."""
        parts = [f"{self.killed} of {self.killed + self.survived} planted faults were noticed ({self.rate:.1%})"]
        parts += [f"{self.survived} survived"] if self.survived else []
        parts += [f"{self.invalid} did not start"] if self.invalid else []
        parts += [f"{self.untried} not tried"] if self.untried else []
        return ", ".join(parts)


def read_score(run_dir: Path) -> Score | None:
    """The scorecard of a run; None where there is none. Raises `EvidenceError` for one that can't be read."""
    path = run_dir / NAME
    if not path.is_file():
        return None
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Score(
            killed=found["killed"],
            survived=found["survived"],
            invalid=found["invalid"],
            untried=found["untried"],
            rate=found["rate"],
            floor=found["floor"],
            faults=tuple(_planted(row) for row in found["faults"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvidenceError(f"{path}: is no scorecard ({error!r}); run `make faults` again") from error


def _planted(row: Mapping[str, Any]) -> Planted:
    return Planted(
        row["id"],
        row["service"],
        row["class"],
        row["says"],
        row["status"],
        row["seconds"],
        row["evidence"],
        {suite: outcome["status"] for suite, outcome in row["suites"].items()},
    )
