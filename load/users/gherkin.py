"""Whoever plays scenarios of the features: Givens once, outside the figures; When and Then in every iteration."""

import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from importlib import import_module
from itertools import accumulate
from typing import Any, ClassVar

from locust import task
from locust.env import Environment

from fixtures.clients import Platform, Request, Response, Sessions, connect
from fixtures.clients.requests_transport import RequestsTransport
from fixtures.errors import UnreachableError
from load.claims import WrongAnswerError, status_of
from load.deciding import tell_decided
from load.gherkin import Bound, Script
from load.onlooker import Onlooker
from load.patience import patient
from load.persona import Persona
from load.staging import Aside, Stage, StepError, Switch, context_of

BROKEN = 500  # from here on, an answer says that the service broke
UNTIL_AGAIN = 1.0  # seconds before Givens that failed are tried again: nobody needs to be asked for them without pause


class Gherkin(Persona):
    """One user, with a world of its own for each scenario."""

    scripts: ClassVar[dict[str, Script]] = {}

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._stages: dict[str, Stage] = {}
        rows = Counter(script.scenario_id for script in self.scripts.values())
        self._names = list(self.scripts)
        weights = self.act.scenario.gherkin
        shares = (weights[one.scenario_id] / rows[one.scenario_id] for one in self.scripts.values())
        self._up_to = list(accumulate(shares))
        self._onlooker = Onlooker(self.act, partial(tell_decided, self.environment))
        self._quiet = self._capped(RequestsTransport())
        self._aside = Aside(self._quiet, self._onlooker, self._excused)
        self._measured = self._transport()
        self._switch = Switch(self._measured, self._onlooker)
        self._world: Any = import_module("features.support.world").World
        self._people_of: Any = import_module("features.support.people").People
        self._regulars: Any = None

    def prepare(self) -> None:
        """All Givens at once, before anything is due. What can't be made now is tried again when it is played; that it
        went wrong is told, though it may come right later."""
        for name in self._names:
            try:
                self._stage(name)
            except Exception as error:  # whatever a step raises
                self.act.crashed("gherkin", error)
                return

    @task
    def play(self) -> None:
        """One scenario; a step that fails ends it."""
        with self.act.iteration("gherkin"):
            stage = self._stage(self.random.choices(self._names, cum_weights=self._up_to)[0])
            stage.again()
            self._switch.last, self._onlooker.measuring = None, True
            try:
                self._play(stage)
            finally:
                self._onlooker.iterated()

    def _play(self, stage: Stage) -> None:
        script = stage.script
        for bound in script.measured:
            try:
                bound.match.run(stage.context)
            except UnreachableError:
                raise  # counted as a failure of its operation already
            except Exception as error:
                self._failed(script, bound, error)
                self.act.tally.fell[script.scenario_id] += 1
                return
        self.act.tally.played[script.scenario_id] += 1

    def _stage(self, name: str) -> Stage:
        found = self._stages.get(name)
        if found is None:
            due, began = self.due, time.monotonic()
            self._switch.now, self._onlooker.measuring = self._quiet, False
            try:
                found = self._stages[name] = Stage(self.scripts[name], self._context(self.scripts[name]))
            except StepError:
                time.sleep(UNTIL_AGAIN)
                raise
            finally:
                self._switch.now = self._measured
                self._onlooker.iterated()
                self.due = None if due is None else due + time.monotonic() - began
        return found

    def _context(self, script: Script) -> Any:
        quiet = connect(self.act.target, lambda: self._aside)
        platform = connect(self.act.target, lambda: self._switch)
        self.act.sessions = self.act.sessions or Sessions(self._nobodys())
        self._regulars = self._regulars or self._people_of(quiet)
        world = self._world(platform, self.act.sessions, self._regulars, script.scenario_id, f"{self.number}")
        # A world records what it did, redacted, for a failing step to show; under load only the last exchange is kept,
        # and redacted when something fails. Who signs up or logs in to take part does so aside.
        world.platform, world.people, world.eventually = platform, self._people_of(quiet), self._eventually
        return context_of(world)

    def _nobodys(self) -> Platform:
        """For log-ins that all users of this process share."""
        return connect(self.act.target, lambda: self._capped(RequestsTransport()))

    def _eventually(self, claim: Callable[[], Any], within: float | None = None) -> Any:
        return patient(claim, self.act.scenario.decided_within if within is None else within)

    def _excused(self, seconds: float) -> None:
        if self.due is not None:
            self.due += seconds

    def _judged(self, request: Request, response: Response) -> Exception | None:
        """What a right answer is, the Then says; that the service broke is a failure whatever it says."""
        self.act.answered(request, response)
        if response.status < BROKEN:
            return None
        found = status_of(response)
        return WrongAnswerError(found, "no server error", found, request, response)

    def _failed(self, script: Script, bound: Bound, error: Exception) -> None:
        """Of the operation asked last: what a step expected of its answer, or could not make of it."""
        if self._switch.last is None:
            raise StepError(script, bound, error) from error  # it never asked anything: the step itself is wrong
        request, response = self._switch.last
        if response.status >= BROKEN:
            return  # counted already, as an answer of its operation
        kind = f"@{script.scenario_id} {bound.text}"
        found = str(error) if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"
        wrong = WrongAnswerError(kind, f"{bound.text} ({script.place})", found, request, response)
        self.act.failed(request.operation_id, wrong)
