"""Load from several machines: everything adds up as if it were one, and a worker that is lost is seen."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from fixtures.errors import CallError, TargetError
from fixtures.target import load as load_target
from load.calling import read_call
from load.given import Given, Link, api_keys, to_wire
from load.invariants import Facts, LinkCount, judge_invariants
from load.scenario_file import load_scenario
from load.schedule import schedule
from load.troupe import Address, free_port
from load.workers import Attendance, Begun, Lost, WorkerError, fingerprint, judge_workers, require_taking_part
from reports.evidence import Result, Status, read
from tests.load import ground
from tests.load.ground import Ground
from tests.load.standin import Shop, order_events, secrets_of_target, served, shop_app, target_file

OPEN = """
[[stages]]
seconds = {seconds}
arrivals = 20
process = "poisson"
[mix.redirects]
weight = 4
[mix.orders]
weight = 1
[mix.gherkin]
weight = 2
[gherkin]
LNK-020 = 1
ORD-074 = 1
[slo.overall]
error_rate = 0
[invariants]
decided_within = 5
[generator]
most_users = 30
saturation = "note"
[checks]
sample = 1
[given]
links = 2
products = 2
buyers = 2
"""
NO_NAMESPACES = ground.no_namespaces()
SELDOM = {"operation:shorten", "operation:getLink"}  # in so short a run, nobody may have made a link


class Run:
    """A master and its workers, each started apart, with nothing but variables in common."""

    def __init__(self, folder: Path, where: Ground, url: str, aws: str, seconds: float) -> None:
        self.folder, self._where, self._port = folder, where, str(free_port())
        self._scenario = folder / "short.toml"
        self._scenario.write_text(OPEN.replace("{seconds}", str(seconds)))
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        target = target_file(folder, url, aws)
        ada = '[identities.ada]\nusername = "ada"\napi_keys_env = "STANDIN_KEYS"\n'
        target.write_text(target.read_text() + ada)
        self._variables = kept | secrets_of_target() | {"TARGET": str(target), "CI": "1"}
        self._variables |= {"SCENARIO": str(self._scenario)}
        self.processes: list[subprocess.Popen[bytes]] = []

    def master(self, workers: int) -> "subprocess.Popen[bytes]":
        """`python -m load --master`."""
        options = ["--master-bind-host", self._where.master, "--master-bind-port", self._port]
        variables = {"SEED": "7", "WORKERS": str(workers), "PLUMBLINE_RUN_DIR": str(self.folder / "run")}
        return self._start(0, "master", ["load", "--master", *options], variables)

    def worker(self, number: int, checkout: Path | None = None, **variables: str) -> "subprocess.Popen[bytes]":
        """Plain Locust, of this checkout or another."""
        options = ["--worker", "--master-host", self._where.master, "--master-port", self._port]
        command = ["locust", "-f", "load/locustfile.py", *options]
        return self._start(number, f"worker-{number}", command, variables, checkout)

    def _start(
        self, spot: int, name: str, module: list[str], variables: dict[str, str], checkout: Path | None = None
    ) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{name}.out").open("wb") as output:
            command = [*self._where.spots[spot], sys.executable, "-m", *module]
            environment = self._variables | variables
            process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, cwd=checkout)
        self.processes.append(process)
        return process

    def said(self, name: str = "master") -> str:
        """All that it printed so far."""
        return (self.folder / f"{name}.out").read_text(errors="replace")

    def wait_until_under_way(self) -> None:
        """Until users make load."""
        end, pause = time.monotonic() + 60, threading.Event()
        while " users · " not in self.said():
            assert time.monotonic() < end, self.said()
            pause.wait(0.1)

    def results(self) -> dict[str, Result]:
        return {result.id: result for result in read(self.folder / "run")["load"].results}

    def red(self) -> dict[str, Status]:
        return {i: r.status for i, r in self.results().items() if r.status > Status.WAIVED and i not in SELDOM}

    def stats(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "run/load/stats.json").read_text()))


Begin = Callable[..., Run]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Puts up a right platform on that ground; ends every process."""
    with ExitStack() as stack:
        runs: list[Run] = []

        def on(place: str, seconds: float) -> Run:
            where = ground.on_loopback(3) if place == "loopback" else stack.enter_context(ground.in_namespaces(3))
            server = ThreadedMotoServer(ip_address=where.platform, port=0, verbose=False)
            server.start()
            stack.callback(server.stop)
            aws = "http://{}:{}".format(*server.get_host_and_port())
            url = stack.enter_context(served(shop_app(Shop(frozenset(), order_events(aws))), where.platform))
            runs.append(Run(tmp_path, where, url, aws, seconds))
            return runs[0]

        yield on
        for process in runs[0].processes:
            process.kill()
            process.wait()


def test_a_master_and_three_workers_make_the_one_schedule_and_everything_adds_up(begin: Begin) -> None:
    run = begin("loopback", seconds=3)
    master = run.master(3)
    workers = [run.worker(number) for number in (1, 2, 3)]
    master.wait(timeout=90)
    assert run.red() == {}, run.said()
    for worker in workers:
        assert worker.wait(timeout=30) == 0
    due = Counter(due.persona for due in schedule(load_scenario(str(run.folder / "short.toml")), 7))
    assert run.stats()["generator"]["due"] == run.stats()["iterations"] == due
    assert run.stats()["generator"]["workers"] == 3
    follow = next(row for row in run.stats()["operations"] if row["operation"] == "followLink")
    assert run.stats()["checks"]["followLink"] == {"checked": follow["count"], "wrong": {}, "left_out": 0}
    # What the scenarios of the features ordered and followed at each worker is held against the platform, too.
    for name in ("one-outcome", "stock-balances", "redirects-counted-once", "orders-decided"):
        assert run.results()[f"invariant:{name}"].status is Status.PASSED
    assert run.results()["run:workers"].details["observed"] == "3 of 3 workers reported to the end"


@pytest.mark.skipif(bool(NO_NAMESPACES), reason=NO_NAMESPACES)
def test_a_worker_killed_in_the_middle_makes_the_result_incomplete_and_says_what_was_lost(begin: Begin) -> None:
    run = begin("namespaces", seconds=8)
    master = run.master(3)
    workers = [run.worker(number) for number in (1, 2, 3)]
    run.wait_until_under_way()
    workers[1].send_signal(signal.SIGKILL)
    assert master.wait(timeout=90) == 3
    found = run.results()["run:workers"]
    assert found.status is Status.BROKEN
    observed = str(found.details["observed"])
    assert observed.startswith("2 of 3 workers reported to the end; ")
    assert "was lost: last heard of in second" in observed
    assert "arrivals were still to come" in observed
    assert "use more WORKERS" in observed
    assert "BROKEN  Every worker took part to the end" in run.said()
    # The others made theirs: what is left of the schedule is theirs, and no promise is held against the platform.
    assert run.stats()["generator"]["due"]["redirects"] > 0
    assert not [i for i, status in run.red().items() if status is Status.FAILED], run.said()


def test_a_worker_with_another_scenario_is_told_at_the_start(begin: Begin) -> None:
    run = begin("loopback", seconds=3)
    master = run.master(1)
    run.worker(1, SCENARIO="smoke")
    assert master.wait(timeout=60) == 2
    assert "SCENARIO=smoke or TARGET=" in run.said()
    assert "Traceback" not in run.said() + run.said("worker-1")


def test_a_worker_with_other_features_is_told_at_the_start(begin: Begin, tmp_path: Path) -> None:
    run = begin("loopback", seconds=3)
    checkout = tmp_path / "checkout"
    shutil.copytree("features", checkout / "features")
    for room in ("load", "fixtures", "reports", "contracts"):
        (checkout / room).symlink_to(Path(room).absolute())
    feature = checkout / "features" / "links" / "following.feature"
    feature.write_text(feature.read_text().replace("Kitchen%20desks", "kitchen"))
    master = run.master(1)
    run.worker(1, checkout)
    assert master.wait(timeout=60) == 2
    said = "@LNK-020: text or steps are not those of the master; give both the same features folder"
    assert [line for line in run.said().splitlines() if line.startswith("load: worker ") and line.endswith(said)]
    assert "Traceback" not in run.said() + run.said("worker-1")


OPENED = OPEN.replace("{seconds}", "10")
BEGAN = 1000.0


def scenario_at(path: Path, content: str = OPENED) -> Any:
    path.write_text(content)
    return load_scenario(str(path))


def test_what_is_lost_with_a_worker_is_told(tmp_path: Path) -> None:
    scenario = scenario_at(tmp_path / "a.toml")
    gone = Lost("host_1", 1, 3, BEGAN + 4)
    judgement = judge_workers(scenario, 7, Attendance(3, (gone,)), BEGAN)
    own = [due.at for due in schedule(scenario, 7, 1, 3)]
    assert judgement.status is Status.BROKEN
    assert "host_1 was lost: last heard of in second 4" in judgement.observed
    assert f"{sum(at > 4 for at in own)} of its {len(own)} arrivals were still to come" in judgement.observed
    closed = OPENED.replace('arrivals = 20\nprocess = "poisson"', "users = 4").replace("most_users = 30\n", "")
    judgement = judge_workers(scenario_at(tmp_path / "b.toml", closed), 7, Attendance(3, (gone,)), BEGAN)
    assert "and so are its users" in judgement.observed


def test_whole_attendance_passes_and_a_latecomer_does_not(tmp_path: Path) -> None:
    scenario = scenario_at(tmp_path / "a.toml")
    assert judge_workers(scenario, 7, Attendance(3), BEGAN).status is Status.PASSED
    late = judge_workers(scenario, 7, Attendance(3, late=("host_4",)), BEGAN)
    assert late.status is Status.BROKEN
    assert "host_4 came in the middle of the run" in late.observed


@pytest.mark.parametrize(
    ("begun", "said", "code"),
    [
        (None, "worker w1 did not answer", 3),
        (Begun("PASSWORD is not set", 2, 0.0), "worker w1: PASSWORD is not set", 2),
        (Begun("", 0, -3.5), "clock of worker w1 is -3.5 s from the master's", 3),
    ],
)
def test_a_worker_that_cannot_take_part_stops_the_run(begun: Begun | None, said: str, code: int) -> None:
    with pytest.raises(WorkerError) as caught:
        require_taking_part({"w0": Begun("", 0, 0.1), "w1": begun})
    assert said in str(caught.value)
    assert caught.value.exit_code == code
    require_taking_part({"w0": Begun("", 0, 0.1)})


def test_workers_mean_the_same_scenario_and_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in secrets_of_target().items():
        monkeypatch.setenv(name, value)
    scenario, target = scenario_at(tmp_path / "a.toml"), load_target(str(target_file(tmp_path, "http://127.0.0.1:1")))
    mark = fingerprint(scenario, target)
    assert mark == fingerprint(scenario_at(tmp_path / "a.toml"), target)
    assert mark != fingerprint(replace(scenario, sample=0.5), target)
    assert mark != fingerprint(scenario, load_target(str(target_file(tmp_path, "http://127.0.0.1:2"))))


def test_each_worker_has_api_keys_of_its_own_or_none_begins(tmp_path: Path) -> None:
    target = load_target(str(target_file(tmp_path, "http://127.0.0.1:1")), secrets_of_target())
    shares = [api_keys(target, index, 3) for index in range(3)]
    assert sorted(key for share in shares for key in share) == sorted(api_keys(target))
    with pytest.raises(TargetError, match="too few API keys for 4 workers"):
        api_keys(target, 3, 4)


def test_no_secret_of_the_target_travels_to_workers() -> None:
    told = to_wire(Given(links=(Link("abc", "http://example.com", "the-key"),)))
    assert "the-key" not in repr(told)


def test_clicks_of_a_lost_worker_are_no_breach_and_no_proof() -> None:
    over, lost = LinkCount("a", 10, 10, 12), LinkCount("a", 10, 10, 9)
    for link, incomplete, status in (
        (over, False, Status.FAILED),
        (over, True, Status.BROKEN),
        (lost, True, Status.FAILED),
    ):
        facts = Facts(links=(link,), incomplete=incomplete)
        assert judge_invariants(["redirects-counted-once"], facts, 5)[0].status is status


def test_a_master_listens_where_it_is_told() -> None:
    assert read_call([], 0).address is None
    assert read_call(["--master"], 3).address == Address("0.0.0.0", 5557)
    told = ["--master", "--master-bind-host", "10.0.0.1", "--master-bind-port", "7000"]
    assert read_call(told, 3).address == Address("10.0.0.1", 7000)


@pytest.mark.parametrize(
    ("arguments", "workers", "said"),
    [
        (["--master"], 0, "WORKERS=0: a master makes no load itself"),
        (["--master", "--master-bind-port", "70000"], 3, "must be a port from 1 to 65535"),
        (["--slave"], 3, "unrecognized arguments: --slave; --help tells the options"),
        (["--master-bind-port", "many"], 3, "invalid int value"),
    ],
)
def test_a_call_that_cannot_be_is_one_line_and_exit_2(arguments: list[str], workers: int, said: str) -> None:
    with pytest.raises(CallError) as caught:
        read_call(arguments, workers)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
