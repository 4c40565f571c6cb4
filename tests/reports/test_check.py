"""A check over real processes: whatever a suite does wrong turns the verdict, and nothing stays behind."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reports.plan import ask
from reports.progress import Counts, Progress
from reports.suite_process import Command
from reports.verdict import Verdict
from tests.reports.arena import GOOD, ROOT, STUCK, judge, stack, suite


def problems(verdict: Verdict, name: str) -> str:
    (found,) = [s for s in verdict.suites if s.name == name]
    return "; ".join(found.problems)


def test_suites_that_hold_give_a_passed_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verdict = judge(tmp_path, [suite("features", GOOD, tmp_path), suite("load", GOOD, tmp_path)])
    assert (verdict.verdict, verdict.exit_code) == ("passed", 0)
    assert json.loads((tmp_path / "verdict.json").read_text())["suites"]["load"]["counts"]["passed"] == 2
    assert "features   passed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("journal.started(plan=2); judged(1); raise MemoryError", "1 started, only 0 finished"),
        ("journal.started(plan=1); judged(1); os.kill(os.getpid(), signal.SIGKILL)", "it was ended by signal 9"),
        ("pass", "it left no evidence"),
        ("journal.started(plan=2); judged(1); journal.finished()", "2 results were planned, 1 delivered"),
        ("journal.started(plan=0); journal.finished()", "nothing was judged"),
        ("journal.started(); judged(1, Status.SKIPPED); journal.finished()", "everything was skipped"),
        ("journal.started(); judged(1); journal.finished(); sys.exit(3)", "it could not judge (exit 3)"),
        ("journal.started(); judged(1); journal.finished(); sys.exit(1)", "its evidence holds no failure"),
        ("journal.started(); judged(1); journal.finished(); sys.exit(77)", "it ended with exit 77"),
        ("judged(1)", "it never said that it started"),
    ],
)
def test_a_suite_that_gives_no_verdict_breaks_the_run_and_the_next_still_runs(
    tmp_path: Path, body: str, said: str
) -> None:
    verdict = judge(tmp_path, [suite("features", body, tmp_path), suite("load", GOOD, tmp_path)])
    assert (verdict.verdict, verdict.exit_code) == ("broken", 3)
    assert said in problems(verdict, "features")
    assert problems(verdict, "load") == ""
    assert "features gave no verdict" in verdict.why.lower()


def test_what_a_crashed_suite_printed_last_is_kept(tmp_path: Path) -> None:
    verdict = judge(tmp_path, [suite("features", "raise RuntimeError('no room left')", tmp_path)])
    assert verdict.suites[0].log_tail[-1] == "RuntimeError: no room left"


@pytest.mark.parametrize("kind", ["slo", "invariant", "scenario"])
def test_one_thing_that_does_not_hold_fails_the_run(tmp_path: Path, kind: str) -> None:
    body = (
        f"journal.started(plan=2); judged(1); judged(2, Status.FAILED, kind={kind!r}); journal.finished(); sys.exit(1)"
    )
    verdict = judge(tmp_path, [suite("load", body, tmp_path)])
    assert (verdict.verdict, verdict.exit_code) == ("failed", 1)
    assert [result.title for result in verdict.findings] == ["claim 2"]


def test_a_failure_counts_even_if_the_suite_exits_0(tmp_path: Path) -> None:
    body = "journal.started(); judged(1, Status.FAILED); judged(1); journal.finished()"
    verdict = judge(tmp_path, [suite("features", body, tmp_path)])
    assert verdict.exit_code == 1, "the second, passed result of the same claim must not hide the first"


def test_a_suite_that_refuses_its_input_leads_to_exit_2(tmp_path: Path) -> None:
    refused = "print('TAGS=@nosuch: no scenario', file=sys.stderr); sys.exit(2)"
    verdict = judge(tmp_path, [suite("features", refused, tmp_path), suite("load", GOOD, tmp_path)])
    assert (verdict.verdict, verdict.exit_code) == ("broken", 2)
    assert verdict.suites[0].log_tail == ("TAGS=@nosuch: no scenario",)


def test_a_suite_that_never_ran_breaks_the_run(tmp_path: Path) -> None:
    missing = Command("features", (str(tmp_path / "nothing"),), 5.0, {})
    verdict = judge(tmp_path, [missing, suite("load", GOOD, tmp_path)])
    assert verdict.exit_code == 3
    assert "it could not be started: No such file or directory" in problems(verdict, "features")


def test_a_hanging_suite_is_ended_with_all_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.suite_process.GRACE", 0.2)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    monkeypatch.setenv("PIPE", str(pipe))
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    verdict = judge(tmp_path, [suite("features", STUCK, tmp_path, bound=2.0), suite("load", GOOD, tmp_path)])
    os.set_blocking(reader, True)
    with os.fdopen(reader, encoding="utf-8") as told:
        assert told.read() == "stuck\n", "read to the end of the pipe: nobody holds it any more"
    assert "it hung: stopped after 2 s" in problems(verdict, "features")
    assert problems(verdict, "load") == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_check_that_is_ended_leaves_nothing_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    monkeypatch.setenv("PIPE", str(pipe))
    command = [sys.executable, "-m", "tests.reports.arena", str(tmp_path)]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with pipe.open(encoding="utf-8") as told:
        assert told.readline() == "stuck\n"
        running.send_signal(number)
        assert told.read() == "", "read to the end of the pipe: suite and child are gone"
    output, _ = running.communicate(timeout=30)
    assert "Traceback" not in output
    if number != signal.SIGKILL:
        assert "Interrupted" in output
        verdict = json.loads((tmp_path / "verdict.json").read_text())
        assert verdict["exit_code"] == 3
        assert verdict["suites"]["contracts"]["problems"] == ["it was interrupted before its end"]


def test_a_part_that_died_breaks_the_run_and_is_named_with_its_last_lines(tmp_path: Path) -> None:
    part = {"name": "orders", "url": "http://127.0.0.1:1", "pid": 1, "alive": False}
    death = {"at": 4e9, "how": "was ended by signal 9", "last_lines": ["MemoryError"]}
    well = [{"name": "users", "url": "", "pid": 2, "alive": True, "deaths": []}]
    watch = stack(tmp_path, report={"out": json.dumps(well), "code": 0})
    (tmp_path / "0" / "logs").mkdir(parents=True)
    (tmp_path / "0" / "logs" / "orders.log").write_text("all of its log\n")
    # What the stack reports changes while the suite runs.
    ill = json.dumps(json.dumps([*well, {**part, "deaths": [death]}]))
    body = f"""
import json
path = Path({str(tmp_path / "told.json")!r}); told = json.loads(path.read_text())
told["report"] = {{"out": {ill}, "code": 3}}
path.write_text(json.dumps(told))
"""
    verdict = judge(tmp_path, [suite("features", GOOD + body, tmp_path)], watch)
    assert (verdict.verdict, verdict.exit_code) == ("broken", 3)
    (found,) = verdict.findings
    assert "orders was ended by signal 9" in found.failures[0].observed
    assert found.failures[0].logs == ("MemoryError",)
    assert "orders" in verdict.why
    assert (tmp_path / "logs" / "stack" / "orders.log").read_text() == "all of its log\n"


def well(since: float) -> str:
    part = {"name": "users", "url": "", "pid": 2, "alive": True, "deaths": []}
    return json.dumps([part | {"stack_since": since}])


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        (well(2.0), 0, "by the end of features another one was started"),
        ("[]", 3, "by the end of features it is gone"),
    ],
)
def test_a_stack_that_is_not_the_one_of_the_beginning_breaks_the_run(
    tmp_path: Path, found: str, code: int, said: str
) -> None:
    watch = stack(tmp_path, report={"out": well(1.0)})
    body = f"""
import json
path = Path({str(tmp_path / "told.json")!r}); told = json.loads(path.read_text())
told["report"] = {{"out": {found!r}, "code": {code}}}
path.write_text(json.dumps(told))
"""
    verdict = judge(tmp_path, [suite("features", GOOD + body, tmp_path)], watch)
    assert (verdict.verdict, verdict.exit_code) == ("broken", 3)
    (lost,) = verdict.findings
    assert said in lost.failures[0].observed
    assert "make up" in lost.failures[0].replay
    assert problems(verdict, "stack") == ""
    assert said in verdict.why


def test_a_stack_that_stays_the_same_is_nothing_to_tell(tmp_path: Path) -> None:
    suites = [suite(name, GOOD, tmp_path) for name in ("features", "load")]
    assert judge(tmp_path, suites, stack(tmp_path, report={"out": well(1.0)})).exit_code == 0


def test_a_stack_that_does_not_start_breaks_the_run_without_suites(tmp_path: Path) -> None:
    watch = stack(tmp_path, ensure={"err": "orders died. Its last log lines:\n    MemoryError", "code": 3})
    verdict = judge(tmp_path, [suite("features", GOOD, tmp_path)], watch)
    assert verdict.exit_code == 3
    assert problems(verdict, "features") == "it did not run: there was no stack to judge"
    assert "orders died" in verdict.findings[0].failures[0].observed


@pytest.mark.parametrize(("started", "calls"), [(True, 1), (False, 0)])
def test_only_a_stack_that_the_check_started_is_stopped_again(tmp_path: Path, started: bool, calls: int) -> None:
    parts = json.dumps([{"name": "users", "url": "", "pid": 2, "alive": True, "deaths": []}])
    watch = stack(tmp_path, ensure={"out": json.dumps({"started": started})}, report={"out": parts})
    verdict = judge(tmp_path, [suite("features", GOOD, tmp_path)], watch)
    assert verdict.exit_code == 0
    assert (tmp_path / "told.json.calls").read_text().split().count("down") == calls


def test_a_target_that_is_down_breaks_every_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "down.toml"
    contract = ROOT / "contracts" / "specs" / "users.openapi.yaml"
    target.write_text(
        'name = "down"\nkind = "deployed"\n[services.users]\nbase_url = "http://127.0.0.1:9"\n'
        f'contract = "{contract}"\nauth = "none"\n'
    )
    monkeypatch.setenv("TARGET", str(target))
    plan = ask()
    assert plan.stack_home is None
    verdict = judge(tmp_path, plan.commands(tmp_path))
    assert (verdict.verdict, verdict.exit_code) == ("broken", 3)
    assert [found.status.label for found in verdict.suites] == ["broken"] * 3 + ["passed"]  # nothing was made
    assert "nothing answers at http://127.0.0.1:9" in "".join(verdict.suites[0].log_tail)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("EFFORT", "fast", "EFFORT=fast: allowed: quick, ci, deep"),
        ("TARGET", "nowhere", "TARGET=nowhere: no such target"),
        ("JOBS", "many", "JOBS=many: must be a whole number"),
        ("SERVICE", "order", "has no order; it has"),
        ("SCENARIO", "smoky", 'SCENARIO="smoky": no such scenario; did you mean "smoke"?'),
        ("TAGS", "@smok and not @waits", "no scenario is selected. Did you mean @smoke?"),
    ],
)
def test_a_wrong_variable_is_one_line_and_exit_2_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    done = subprocess.run(
        [sys.executable, "-m", "reports", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_terminal_sees_one_line_redrawn_and_ci_sees_plain_ones(tmp_path: Path) -> None:
    class Terminal:
        def __init__(self) -> None:
            self.text = ""

        def write(self, text: str) -> int:
            self.text += text
            return len(text)

        def flush(self) -> None: ...

        def isatty(self) -> bool:
            return True

    judge(tmp_path, [suite("features", GOOD, tmp_path)])
    for plain, redrawn in ((False, True), (True, False)):
        terminal = Terminal()
        Progress(plain=plain, stream=terminal).running(Counts(tmp_path, "features"), 20.0)  # type: ignore[arg-type]
        assert "2 of 2" in terminal.text
        assert ("\r" in terminal.text) is redrawn
