"""`index.html`: one self-contained page, rendered from the verdict; whatever a service answered is escaped."""

from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from reports._model import Status
from reports.charts import latency_chart, rate_chart, spread_chart
from reports.comparison import read_comparison, worst_first
from reports.disturbances import Disturbed, read_disturbances
from reports.faults import Score, read_score
from reports.figures import TABLED, LoadFigures, load_figures
from reports.knees import read_knees
from reports.memory import read_memory
from reports.repeat import read_repetition
from reports.scenarios import read_capabilities
from reports.shape_charts import knee_chart, memory_chart
from reports.verdict import Verdict

TEMPLATES = Path(__file__).resolve().parent / "templates"
GLYPHS = {"passed": "✓", "failed": "✗", "broken": "!", "waived": "~", "skipped": "–", "disabled": "–"}
FINDINGS = 100  # more than anybody reads; the rest is in verdict.json
WIDE, NARROW = 1040.0, 320.0  # charts are drawn twice, so that their letters stay readable on a phone
LISTED = 40  # files named by each group of links
GROUPS = {
    "Run": ("verdict.json", "summary.md", "faults.json", "repeat.json", "ledger.jsonl"),
    "Allure": ("allure-report/index.html",),
    "Schemathesis": ("contracts/*/html/index.html",),
    "JUnit": ("junit/*.xml",),
    "Logs": ("logs/**/*.log", "load/*.log", "contracts/*.log"),
    "Load figures": ("load/*.json",),
    "Evidence": ("evidence/*.ndjson",),
}


def page(verdict: Verdict, run_dir: Path) -> str:
    """The page as HTML."""
    figures = load_figures(run_dir)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            verdict=verdict,
            css=_css(),
            faults=read_score(run_dir),
            repetition=read_repetition(run_dir),
            findings=verdict.findings[:FINDINGS],
            hidden=max(len(verdict.findings) - FINDINGS, 0),
            suite_names=_suites_of_matrix(verdict),
            compared=read_comparison(run_dir),
            capabilities=read_capabilities(run_dir),
            charts=_charts(figures, read_disturbances(run_dir)),
            shapes=_shapes(run_dir),
            links=_links(run_dir),
        )
    )


def faults_page(score: Score) -> str:
    """The page of a run that planted faults and did nothing else."""
    return _environment().get_template("faults_page.html.j2").render(faults=score, css=_css())


def _css() -> Markup:
    return Markup((TEMPLATES / "page.css").read_text(encoding="utf-8"))  # noqa: S704 - a file of ours


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"duration": duration, "when": when, "cut": cut, "glyph": glyph, "number": number}
    environment.filters |= {"figure": figure, "subject": subject, "worst_first": worst_first}
    environment.globals |= {"LADDER": tuple(reversed(Status)), "Status": Status}
    return environment


def duration(seconds: float) -> str:
    """`1 min 42 s`, `31.2 s`, `40 ms`."""
    if 0 < seconds < 1:
        return f"{seconds * 1000:.0f} ms"
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


def figure(value: object, unit: object) -> str:
    """A number with its unit; shares are told as per cent."""
    if unit == "share" and isinstance(value, int | float):
        return f"{value * 100:.3g} %"
    return f"{number(value)} {unit}".strip()


def subject(title: str) -> str:
    """What an SLO is about: its title up to the colon."""
    name = title.partition(":")[0]
    return "all requests" if name == "overall" else name


def _suites_of_matrix(verdict: Verdict) -> list[str]:
    """Every suite but the stack, which asserts nothing about operations."""
    return [suite.name for suite in verdict.suites if suite.name != "stack"]


def _charts(figures: LoadFigures, disturbances: tuple[Disturbed, ...]) -> dict[str, object]:
    sizes = {"wide": (WIDE, 300.0), "narrow": (NARROW, 220.0)}
    series = [row for row in figures.series if row.p50 is not None]
    latencies = tuple(sorted(figures.latencies, key=lambda entry: (entry.operation_id == "overall", -entry.p99)))
    return {
        "latency": {name: latency_chart(figures, *size, disturbances) for name, size in sizes.items()}
        if series
        else {},
        "rate": {name: rate_chart(figures, size[0], 180.0) for name, size in sizes.items()} if series else {},
        "spread": {name: spread_chart(latencies, size[0]) for name, size in sizes.items()} if latencies else {},
        "latencies": latencies,
        "tabled": TABLED,
        "crossings": figures.crossings,
        "disturbances": disturbances,
    }


def _shapes(run_dir: Path) -> dict[str, object]:
    sizes = {"wide": (WIDE, 300.0), "narrow": (NARROW, 220.0)}
    knees = []
    for knee in read_knees(run_dir):
        drawn = {name: chart for name, size in sizes.items() if (chart := knee_chart(knee, *size))}
        knees.append((knee, drawn))
    return {"knees": knees, "memory": [(each, memory_chart(each, 480.0, 200.0)) for each in read_memory(run_dir)]}


def _links(run_dir: Path) -> list[tuple[str, list[tuple[str, str]], int]]:
    """Files of the run by group: (name, address) pairs of those there are, and how many more there are."""
    groups = []
    for title, patterns in GROUPS.items():
        names = [path.relative_to(run_dir).as_posix() for each in patterns for path in sorted(run_dir.glob(each))]
        if names:
            pairs = [(_told(name), quote(name)) for name in names[:LISTED]]
            groups.append((title, pairs, max(len(names) - LISTED, 0)))
    return groups


def _told(name: str) -> str:
    """A file's name as a link: without its folder, or its folder where that says more."""
    parts = name.split("/")
    if parts[-1] == "index.html":
        return parts[1] if parts[0] == "contracts" else parts[0]
    return parts[-1].removesuffix(".xml")
