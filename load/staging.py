"""What a user who plays scenarios has around each of them: two ways to ask, and a context that steps can run in."""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from fixtures.clients import Request, Response, Transport
from load.gherkin import Bound, Script
from load.onlooker import Onlooker


class Switch:
    """A transport that is another one while the Givens are made; it remembers the last exchange."""

    def __init__(self, now: Transport, onlooker: Onlooker) -> None:
        self.now = now
        self.last: tuple[Request, Response] | None = None
        self._onlooker = onlooker

    def send(self, request: Request) -> Response:
        """See `Transport`."""
        self._onlooker.asked(request)
        response = self.now.send(request)
        self._onlooker.answered(request, response)
        self.last = request, response
        return response


class Aside:
    """A transport whose time is nobody's latency: what is asked next is due that much later."""

    def __init__(self, transport: Transport, onlooker: Onlooker, excuse: Callable[[float], None]) -> None:
        self._transport = transport
        self._onlooker = onlooker
        self._excuse = excuse

    def send(self, request: Request) -> Response:
        """See `Transport`."""
        began = time.monotonic()
        self._onlooker.asked(request)
        try:
            response = self._transport.send(request)
        finally:
            self._excuse(time.monotonic() - began)
        self._onlooker.answered(request, response)
        return response


class StepError(Exception):
    """A step that could not be done, through no answer of the platform."""

    def __init__(self, script: Script, bound: Bound, error: Exception) -> None:
        said = " ".join(str(error).split())
        super().__init__(f"@{script.scenario_id} {bound.text} ({script.place}): {type(error).__name__}: {said}")


class Stage:
    """One scenario of one user: the context of its steps, and what the world remembers of its Givens."""

    __slots__ = ("again", "context", "script")

    def __init__(self, script: Script, context: Any) -> None:
        self.script = script
        self.context = context
        for bound in script.given:
            try:
                bound.match.run(context)
            except Exception as error:
                raise StepError(script, bound, error) from error
        self.again: Callable[[], None] = context.world.keepsake()


def context_of(world: Any) -> SimpleNamespace:
    """What steps know of behave's context."""
    return SimpleNamespace(world=world, table=None, text=None, use_with_user_mode=_user_mode)


class _UserMode:
    def __enter__(self) -> None:
        """behave's context tells its own attributes from the steps'; this one has no own."""

    def __exit__(self, *_: object) -> None:
        """Nothing to put back."""


def _user_mode() -> _UserMode:
    return _UserMode()
