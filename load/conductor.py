"""The directing side of a run, in Locust's master or its only process: given, load, drain, aftermath, verdict."""

import logging
import sys
import time
import traceback
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from fixtures.clean import as_guest
from fixtures.clients import connect
from fixtures.clients.mailbox import Mailbox
from fixtures.clients.messages import ORDER_EVENTS
from fixtures.errors import PlumblineError
from fixtures.target import Target, settings
from load.contract import Contract, asked_of, contract_of
from load.ensemble import Ensemble
from load.evaluation import Evaluation
from load.figures import statistics_of
from load.given import Given, make_given, to_wire
from load.judge import Judgement, exit_code
from load.judge_memory import judge_memory
from load.memory import Trace
from load.memory_watch import MemoryWatch
from load.recovery import Impact, impacts_of
from load.scenario import Scenario, stage_at
from load.stagehand import Stagehand
from load.tally import Tally
from load.told import (
    lines,
    operations_by_service,
    replay_of,
    result_of,
    write_disturbances,
    write_figures,
    write_memory,
    write_rounds,
)
from load.turns import OWN, ROUND, Turns
from load.workers import fingerprint, marks_of
from reports.evidence import EvidenceError, Journal, new_run, write_junit

LISTEN_EVERY = 1.0  # seconds
STANDING_BY = 60.0  # seconds until all users of an open scenario must be there
SPAWN_RATE = 100.0
PATIENCE = 5.0  # seconds on top of the time an order may take, until iterations under way count as interrupted

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Conductor:
    """One run after the other (the web UI may start several). `code` is the exit code, 3 until something was judged."""

    target: Target
    scenario: Scenario
    seed: int
    wanted_run: Path | None
    ensemble: Ensemble
    turns: Turns | None = None
    code: int = 3
    begun: bool = False
    refused: bool = False
    _concluding: bool = False
    _went: float | None = None
    _began: float = 0.0
    _run: Path = field(default_factory=Path)
    _journal: Journal | None = None
    _given: Given = field(default_factory=Given)
    _contract: Contract = field(default_factory=lambda: Contract({}))
    _mailbox: Mailbox | None = None
    _stagehand: Stagehand | None = None
    _memory: MemoryWatch | None = None
    _closing: ExitStack = field(default_factory=ExitStack)

    def begin(self) -> None:
        """Makes the data and tells everybody; afterwards `begun`, or `refused` with the reason on stderr."""
        self.code, self.begun, self.refused = 3, False, False
        try:
            self._begin()
        except (PlumblineError, EvidenceError) as error:
            print(error, file=sys.stderr, flush=True)
            self.code, self.refused = error.exit_code, True
        except Exception:
            # Locust would log it and make load without data; a run that can't begin is broken.
            traceback.print_exc()
            self.refused = True
        self.begun = True

    def tick(self, seconds: float, users: int) -> tuple[int, float] | None:
        """What Locust's shape asks once a second, with the users there are; None ends the run, after it was judged."""
        if self.refused:
            return None
        if self.scenario.open:
            if self._went is None and self.begun and users >= self.scenario.most_users:
                self._went = seconds
                self.ensemble.go()
            if self._went is None and seconds > STANDING_BY:
                self._refuse(f"only {users} of {self.scenario.most_users} users could be started")
                return None
            seconds -= seconds if self._went is None else self._went
        if self.begun and (self._went is not None or not self.scenario.open):
            self._accompany(seconds)
        if self.turns is not None:
            seconds *= OWN / ROUND
        stage = stage_at(self.scenario, seconds if self.begun else 0.0)
        if stage is not None:
            return (self.scenario.most_users, SPAWN_RATE) if stage.arrivals else (stage.users, stage.spawn_rate)
        try:
            self._conclude()
        except (PlumblineError, EvidenceError) as error:
            print(error, file=sys.stderr, flush=True)
            self.code = error.exit_code
        except Exception:
            traceback.print_exc()
            self.code = 3
        finally:
            self._mailbox = None
            self._closing.close()
        return None

    def _accompany(self, seconds: float) -> None:
        """What goes along with the stages, which began so many seconds ago."""
        self._began = self._began or time.time() - seconds
        if self._stagehand is not None:
            self._stagehand.begin(self._began)
        if self._memory is not None:
            self._memory.begin()

    def _refuse(self, problem: str) -> None:
        print(f"load: {problem}; use more WORKERS or a lower generator.most_users", file=sys.stderr, flush=True)
        self.code, self.refused = 3, True

    def listen(self) -> None:
        """A greenlet's work: empties the mailbox now and then, so that it doesn't grow with the run."""
        while True:
            time.sleep(LISTEN_EVERY)
            mailbox = self._mailbox
            if mailbox is not None and not self._concluding:
                try:
                    mailbox.received()
                except Exception:
                    logger.exception("could not read the order events; they are read again after the load")

    def _begin(self) -> None:
        self._concluding, self._went, self._began = False, None, 0.0
        self._contract = contract_of(self.target, asked_of(self.scenario, self.target))
        self._run = self.wanted_run or new_run()
        self.target = as_guest(self.target, self._run)
        platform = connect(self.target)
        self._stagehand = Stagehand(platform, self.scenario.disturbances, f"{self.scenario.name}.toml")
        self._stagehand.prepare()
        self._memory = MemoryWatch(platform, self.scenario.memory, f"{self.scenario.name}.toml")
        self._memory.prepare()
        self._journal = Journal(self._run, "load")
        self._journal.started(
            target=self.target.name,
            seed=self.seed,
            versions={"locust": version("locust")},
            operations=operations_by_service(self.scenario),
        )
        self._journal.write(
            "personas", personas={name: list(self.scenario.asked_by(name)) for name in self.scenario.mix}
        )
        self._given = make_given(platform, self.scenario)
        if self.target.aws is not None and {"createOrder"} & {*self.scenario.operations, *self.scenario.asks}:
            self._mailbox = self._closing.enter_context(platform.messages.mailbox(ORDER_EVENTS, None))
        self.ensemble.begin(to_wire(self._given), fingerprint(self.scenario, self.target), marks_of(self.scenario))
        if self.turns is not None:
            self.turns.meet()

    def _conclude(self) -> None:
        self._concluding = True
        tally, attendance = self.ensemble.drained(self.scenario.decided_within + PATIENCE)
        impacts = self._impacts(tally)
        for impact in impacts:
            if impact.problem:  # told at once: what is still disturbed may be why no facts can be read
                print(f"load: {impact.planned.title}: {impact.problem}", file=sys.stderr, flush=True)
        traces = self._memory.end() if self._memory is not None else []
        judgements = self._evaluation().judged(tally, attendance, impacts) + self._memory_judged(traces)
        stats = statistics_of(tally)
        write_figures(self._run / "load", self.scenario, tally, stats)
        write_rounds(self._run / "load", tally)
        write_disturbances(self._run / "load", impacts)
        write_memory(self._run / "load", self.scenario.memory, traces)
        for line in lines(judgements, stats):
            print(line, file=sys.stderr, flush=True)
        self._write(judgements)
        self.code = exit_code(judgements)
        print(f"load: exit code {self.code}, run folder {self._run}", file=sys.stderr, flush=True)

    def _evaluation(self) -> Evaluation:
        made = (self._contract, self._given, self._mailbox, self._stagehand)
        return Evaluation(self.target, self.scenario, self.seed, *made, began=self._began)

    def _memory_judged(self, traces: list[Trace]) -> list[Judgement]:
        if self._memory is None or self.scenario.memory is None:
            return []
        return judge_memory(self.scenario.memory, traces, self._memory.unseen)

    def _impacts(self, tally: Tally) -> tuple[Impact, ...]:
        if self._stagehand is None:
            return ()
        return impacts_of(self.scenario, tally, self._stagehand.end(), self._began + self.scenario.seconds)

    def _write(self, judgements: list[Judgement]) -> None:
        assert self._journal is not None
        asked = (settings().scenario, self.seed, self.target)
        results = [result_of(judgement, replay_of(judgement, *asked)) for judgement in judgements]
        for result in results:
            self._journal.result(result)
        write_junit(self._run / "junit" / "load.xml", "load", results)
        self._journal.finished()
        self._journal.close()
