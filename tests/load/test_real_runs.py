"""`python -m load` against a small platform: green when that is right, red or broken in exactly the way it is wrong."""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from load.scenario_file import FOLDER, load_scenario
from load.schedule import schedule
from load.vocabulary import PERCENTILES
from reports.evidence import Result, Status, read
from tests.load.standin import Shop, order_events, secrets_of_target, served, shop_app, target_file

OPEN = """
[[stages]]
name = "arriving"
seconds = {seconds}
arrivals = 20
arrivals_to = 40
process = "poisson"
[mix.redirects]
weight = 4
[mix.orders]
weight = 1
[slo.overall]
error_rate = 0
p50 = {p50}
[invariants]
decided_within = 5
[generator]
most_users = {most_users}
saturation = "note"
[checks]
sample = {sample}
[given]
links = 2
products = 2
buyers = 2
"""
SCENARIO = """
[[stages]]
seconds = {seconds}
users = 4
[mix.redirects]
weight = 1
pace = 10
[mix.orders]
weight = 1
pace = 4
[slo.overall]
error_rate = 0
[invariants]
decided_within = {within}
[given]
links = 2
products = 2
buyers = 2
"""
# In so short a run, a link may not have been made: an operation that nobody called is broken on purpose.
SELDOM = {"operation:shorten", "operation:getLink"}


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path, aws: str) -> Iterator[Start]:
    """Starts `python -m load` against a stand-in with these faults."""
    with_shop: list[Iterator[str]] = []
    processes = []

    def begin(
        *faults: str, seconds: float = 2, within: float = 3, content: str = SCENARIO, **variables: str
    ) -> "subprocess.Popen[str]":
        manager = served(shop_app(Shop(frozenset(faults), order_events(aws))))
        url = manager.__enter__()
        with_shop.append(manager)  # type: ignore[arg-type]
        scenario = tmp_path / "short.toml"
        scenario.write_text(content.replace("{seconds}", str(seconds)).replace("{within}", str(within)))
        environment = os.environ | secrets_of_target() | {"SEED": "7", "PLUMBLINE_RUN_DIR": str(tmp_path / "run")}
        environment |= {"TARGET": str(target_file(tmp_path, url, aws)), "SCENARIO": str(scenario)} | variables
        command = [sys.executable, "-m", "load"]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        return process

    yield begin
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()
    for manager in with_shop:
        manager.__exit__(None, None, None)  # type: ignore[attr-defined]


def results(tmp_path: Path) -> dict[str, Result]:
    return {result.id: result for result in read(tmp_path / "run")["load"].results}


def red(tmp_path: Path) -> dict[str, Status]:
    return {i: r.status for i, r in results(tmp_path).items() if r.status > Status.WAIVED and i not in SELDOM}


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    _, said = process.communicate(timeout=60)
    return process.returncode, said


def test_a_right_platform_has_nothing_red_with_two_workers(start: Start, tmp_path: Path) -> None:
    _, said = ended(start(WORKERS="2"))
    assert red(tmp_path) == {}, said
    found = results(tmp_path)
    assert found["invariant:one-outcome"].status is Status.PASSED
    assert found["invariant:redirects-counted-once"].status is Status.PASSED
    assert (tmp_path / "run/load/series.json").stat().st_size > 2
    assert "Traceback" not in said


def opened(*, most_users: int = 60, sample: float = 1.0, p50: float = 30_000) -> str:
    content = OPEN.replace("{most_users}", str(most_users)).replace("{sample}", str(sample))
    return content.replace("{p50}", str(p50))


def stats(tmp_path: Path) -> dict[str, Any]:
    return dict(json.loads((tmp_path / "run/load/stats.json").read_text()))


@pytest.mark.parametrize("workers", ["0", "2"])
def test_open_arrivals_are_the_schedule_of_the_seed_and_all_answers_are_checked(
    start: Start, tmp_path: Path, workers: str
) -> None:
    _, said = ended(start(content=opened(), WORKERS=workers))
    assert red(tmp_path) == {}, said
    expected = Counter(due.persona for due in schedule(load_scenario(str(tmp_path / "short.toml")), 7))
    # Every iteration was made, too, by whichever worker it fell to.
    assert stats(tmp_path)["generator"]["due"] == stats(tmp_path)["iterations"] == expected
    operations = {row["operation"]: row for row in stats(tmp_path)["operations"]}
    follow = operations["followLink"]
    assert follow["percentiles_ms"]["max"] >= follow["service_ms"]["max"] > 0
    assert set(follow["percentiles_ms"]) == set(PERCENTILES)
    assert stats(tmp_path)["checks"]["followLink"] == {"checked": follow["count"], "wrong": {}, "left_out": 0}


def test_too_few_users_are_broken_not_failed_and_it_is_said_what_to_raise(start: Start, tmp_path: Path) -> None:
    code, said = ended(start("slow", content=opened(most_users=4, p50=0.001)))
    assert code == 3
    assert red(tmp_path)["run:arrivals"] is Status.BROKEN
    assert "redirects found no user free" in said
    assert "raise generator.most_users (now 4)" in said
    crossed = results(tmp_path)["slo:overall:p50"].details["crossed"]
    assert "first in second 0 (arriving)" in str(crossed)


def test_answers_that_break_the_contract_are_red_though_the_personas_are_content(start: Start, tmp_path: Path) -> None:
    ended(start("wrong shape", content=SCENARIO + "[checks]\nsample = 1\n"))
    assert red(tmp_path) == {"contract:getProduct": Status.FAILED}
    failure = results(tmp_path)["contract:getProduct"].failures[0]
    assert "'colour' was unexpected" in failure.observed
    assert failure.curl.startswith("curl ")


def test_a_status_that_no_contract_has_is_counted_without_any_sample(start: Start, tmp_path: Path) -> None:
    ended(start("odd status", content=SCENARIO + "[checks]\nsample = 0\n"))
    found = results(tmp_path)["contract:getProduct"]
    assert found.status is Status.FAILED
    assert "× undeclared status 203" in found.failures[0].observed


def test_wrong_answers_and_broken_invariants_are_all_told(start: Start, tmp_path: Path) -> None:
    code, said = ended(start("wrong location", "lost click", "oversold", "double outcome"))
    assert red(tmp_path) == {
        "operation:followLink": Status.FAILED,
        "slo:overall:error_rate": Status.FAILED,
        "invariant:redirects-counted-once": Status.FAILED,
        "invariant:stock-balances": Status.FAILED,
        "invariant:one-outcome": Status.FAILED,
    }, said
    assert code in (1, 3)  # 3 only where nobody happened to make a link
    failure = results(tmp_path)["operation:followLink"].failures[0]
    assert failure.title.endswith("wrong Location")
    assert failure.observed == failure.expected + "&more=1"
    assert failure.curl.startswith("curl ")


def test_an_order_never_decided_is_red_in_its_time_and_in_the_end(start: Start, tmp_path: Path) -> None:
    ended(start("undecided", within=0.5))
    found = red(tmp_path)
    assert found["invariant:orders-decided"] is Status.FAILED
    assert found["operation:orderDecided"] is Status.FAILED


def children_of(process: "subprocess.Popen[str]", count: int) -> list[psutil.Process]:
    """Locust's processes; a child that has not yet become Locust still looks like its parent, and doesn't count."""
    end = time.monotonic() + 20
    pause = threading.Event()
    while time.monotonic() < end:
        children = [child for child in psutil.Process(process.pid).children() if is_locust(child)]
        if len(children) >= count:
            return children
        pause.wait(0.05)
    raise AssertionError(f"Locust did not start {count} processes")


def is_locust(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return "locust" in process.cmdline()
    return False


@pytest.mark.parametrize(("workers", "victim"), [("0", "locust"), ("2", "--worker")])
def test_a_locust_process_that_dies_is_broken(start: Start, tmp_path: Path, workers: str, victim: str) -> None:
    process = start(seconds=30, WORKERS=workers)
    children = children_of(process, int(workers) + bool(int(workers)) or 1)
    next(child for child in children if victim in child.cmdline()).kill()
    code, said = ended(process)
    assert code == 3
    assert "by signal SIGKILL" in said
    assert results(tmp_path)["run:locust"].status is Status.BROKEN
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


def test_nothing_is_left_when_the_command_itself_is_killed(start: Start) -> None:
    process = start(seconds=30)
    (child,) = children_of(process, 1)
    process.kill()
    child.wait(timeout=10)


def test_a_platform_that_is_down_is_broken_in_one_line(start: Start, tmp_path: Path) -> None:
    (tmp_path / "down").mkdir()
    code, said = ended(start(TARGET=str(target_file(tmp_path / "down", "http://127.0.0.1:9"))))
    assert code == 3
    assert said.count("\n") == 1
    assert "nothing answers" in said


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_platform_that_refuses_the_data_of_the_load_is_broken(start: Start, tmp_path: Path, workers: str) -> None:
    code, said = ended(start("closed shop", WORKERS=workers))
    assert code == 3
    assert "createProduct answered 503" in said
    assert "Traceback" not in said
    assert read(tmp_path / "run")["load"].problems


def test_a_bad_scenario_is_one_line_and_exit_2(start: Start) -> None:
    code, said = ended(start(SCENARIO="smok"))
    assert code == 2
    known = ", ".join(sorted(path.stem for path in FOLDER.glob("*.toml")))
    assert said == f'SCENARIO="smok": no such scenario; did you mean "smoke"? Allowed: {known}\n'


def test_locust_itself_says_the_same_about_a_bad_scenario() -> None:
    command = [sys.executable, "-m", "locust", "-f", "load/locustfile.py", "--headless"]
    done = subprocess.run(
        command, env=os.environ | {"SCENARIO": "smok"}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert 'did you mean "smoke"' in done.stderr
    assert "Traceback" not in done.stderr
