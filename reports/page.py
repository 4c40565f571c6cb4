"""`index.html`: one self-contained page, rendered from the verdict; whatever a service answered is escaped."""

from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from reports._model import Status
from reports.charts import latency_chart, rate_chart, spread_chart
from reports.figures import LoadFigures, load_figures
from reports.verdict import Verdict

TEMPLATES = Path(__file__).resolve().parent / "templates"
GLYPHS = {"passed": "✓", "failed": "✗", "broken": "!", "waived": "~", "skipped": "–", "disabled": "–"}
FINDINGS = 100  # more than anybody reads; the rest is in verdict.json
WIDE, NARROW = 1040.0, 320.0  # charts are drawn twice, so that their letters stay readable on a phone
LISTED = 12  # files named by each group of links
GROUPS = {
    "allure-report": "Allure report",
    "junit": "JUnit",
    "schemathesis": "Schemathesis",
    "contracts": "Schemathesis",
    "logs": "Logs",
    "evidence": "Evidence",
    "load": "Load figures",
}


def page(verdict: Verdict, run_dir: Path) -> str:
    """The page as HTML."""
    figures = load_figures(run_dir)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            verdict=verdict,
            css=Markup((TEMPLATES / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - a file of ours
            findings=verdict.findings[:FINDINGS],
            hidden=max(len(verdict.findings) - FINDINGS, 0),
            suite_names=_suites_of_matrix(verdict),
            charts=_charts(figures),
            links=_links(run_dir),
        )
    )


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"duration": duration, "when": when, "cut": cut, "glyph": glyph, "number": number}
    environment.globals |= {"LADDER": tuple(reversed(Status)), "Status": Status}
    return environment


def duration(seconds: float) -> str:
    """`1 min 42 s`, `31.2 s`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def when(iso: str) -> str:
    """`21 November 2026, 00:34 UTC`; what is no time stays as it is."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def cut(text: str, longest: int = 4000) -> str:
    """The beginning of a long text, and how much was left out."""
    return text if len(text) <= longest else f"{text[:longest]}\n… {len(text) - longest:,} more characters"


def glyph(status: Status) -> str:
    """The sign that stands before a status, so that colour is never alone."""
    return GLYPHS[status.label]


def number(value: object) -> str:
    """A figure with three or four significant digits; a text stays as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _suites_of_matrix(verdict: Verdict) -> list[str]:
    """Every suite but the stack, which asserts nothing about operations."""
    return [suite.name for suite in verdict.suites if suite.name != "stack"]


def _charts(figures: LoadFigures) -> dict[str, object]:
    sizes = {"wide": (WIDE, 300.0), "narrow": (NARROW, 220.0)}
    series = [row for row in figures.series if row.p50 is not None]
    latencies = tuple(sorted(figures.latencies, key=lambda entry: (entry.operation_id == "overall", -entry.p99)))
    return {
        "latency": {name: latency_chart(figures.series, *size) for name, size in sizes.items()} if series else {},
        "rate": {name: rate_chart(figures.series, size[0], 180.0) for name, size in sizes.items()} if series else {},
        "spread": {name: spread_chart(latencies, size[0]) for name, size in sizes.items()} if latencies else {},
        "latencies": latencies,
    }


def _links(run_dir: Path) -> list[tuple[str, list[tuple[str, str]]]]:
    """Files of the run by group, as (name, address) pairs; only what is there."""
    groups: dict[str, list[tuple[str, str]]] = {"Run": _present(run_dir, ("verdict.json", "summary.md"))}
    for folder, title in GROUPS.items():
        found = _present(run_dir, _files(run_dir, folder))
        if found:
            groups.setdefault(title, []).extend(found)
    return [(title, found) for title, found in groups.items() if found]


def _files(run_dir: Path, folder: str) -> list[str]:
    if folder == "allure-report":
        return [f"{folder}/index.html"]
    files = sorted(path for path in (run_dir / folder).rglob("*") if path.is_file())
    return [path.relative_to(run_dir).as_posix() for path in files[:LISTED]]


def _present(run_dir: Path, names: tuple[str, ...] | list[str]) -> list[tuple[str, str]]:
    return [(name, quote(name)) for name in names if (run_dir / name).exists()]
