"""The page and the summary: the verdict at one glance, hostile answers kept as text, readable by poor eyes."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.evidence import Failure, Journal, Result, Status
from reports.operations import promised
from reports.render import render
from reports.summary import LIMIT
from tests.reports import example
from tests.reports.page import RUNS, rendered


@pytest.mark.parametrize("name", RUNS)
def test_the_page_says_the_verdict_first_and_needs_no_network(tmp_path: Path, name: str) -> None:
    page = rendered(RUNS[name](tmp_path))
    assert re.search(rf"<h1>{name.capitalize()}</h1>", (tmp_path / "index.html").read_text())
    assert not {"script", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    for tag, attributes in page.tags:
        for key in ("src", "href", "action"):
            address = attributes.get(key) or ""
            assert not re.match(r"(https?:)?//", address), f"<{tag} {key}={address}>"


def test_every_link_leads_somewhere(tmp_path: Path) -> None:
    example.failed_run(tmp_path)
    (tmp_path / "junit").mkdir()
    (tmp_path / "junit" / "a b#1.xml").write_text("")
    (tmp_path / "allure-report").mkdir()
    (tmp_path / "allure-report" / "index.html").write_text("")
    page = rendered(tmp_path)
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = [str(attributes["href"]) for tag, attributes in page.tags if tag == "a"]
    assert {"allure-report/index.html", "junit/a%20b%231.xml"} <= set(links)
    for link in links:
        assert (
            link[1:] in ids
            if link.startswith("#")
            else (tmp_path / link.replace("%20", " ").replace("%23", "#")).exists()
        )


def test_a_hostile_answer_stays_text(tmp_path: Path) -> None:
    hostile = example.HOSTILE
    failure = Failure(hostile, hostile, hostile, hostile, hostile, hostile, hostile, (hostile,))
    journal = Journal(tmp_path, "features")
    journal.started(
        seed=hostile, target=hostile, effort=hostile, versions={hostile: hostile}, operations={hostile: [hostile]}
    )
    details: dict[str, object] = {"kind": "slo", "metric": hostile, "limit": hostile, "value": hostile, "unit": hostile}
    journal.result(Result("features", hostile, hostile, Status.FAILED, 0, hostile, (hostile,), (failure,), details))
    journal.finished()
    page = rendered(tmp_path)
    assert "alert(1)" in page.text, "it is shown"
    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert not [key for _, attributes in page.tags for key in attributes if key.startswith("on")]
    assert "{{ 7*7 }}" in page.text, "it is no template"
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert not re.search(r"(?<!\\)<(script|img)", re.sub(r"`[^`]*`", "", summary))


def test_failures_are_shown_with_evidence_and_the_command_that_replays_them(tmp_path: Path) -> None:
    page = rendered(example.failed_run(tmp_path))
    for piece in (example.SCENARIO.expected, example.SCENARIO.observed, example.SCENARIO.curl, example.SCENARIO.replay):
        assert piece in page.text
    assert example.SCENARIO.logs[0] in page.text
    assert page.text.index(example.SCENARIO.observed) < page.text.index("nothing was asserted"), "before the matrix"


def test_the_matrix_has_every_operation_and_says_each_status_in_words(tmp_path: Path) -> None:
    page = rendered(example.failed_run(tmp_path))
    matrix = page.text[page.text.index("getJwks") : page.text.index("nothing was asserted")]
    for row in promised():
        assert row.operation_id in matrix
    assert {"passed", "failed", "waived", "no evidence"} <= set(re.findall("passed|failed|waived|no evidence", matrix))


def test_load_is_drawn_with_axes_and_units(tmp_path: Path) -> None:
    page = rendered(example.passed_run(tmp_path))
    charts = page.text[page.text.index("Latency over time") : page.text.index("Seeds and")]
    for piece in ("p50", "p95", "p99", "ms", "requests/s", "seconds since the start", "ms, logarithmic", "followLink"):
        assert piece in charts
    lines = [str(attributes["d"]) for tag, attributes in page.tags if attributes.get("class") == "series s-p99"]
    assert any(line.count("M") == 2 for line in lines), "a second without answers is a gap and no zero"


def test_the_page_names_the_seconds_and_the_stage_in_which_an_slo_was_crossed(tmp_path: Path) -> None:
    page = rendered(example.failed_run(tmp_path))
    told = page.text[page.text.index("Where an SLO was crossed") : page.text.index("Latency by operation")]
    for piece in ("createOrder", "p99", "300 ms", "hold", "31–33, 36", "812 ms", "in second 32"):
        assert piece in told
    bands = [attributes for tag, attributes in page.tags if attributes.get("class") == "crossed" and "x" in attributes]
    assert len(bands) == 8, "four seconds, drawn for a wide and for a narrow page"
    assert "createOrder, from when it was sent" in page.text
    assert "p99.99 ms" in page.text


def test_a_run_that_crossed_nothing_has_no_such_section(tmp_path: Path) -> None:
    assert "Where an SLO was crossed" not in rendered(example.passed_run(tmp_path)).text


def test_a_failure_is_held_against_the_operation_that_it_names(tmp_path: Path) -> None:
    rows = {row.operation_id: row.results for row in render(example.failed_run(tmp_path)).operations}
    assert rows["createOrder"] == {"features": Status.FAILED, "contracts": Status.PASSED, "load": Status.FAILED}
    assert rows["getStock"]["features"] is Status.PASSED, "the scenario failed, but not at getStock"


def asserted(folder: Path, *operations: str) -> Path:
    """A run of features alone, with one scenario."""
    journal = Journal(folder, "features")
    journal.started()
    journal.result(Result("features", "LOG-001", "a title", Status.PASSED, operations=operations))
    journal.finished()
    return folder


def test_what_no_document_names_stands_last(tmp_path: Path) -> None:
    text = rendered(asserted(tmp_path, "sendEvents", "getJwks")).text
    assert text.index("getJwks") < text.index("in no document") < text.index("sendEvents")


def test_one_suite_alone_has_rows_for_what_it_asserted_and_names_the_rest(tmp_path: Path) -> None:
    text = rendered(asserted(tmp_path, "getJwks")).text
    head = f"{len(list(promised())) - 1} operations about which this run asserted nothing"
    assert text.index("getJwks") < text.index(head) < text.index("createOrder")
    assert "no evidence" not in text


def features_alone(folder: Path) -> Path:
    """A run of one suite."""
    return asserted(folder, "getJwks")


@pytest.mark.parametrize(("run", "is_open"), [(example.passed_run, True), (features_alone, False)])
def test_gaps_of_the_coverage_stand_open_only_in_a_whole_check(
    tmp_path: Path, run: Callable[[Path], Path], is_open: bool
) -> None:
    render(run(tmp_path))
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    (gaps,) = re.findall(r'<details class="finding"( open)?><summary><strong>\d+ not asserted', page)
    assert bool(gaps) is is_open


def test_a_raw_request_is_no_operation(tmp_path: Path) -> None:
    rows = {row.operation_id: row.results for row in render(asserted(tmp_path, "DELETE /health", "getJwks")).operations}
    assert rows["getJwks"] == {"features": Status.PASSED}
    assert "DELETE /health" not in rows


def test_the_summary_fits_in_a_comment_whatever_happened(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "features")
    journal.started()
    long = Failure("é" * 9000, "createOrder", "é" * 9000, "é" * 9000, "é" * 9000)
    for i in range(400):
        journal.result(Result("features", f"X-{i}", "title", Status.FAILED, failures=(long,)))
    journal.finished()
    render(tmp_path)
    text = (tmp_path / "summary.md").read_bytes()
    assert 30_000 < len(text) <= LIMIT
    assert b"the rest is on the page" in text


def test_a_run_is_rendered_the_same_again(tmp_path: Path) -> None:
    first = render(example.failed_run(tmp_path)).dump()
    assert render(tmp_path).dump() == first
