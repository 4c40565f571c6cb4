"""Limits found and memory watched are on the page, charted, and in the summary; what a service said stays text."""

import json
from pathlib import Path
from typing import Any

from reports.knees import read_knees
from reports.memory import read_memory
from reports.render import render
from reports.shape_charts import knee_chart, memory_chart
from tests.reports import example
from tests.reports.page import rendered


def step(rate: float, outcome: str, p95: float) -> dict[str, Any]:
    latencies = {"followLink": {"p50": p95 / 2, "p95": p95, "p99": p95 * 2}}
    return {"rate": rate, "outcome": outcome, "why": "", "latencies_ms": latencies}


KNEE: dict[str, Any] = {
    "persona": "redirects",
    "knee": 85.4,
    "told": f"85.4 arrivals/s held; at 96 followLink p95 was 530 ms, the limit is 250 {example.HOSTILE}",
    "status": "passed",
    "next": {"rate": 96, "slo": "followLink p95", "value": 530, "limit": 250, "unit": "ms"},
    "slos": [{"operation": "createOrder", "metric": "p95", "limit": 250}],
    "steps": [step(96, "broke", 530), step(60, "held", 20), step(85.4, "held", 90), step(85.4, "held", 110)],
}
NONE = KNEE | {
    "persona": "orders",
    "knee": None,
    "told": "no rate that was tried held",
    "status": "failed",
    "next": None,
}
NONE |= {"steps": [{"rate": 5, "outcome": "broke", "why": "", "latencies_ms": {}}]}
FLAT: dict[str, Any] = {
    "part": "links",
    "unit": "PSS",
    "status": "passed",
    "warm_up": 20,
    "points": [[at, 50.0] for at in range(0, 100, 5)],
    "at_start": 50.0,
    "slope": 0.0,
    "least": -1.0,
    "most": 1.0,
    "limit": 24.0,
}
LEAK = FLAT | {"part": "orders", "status": "failed", "slope": 60.0, "least": 55.0, "most": 66.0}
LEAK |= {"points": [[at, 50 + at / 60] for at in range(0, 100, 5)]}
KEEPS = FLAT | {"part": "redis", "status": "skipped"}
SHORT = {name: FLAT[name] for name in ("unit", "warm_up")} | {"part": "auth", "status": "broken", "points": [[0, 1]]}


def shaped(run_dir: Path, knees: object = (), memory: object = ()) -> Path:
    example.passed_run(run_dir)
    (run_dir / "load" / "knee.json").write_text(json.dumps(knees))
    (run_dir / "load" / "memory.json").write_text(json.dumps(memory))
    return run_dir


def test_the_page_has_each_limit_with_a_chart_and_the_knee_marked(tmp_path: Path) -> None:
    page = rendered(shaped(tmp_path, [KNEE, NONE]))
    told = page.text[page.text.index("Limits found") :]
    for piece in (
        "85.4 arrivals/s held; at 96 followLink p95 was 530 ms",
        "latency of followLink over arrivals",
        "none",
    ):
        assert piece in told
    marks = [attributes for _, attributes in page.tags if attributes.get("class") == "knee"]
    assert len(marks) == 2, "one limit, on a wide and on a narrow chart; none without latencies"
    assert "alert(1)" in told
    assert not [tag for tag, _ in page.tags if tag == "script"]


def test_lines_go_through_the_medians_of_steps_in_the_order_of_their_rates(tmp_path: Path) -> None:
    (knee,) = read_knees(shaped(tmp_path, [KNEE]))
    chart = knee_chart(knee, 1000, 300)
    assert chart is not None
    assert [held for _, _, held in chart.dots] == [True, True, True, False]
    assert [line.path.count("L") for line in chart.lines] == [2, 2, 2]
    places = [float(point.split()[0]) for point in chart.lines[0].path[1:].split("L")]
    assert places == sorted(places)
    assert chart.knee == places[1]


def test_the_page_has_the_memory_of_each_part_leaks_first(tmp_path: Path) -> None:
    page = rendered(shaped(tmp_path, memory=[FLAT, LEAK, KEEPS, SHORT]))
    told = page.text[page.text.index("Memory during the load") :]
    for piece in ("+60.0 MiB/h (+55.0 to +66.0), bound 24.0", "keeps data, not judged", "too few points"):
        assert piece in told
    assert told.index("orders") < told.index("links")
    labels = [attributes.get("aria-label") or "" for tag, attributes in page.tags if tag == "svg"]
    assert len([label for label in labels if label.startswith("Memory of")]) == 4


def test_a_leak_rises_on_its_chart_and_flat_memory_does_not(tmp_path: Path) -> None:
    leak, flat = read_memory(shaped(tmp_path, memory=[FLAT, LEAK]))
    paths = [memory_chart(each, 480, 200).fitted for each in (leak, flat)]
    ends = [[float(end.split()[1]) for end in path[1:].split("L")] for path in paths]
    assert ends[0][0] > ends[0][1], "upwards on paper is less"
    assert ends[1][0] == ends[1][1]


def test_the_summary_has_limits_and_memory(tmp_path: Path) -> None:
    render(shaped(tmp_path, [KNEE], [LEAK]))
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "| redirects | 85.4 arrivals/s held; at 96 followLink p95 was 530 ms" in summary
    assert "### Memory" in summary
    assert "60.0 MiB/h" in summary
    assert "| failed |" in summary


def test_other_runs_say_nothing_of_either(tmp_path: Path) -> None:
    for odd in ((), [{"persona": "x"}], ["nonsense"], {"part": 1}):
        page = rendered(shaped(tmp_path, odd, odd))
        assert "Limits found" not in page.text
        assert "Memory during" not in page.text
        assert "### Limits" not in (tmp_path / "summary.md").read_text(encoding="utf-8")
