"""A comparison on the page and in the summary: intervals where there are any, and never a verdict without them."""

import json
from pathlib import Path
from typing import Any

import pytest

from reports.render import render
from tests.reports import example
from tests.reports.page import rendered

ROW = {"base_ms": 20.0, "candidate_ms": 22.0, "said": "slower by more than the margin"}
ROWS: list[dict[str, Any]] = [
    ROW | {"operation": "getOrder", "percentile": "p99", "ratio": 1.2, "finding": "too little data"},
    ROW | {"operation": "getOrder", "percentile": "p50", "ratio": 1.0, "low": 0.98, "high": 1.02, "finding": "held"},
    ROW
    | {
        "operation": "followLink",
        "percentile": "p95",
        "ratio": 1.1,
        "low": 1.07,
        "high": 1.13,
        "finding": "regression",
    },
]
SIDE_BY_SIDE = {
    "side_by_side": True,
    "base": {"name": "origin/main", "commit": "0123456789abcdef"},
    "candidate": {"commit": "fedcba9876543210", "changed": True},
    "scenario": "smoke",
    "margin": 0.05,
    "pairs": 10,
    "method": "Rounds in pairs.",
    "unusable": [],
    "rows": ROWS,
}
STORED = {
    "side_by_side": False,
    "base": {"name": "latest", "run": "20261121-073117-b5ab", "scenario": "smoke"},
    "scenario": "smoke",
    "method": "Not side by side: measured at another time.",
    "rows": [{"operation": "followLink", "percentile": "p50", "base_ms": 2.0, "candidate_ms": 4.0, "ratio": 2.0}],
}


def compared(run_dir: Path, content: object) -> str:
    """The text of the page of a run that left this; its summary lies beside."""
    example.passed_run(run_dir)
    (run_dir / "load" / "compare.json").write_text(json.dumps(content), encoding="utf-8")
    return " ".join(rendered(run_dir).text.split())


def test_a_regression_comes_first_with_its_interval_and_mark(tmp_path: Path) -> None:
    text = compared(tmp_path, SIDE_BY_SIDE)
    assert "Compared with origin/main (0123456789)" in text
    assert "fedcba9876 with changes beside origin/main (0123456789): 1 regression, 1 held, 0 undecided, 1 with" in text
    assert "1.070 to 1.130 regression" in text
    assert text.index("regression getOrder") < text.index("held getOrder") < text.index("– too little data")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page.count('class="between') == 2
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "| `followLink` p95 | 20 | 22 | 1.100 | 1.070 to 1.130 | regression |" in summary


def test_a_stored_run_is_shown_without_interval_or_finding(tmp_path: Path) -> None:
    text = compared(tmp_path, STORED)
    assert "Shown beside the stored run 20261121-073117-b5ab" in text
    assert "Not side by side: measured at another time." in text
    section = text[text.index("Compared with") : text.index("Not side by side")]
    assert "Interval" not in section
    assert "Finding" not in section
    assert "| `followLink` p50 | 2 | 4 | 2.000 |" in (tmp_path / "summary.md").read_text(encoding="utf-8")


def test_a_session_that_was_spoilt_says_by_what(tmp_path: Path) -> None:
    text = compared(tmp_path, SIDE_BY_SIDE | {"rows": [], "unusable": ["03-base: the generator was at its limit"]})
    assert "Not compared with origin/main (0123456789): 03-base: the generator was at its limit." in text


@pytest.mark.parametrize("content", [[], {}, {"side_by_side": True, "base": "main", "rows": 3}, STORED | {"rows": [1]}])
def test_what_has_another_form_is_left_out(tmp_path: Path, content: object) -> None:
    assert "Compared with" not in compared(tmp_path, content)
    assert render(tmp_path).verdict == "passed"
