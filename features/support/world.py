"""What one scenario knows: the platform, its people and names, what was answered last. New for each scenario."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

from features.support.eventually import eventually
from features.support.people import People, Person, api_key
from features.support.witness import Witness
from fixtures.builders import marked
from fixtures.clients import Exchange, Platform, Response, Sessions

Value = TypeVar("Value")
Notes = TypeVar("Notes")

CONTAINERS = (list, dict, set)


class World:
    """Steps keep their state here and nowhere else.

    `response` is the answer of the When; `notes(SomeDataclass)` is a room's own typed memory, made on first need.
    """

    def __init__(self, platform: Platform, sessions: Sessions, regulars: People, scenario_id: str, run: str) -> None:
        self.exchanges: list[Exchange] = []
        self.witness = Witness(platform.transport, self.exchanges)
        self.platform = platform.recorded_by(self.witness.record, self.witness)
        self.people = People(self.platform)
        self.scenario_id = scenario_id
        self.run = run
        self._sessions = sessions
        self._regulars = regulars
        self._names: dict[str, str] = {}
        self._notes: dict[type, Any] = {}
        self._response: Response | None = None

    @property
    def response(self) -> Response:
        """The answer to the last thing somebody did."""
        if self._response is None:
            raise LookupError("no step has kept an answer yet: a When must set world.response")
        return self._response

    @response.setter
    def response(self, answer: Response) -> None:
        self._response = answer

    def person(self, name: str) -> Person:
        """Ada, Ben: a new account of this scenario alone."""
        return self.people[name]

    def regular(self, name: str) -> Person:
        """Ada, Ben as they were in earlier scenarios of this process: for claims about what is made here and now.

        Signing up and logging in cost more than most scenarios do. Whoever needs nobody's past takes `person`.
        """
        return self._regulars[name]

    def name(self, label: str) -> str:
        """The run-unique name behind a word of the feature; the same word gives the same name within a scenario."""
        return self._names.setdefault(label, marked(label))

    def admin_token(self) -> str:
        """The shopkeeper's access token; the admin is the only account that scenarios share."""
        return self._sessions.token("admin")

    def api_key(self, name: str) -> str:
        """The API key of a persona, used by no other scenario."""
        return api_key(self.platform.target.identities, name, self.scenario_id, self.run)

    def eventually(self, claim: Callable[[], Value], within: float | None = None) -> Value:
        """Waits until the claim holds; None: as long as the target's deadline allows."""
        return eventually(claim, self.platform.target.deadlines["eventually"] if within is None else within)

    def notes(self, kind: type[Notes]) -> Notes:
        """The one object of that class in this scenario."""
        if kind not in self._notes:
            self._notes[kind] = kind()
        return self._notes[kind]  # type: ignore[no-any-return]

    def keepsake(self) -> Callable[[], None]:
        """What it remembers now, as a function that takes it back to that: for those who play a scenario's When and
        Then again and again after one Given. Notes are taken back field by field, lists and the like by their items."""
        names, notes, response = dict(self._names), dict(self._notes), self._response
        kept = [
            (note, each.name, value.copy if isinstance(value, CONTAINERS) else None, value)
            for note in notes.values()
            for each in fields(note)
            for value in [_copied(getattr(note, each.name))]
        ]

        def take_back() -> None:
            self._names, self._notes, self._response = names.copy(), notes.copy(), response
            for note, name, copy, value in kept:
                object.__setattr__(note, name, copy() if copy else value)  # some notes are frozen

        return take_back


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, CONTAINERS) else value
