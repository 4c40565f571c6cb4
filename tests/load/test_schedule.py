"""Arrivals become due when the stages say so, whoever makes them, and the same seed gives the same ones."""

import itertools
import statistics
from collections import Counter
from dataclasses import replace
from random import Random

import gevent  # type: ignore[import-untyped]
import pytest

from load.pool import Pool
from load.scenario import Arrivals, Scenario, Share, Stage
from load.schedule import Due, arrival_times, schedule

MIX = {"redirects": Share(3), "orders": Share(1)}
ONE, TWO = Due(1.0, "redirects"), Due(2.0, "orders")
POISSON = Scenario("s", "S", (Stage("only", 50, arrivals=Arrivals(10, 30, "poisson")),), MIX, (), ())


def times(*stages: tuple[float, Arrivals]) -> list[float]:
    return list(arrival_times(stages, Random(1)))


def test_constant_arrivals_are_evenly_spaced_from_the_start() -> None:
    assert times((1, Arrivals(4, 4))) == pytest.approx([0, 0.25, 0.5, 0.75])


def test_a_ramp_has_as_many_arrivals_as_its_rates_say_and_they_come_closer() -> None:
    found = times((10, Arrivals(0, 20)))
    assert len(found) == 100
    assert found[50] == pytest.approx(10 * 0.5**0.5)  # half of them in the last 3 of 10 seconds
    assert times((10, Arrivals(20, 0)))[50] == pytest.approx(10 - 10 * 0.5**0.5)


def test_a_stage_goes_on_where_the_one_before_ended() -> None:
    # 1.5 arrivals belong to the first stage: the third one is half a gap into the second.
    found = times((1, Arrivals(1.5, 1.5)), (1, Arrivals(10, 10)))
    assert found[:3] == pytest.approx([0, 1 / 1.5, 1.05])
    assert found[-1] < 2


def test_a_stage_without_arrivals_is_a_pause() -> None:
    found = times((1, Arrivals(2, 2)), (5, Arrivals(0, 0)), (1, Arrivals(2, 2)))
    assert found == pytest.approx([0, 0.5, 6, 6.5])


def test_poisson_gaps_are_exponential_with_the_rate_as_their_mean() -> None:
    found = times((1000, Arrivals(20, 20, "poisson")))
    gaps = [later - earlier for earlier, later in itertools.pairwise(found)]
    assert statistics.mean(gaps) == pytest.approx(0.05, rel=0.03)
    assert statistics.stdev(gaps) == pytest.approx(0.05, rel=0.03)
    assert sum(gap > 0.1 for gap in gaps) / len(gaps) == pytest.approx(2.718**-2, rel=0.05)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_workers_share_one_schedule_whatever_their_number(workers: int) -> None:
    whole = list(schedule(POISSON, 7))
    parts = [list(schedule(POISSON, 7, index, workers)) for index in range(workers)]
    assert sorted((due for part in parts for due in part), key=lambda due: due.at) == whole
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_another_seed_gives_other_arrivals() -> None:
    assert list(schedule(POISSON, 7)) == list(schedule(POISSON, 7))
    assert list(schedule(POISSON, 7)) != list(schedule(POISSON, 8))


def test_personas_arrive_by_their_weights() -> None:
    found = Counter(due.persona for due in schedule(POISSON, 7))
    assert found["redirects"] / found.total() == pytest.approx(0.75, abs=0.05)
    assert {due.persona for due in schedule(replace(POISSON, mix={"orders": Share(1)}), 7)} == {"orders"}
    assert isinstance(next(schedule(POISSON, 7)), Due)


def test_an_iteration_goes_to_the_user_who_came_free_last() -> None:
    pool, got = Pool(), dict[int, Due | None]()
    users = [gevent.spawn(lambda number=number: got.update({number: pool.take()})) for number in range(3)]
    gevent.sleep(0)
    pool.offer(ONE)
    pool.offer(TWO)
    gevent.joinall(users[1:], timeout=5)
    assert got == {2: ONE, 1: TWO}
    assert not pool.starved
    pool.close()


def test_an_iteration_that_finds_no_user_is_counted_and_made_later() -> None:
    pool = Pool()
    pool.offer(ONE)
    pool.offer(TWO)
    assert pool.take() == ONE
    assert pool.starved == {"redirects": 1, "orders": 1}
    assert pool.close() == {"orders": 1}
    assert pool.take() is None


def test_a_user_killed_while_it_waits_gets_nothing() -> None:
    pool = Pool()
    user = gevent.spawn(pool.take)
    gevent.sleep(0)
    user.kill()
    pool.offer(ONE)
    assert pool.starved == {"redirects": 1}


def test_users_who_wait_go_home_when_the_pool_closes() -> None:
    pool = Pool()
    user = gevent.spawn(pool.take)
    gevent.sleep(0)
    pool.close()
    user.join(timeout=5)
    assert user.successful()
    assert user.value is None
