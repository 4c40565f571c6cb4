"""Knows how the change gate is told: `diff.json`, Markdown for a pull request, lines for a terminal."""

import re
from collections.abc import Iterable
from typing import Any

from contracts.diff.comparison import Compared
from contracts.diff.usage import Usage

SHOWN = 8  # users of one kind named in a table's cell
ROWS = 100
NOUNS = {"scenarios": "scenarios", "personas": "load personas", "services": "services"}


def told(base: str, compared: Compared, usage: Usage) -> dict[str, Any]:
    """`diff.json`."""
    return {
        "schema": 1,
        "status": "failed" if compared.breaking else "passed",
        "exit_code": 1 if compared.breaking else 0,
        "base": base,
        "run": usage.run,
        "documents": list(compared.documents),
        "new_major_version": sorted(compared.allowed),
        "changes": [
            {
                "rule": change.rule,
                "document": change.document,
                "where": change.where,
                "told": change.told,
                "operations": list(change.operations),
                "allowed": change.document in compared.allowed,
                "used_by": usage.of(change.operations),
            }
            for change in compared.changes
        ],
    }


def broken(base: str, why: str) -> dict[str, Any]:
    """`diff.json` of a comparison that failed."""
    return {"schema": 1, "status": "broken", "exit_code": 3, "base": base, "why": why, "changes": []}


def markdown(report: dict[str, Any]) -> str:
    """A section of the pull request's summary."""
    head = f"## Change gate: {report['status']}\n\n"
    if report["status"] == "broken":
        return f"{head}The documents could not be compared with {_text(report['base'])}: {_text(report['why'])}\n"
    if not report["changes"]:
        count = len(report["documents"])
        return f"{head}No breaking change of {count} documents since {_text(report['base'])}.\n"
    rows = ["| rule | document | where | what | used by |", "|---|---|---|---|---|"]
    rows += [_row(change) for change in report["changes"][:ROWS]]
    left = len(report["changes"]) - ROWS
    more = f"\n… and {left} more in `diff.json`.\n" if left > 0 else ""
    run = (
        f"Used by: as run {_text(report['run'])} recorded it." if report["run"] else "No run at hand: users not known."
    )
    cure = "Give the document a new major version, or take the change back.\n" if report["exit_code"] else ""
    return f"{head}{cure}\n" + "\n".join(rows) + f"\n{more}\n{run}\n"


def lines(report: dict[str, Any]) -> Iterable[str]:
    """For a terminal."""
    if report["status"] == "broken":
        yield f"BROKEN  {report['why']}"
        return
    for change in report["changes"]:
        mark = "allowed" if change["allowed"] else "BREAKS"
        yield f"{mark:<8}{change['rule']}  {change['document']}  {change['where']}: {change['told']}"
        yield f"        used by {_users(change['used_by']) or 'nobody that was recorded'}"
    open_ones = sum(not change["allowed"] for change in report["changes"])
    yield f"{report['status']}: {open_ones} breaking changes of {len(report['documents'])} documents"


def _row(change: dict[str, Any]) -> str:
    rule = f"{change['rule']}{' (new major version)' if change['allowed'] else ''}"
    cells = (rule, change["document"], change["where"], change["told"], _users(change["used_by"]) or "nobody recorded")
    return f"| {' | '.join(_text(cell) for cell in cells)} |"


def _users(used_by: dict[str, list[str]]) -> str:
    groups = []
    for kind, names in used_by.items():
        if names:
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            groups.append(f"{NOUNS[kind]} {', '.join(names[:SHOWN])}{more}")
    return "; ".join(groups)


def _text(text: str) -> str:
    """Plain text in a table's cell: nothing in it is markup, a link or a mention."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~@&])", r"\\\1", " ".join(str(text).split())[:300])
