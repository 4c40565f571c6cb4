"""The bench of load: what can't be measured is told, and leaves the other figures."""

import itertools
import json
import os
import signal
import socket
import struct
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from fixtures.scratch import scratch
from load.bench import __main__ as bench
from load.bench.follow import Follower
from load.bench.orders import Shopper
from load.bench.processes import load_run, sampled, serving
from load.bench.rows import BenchError, Row, count, row
from load.given import Buyer, Given, Ware
from load.troupe import free_port

MEASURED = row("rate", "1/s", [(3, 2), (1, 2), (9, 2)], "a peer")
Parts = dict[str, Callable[[], Iterable[Row]]]


def named(name: str) -> list[Row]:
    return [row(name, "s", [(1, 1)], "")]


def run(monkeypatch: pytest.MonkeyPatch, parts: Parts, *arguments: str) -> int:
    monkeypatch.setattr(bench, "PARTS", parts)
    monkeypatch.setattr("sys.argv", ["bench", "--json", *arguments])
    return bench.main()


def test_a_part_that_cannot_be_measured_leaves_the_others_and_its_own_figures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> Iterator[Row]:
        yield MEASURED
        raise BenchError("no server answered")

    def breaks() -> Iterator[Row]:
        yield MEASURED
        raise KeyError("rate")

    parts: Parts = {"first": fails, "second": breaks, "third": lambda: [], "fourth": lambda: [MEASURED]}
    assert run(monkeypatch, parts) == 3
    said = capsys.readouterr()
    assert [json.loads(line) for line in said.out.splitlines()] == [[MEASURED]] * 3
    assert "load.bench first: no server answered\n" in said.err
    assert "load.bench second: broke:\nTraceback" in said.err
    assert "KeyError: 'rate'\n" in said.err
    assert "load.bench third: gave no figures\nload.bench fourth: measuring …\n" in said.err


def test_each_figure_is_printed_before_the_next_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = []

    def two() -> Iterator[Row]:
        yield MEASURED
        seen.append(capsys.readouterr())
        yield MEASURED

    assert run(monkeypatch, {"only": two}) == 0
    (before,) = seen
    assert json.loads(before.out) == [MEASURED]
    assert before.err == "load.bench only: measuring …\n"


def test_only_the_parts_asked_for_are_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parts: Parts = {name: partial(named, name) for name in ("one", "two", "three")}
    assert run(monkeypatch, parts, "--only", "three", "--only", "one") == 0
    rows = [each for line in capsys.readouterr().out.splitlines() for each in json.loads(line)]
    assert [each["name"] for each in rows] == ["three", "one"]


def test_a_load_that_did_not_pass_has_no_figures_and_what_it_said_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with (
        pytest.raises(BenchError, match=r"nowhere did not pass \(exit 2\).*; see ") as caught,
        load_run(Path("nowhere")),
    ):
        pytest.fail("it has no figures")
    log = Path(str(caught.value).rpartition("see ")[2])
    assert log.is_relative_to(tmp_path)
    assert "nowhere" in log.read_text()


def test_figures_that_cannot_be_read_stay_and_a_stop_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for error, left in ((KeyboardInterrupt, 0), (KeyError, 1)):
        with pytest.raises(error), scratch():
            raise error
        assert len(list(tmp_path.iterdir())) == left


def test_a_server_of_the_bench_that_ends_says_why() -> None:
    with pytest.raises(BenchError, match=r"ended with 1: .*No module named load\.bench\.nosuch"), serving("nosuch"):
        pytest.fail("nobody can have answered")


def test_a_server_that_ended_while_it_was_measured_gives_no_figure() -> None:
    def killed(before: set[psutil.Process]) -> None:
        (server,) = set(psutil.Process().children()) - before
        server.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, server.pid, os.WEXITED | os.WNOWAIT)

    before = set(psutil.Process().children())
    with pytest.raises(BenchError, match="ended with -9"), serving("compare", "1"):
        killed(before)


def test_a_generator_that_fails_says_why() -> None:
    with pytest.raises(BenchError, match=r"(?s)load\.bench\.follow ended with 1: .*Connection refused"):
        sampled("follow", f"http://127.0.0.1:{free_port()}/", 1)


def test_a_connection_that_breaks_is_no_lower_rate() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        follower = Follower(f"http://127.0.0.1:{listener.getsockname()[1]}/x", time.monotonic() + 60)
        accepted, _ = listener.accept()
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closed by a reset
        accepted.close()
        follower.run()
    assert "reset" in follower.trouble


def test_a_shopper_who_gets_no_answer_is_trouble() -> None:
    given = Given(products=(Ware("p", "desk", 1, "EUR", 1),) * 8, buyers=(Buyer("ada", "x"),))
    shopper = Shopper(f"http://127.0.0.1:{free_port()}", "token", given, itertools.count(), 1)
    shopper.run()
    assert "ConnectionRefusedError" in shopper.trouble


def test_a_row_has_medians_and_a_count_has_sums() -> None:
    pairs = [(3.0, 2.0), (1.0, 4.0), (9.0, 3.0)]
    medians, sums = row("r", "s", pairs, "peer"), count("c", "s", pairs)
    assert (medians["ours"], medians["peer"]) == (3.0, 3.0)
    assert medians["ratio"] == 1.5, "the median of the pairs' ratios, not the ratio of medians"
    assert (sums["ours"], sums["peer"], sums["ratio"]) == (13.0, 9.0, 1.444)
    assert medians["pairs"] == sums["pairs"] == [[3.0, 2.0], [1.0, 4.0], [9.0, 3.0]]
