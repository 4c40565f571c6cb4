"""What was disturbed is on the page, marked on the chart, and in the summary; what a service said stays text."""

import json
from pathlib import Path
from typing import Any

from reports.render import render
from tests.reports import example
from tests.reports.page import rendered

KILL: dict[str, Any] = {
    "number": 1,
    "title": "kill links at 4 s for 2 s",
    "began": 4.2,
    "ended": 6.2,
    "over": 8,
    "recovered_after": 1.8,
    "recover_within": 5.0,
    "requests": 1720,
    "error_rate": 0.25,
    "most_errors": 0.3,
    "errors": {"followLink": {"no answer (UnreachableError)": 430}},
    "wrong": {},
    "problem": "",
    "status": "passed",
}
WORSE = KILL | {"number": 2, "title": "pause redis at 20 s for 2 s", "began": 20.1, "ended": 22.1, "over": 30}
WORSE |= {"recovered_after": None, "wrong": {"shorten": {example.HOSTILE: 3}}, "status": "failed"}


def disturbed(run_dir: Path, *entries: object) -> Path:
    example.passed_run(run_dir)
    (run_dir / "load" / "disturbances.json").write_text(json.dumps(entries))
    return run_dir


def test_the_page_marks_each_disturbance_and_tells_what_came_of_it(tmp_path: Path) -> None:
    page = rendered(disturbed(tmp_path, KILL, WORSE))
    table = page.text[page.text.index("What was disturbed") :]
    for piece in ("kill links at 4 s for 2 s", "25 % of 1,720", "followLink 430 × no answer", "1.8 s", "not seen"):
        assert piece in table
    marks = [attributes for _, attributes in page.tags if attributes.get("class") == "disturbed" and "x" in attributes]
    assert len(marks) == 4, "two, on a wide and on a narrow chart"
    assert "alert(1)" in table
    assert not [tag for tag, _ in page.tags if tag == "script"]


def test_the_summary_has_the_time_to_recover(tmp_path: Path) -> None:
    render(disturbed(tmp_path, KILL, WORSE))
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    told = summary[summary.index("### Disturbances") :]
    assert "| 1 | kill links at 4 s for 2 s | 25 % of 1,720: followLink 430 × no answer" in told
    assert "| 1.8 s | 5 s | passed |" in told
    assert "| not seen | 5 s | failed |" in told


def test_a_run_without_disturbances_says_nothing_of_them(tmp_path: Path) -> None:
    for entries in ((), ({"number": 1},), ("nonsense",)):
        page = rendered(disturbed(tmp_path, *entries))
        assert "was disturbed" not in page.text
        assert "### Disturbances" not in (tmp_path / "summary.md").read_text(encoding="utf-8")
