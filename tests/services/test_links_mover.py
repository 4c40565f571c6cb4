"""Clicks on their way from Redis into the links' items: once each, whoever dies when, however many move them."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fixtures.services.links import mover, store
from fixtures.services.links.counts import Batch, Counts
from fixtures.services.links.store import Link
from fixtures.services.platform.settings import SettingsError, from_environment
from tests.services.links_world import CODE, DAY, OWNER, URL, LinksWorld, follow


class Context:
    """A Lambda context with so many milliseconds left."""

    def __init__(self, left: int = 60_000) -> None:
        self._left = left

    def get_remaining_time_in_millis(self) -> int:
        return self._left


@pytest.fixture
def deployed(world: LinksWorld, monkeypatch: pytest.MonkeyPatch) -> Iterator[LinksWorld]:
    """The function knows its Redis."""
    monkeypatch.setenv("REDIS_URL", world.server.url)
    mover._room.cache_clear()
    yield world
    mover._room.cache_clear()


def test_all_that_waits_is_moved_and_nothing_is_left(deployed: LinksWorld) -> None:
    store.add("hijklmn", URL, OWNER, "2026-03-01T00:00:00Z")
    process = deployed.process()
    follow(process, 3, "a.example")
    process.follow("hijklmn", "direct", "2026-03-02")
    assert mover.handle({}, Context()) == {"links": 2, "clicks": 4}
    assert deployed.stored() == 3
    assert deployed.held() - {"lookup"} == set()
    assert deployed.room().dirty() == []
    assert mover.handle({}, Context()) == {"links": 0, "clicks": 0}


def test_a_move_is_one_write(deployed: LinksWorld) -> None:
    follow(deployed.process(), 5, "a.example")
    deployed.calls.clear()
    mover.handle({}, Context())
    assert deployed.calls == ["UpdateItem"]


def test_what_doesn_t_fit_into_the_time_waits(deployed: LinksWorld) -> None:
    follow(deployed.process(), 2)
    assert mover.handle({}, Context(left=1)) == {"links": 0, "clicks": 0}
    assert deployed.total() == 2
    assert deployed.room().dirty() == [CODE]


def test_killed_before_the_write(world: LinksWorld) -> None:
    follow(world.process(), 2)
    world.room().take(CODE)
    follow(world.process(), 3)
    assert (world.total(), world.move(), world.move()) == (5, 2, 3)
    assert (world.stored(), world.total()) == (5, 5)


def test_killed_between_the_write_and_its_acknowledgement(world: LinksWorld) -> None:
    follow(world.process(), 2)
    batch = world.room().take(CODE)
    assert batch is not None
    assert store.take_in(CODE, batch)
    assert (world.stored(), world.total()) == (2, 2)
    follow(world.process(), 3)
    assert world.total() == 5
    world.move()
    assert (world.stored(), world.total()) == (2, 5)
    world.move()
    assert (world.stored(), world.total()) == (5, 5)


def test_a_write_that_was_held_up_comes_after_later_batches(world: LinksWorld) -> None:
    follow(world.process(), 2)
    held = world.room().take(CODE)
    assert held is not None
    world.move()
    follow(world.process(), 3)
    world.move()
    assert store.take_in(CODE, held)
    assert (world.stored(), world.total()) == (5, 5)


def test_a_late_acknowledgement_leaves_the_next_batch_alone(world: LinksWorld) -> None:
    follow(world.process(), 2)
    first = world.room().take(CODE)
    assert first is not None
    world.move()
    follow(world.process(), 3)
    world.room().take(CODE)
    world.room().done(CODE, first.number)
    assert world.total() == 5
    assert world.move() == 3


def test_clicks_that_come_during_a_move_are_moved_next(world: LinksWorld) -> None:
    follow(world.process(), 2)
    batch = world.room().take(CODE)
    assert batch is not None
    follow(world.process(), 3)
    world.room().done(CODE, batch.number)
    assert world.room().dirty() == [CODE]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_move_while_somebody_reads(world: LinksWorld, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    follow(world.process(), 2)
    really = store.find

    def interrupted(code: str) -> Link | None:
        if moment == "before":
            world.move()
        found = really(code)
        world.move()
        return found

    monkeypatch.setattr(store, "find", interrupted)
    assert world.total() == 2


def test_numbers_grow_over_the_loss_of_all_that_redis_knew(world: LinksWorld) -> None:
    follow(world.process())
    world.move()
    world.server.client.flushall()
    follow(world.process(), 2)
    assert world.total() == 3
    world.move()
    assert world.stored() == 3


def test_numbers_grow_when_the_clock_goes_back(world: LinksWorld) -> None:
    world.server.client.set("{links}:issued", 2**52)
    follow(world.process())
    batch = world.room().take(CODE)
    assert batch is not None
    assert batch.number == 2**52 + 1


def test_the_clicks_of_a_deleted_link_go_with_it(world: LinksWorld) -> None:
    follow(world.process(), 2)
    world.room().take(CODE)
    store.delete(CODE, OWNER)
    assert world.move() == 0
    assert world.room().dirty() == []
    assert not store.take_in(CODE, Batch(1, Counts(1)))
    assert store.find(CODE) is None


def test_movers_readers_and_followers_all_at_once(world: LinksWorld) -> None:
    followers = [world.process() for _ in range(3)]
    reader = world.process()
    answered = [0] * len(followers)
    stop = threading.Event()

    def following(n: int) -> None:
        for click in range(60):
            assert followers[n].follow(CODE, f"r{click % 7}.example", DAY) == URL
            answered[n] += 1

    def moving() -> None:
        room = world.room()
        while not stop.is_set():
            mover.move(room, CODE)

    def reading() -> list[tuple[int, int, int]]:
        seen: list[Any] = []
        while not stop.is_set():
            before = sum(answered)
            link = reader.find(CODE)
            assert link is not None
            seen.append((before, link.counts.total, sum(answered) + len(followers)))
        return seen

    with ThreadPoolExecutor(6) as pool:
        reads = pool.submit(reading)
        movers = [pool.submit(moving) for _ in range(2)]
        done = [pool.submit(following, n) for n in range(len(followers))]
        try:
            for each in done:
                each.result()
        finally:
            stop.set()
        for each in movers:
            each.result()
    assert [read for read in reads.result() if not read[0] <= read[1] <= read[2]] == []
    world.move()
    world.move()
    assert (world.stored(), world.total()) == (180, 180)


def test_production_moves_nothing_without_a_redis() -> None:
    with pytest.raises(SettingsError, match="REDIS_URL"):
        from_environment("links-mover", {"APP_ENV": "production"})
