"""Clicks that wait in Redis: what is read, what a deletion leaves, what a Redis that is away means."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from fixtures.services.links import clicks, scripts, store
from fixtures.services.links.redis_calls import NotRun, PerhapsRun
from fixtures.services.platform.messages import Problem
from tests.services.links_world import CODE, DAY, OWNER, URL, LinksWorld, follow


def test_the_first_follower_reads_the_table_and_the_next_ones_do_not(world: LinksWorld) -> None:
    follow(world.process())
    assert world.calls == ["GetItem"]
    follow(world.process(), 3)
    assert world.calls == ["GetItem"]
    assert world.total() == 4


def test_a_looked_up_url_is_kept_for_a_minute_and_clicks_for_ever(world: LinksWorld) -> None:
    follow(world.process(), 2, "a.example")
    left = {key.split(":")[1]: world.server.client.ttl(key) for key in world.server.client.keys("*")}
    assert 50 < left.pop("lookup") <= 60
    assert 0 < left.pop("lease") <= 10
    assert left == {"counts": -1, "dirty": -1}


def test_a_code_nobody_has_is_asked_for_each_time_and_leaves_nothing(world: LinksWorld) -> None:
    assert [world.process().follow("zzzzzzz", "direct", DAY) for _ in range(2)] == [None, None]
    assert world.calls == ["GetItem", "GetItem"]
    # somebody is given that very code a moment later
    store.add("zzzzzzz", URL, OWNER, "2026-03-01T00:00:00Z")
    assert world.process().follow("zzzzzzz", "direct", DAY) == URL


def test_clicks_that_come_together_are_all_counted(world: LinksWorld) -> None:
    process = world.process()
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(lambda n: follow(process, 25, f"r{n % 3}.example"), range(8)):
            pass
    assert world.total() == 200
    assert world.referrers() == {"r0.example": 75, "r1.example": 75, "r2.example": 50}


def test_redis_that_forgot_the_scripts_is_told_them_again(world: LinksWorld) -> None:
    process = world.process()
    follow(process)
    world.server.client.script_flush()
    follow(process)
    assert world.total() == 2


class TestReferrers:
    """The first so many have names, all others are `other`: wherever the names are kept at the moment."""

    pytestmark = pytest.mark.usefixtures("room_for_three")

    def test_within_one_minute(self, world: LinksWorld) -> None:
        for name in ["h0", "h1", "direct", "h2", "h3", "h4", "h1"]:
            follow(world.process(), 1, name)
        expected = {"h0": 1, "h1": 2, "h2": 1, "other": 2, "direct": 1}
        assert world.referrers() == expected
        world.move()
        assert world.referrers() == expected

    @pytest.mark.parametrize("moved", [(), ("take",), ("take", "take_in"), ("take", "take_in", "done")])
    def test_when_the_looked_up_url_has_expired(self, world: LinksWorld, moved: tuple[str, ...]) -> None:
        # in no order of the alphabet: the first to come are named
        for name in ["z0", "z1"]:
            follow(world.process(), 1, name)
        _moved(world, moved)
        world.server.client.delete("{links}:lookup:" + CODE)
        for name in ["h2", "h1", "z0"]:
            follow(world.process(), 1, name)
        assert world.referrers() == {"z0": 2, "z1": 1, "h2": 1, "other": 1}

    def test_when_they_are_moved_while_somebody_loads(self, world: LinksWorld) -> None:
        room = world.room()
        ticket = room.count(CODE, "direct", DAY).ticket
        seen = store.target(CODE)
        assert seen is not None
        for name in ["h0", "h1", "h2"]:
            follow(world.process(), 1, name)
        world.move()
        world.server.client.delete("{links}:lookup:" + CODE)
        late = room.load(CODE, ticket, seen, "h3", DAY)
        assert (late.url, late.ticket != ticket) == ("", True)
        assert world.total() == 3

    def test_when_some_were_counted_while_redis_was_away(self, world: LinksWorld) -> None:
        for name in ["h0", "h1"]:
            follow(world.process(), 1, name)
        for name in ["z0", "z1"]:
            follow(clicks.StoredClicks(), 1, name)
        expected = {"h0": 1, "other": 1, "z0": 1, "z1": 1}
        assert world.referrers() == expected
        assert world.move() == 2
        assert world.referrers() == expected
        found = store.target(CODE)
        assert found is not None
        assert sorted(found.referrers) == ["h0", "z0", "z1"]


class TestDeletion:
    def test_a_warm_lookup_leads_nowhere_in_any_process(self, world: LinksWorld) -> None:
        ours, theirs = world.process(), world.process()
        follow(ours, 2)
        follow(theirs)
        assert ours.delete(CODE, OWNER)
        assert [process.follow(CODE, "direct", DAY) for process in (ours, theirs)] == [None, None]
        assert theirs.find(CODE) is None
        assert world.held() == {"bypass"}
        assert world.server.client.smembers("{links}:dirty") == set()

    def test_a_lookup_that_is_being_loaded_comes_too_late(self, world: LinksWorld) -> None:
        room = world.room()
        ticket = room.count(CODE, "direct", DAY).ticket
        seen = store.target(CODE)
        assert seen is not None
        assert world.process().delete(CODE, OWNER)
        assert room.load(CODE, ticket, seen, "direct", DAY).url == ""
        # even when everything that the deletion left has expired
        world.server.client.delete("{links}:bypass:" + CODE)
        assert room.load(CODE, ticket, seen, "direct", DAY).url == ""
        assert world.process().follow(CODE, "direct", DAY) is None

    def test_killed_before_the_item_is_deleted_the_link_stands(self, world: LinksWorld) -> None:
        follow(world.process(), 2)
        world.room().bypass(CODE)
        follow(world.process(), 3)
        assert world.held() == {"bypass", "counts"}
        assert world.total() == 5
        world.move()
        assert world.stored() == 5

    def test_killed_after_the_item_is_deleted_the_link_is_gone(self, world: LinksWorld) -> None:
        follow(world.process(), 2)
        world.room().bypass(CODE)
        store.delete(CODE, OWNER)
        assert world.process().follow(CODE, "direct", DAY) is None
        assert world.process().find(CODE) is None
        assert world.move() == 0
        assert world.room().dirty() == []
        assert world.held() == {"bypass"}

    def test_killed_in_the_middle_a_warm_lookup_leads_nowhere(
        self, world: LinksWorld, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        follow(world.process(), 2)
        really = store.delete

        def killed(*what: str) -> bool:
            really(*what)
            raise SystemExit

        monkeypatch.setattr(store, "delete", killed)
        with pytest.raises(SystemExit):
            world.process().delete(CODE, OWNER)
        assert world.process().follow(CODE, "direct", DAY) is None

    def test_somebody_else_s_key_deletes_nothing_and_disturbs_nothing(self, world: LinksWorld) -> None:
        follow(world.process())
        assert not world.process().delete(CODE, "k-ben")
        assert "bypass" not in world.held()
        follow(world.process())

    def test_without_redis_nothing_is_deleted(self, world: LinksWorld) -> None:
        # the looked-up URL would outlive the link
        follow(world.process())
        world.server.kill()
        with pytest.raises(Problem) as caught:
            world.process().delete(CODE, OWNER)
        assert caught.value.status == 503
        world.server.start()
        follow(world.process())


class TestRedisAway:
    def test_nothing_acknowledged_is_lost_when_redis_is_killed(self, world: LinksWorld) -> None:
        process = world.process()
        for round_ in range(5):
            follow(process, 20)
            world.server.kill()
            world.server.start()
            process = world.process()
            assert world.total() == 20 * (round_ + 1)

    def test_links_are_followed_without_it_and_with_it_again(self, world: LinksWorld) -> None:
        process = world.process()
        follow(process, 3)
        world.server.kill()
        follow(process, 4)
        with pytest.raises(Problem) as caught:
            process.find(CODE)
        assert caught.value.status == 503
        world.server.start()
        follow(process)
        assert (world.stored(), world.total()) == (4, 8)

    def test_a_click_whose_count_is_in_doubt_is_not_answered_with_a_redirect(self, world: LinksWorld) -> None:
        process = world.process()
        follow(process, 2)
        world.server.pause()
        with pytest.raises(Problem) as caught:
            process.follow(CODE, "direct", DAY)
        assert caught.value.status == 503
        assert int(caught.value.headers["Retry-After"]) > 0
        follow(process, 3)  # in the table: nobody waits for it again at once
        assert world.stored() == 3
        world.server.resume()
        # what was sent has been counted meanwhile, though not answered
        assert world.total() == 6

    def test_who_looks_whether_it_is_back_puts_no_click_at_stake(
        self, world: LinksWorld, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(clicks, "AWAY_SECONDS", 0.0)
        room = world.room()
        process = clicks.WaitingClicks(room)
        follow(process)
        world.server.pause()
        with pytest.raises(Problem):
            process.follow(CODE, "direct", DAY)
        with monkeypatch.context() as patched:
            patched.setattr(room, "count", lambda *_: pytest.fail("a click was sent"))
            follow(process, 3)  # each of them looks
        assert world.stored() == 3
        world.server.resume()
        follow(process)
        assert (world.stored(), world.total()) == (3, 6)

    def test_while_somebody_is_kept_waiting_others_go_round(self, world: LinksWorld) -> None:
        world.patience = 5.0
        room = world.room()
        process = clicks.WaitingClicks(room)
        follow(process)
        world.server.pause()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(process.follow, CODE, "direct", DAY)
            until = time.monotonic() + world.patience
            while not room.is_stuck() and time.monotonic() < until:
                threading.Event().wait(0.01)
            follow(process, 3)
            assert not waiting.done()
            assert world.stored() == 3
            world.server.resume()
            assert waiting.result() == URL
        assert world.total() == 5

    def test_a_redis_that_is_full_refuses_and_is_emptied_by_the_mover(self, world: LinksWorld) -> None:
        follow(world.process(), 2)
        world.server.client.config_set("maxmemory", "1")
        follow(world.process(), 3)
        assert world.stored() == 3
        assert world.move() == 2
        assert (world.stored(), world.total()) == (5, 5)

    def test_an_answer_that_comes_late_is_not_taken_for_the_next_ones(self, world: LinksWorld) -> None:
        room = world.room()
        follow(clicks.WaitingClicks(room))
        world.server.pause()
        with pytest.raises(PerhapsRun):
            room.count(CODE, "direct", DAY)
        world.server.resume()
        world.server.client.ping()  # by now the late answer is on its way, too
        assert room.look(CODE).issued == 0
        assert room.dirty() == [CODE]

    def test_nobody_there_means_not_run(self, world: LinksWorld) -> None:
        room = world.room()
        world.server.kill()
        with pytest.raises(NotRun):
            room.look(CODE)


def test_threads_come_and_go_and_leave_no_connection(world: LinksWorld) -> None:
    process = world.process()
    follow(process)
    for _ in range(300):
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(process.follow, CODE, "direct", DAY).result() == URL
    assert world.stored() == 0  # nobody had to go round
    assert len(world.server.client.client_list()) <= 3


def test_every_key_is_in_one_slot(world: LinksWorld) -> None:
    # a cluster runs a script only where all of its keys are
    follow(world.process(), 1, "a.example")
    world.room().take(CODE)
    follow(world.process())
    world.room().bypass(CODE)
    keys = world.server.client.keys("*")
    assert {key.split(":")[1] for key in keys} == {"counts", "batch", "bypass", "dirty", "issued"}
    assert {key.split(":")[0] for key in keys} == {"{links}"}
    assert len(scripts.KEYS) + len(scripts.SHARED_KEYS) == 7


def _moved(world: LinksWorld, steps: tuple[str, ...]) -> None:
    room = world.room()
    batch = room.take(CODE) if "take" in steps else None
    if batch is not None and "take_in" in steps:
        assert store.take_in(CODE, batch)
    if batch is not None and "done" in steps:
        room.done(CODE, batch.number)
