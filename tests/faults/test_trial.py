"""A suite is stopped at its first finding; what it can't judge, or never ends, is told as such."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fixtures.errors import CallError, StackError
from fixtures.faults import trial
from fixtures.faults.asking import Ask, whole
from fixtures.faults.catalogue import Fault
from fixtures.faults.halting import Halt, Halted
from fixtures.faults.plot import Plot
from fixtures.faults.trial import Outcome

SUITE = """
import os, sys, time
from pathlib import Path
from reports.evidence import Failure, Journal, Result, Status
journal = Journal(Path(os.environ["PLUMBLINE_RUN_DIR"]), "features")
journal.started(plan=2)
journal.result(Result("features", "A-1", "fine", Status.PASSED))
{then}
"""
FINDING = """
failure = Failure("a wrong answer", "op", "200", "500", "replay")
journal.result(Result("features", "A-2", "wrong", Status.FAILED, failures=(failure,)))
time.sleep(600)
"""


ASK = Ask("features", service="links")


def plot_in(tmp_path: Path, then: str) -> tuple[Plot, dict[str, str]]:
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "__init__.py").touch()
    (tmp_path / "features" / "__main__.py").write_text(SUITE.format(then=then), encoding="utf-8")
    root = str(Path(__file__).resolve().parents[2])
    return Plot(tmp_path, 0, Halt()), os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"}


def run(tmp_path: Path, then: str, *, first: bool = True) -> list[str]:
    return heard(tmp_path, then, first=first)[0]


def heard(tmp_path: Path, then: str, *, first: bool = True) -> tuple[list[str], Outcome]:
    plot, environment = plot_in(tmp_path, then)
    return trial.run(plot, ASK, tmp_path / "run", environment, first=first)


def test_a_suite_is_stopped_at_its_first_finding(tmp_path: Path) -> None:
    assert run(tmp_path, FINDING) == ["A-2: a wrong answer: expected 200, observed 500"]


def test_a_control_is_heard_to_its_end(tmp_path: Path) -> None:
    another = FINDING.replace("time.sleep(600)", "").replace("A-2", "A-3")
    found = run(tmp_path, FINDING.replace("time.sleep(600)", "") + another + "sys.exit(1)", first=False)
    assert [finding[:3] for finding in found] == ["A-2", "A-3"]


def test_a_fault_that_nobody_notices_survives(tmp_path: Path) -> None:
    assert run(tmp_path, "journal.finished()") == []


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("print('orders died', flush=True); sys.exit(3)", "exit 3: orders died"),
        (FINDING.replace("FAILED", "BROKEN").replace("time.sleep(600)", "sys.exit(3)"), "A-2: a wrong answer"),
        ("sys.exit(1)", "exit 1: it said nothing"),
    ],
)
def test_a_suite_that_could_not_judge_has_noticed_nothing(tmp_path: Path, then: str, said: str) -> None:
    red, outcome = heard(tmp_path, then)
    assert outcome.status == trial.BROKEN
    assert outcome.evidence.startswith(said)
    assert red == [outcome.evidence]


def test_what_failed_beside_what_could_not_be_judged_is_a_finding(tmp_path: Path) -> None:
    broken = FINDING.replace("FAILED", "BROKEN").replace("time.sleep(600)", "").replace("A-2", "A-3")
    assert heard(tmp_path, broken + FINDING)[1].status == trial.KILLED


def test_a_suite_that_does_not_end_has_noticed_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "BOUND", 0.0)
    assert heard(tmp_path, "time.sleep(600)")[1].status == trial.BROKEN


def test_a_wrong_call_is_no_kill(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="features refused the call: SERVICE=x: not known"):
        run(tmp_path, "print('SERVICE=x: not known', flush=True); sys.exit(2)")


def test_a_run_that_is_broken_off_leaves_no_suite_running(tmp_path: Path) -> None:
    said = tmp_path / "pid"
    plot, environment = plot_in(tmp_path, f"Path({str(said)!r}).write_text(str(os.getpid())); time.sleep(600)")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(trial.run, plot, ASK, tmp_path / "run", environment, first=True)
        while not said.exists() or not said.read_text():
            assert not running.done(), running.exception()
        plot.halt.set()
        with pytest.raises(Halted):
            running.result(30)
    with pytest.raises(ProcessLookupError):
        os.kill(int(said.read_text()), 0)


def test_nothing_is_begun_in_a_run_that_is_broken_off(tmp_path: Path) -> None:
    plot, environment = plot_in(tmp_path, "Path('begun').touch()")
    plot.halt.set()
    with pytest.raises(Halted):
        trial.run(plot, ASK, tmp_path / "run", environment, first=True)
    assert not (tmp_path / "begun").exists()


@pytest.mark.parametrize(
    ("every", "asked"), [(False, ["features", "contracts"]), (True, ["features", "contracts", "load"])]
)
def test_no_suite_is_asked_after_the_first_that_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, every: bool, asked: list[str]
) -> None:
    said: list[str] = []

    def ran(_: Plot, ask: Ask, _folder: Path, _environment: object, *, first: bool) -> tuple[list[str], Outcome]:
        said.append(ask.suite)
        noticed = first and ask.suite == "contracts"
        return [], Outcome(trial.KILLED, 1.0, "X-001: why") if noticed else Outcome(trial.BROKEN, 1.0, "it fell over")

    monkeypatch.setattr(trial, "run", ran)
    monkeypatch.setattr(Plot, "stand", lambda *_: None)
    monkeypatch.setattr(Plot, "reset", lambda *_: None)
    (tmp_path / "f").write_text("a", encoding="utf-8")
    fault = Fault("X-F01", "links", "race", "Wrong.", "f", "a", "b")
    asks = [whole(suite, fault) for suite in ("features", "contracts", "load")]
    found = trial.try_fault(Plot(tmp_path, 0, Halt()), fault, asks, tmp_path, every=every)
    assert said == asked
    assert (found.killer, found.outcomes["contracts"].evidence) == ("contracts", "X-001: why")
    assert found.invalid == ""
    assert (tmp_path / "f").read_text(encoding="utf-8") == "a"


def test_a_fault_whose_stack_does_not_start_is_invalid(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def falls(*_: object) -> None:
        raise StackError("links died")

    monkeypatch.setattr(Plot, "stand", falls)
    (tmp_path / "f").write_text("a", encoding="utf-8")
    fault = Fault("X-F01", "links", "race", "Wrong.", "f", "a", "b")
    found = trial.try_fault(Plot(tmp_path, 0, Halt()), fault, [ASK], tmp_path)
    assert (found.invalid, found.killer) == ("links died", "")


def test_a_fault_that_no_suite_could_judge_is_invalid(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(trial, "run", lambda *_, **__: ([], Outcome(trial.BROKEN, 1.0, "it fell over")))
    monkeypatch.setattr(Plot, "stand", lambda *_: None)
    (tmp_path / "f").write_text("a", encoding="utf-8")
    fault = Fault("X-F01", "links", "race", "Wrong.", "f", "a", "b")
    found = trial.try_fault(Plot(tmp_path, 0, Halt()), fault, [ASK], tmp_path)
    assert (found.invalid, found.killer) == ("features could not judge: it fell over", "")
