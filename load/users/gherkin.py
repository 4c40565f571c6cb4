"""Whoever plays scenarios of the features: Givens once, outside the figures; When and Then in every iteration."""

import time
from importlib import import_module
from types import SimpleNamespace
from typing import Any, ClassVar

from locust import task
from locust.env import Environment

from fixtures.clients import Request, Response, Sessions, Transport, connect, curl_line
from fixtures.clients.requests_transport import RequestsTransport
from load.claims import WrongAnswerError
from load.gherkin import Bound, Script
from load.persona import Persona
from load.tally import EXAMPLES_KEPT


class Switch:
    """A transport that is another one while the Givens are made."""

    def __init__(self, now: Transport) -> None:
        self.now = now

    def send(self, request: Request) -> Response:
        """See `Transport`."""
        return self.now.send(request)


class Gherkin(Persona):
    """One user, with a world of its own for each scenario."""

    scripts: ClassVar[dict[str, Script]] = {}

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._contexts: dict[str, Any] = {}
        self._ids = list(self.scripts)
        self._weights = [self.act.scenario.gherkin[name] for name in self._ids]
        self._measured = self._transport()
        self._switch = Switch(self._measured)
        self._world: Any = import_module("features.support.world").World
        self._people: Any = import_module("features.support.people").People

    @task
    def play(self) -> None:
        """One scenario; a step that fails ends it."""
        with self.act.iteration("gherkin"):
            script = self.scripts[self.random.choices(self._ids, self._weights)[0]]
            context = self._contexts.get(script.scenario_id) or self._set_up(script)
            context.world.exchanges.clear()
            for bound in script.measured:
                try:
                    bound.match.run(context)
                except AssertionError as error:
                    self._failed(script, bound, context.world, error)
                    return

    def _set_up(self, script: Script) -> Any:
        self._switch.now = RequestsTransport()
        try:
            platform = connect(self.act.target, lambda: self._switch)
            run = f"{self.number}"
            world = self._world(platform, Sessions(platform), self._people(platform), script.scenario_id, run)
            context = SimpleNamespace(world=world, table=None, text=None, use_with_user_mode=_user_mode)
            for bound in script.given:
                bound.match.run(context)
        finally:
            self._switch.now = self._measured
        self._contexts[script.scenario_id] = context
        return context

    def _judged(self, request: Request, response: Response) -> Exception | None:
        """What a right answer is, the Then says; that the service broke is a failure whatever it says."""
        self.act.answered(request, response)
        if response.status < 500:
            return None
        found = f"status {response.status}"
        return WrongAnswerError(found, "no server error", found, request, response)

    def _failed(self, script: Script, bound: Bound, world: Any, error: AssertionError) -> None:
        last = world.exchanges[-1] if world.exchanges else None
        if last is not None and last.response is not None and last.response.status >= 500:
            return  # counted already, as an answer of its operation
        name = last.operation_id if last is not None else self.act.scenario.operations[0]
        kind = f"@{script.scenario_id} {bound.text}"
        redacted = self.act.redactor.text
        example = {"expected": f"{bound.text} ({script.place})", "observed": redacted(str(error))[:300]}
        if last is not None:
            example["curl"] = curl_line(last)
        kept = self.act.tally.operation(name).failures[kind] < EXAMPLES_KEPT
        self.act.tally.failed(name, int(time.time()), kind, example if kept else None)


class _UserMode:
    def __enter__(self) -> None:
        """behave's context tells its own attributes from the steps'; this one has no own."""

    def __exit__(self, *_: object) -> None:
        """Nothing to put back."""


def _user_mode() -> _UserMode:
    return _UserMode()
