"""A world can be taken back to what it remembered after the Givens, as often as somebody plays the rest anew."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from features.support.people import People
from features.support.world import World
from fixtures.clients import Sessions, connect
from fixtures.clients.fake_transport import FakeTransport, answered
from fixtures.target import Target


@dataclass(slots=True)
class Shelf:
    """A room's notes."""

    codes: list[str] = field(default_factory=list)
    last: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """Notes that never change."""

    text: str = "fixed"


@dataclass(slots=True)
class Basket:
    """Notes of a When."""

    things: list[str] = field(default_factory=list)


def test_it_remembers_what_it_did_and_nothing_since() -> None:
    platform = connect(Target("none", "deployed", Path("none.toml"), {}, {}), FakeTransport)
    world = World(platform, Sessions(platform), People(platform), "ABC-001", "run")
    shelf, given = world.notes(Shelf), world.name("given")
    shelf.codes.append("of the Given")
    world.notes(Label)
    take_back = world.keepsake()
    for _ in range(2):
        world.notes(Shelf).codes.append("of the When")
        world.notes(Shelf).last = "When"
        world.notes(Basket).things.append("one")
        world.response = answered(200)
        later = world.name("later")
        take_back()
        assert world.notes(Shelf) is shelf
        assert (shelf.codes, shelf.last) == (["of the Given"], "")
        assert world.notes(Basket).things == []
        assert world.name("given") == given
        assert world.name("later") != later
        take_back()
    with pytest.raises(LookupError, match="no step has kept an answer"):
        _ = world.response
