"""The scorecard of planted faults: on a page of its own, on the page of a check, and in the summary."""

import json
from pathlib import Path
from typing import Any

import pytest

from reports.evidence import EvidenceError
from reports.faults import read_score
from reports.render import render, render_faults
from tests.reports import example


def row(name: str, status: str, **outcomes: str) -> dict[str, Any]:
    suites = {suite: {"status": outcome, "seconds": 1.0, "evidence": ""} for suite, outcome in outcomes.items()}
    found = {"id": name, "service": "links", "class": "race", "says": "<b>Wrong.", "status": status}
    return found | {"seconds": 2.0, "evidence": "", "suites": suites}


def left(run_dir: Path, *rows: dict[str, Any], **changed: Any) -> Path:
    run_dir.mkdir(exist_ok=True)
    score = {"killed": 1, "survived": 1, "invalid": 0, "untried": 0, "rate": 0.5, "floor": 1.0, "faults": list(rows)}
    (run_dir / "faults.json").write_text(json.dumps(score | changed), encoding="utf-8")
    return run_dir


@pytest.fixture
def missed(tmp_path: Path) -> Path:
    return left(
        tmp_path / "run",
        row("LNK-F02", "survived", features="survived", contracts="survived"),
        row("LNK-F01", "killed", features="killed"),
    )


def test_a_run_of_faults_alone_has_a_page_and_a_summary(missed: Path) -> None:
    assert render_faults(missed).verdict == "failed"
    page, summary = (missed / "index.html").read_text(), (missed / "summary.md").read_text()
    assert page.index("LNK-F02") < page.index("LNK-F01")
    assert "&lt;b&gt;Wrong." in page
    assert "<b>Wrong." not in page
    assert page.count("not noticed") == 2
    assert "1 of 2 planted faults were noticed (50.0%), 1 survived" in summary.replace("\\", "")
    assert "LNK-F02" in summary
    assert "LNK-F01" not in summary


def test_the_matrix_has_a_column_for_each_suite_that_was_asked(missed: Path) -> None:
    score = read_score(missed)
    assert score is not None
    assert score.suites == ("features", "contracts")


def test_a_suite_that_could_not_judge_is_shown_as_such(tmp_path: Path) -> None:
    run = left(tmp_path / "run", row("LNK-F02", "invalid", features="broken"))
    render_faults(run)
    assert "could not judge" in (run / "index.html").read_text()


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [({"rate": 1.0}, "passed"), ({"rate": 1.0, "invalid": 1}, "failed"), ({"rate": 1.0, "untried": 1}, "failed")],
)
def test_what_was_not_tried_is_no_success(tmp_path: Path, changed: dict[str, Any], verdict: str) -> None:
    score = read_score(left(tmp_path, **changed))
    assert score is not None
    assert score.verdict == verdict


def test_the_page_of_a_check_tells_of_them_too(tmp_path: Path) -> None:
    run_dir = example.passed_run(tmp_path)
    render(run_dir)
    assert "Planted faults" not in (run_dir / "index.html").read_text() + (run_dir / "summary.md").read_text()
    left(run_dir, row("LNK-F02", "survived", features="survived"))
    render(run_dir)
    assert 'id="faults"' in (run_dir / "index.html").read_text()
    assert "1 survived" in (run_dir / "summary.md").read_text()


def test_no_scorecard_and_a_broken_one_are_said(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="no faults were planted"):
        render_faults(tmp_path)
    (tmp_path / "faults.json").write_text("{}")
    with pytest.raises(EvidenceError, match="is no scorecard"):
        render_faults(tmp_path)
