"""A leak is found where there is one, named with slope and bound; noise, steps and warm-up are none."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import gevent  # type: ignore[import-untyped]
import psutil
import pytest

from fixtures.clients import connect
from fixtures.errors import CallError
from fixtures.target import Target
from load.judge_memory import judge_memory, told
from load.memory import FEWEST, MOST, MemoryBounds, Point, Trace, growth_of, theil_sen, thinned
from load.memory_watch import MemoryWatch, memory_of
from load.scenario_file import ScenarioError, load_scenario
from reports.evidence import Status
from tests.load.standin import served

BOUNDS = MemoryBounds(warm_up=120, mib_per_hour=20, per_hour=0.2, keep_data=("redis",))


def points(an_hour: float, noise: float = 0.0, seed: int = 0, start: float = 50.0) -> tuple[Point, ...]:
    """Ten minutes, every five seconds."""
    random = Random(seed)
    return tuple((at, start + an_hour * at / 3600 + random.gauss(0, noise)) for at in range(0, 600, 5))


def status_of(*found: tuple[Point, ...]) -> Status:
    (judgement,) = judge_memory(BOUNDS, [Trace("links", 1, each) for each in found])
    return judgement.status


def test_a_leak_fails_and_is_told_with_part_slope_and_bound() -> None:
    (judgement,) = judge_memory(BOUNDS, [Trace("links", 7, points(60, noise=0.2))])
    assert judgement.status is Status.FAILED
    assert judgement.id == "memory:links"
    assert judgement.observed.startswith("links leaks: +")
    assert judgement.value == pytest.approx(60, rel=0.1)
    assert (judgement.limit, judgement.expected) == (20, "at most 20.0 MiB an hour")


@pytest.mark.parametrize("seed", range(30))
def test_a_flat_noisy_part_never_leaks(seed: int) -> None:
    assert status_of(points(0, noise=1.5, seed=seed)) is Status.PASSED


@pytest.mark.parametrize("seed", range(30))
def test_a_leak_is_found_in_the_same_noise(seed: int) -> None:
    assert status_of(points(60, noise=1.5, seed=seed)) is Status.FAILED


def test_growth_within_the_bound_is_told_and_passes() -> None:
    (judgement,) = judge_memory(BOUNDS, [Trace("links", 1, points(10, noise=0.05))])
    assert judgement.status is Status.PASSED
    assert "links grows: +" in judgement.observed


def test_the_warm_up_is_left_out() -> None:
    filling = tuple((at, 50 + min(at, 100) * 0.5) for at, _ in points(0))
    assert status_of(filling) is Status.PASSED
    steeper = judge_memory(MemoryBounds(0, 20, 0.2), [Trace("links", 1, filling[:40])])
    assert steeper[0].status is Status.FAILED


def test_a_pool_filled_once_and_single_peaks_are_no_leak() -> None:
    assert status_of(tuple((at, 58.0 if at > 300 else 50.0) for at, _ in points(0))) is Status.PASSED
    assert status_of(tuple((at, 90.0 if at > 560 else 50.0) for at, _ in points(0))) is Status.PASSED


def test_the_bound_of_a_large_part_is_a_share_of_its_size() -> None:
    growth = growth_of(Trace("links", 1, points(60, start=1000)), BOUNDS)
    assert growth is not None
    assert growth.limit == pytest.approx(200, rel=0.02)
    assert not growth.leaks


def test_theil_and_sen_give_slope_and_interval_an_hour() -> None:
    slope, least, most = theil_sen(points(36))
    assert (slope, least, most) == pytest.approx((36, 36, 36))
    noisy = theil_sen(points(36, noise=1, seed=3))
    assert noisy[1] < 36 < noisy[2]


def test_a_long_soak_is_thinned_and_keeps_its_slope() -> None:
    long = [(float(at), 50 + at / 3600) for at in range(0, 36_000, 5)]
    few = thinned(long)
    assert len(few) <= MOST
    assert theil_sen(few)[0] == pytest.approx(1)


def test_what_keeps_data_is_shown_and_not_judged() -> None:
    traces = [Trace("redis", 1, points(600)), Trace("links", 2, points(0))]
    assert [judgement.id for judgement in judge_memory(BOUNDS, traces)] == ["memory:links"]
    entries = told(BOUNDS, traces)
    assert [(entry["part"], entry["status"]) for entry in entries] == [("redis", "skipped"), ("links", "passed")]
    assert entries[0]["slope"] == pytest.approx(600)


def test_too_few_points_and_no_part_are_broken_and_a_deployed_target_is_skipped() -> None:
    (judgement,) = judge_memory(BOUNDS, [Trace("links", 1, points(60)[: 24 + FEWEST - 1])])
    assert judgement.status is Status.BROKEN
    assert judge_memory(BOUNDS, [])[0].status is Status.BROKEN
    (unseen,) = judge_memory(BOUNDS, [], "unavailable: elsewhere")
    assert (unseen.status, unseen.observed) == (Status.SKIPPED, "unavailable: elsewhere")


@contextmanager
def leaking(kib_a_second: float) -> Iterator[int]:
    command = [sys.executable, "-m", "tests.load.leaking", str(kib_a_second)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def stack_at(url: str, kind: Any = "local") -> Target:
    return Target("mine", kind, Path("mine.toml"), MappingProxyType({}), MappingProxyType({}), control_url=url)


def door(parts: list[dict[str, Any]]) -> Any:
    """A control door that tells these parts and nothing else."""
    import flask  # noqa: PLC0415

    app = flask.Flask("door")
    app.add_url_rule("/parts", view_func=lambda: flask.jsonify(parts))
    return app


def test_a_process_that_really_leaks_is_found_beside_one_that_does_not() -> None:
    bounds = MemoryBounds(warm_up=0.3, mib_per_hour=2000, per_hour=1, every=0.1)
    with leaking(4096) as leaky, leaking(0) as sound:
        parts = [{"name": "leaky", "pid": leaky, "alive": True}, {"name": "sound", "pid": sound, "alive": True}]
        with served(door(parts)) as url:
            watch = MemoryWatch(connect(stack_at(url)), bounds, "mine.toml")
            watch.prepare()
            watch.begin()
            with gevent.Timeout(60):
                while min((len(trace.points) for trace in watch.seen()), default=0) < 20:
                    gevent.sleep(0.05)
            found = {judgement.id: judgement for judgement in judge_memory(bounds, watch.end())}
    assert found["memory:leaky"].status is Status.FAILED, found
    assert "leaky leaks: +" in found["memory:leaky"].observed
    assert found["memory:sound"].status is Status.PASSED, found


def test_children_count_and_who_is_gone_does_not() -> None:
    with leaking(0) as pid:
        child, unit = memory_of([pid])[pid]
        mine = psutil.Process().memory_full_info()
        family = memory_of([os.getpid()])[os.getpid()][0]
        assert unit in ("PSS", "RSS")
        assert child > 1
        assert family > getattr(mine, "pss", mine.rss) / 2**20 + child / 2
    assert memory_of([pid]) == {}


def test_only_a_local_stack_is_watched() -> None:
    watch = MemoryWatch(connect(stack_at("", "deployed")), BOUNDS, "mine.toml")
    watch.prepare()
    watch.begin()
    assert "unavailable: mine is no local stack" in watch.unseen
    assert watch.end() == []


def test_an_unknown_part_that_keeps_data_is_told_with_the_nearest() -> None:
    bounds = MemoryBounds(1, 1, 1, keep_data=("rediss",))
    with served(door([{"name": "redis", "pid": 0, "alive": True}])) as url, pytest.raises(CallError) as caught:
        MemoryWatch(connect(stack_at(url)), bounds, "mine.toml").prepare()
    assert 'mine.toml: memory.keep_data: unknown part "rediss"; did you mean "redis"?' in str(caught.value)


SOAK = """
[[stages]]
seconds = 100
users = 4
[mix.orders]
weight = 1
[slo.overall]
error_rate = 0
[memory]
warm_up = 20
mib_per_hour = 10
per_hour = 0.1
"""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("warm_up = 20", "warmup = 20"), 'memory.warmup: unknown key; did you mean "warm_up"?'),
        (("[memory]", "[memry]"), 'memry: unknown key; did you mean "memory"?'),
        (("warm_up = 20", "warm_up = 70"), "memory.warm_up: leaves 30 s of the 100 s that the stages take"),
        (("mib_per_hour = 10", "mib_per_hour = 0"), "memory.mib_per_hour: must be above 0"),
        (("per_hour = 0.1", ""), "memory.per_hour: is missing"),
        (("warm_up = 20", "warm_up = 20\nevery = 0.1"), "memory.every: must be at least 0.5"),
    ],
)
def test_a_mistake_in_memory_is_one_clear_line(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    assert change[0] in SOAK
    path = tmp_path / "mine.toml"
    path.write_text(SOAK[::-1].replace(change[0][::-1], change[1][::-1], 1)[::-1])
    with pytest.raises(ScenarioError) as caught:
        load_scenario(str(path))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_soak_lasts_ten_minutes_and_judges_memory() -> None:
    soak = load_scenario("soak")
    assert soak.seconds == 600
    assert soak.memory is not None
    assert soak.memory.warm_up < 200
