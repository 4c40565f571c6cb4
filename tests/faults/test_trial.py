"""A suite is stopped at its first finding; what it can't judge, or never ends, is told as such."""

import os
from pathlib import Path

import pytest

from fixtures.errors import CallError
from fixtures.faults import trial
from fixtures.faults.catalogue import Fault
from fixtures.faults.plot import Plot

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


def run(tmp_path: Path, then: str) -> trial.Outcome:
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "__init__.py").touch()
    (tmp_path / "features" / "__main__.py").write_text(SUITE.format(then=then), encoding="utf-8")
    root = str(Path(__file__).resolve().parents[2])
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"}
    return trial._run(Plot(tmp_path, 0), "features", tmp_path / "run", environment)


def test_a_suite_is_stopped_at_its_first_finding(tmp_path: Path) -> None:
    outcome = run(tmp_path, FINDING)
    assert outcome.status == trial.KILLED
    assert outcome.evidence == "A-2: a wrong answer: expected 200, observed 500"


def test_a_fault_that_nobody_notices_survives(tmp_path: Path) -> None:
    outcome = run(tmp_path, "journal.finished()")
    assert (outcome.status, outcome.evidence) == (trial.SURVIVED, "")


def test_a_suite_that_could_not_judge_has_noticed_something(tmp_path: Path) -> None:
    outcome = run(tmp_path, "print('orders died', flush=True); sys.exit(3)")
    assert (outcome.status, outcome.evidence) == (trial.KILLED, "exit 3: orders died")


def test_a_suite_that_does_not_end_has_noticed_something(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "BOUND", 0.0)
    outcome = run(tmp_path, "time.sleep(600)")
    assert (outcome.status, outcome.evidence) == (trial.KILLED, "features did not end within 0 s")


def test_a_wrong_call_is_no_kill(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="features refused the call: SERVICE=x: not known"):
        run(tmp_path, "print('SERVICE=x: not known', flush=True); sys.exit(2)")


@pytest.mark.parametrize(
    ("service", "suite", "choice"),
    [
        ("links", "features", {"SERVICE": "links"}),
        ("media", "messages", {"SERVICE": "media"}),
        ("http", "features", {"TAGS": "@http", "SERVICE": ""}),
        ("http", "contracts", {"SERVICE": "users"}),
    ],
)
def test_what_all_services_share_is_shown_by_tag_and_on_one_of_them(
    service: str, suite: str, choice: dict[str, str]
) -> None:
    fault = Fault("X-F01", service, "race", "Wrong.", "f", "a", "b")
    assert trial._choice(suite, fault) == choice


@pytest.mark.parametrize(
    ("killers", "shortly", "expected"),
    [
        (("@X-001",), True, ["@X-001"]),
        ((), True, ["@X-001", "reset", ""]),
        (("",), False, [""]),
    ],
)
def test_the_scenario_that_ought_to_notice_is_asked_first_and_never_alone_where_it_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, killers: tuple[str, ...], shortly: bool, expected: list[str]
) -> None:
    said: list[str] = []

    def run(_plot: Plot, _suite: str, _folder: Path, environment: dict[str, str]) -> trial.Outcome:
        said.append(environment.get("TAGS", ""))
        return trial.Outcome(trial.KILLED if said[-1] in killers else trial.SURVIVED, 1.0)

    monkeypatch.setattr(trial, "_run", run)
    monkeypatch.setattr(Plot, "reset", lambda *_: said.append("reset"))
    fault = Fault("X-F01", "links", "race", "Wrong.", "f", "a", "b", by="X-001")
    outcome = trial._asked(Plot(tmp_path, 0), "features", tmp_path, {}, fault, shortly=shortly)
    assert said == expected
    assert (outcome.status == trial.KILLED) == bool(killers)
