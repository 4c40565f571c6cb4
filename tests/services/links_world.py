"""Links over a real Redis and an emulated table, seen from below the HTTP surface."""

from dataclasses import dataclass, field

import pytest

from fixtures.services.links import clicks, counts, mover, store, waiting
from fixtures.services.links.clicks import WaitingClicks
from fixtures.services.links.redis_calls import Redis
from fixtures.services.links.waiting import WaitingRoom
from tests.services.in_moto import watch
from tests.services.redis_server import RedisServer

URL = "https://example.com/a?b=c#d"
OWNER = "k-ada"
CODE = "abcdefg"
DAY = "2026-03-01"


@dataclass(slots=True)
class LinksWorld:
    """One link, and as many gateway processes and movers as a test asks for."""

    server: RedisServer
    patience: float = 0.3  # seconds until an answer is in doubt
    calls: list[str] = field(default_factory=list)

    def process(self) -> WaitingClicks:
        """What one gateway process counts with."""
        return WaitingClicks(self.room())

    def room(self) -> WaitingRoom:
        return WaitingRoom(Redis(self.server.url, self.patience), "links")

    def held(self) -> set[str]:
        """What Redis holds of the link."""
        return {key.split(":")[1] for key in self.server.client.keys(f"*{CODE}*")}

    def total(self) -> int:
        link = self.process().find(CODE)
        assert link is not None
        assert sum(link.counts.by_day.values()) == sum(link.counts.by_referrer.values()) == link.counts.total
        return link.counts.total

    def stored(self) -> int:
        link = store.find(CODE)
        assert link is not None
        return link.counts.total

    def referrers(self) -> dict[str, int]:
        link = self.process().find(CODE)
        assert link is not None
        return dict(link.counts.by_referrer)

    def move(self) -> int:
        """One whole run of the mover."""
        return mover.move(self.room(), CODE)


def follow(process: clicks.Clicks, times: int = 1, referrer: str = "direct") -> None:
    for _ in range(times):
        assert process.follow(CODE, referrer, DAY) == URL


@pytest.fixture
def world(tables: None, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> LinksWorld:
    """A link nobody followed. `calls` are the AWS calls made since."""
    store.add(CODE, URL, OWNER, "2026-03-01T00:00:00Z")
    made = LinksWorld(redis_server)
    watch(monkeypatch, made.calls.append)
    return made


@pytest.fixture
def room_for_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links name three referrers instead of a hundred."""
    for module in (clicks, counts, store, waiting):
        monkeypatch.setattr(module, "MOST_REFERRERS", 3)
