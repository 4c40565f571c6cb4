"""The authorization matrix of a run, summed up: in the verdict, in the summary, on the page."""

from pathlib import Path

from reports.evidence import Failure, Journal, Result, Status
from reports.render import render

CELLS = [
    {"identity": "owner", "outcome": "kept", "expected": "allowed", "observed": "200"},
    {"identity": "other", "outcome": "violated", "expected": "403", "observed": "<b>200</b>"},
    {"identity": "expired", "outcome": "skipped", "expected": "401", "reason": "no key to sign with"},
]


def test_cells_are_counted_and_shown(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "contracts")
    journal.started(plan=1)
    failure = Failure("OpenToOthers", "getOrder", "403", "200", "again")
    details: dict[str, object] = {"kind": "authorization", "method": "GET", "path": "/orders/{id}", "cells": CELLS}
    journal.result(Result("contracts", "a", "t", Status.FAILED, 1.0, "orders", ("getOrder",), (failure,), details))
    journal.finished()
    journal.close()
    told = render(tmp_path).to_json()["authorization"]
    assert {name: told[name] for name in ("tested", "kept", "violated", "skipped", "unjudged")} == {
        "tested": 2,
        "kept": 1,
        "violated": 1,
        "skipped": 1,
        "unjudged": 0,
    }
    assert told["reasons"] == {"no key to sign with": 1}
    assert [cell["outcome"] for cell in told["rows"][0]["cells"]] == ["kept", "violated", "skipped"]
    line = "**Authorization matrix**: 2 cells tested: 1 as expected, 1 violated; 1 skipped."
    assert line in (tmp_path / "summary.md").read_text()
    page = (tmp_path / "index.html").read_text()
    section = page[page.index('<section id="authorization"') :]
    assert "on-violated" in section
    assert "<b>200" not in page
    assert "1 × no key to sign with" in section
