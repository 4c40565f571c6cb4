"""All that is judged of one run once its load is over: the figures first, then the facts read from the stack."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fixtures.clients import connect
from fixtures.clients.mailbox import Mailbox
from fixtures.target import Target
from load.aftermath import Aftermath
from load.contract import Contract
from load.crossings import crossings_of
from load.figures import statistics_of
from load.footprints import with_footprints
from load.given import Given
from load.invariants import judge_invariants
from load.judge import Judgement, asked_in, judge_operations, judge_run, judge_scripts, judge_slos
from load.judge_contract import judge_contract
from load.judge_disturbed import judge_disturbances, judge_parts
from load.recovery import Impact, calm
from load.scenario import Scenario
from load.stagehand import Stagehand
from load.tally import Tally
from load.workers import Attendance, judge_workers

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One run with what was made for it; `began` is when its stages did, in epoch seconds."""

    target: Target
    scenario: Scenario
    seed: int
    contract: Contract
    given: Given
    mailbox: Mailbox | None
    stagehand: Stagehand | None
    began: float

    def judged(self, tally: Tally, attendance: Attendance, impacts: Sequence[Impact]) -> list[Judgement]:
        """Every judgement, in the order in which they are told."""
        return self._figures(tally, attendance, impacts) + self._facts(tally, attendance, impacts)

    def _figures(self, tally: Tally, attendance: Attendance, impacts: Sequence[Impact]) -> list[Judgement]:
        stats = statistics_of(tally)
        judgements = judge_run(self.scenario, tally, stats)
        if impacts:  # what clients were promised at other times is judged without the seconds of the disturbances
            tally, stats = calm(tally, impacts)
            judgements += judge_disturbances(impacts)
        if attendance.workers:
            judgements.append(judge_workers(self.scenario, self.seed, attendance, self.began))
        judgements += judge_operations(asked_in(self.scenario, stats), stats, self.scenario.operations)
        judgements += judge_scripts(self.scenario, tally, disturbed=bool(impacts))
        judgements += judge_contract(self.scenario, tally, self.contract)
        return judgements + judge_slos(self.scenario.slos, stats, crossings_of(self.scenario, tally))

    def _facts(self, tally: Tally, attendance: Attendance, impacts: Sequence[Impact]) -> list[Judgement]:
        """What the stack holds after everything that was asked, whatever was disturbed meanwhile."""
        eventually = self.target.deadlines.get("eventually", 5.0)
        given, decided_within = with_footprints(self.given, tally, self.target), self.scenario.decided_within
        aftermath = Aftermath(connect(self.target), given, self.mailbox, decided_within, eventually)
        started = time.monotonic()
        facts = replace(aftermath.facts(tally), incomplete=bool(attendance.lost), unwatched=dict(tally.unwatched))
        logger.info("read the facts of %d orders in %.1f s", len(facts.orders), time.monotonic() - started)
        parts = [judge_parts(self.stagehand.lost())] if self.stagehand is not None and impacts else []
        return parts + judge_invariants(self.scenario.invariants, facts, decided_within)
