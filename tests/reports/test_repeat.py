"""The check again and again: every run counts, whatever one of them finds is told, and nothing is lost on the way."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reports._journal import EvidenceError
from reports.render import render
from reports.repeat import Repetition, read_repetition, repeat
from reports.verdict import Verdict
from tests.reports.arena import GOOD, ROOT, judge, suite

FLAKY = "journal.started(plan=1); judged(1, Status.FAILED); journal.finished(); sys.exit(1)"
CRASHED = "journal.started(plan=1); judged(1); raise MemoryError"
REFUSED = "print('TAGS=@nosuch: no scenario', file=sys.stderr); sys.exit(2)"


def runs(root: Path, bodies: list[str]) -> Callable[[], tuple[Path, Verdict]]:
    """Each call is a run in a folder of its own, of one suite that does the next of these."""
    left: Iterator[tuple[int, str]] = iter(enumerate(bodies))

    def once() -> tuple[Path, Verdict]:
        number, body = next(left)
        folder = root / str(number)
        folder.mkdir()
        return folder, judge(folder, [suite("features", body, folder)])

    return once


def repeated(root: Path, bodies: list[str]) -> Repetition:
    return repeat(len(bodies), runs(root, bodies), render)


def test_sound_runs_raise_no_alarm(tmp_path: Path) -> None:
    done = repeated(tmp_path, [GOOD, GOOD, GOOD])
    assert (done.verdict, done.clean, done.alarms) == ("passed", 3, ())
    assert done.told.startswith("3 of 3 runs passed, 6 checks in all")


def test_what_one_run_finds_is_told_and_the_others_still_run(tmp_path: Path) -> None:
    done = repeated(tmp_path, [GOOD, FLAKY, GOOD, FLAKY])
    assert (done.verdict, done.clean, len(done.runs)) == ("failed", 2, 4)
    assert done.alarms == (("features: claim 1", 2),)


def test_a_run_that_could_not_judge_is_no_clean_one(tmp_path: Path) -> None:
    done = repeated(tmp_path, [GOOD, CRASHED])
    assert (done.verdict, done.clean) == ("broken", 1)
    assert "0 finished" in done.alarms[0][0]


def test_a_wrong_call_is_not_made_again(tmp_path: Path) -> None:
    done = repeated(tmp_path, [REFUSED, GOOD])
    assert [run.exit_code for run in done.runs] == [2]
    assert done.verdict == "broken", "one of the two was never made"


def test_the_count_is_in_the_last_run(tmp_path: Path) -> None:
    repeated(tmp_path, [GOOD, FLAKY])
    kept = read_repetition(tmp_path / "1")
    assert kept is not None
    assert [run.verdict for run in kept.runs] == ["passed", "failed"]
    assert json.loads((tmp_path / "1" / "repeat.json").read_text())["passed"] == 1
    for face in ("index.html", "summary.md"):
        assert "1 of 2 runs passed" in (tmp_path / "1" / face).read_text()


def test_after_an_interruption_the_runs_before_are_known(tmp_path: Path) -> None:
    def once() -> tuple[Path, Verdict]:
        if (tmp_path / "0").exists():
            raise KeyboardInterrupt
        return runs(tmp_path, [GOOD])()

    with pytest.raises(KeyboardInterrupt):
        repeat(3, once, render)
    kept = read_repetition(tmp_path / "0")
    assert kept is not None
    assert (kept.asked, kept.clean, kept.verdict) == (3, 1, "broken")


def test_ctrl_c_ends_all_of_it(tmp_path: Path) -> None:
    interrupted = "os.kill(os.getppid(), signal.SIGINT); journal.started(plan=1); signal.pause()"
    done = repeated(tmp_path, [GOOD, interrupted, GOOD])
    assert [run.verdict for run in done.runs] == ["passed"], "one that was ended is no alarm"
    assert done.verdict == "broken", "three were asked for"


def test_a_single_run_tells_of_no_others(tmp_path: Path) -> None:
    judge(tmp_path, [suite("features", GOOD, tmp_path)])
    assert read_repetition(tmp_path) is None
    assert "Again and again" not in (tmp_path / "index.html").read_text()


def test_a_file_of_another_form_is_named(tmp_path: Path) -> None:
    (tmp_path / "repeat.json").write_text('{"asked": 2}')
    with pytest.raises(EvidenceError, match=r"repeat\.json: can't be read .* run `make repeat` again"):
        read_repetition(tmp_path)


@pytest.mark.parametrize("times", ["0", "some", "-1", "1001"])
def test_a_wrong_number_is_refused_before_anything_starts(times: str) -> None:
    command = [sys.executable, "-m", "reports", "repeat", f" {times}"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "give one from 1 to 1000" in done.stderr
