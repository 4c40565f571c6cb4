"""A comparison from beginning to end: with a commit measured by turns, with a stored run only shown beside."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from fixtures.errors import CallError
from fixtures.target import RunSettings
from load.compared.base import Commit, Stored
from load.compared.findings import judge_promises, judge_ratios, judge_rounds
from load.compared.ratios import Pair, Ratio, ratios_of, sides
from load.compared.rounds import Round, Rounds
from load.compared.stacks import both_up
from load.compared.told import lines, write_beside, write_side_by_side
from load.judge import Judgement, exit_code
from load.scenario import Scenario
from load.told import operations_by_service, result_of
from load.vocabulary import ORDER_DECIDED, PERCENTILES
from reports.evidence import Journal, write_junit

SETTING_UP = 180.0  # seconds that a round may take on top of its stages


@dataclass(frozen=True, slots=True)
class Session:
    """The candidate is the working tree, the base a commit; `folder` is the run's."""

    run: RunSettings
    scenario: Scenario
    base: Commit
    folder: Path

    def hold(self) -> int:
        """Measures, judges, tells; the exit code."""
        pairs = self.scenario.comparison.rounds
        _say(
            f"load: {self.scenario.title} · the working tree beside {self.base.name} ({self.base.id[:10]})"
            f" · {pairs} pairs of rounds, {self.scenario.seconds:g} s each · seed {self.run.seed}"
        )
        journal = Journal(self.folder, "load")
        journal.started(
            target="local",
            seed=self.run.seed,
            versions={"locust": version("locust")},
            operations=operations_by_service(self.scenario),
        )
        rounds = self._measured()
        judgements, ratios = self._judged(rounds)
        write_side_by_side(self.folder, self.base, self.scenario, rounds, ratios)
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

    def _measured(self) -> list[Round]:
        """All rounds, or those up to the first that can't be used. Number 0 of each side only warms it up."""
        found: list[Round] = []
        with both_up(self.base) as targets:
            rounds = Rounds(
                self.folder / "load" / "rounds",
                targets,
                self.run.scenario,
                self.run.workers,
                self.run.seed,
                self.scenario.seconds + SETTING_UP,
            )
            warm = [rounds.play(0, side) for side in targets]
            if spoilt := [each for each in warm if each.unusable]:
                return spoilt
            for number, side in enumerate(sides(self.scenario.comparison.rounds), 1):
                found.append(rounds.play(number, side))
                _say(f"load: round {number} of {2 * self.scenario.comparison.rounds}: {_in_short(found[-1])}")
                if found[-1].unusable:
                    break
        return found

    def _judged(self, rounds: list[Round]) -> tuple[list[Judgement], list[Ratio]]:
        whole = judge_rounds(rounds, 2 * self.scenario.comparison.rounds)
        if any(each.unusable for each in rounds):
            return [whole, judge_promises(rounds)], []
        asked = self.scenario.comparison
        shares = {name: PERCENTILES[name] for name in asked.percentiles}
        ratios = ratios_of(paired(rounds), shares, asked.margin)
        return [whole, judge_promises(rounds), *judge_ratios(ratios, asked.margin)], ratios


def paired(rounds: Sequence[Round]) -> list[Pair]:
    """Neighbours together, the base first."""
    both = [sorted(rounds[at : at + 2], key=lambda each: each.side) for at in range(0, len(rounds), 2)]
    return [(base.histograms, candidate.histograms) for base, candidate in both]


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


def _in_short(played: Round) -> str:
    if played.unusable:
        return f"{played.side}: {played.unusable}"
    told = {name: found.percentiles({"p50": 50.0}) for name, found in played.histograms.items()}
    busiest = max((n for n in told if n != ORDER_DECIDED), key=lambda n: played.histograms[n].count, default="")
    return f"{played.side}, {busiest} p50 {told[busiest]['p50']:.1f} ms" if busiest else played.side


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
