"""Knows how the directory is filled and read in the features: flawed entries, page after page."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from features.support.expect import expect_status
from features.support.vocabulary import word
from features.support.world import World
from fixtures.builders import marked
from fixtures.clients import Response
from fixtures.clients.users import Users

_DETAILS = {"the username": "username", "the e-mail address": "email"}
_NEXT = re.compile(r'<([^>]+)>\s*;[^,]*rel="?next"?')


@dataclass(slots=True)
class Reading:
    """What was read of the directory in one scenario, who was put in before, who was `there` all the time, and the
    entry that was asked for last."""

    newcomers: list[str] = field(default_factory=list)
    there: set[str] = field(default_factory=set)
    pages: list[list[Any]] = field(default_factory=list)
    limit: int = 0
    rounds: list[list[Response]] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)

    def met(self) -> list[str]:
        """Every username met, as often as it was met."""
        return [entry["username"] for page in self.pages for entry in page]


@word("Detail", "|".join(_DETAILS))
def detail(text: str) -> str:
    """A detail of an entry by its name on the wire."""
    return _DETAILS[text]


@word("Absence", "left out|empty|null")
def absence(text: str) -> str:
    """A way of not being there."""
    return text


def lacking(entry: Mapping[str, str], name: str, how: str) -> dict[str, Any]:
    """The entry without that detail."""
    ways: dict[str, dict[str, Any]] = {"left out": {}, "empty": {name: ""}, "null": {name: None}}
    return {key: value for key, value in entry.items() if key != name} | ways[how]


def username_with(flaw: str) -> str:
    """A username that nobody else has, with one flaw."""
    flawed = {
        "2 characters": "ab",
        "65 characters": marked("x").rjust(65, "x"),
        "a space": f"{marked('with')} space",
        "a slash": f"{marked('with')}/slash",
        "an accent": f"{marked('with')}é",
        # `$` in a regular expression matches before a trailing line break.
        "a trailing break": f"{marked('with')}\n",
    }
    return flawed[flaw]


def address_with(flaw: str) -> str:
    """An e-mail address with one flaw."""
    flawed = {
        "without an at": "cleo.example.com",
        "without a domain": "cleo@",
        "without a name": "@example.com",
        "of 255 characters": address_of(255),
    }
    return flawed[flaw]


def address_of(length: int) -> str:
    """An address of 70 to 300 characters whose parts keep within RFC 5321 (name) and RFC 1035 (labels)."""
    name = "c" * 64
    labels = ("d" * 62 + ".") * 4
    return f"{name}@{labels[: length - len(name) - len('@.com')]}.com"


def join(world: World, username: str, email: str) -> Response:
    """The answer to somebody who joins; what was asked for is kept."""
    world.notes(Reading).asked = {"username": username, "email": email}
    return world.platform.users.create_user(username, email)


def everybody(users: Users) -> set[str]:
    """The usernames of all who are in the directory now."""
    return {entry["username"] for entry in expect_status(users.list_users(), 200).json()}


def how_many(users: Users, most: int) -> int:
    """How many are in the directory, counted up to `most`: read in pages, since whole it may be large."""
    seen = 0
    for page in pages(users, 100):
        seen += len(page)
        if seen >= most:
            return most
    return seen


def page_size(total: int, count: int) -> int:
    """A size with which so many entries fill that many pages and more, as far as sizes go (1 to 100)."""
    return max(1, min(100, (total - 1) // count))


def pages(users: Users, limit: int) -> Iterator[list[Any]]:
    """Page after page of the directory, as its `Link` headers lead on (RFC 8288)."""
    cursor: str | None = None
    while True:
        page = expect_status(users.list_users(limit, cursor), 200)
        yield page.json()
        link = _NEXT.search(page.headers.get("link", ""))
        if link is None:
            return
        cursor = parse_qs(urlsplit(link[1]).query)["cursor"][0]
