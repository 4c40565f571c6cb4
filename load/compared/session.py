"""A comparison from beginning to end: with a commit measured by turns, with a stored run only shown beside."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from math import ceil
from pathlib import Path

from fixtures.errors import CallError
from fixtures.target import RunSettings
from load.compared.base import Commit, Stored
from load.compared.findings import counted, judge_promises, judge_ratios, judge_sittings
from load.compared.ratios import Ratio, looks, ratios_of, settled
from load.compared.sittings import Part, Sittings, pairs_of
from load.compared.stacks import both_up
from load.compared.told import lines, write_beside, write_side_by_side
from load.judge import exit_code
from load.scenario import Comparison, Scenario
from load.told import operations_by_service, result_of
from load.turns import OWN, ROUND
from load.vocabulary import PERCENTILES
from reports.evidence import Journal, write_junit

SETTING_UP = 180.0  # seconds that a sitting may take on top of its stages


@dataclass(frozen=True, slots=True)
class Session:
    """The candidate is the working tree, the base a commit; `folder` is the run's."""

    run: RunSettings
    scenario: Scenario
    base: Commit
    folder: Path

    def hold(self) -> int:
        """Measures, judges, tells; the exit code."""
        seconds = ceil(self.most * self.scenario.seconds * ROUND / OWN)
        _say(
            f"load: {self.scenario.title} · the working tree beside {self.base.name} ({self.base.id[:10]})"
            f" · at most {self.most} sittings, {seconds} s of load in all · seed {self.run.seed}"
        )
        journal = Journal(self.folder, "load")
        journal.started(
            target="local",
            seed=self.run.seed,
            versions={"locust": version("locust")},
            operations=operations_by_service(self.scenario),
        )
        parts, ratios = self._measured()
        judgements = [judge_sittings(parts, len(pairs_of(parts))), judge_promises(parts)]
        judgements += [] if _spoilt(parts) else judge_ratios(ratios, self.scenario.comparison.margin)
        write_side_by_side(self.folder, self.base, self.scenario, parts, ratios)
        for line in lines(judgements):
            _say(line)
        replay = f"make load BASE={self.base.name} SCENARIO={self.run.scenario} SEED={self.run.seed}"
        results = [result_of(judgement, replay) for judgement in judgements]
        for result in results:
            journal.result(result)
        write_junit(self.folder / "junit" / "load.xml", "load", results)
        journal.finished()
        journal.close()
        return exit_code(judgements)

    @property
    def most(self) -> int:
        """How many sittings there are, unless a look says that no more are needed: as often with the base's turns
        outside as inside."""
        return 2 * ceil(self.scenario.comparison.rounds * OWN / self.scenario.seconds / 2)

    def _measured(self) -> tuple[list[Part], list[Ratio]]:
        """Sittings until one can't be used, nothing is open, or all were held; and what the last look came to."""
        parts: list[Part] = []
        ratios: list[Ratio] = []
        with both_up(self.base) as targets:
            sittings = Sittings(
                self.folder / "load" / "sittings",
                targets,
                self.run.scenario,
                self.run.workers,
                self.run.seed,
                self.scenario.seconds * ROUND / OWN + SETTING_UP,
            )
            errors = looks(self.most)
            for number in range(1, self.most + 1):
                parts += sittings.play(number)
                if _spoilt(parts):
                    return parts, []
                said = f"load: sitting {number} of at most {self.most}: {len(pairs_of(parts))} pairs of rounds"
                if number in errors:
                    ratios = looked(parts, self.scenario.comparison, errors[number])
                    said += f"; {_in_short(ratios)}"
                _say(said)
                if settled(ratios):
                    break
        return parts, ratios


def looked(parts: Sequence[Part], asked: Comparison, error: float) -> list[Ratio]:
    """The ratios after these sittings, where so large an error (a share of 1) may be spent."""
    return ratios_of(pairs_of(parts), {name: PERCENTILES[name] for name in asked.percentiles}, asked.margin, error)


def _spoilt(parts: Sequence[Part]) -> bool:
    return any(part.unusable for part in parts)


def require_comparable(run: RunSettings, scenario: Scenario, base: Commit) -> None:
    """Raise `CallError` where a comparison with a commit would not be one."""
    if run.target != "local":
        raise CallError(
            f"BASE={base.name}: a git ref is compared on two local stacks of its own; leave TARGET={run.target} out,"
            " or give a stored run of that target"
        )
    if scenario.disturbances:
        raise CallError(f"SCENARIO={run.scenario}: has disturbances, which two stacks don't meet alike; give another")


def show_beside(base: Stored, folder: Path) -> None:
    """A stored run beside the one just made: never more than a look, other times and other neighbours made it."""
    for line in write_beside(folder, base):
        _say(line)


def _in_short(ratios: Sequence[Ratio]) -> str:
    found = ", ".join(f"{count} {finding}" for finding, count in counted(ratios).items())
    return found or "nothing that both sides were asked"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
