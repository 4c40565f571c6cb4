"""The page and the summary: the verdict at one glance, hostile answers kept as text, readable by poor eyes."""

import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reports.evidence import Failure, Journal, Result, Status
from reports.operations import promised
from reports.page import TEMPLATES
from reports.render import render
from reports.summary import LIMIT
from tests.reports import example

RUNS = {"passed": example.passed_run, "failed": example.failed_run, "broken": example.broken_run}
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-file-access-from-files",
    "--virtual-time-budget=2000",
    "--dump-dom",
]
VOID = {"meta", "link", "img", "br", "path", "rect", "circle", "input", "hr"}


class Page(HTMLParser):
    """Elements, attributes and the text of a page; knows whether every element was closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def rendered(run_dir: Path) -> Page:
    render(run_dir)
    page = Page((run_dir / "index.html").read_text(encoding="utf-8"))
    assert page.open == [], "every element is closed"
    return page


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


def scenario(result_id: str, title: str, status: Status, seconds: float, feature: str, **more: str) -> Result:
    return Result("features", result_id, title, status, seconds, details={"feature": feature, **more})


def told_scenarios(folder: Path) -> Path:
    """A run of features that ended in no order of theirs, as it does where several run beside each other."""
    journal = Journal(folder, "features")
    journal.started()
    making, following = "features/links/making.feature", "features/links/following.feature"
    journal.result(scenario("LNK-002#1.2", "Second -- @1.2 ", Status.PASSED, 0.04, "Making", location=f"{making}:12"))
    journal.result(
        scenario("ORD-001", "An order", Status.PASSED, 61.2, "Placing", location="features/orders/a.feature:3")
    )
    journal.result(scenario("LNK-001", "First", Status.FAILED, 1.25, "Making", location=f"{making}:9"))
    skipped = {"location": f"{following}:5", "skip_reason": "needs the control door"}
    journal.result(scenario("LNK-009", "Not here", Status.SKIPPED, 0.0, "Following", **skipped))
    journal.result(scenario("ODD-001", example.HOSTILE, Status.PASSED, 0.0, example.HOSTILE, location="nowhere:x"))
    journal.finished()
    return folder


def test_every_scenario_is_listed_by_feature_with_its_result_and_time(tmp_path: Path) -> None:
    page = rendered(told_scenarios(tmp_path))
    told = " ".join(page.text[page.text.index("in no folder") : page.text.index("What a scenario took")].split())
    order = ["links 1 failed, 1 passed, 1 skipped, 1.3 s", "Following", "Not here LNK-009 needs the control door"]
    order += ["– skipped0.0 s", "Making", "First LNK-001✗ failed1.2 s", "Second LNK-002#1.2✓ passed40 ms"]
    order += ["orders 1 passed, 1 min 1 s", "Placing", "An order ORD-001✓ passed1 min 1 s"]
    places = [told.find(piece) for piece in order]
    assert -1 not in places, told
    assert places == sorted(places), "folders, files and lines in their order, whichever ended first"
    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert told.count("alert(1)") == 2 * example.HOSTILE.count("alert(1)"), "the title and the feature, as text"


def test_the_scenarios_are_folded_away_and_those_of_other_suites_are_not_among_them(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "contracts")
    journal.started()
    journal.result(Result("contracts", "claim", "a claim", Status.PASSED))
    journal.finished()
    assert 'id="scenarios"' not in page_of(tmp_path)
    text = page_of(told_scenarios(tmp_path))
    section = text[text.index('id="scenarios"') :].partition("</section>")[0]
    assert section.count("<details") == 3
    assert not re.search(r"<details[^>]* open", section)
    assert "a claim" not in section


def page_of(folder: Path) -> str:
    """The page's HTML."""
    render(folder)
    return (folder / "index.html").read_text(encoding="utf-8")


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


def colours(scheme: str) -> dict[str, str]:
    light, dark = (TEMPLATES / "page.css").read_text().split("prefers-color-scheme: dark")
    found = dict(re.findall(r"--([\w-]+): (#\w{6})", light))
    return found | dict(re.findall(r"--([\w-]+): (#\w{6})", dark)) if scheme == "dark" else found


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, 1.4.3."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_by_poor_eyes(scheme: str) -> None:
    c = colours(scheme)
    pairs = [(text, ground) for text in ("ink", "soft", "link") for ground in ("paper", "card", "code", "none-bg")]
    tones = ("passed", "failed", "broken", "waived", "none")
    pairs += [(tone, ground) for tone in tones for ground in (f"{tone}-bg", "card", "paper")]
    pairs += [(text, f"{tone}-bg") for tone in tones for text in ("ink", "soft")]
    poor = {
        pair: round(contrast(c[pair[0]], c[pair[1]]), 2) for pair in pairs if contrast(c[pair[0]], c[pair[1]]) < 4.5
    }
    assert poor == {}
    lines = {name: contrast(c[name], c["card"]) for name in ("s50", "s95", "s99")}
    assert min(lines.values()) >= 3, lines


def browser() -> str | None:
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


@pytest.mark.skipif(browser() is None, reason="no Chromium here; the page's layout was not looked at")
@pytest.mark.parametrize("width", [360, 1400])
def test_nothing_runs_over_the_edge_of_the_page(tmp_path: Path, width: int) -> None:
    render(example.failed_run(tmp_path))
    # The page itself has no script; this one says by how much the page is wider than a frame of the given width.
    probe = (
        f'<body><iframe id="f" style="width:{width}px;height:900px;border:0" src="index.html"></iframe><script>'
        'f.onload=()=>{const d=f.contentDocument.documentElement;document.title="over="+(d.scrollWidth-d.clientWidth)}'
        "</script>"
    )
    (tmp_path / "probe.html").write_text(probe)
    command = [str(browser()), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", (tmp_path / "probe.html").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert re.findall("<title>(.*?)</title>", done.stdout) == ["over=0"], done.stderr[-500:]
