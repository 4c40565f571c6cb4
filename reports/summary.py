"""The verdict in Markdown for a pull request, and in a few lines for a terminal."""

import re
from collections.abc import Iterable, Iterator

from reports._model import Result, Status
from reports.disturbances import Disturbed
from reports.faults import Score
from reports.knees import Knee
from reports.memory import Memory
from reports.repeat import Repetition
from reports.verdict import SuiteVerdict, Verdict

LIMIT = 60_000  # bytes; GitHub takes 65,536 characters in a comment
SHOWN = 5  # findings told on a terminal
SIGNS = {"passed": "✅", "failed": "❌", "broken": "💥"}
CUT = "\n… the rest is on the page and in `verdict.json`.\n"


def finding_lines(verdict: Verdict) -> Iterator[str]:
    """The first findings: what, expected and observed, and how to replay it."""
    judged = [result for result in verdict.findings if result.status >= Status.FAILED]
    for result in judged[:SHOWN]:
        yield f"  {result.suite}: {result.title} ({result.status.label})"
        for failure in result.failures[:1]:
            yield f"    expected {_line(failure.expected, 200)}"
            yield f"    observed {_line(failure.observed, 200)}"
            yield f"    replay   {_line(failure.replay, 200)}"
    for suite in verdict.suites:
        for line in suite.log_tail[-5:] if suite.problems else ():
            yield f"  {suite.name} said: {_line(line, 200)}"
    if len(judged) > SHOWN:
        yield f"  … and {len(judged) - SHOWN} more on the page"


def markdown(verdict: Verdict, beside: Iterable[str] = ()) -> str:
    """`summary.md`, at most 60 KB; what doesn't fit is left out whole, and said. `beside` is told before findings."""
    parts = [_head(verdict), _suites(verdict.suites), _matrix(verdict), _ledger(verdict), *beside]
    parts += [_finding(result) for result in verdict.findings]
    parts += [_table("SLOs", verdict.slos), _table("Invariants", verdict.invariants)]
    room = LIMIT - len(CUT.encode())
    for number, part in enumerate(parts):
        room -= len(part.encode("utf-8", "replace"))
        if room < 0:
            return "".join(parts[:number]) + CUT
    return "".join(parts)


def faults_markdown(score: Score) -> str:
    """The score of the planted faults, and who survived."""
    sign = SIGNS[score.verdict]
    lines = [f"\n{sign} **Planted faults**: {_text(score.told)}.\n"]
    missed = [fault for fault in score.faults if fault.status in ("survived", "invalid")]
    lines += [f"- {_text(each.status)}: `{_code(each.id)}` ({each.service}) {_text(each.says)}" for each in missed]
    return "\n".join(lines) + "\n"


def repetition_markdown(done: Repetition) -> str:
    """How many of so many runs passed, and what the others found."""
    lines = [f"\n**Again and again**: {_text(done.told)}.\n"]
    lines += [f"- {count} of {len(done.runs)}: {_text(found)}" for found, count in done.alarms]
    return "\n".join(lines) + "\n"


def disturbances_markdown(disturbances: Iterable[Disturbed]) -> str:
    """What was done to the system under load, and when it had recovered."""
    rows = [
        f"| {each.number} | {_text(each.title)} | {_text(each.seen)} | {_text(each.recovery)} "
        f"| {each.recover_within:g} s | {_text(each.status)} |"
        for each in disturbances
    ]
    head = ["\n### Disturbances\n", "| no. | what | clients saw | recovered after | within | status |"]
    return "\n".join([*head, "|--:|---|---|---|--:|---|", *rows, ""])


def knees_markdown(knees: Iterable[Knee]) -> str:
    """The limits that a search found."""
    rows = [f"| {_text(knee.persona)} | {_text(knee.told)} | {_text(knee.status)} |" for knee in knees]
    return "\n".join(["\n### Limits found\n", "| persona | what was found | status |", "|---|---|---|", *rows, ""])


def memory_markdown(parts: Iterable[Memory]) -> str:
    """How the memory of each part grew under load."""
    rows = [f"| {_text(each.part)} | {_text(each.told)} | {_text(each.status)} |" for each in parts]
    return "\n".join(["\n### Memory\n", "| part | growth after the warm-up | status |", "|---|---|---|", *rows, ""])


def _head(verdict: Verdict) -> str:
    facts = [("target", verdict.target), ("effort", verdict.effort), ("run", verdict.run_id)]
    told = " · ".join(f"{name} `{_code(value)}`" for name, value in facts if value)
    sign = SIGNS.get(verdict.verdict, "")
    return (
        f"## {sign} plumbline: {verdict.verdict}\n\n{_text(verdict.why)}\n\n"
        f"{told} · {verdict.duration:.0f} s · exit {verdict.exit_code}\n"
    )


def _suites(suites: Iterable[SuiteVerdict]) -> str:
    rows = [
        "\n| suite | status | passed | failed | broken | waived | skipped | time |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for suite in suites:
        counts = " | ".join(str(suite.counts[name]) for name in ("passed", "failed", "broken", "waived", "skipped"))
        rows.append(f"| {suite.name} | {suite.status.label} | {counts} | {suite.seconds:.0f} s |")
    rows += [f"\n- **{suite.name}**: {_text(problem)}" for suite in suites for problem in suite.problems]
    return "\n".join(rows) + "\n"


def _matrix(verdict: Verdict) -> str:
    return f"\n**Authorization matrix**: {verdict.authorization.told}.\n" if verdict.authorization.rows else ""


def _ledger(verdict: Verdict) -> str:
    return f"\n**Ledger**: {verdict.ledger.told}.\n" if verdict.ledger.entries else ""


def _finding(result: Result) -> str:
    lines = [f"\n#### {_text(result.suite)}: {_text(result.title)} ({result.status.label})\n"]
    for failure in result.failures[:3]:
        lines += [f"- **{_text(failure.title)}** {_span(failure.operation_id)}".rstrip()]
        lines += [f"  - expected: {_span(failure.expected)}", f"  - observed: {_span(failure.observed)}"]
        if failure.replay:
            lines.append(f"  - replay: {_span(failure.replay)}")
    return "\n".join(lines) + "\n"


def _table(title: str, results: Iterable[Result]) -> str:
    rows = [f"| {_text(r.title)} | {_text(str(r.details.get('observed', '')))} | {r.status.label} |" for r in results]
    return "\n".join([f"\n### {title}\n", "| what | observed | status |", "|---|---|---|", *rows, ""]) if rows else ""


def _line(text: str, longest: int) -> str:
    """One printable line: what a service answered must not steer a terminal."""
    line = "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _text(text: str) -> str:
    """Plain text in Markdown: nothing in it is markup, a link or a mention."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~@&-])", r"\\\1", _line(text, 300))


def _code(text: str) -> str:
    return _line(text, 600).replace("`", "'").replace("|", "\\|")


def _span(text: str) -> str:
    return f"`{_code(text)}`" if text.strip() else ""
