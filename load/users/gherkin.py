"""Whoever plays scenarios of the features: Givens once, outside the figures; When and Then in every iteration."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any, ClassVar

from locust import task
from locust.env import Environment

from fixtures.clients import Request, Response, Sessions, Transport, connect
from fixtures.clients.requests_transport import RequestsTransport
from fixtures.errors import UnreachableError
from load.claims import WrongAnswerError
from load.gherkin import Bound, Script
from load.persona import Persona

BROKEN = 500  # from here on, an answer says that the service broke


class Switch:
    """A transport that is another one while the Givens are made; it remembers the last exchange."""

    def __init__(self, now: Transport) -> None:
        self.now = now
        self.last: tuple[Request, Response] | None = None

    def send(self, request: Request) -> Response:
        """See `Transport`."""
        response = self.now.send(request)
        self.last = request, response
        return response


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
            self._switch.last = None
            for bound in script.measured:
                try:
                    bound.match.run(context)
                except UnreachableError:
                    raise  # counted as a failure of its operation already
                except Exception as error:
                    self._failed(script, bound, error)
                    return

    def _set_up(self, script: Script) -> Any:
        self._switch.now = self._capped(RequestsTransport())
        try:
            context = self._context(script)
            for bound in script.given:
                bound.match.run(context)
        finally:
            self._switch.now = self._measured
        self._contexts[script.scenario_id] = context
        return context

    def _context(self, script: Script) -> Any:
        platform = connect(self.act.target, lambda: self._switch)
        world = self._world(platform, Sessions(platform), self._people(platform), script.scenario_id, f"{self.number}")
        # A world records what it did, redacted, for a failing step to show; under load only the last exchange is kept,
        # and redacted when something fails.
        world.platform, world.people = platform, self._people(platform)
        return SimpleNamespace(world=world, table=None, text=None, use_with_user_mode=_user_mode)

    def _judged(self, request: Request, response: Response) -> Exception | None:
        """What a right answer is, the Then says; that the service broke is a failure whatever it says."""
        self.act.answered(request, response)
        if response.status < BROKEN:
            return None
        found = f"status {response.status}"
        return WrongAnswerError(found, "no server error", found, request, response)

    def _failed(self, script: Script, bound: Bound, error: Exception) -> None:
        """Of the operation asked last: what a step expected of its answer, or could not make of it."""
        if self._switch.last is None:
            raise error  # it never asked anything: the step itself is wrong
        request, response = self._switch.last
        if response.status >= BROKEN:
            return  # counted already, as an answer of its operation
        kind = f"@{script.scenario_id} {bound.text}"
        found = str(error) if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"
        wrong = WrongAnswerError(kind, f"{bound.text} ({script.place})", found, request, response)
        self.act.failed(request.operation_id, wrong)


class _UserMode:
    def __enter__(self) -> None:
        """behave's context tells its own attributes from the steps'; this one has no own."""

    def __exit__(self, *_: object) -> None:
        """Nothing to put back."""


def _user_mode() -> _UserMode:
    return _UserMode()
