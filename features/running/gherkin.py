"""Knows the Gherkin rules of the house: what a feature must look like so that a tester can review it."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from behave.model import ScenarioOutline

from features.support import functions
from features.support.fixtures import PREFIX
from features.support.identity import ID_TAG

MOST_STEPS = 7
MOST_BACKGROUND = 3

# Addresses under the names that RFC 2606 keeps for examples are data of the domain, as in a feature about links.
_EXAMPLE = re.compile(r"https?://[\w.-]*\bexample(\.com|\.org|\.net)?(:\d+)?[^\s\"|]*", re.IGNORECASE)
_TECHNICAL = {
    "a URL": re.compile(r"\b\w+://|\blocalhost\b|\b127\.0\.0\.1\b"),
    "a path": re.compile(r"(?<![\w/])/[a-z_]+(/|\b)"),
    "JSON": re.compile(r"[{\[]\s*\"|\"\s*:|\{\}|\[\]"),
    "a port": re.compile(r"\bport \d+|:\d{4,5}\b"),
    "a status code": re.compile(
        r"(?<![\w,.])(20[0-46]|30[1-478]|40[0-9]|41[0-8]|42[2-9]|50[0-4])(?![\w,.])(?!\s+\"?[A-Za-z])"
    ),
}
_FIRST_PERSON = re.compile(r"\bI\b|\b(my|me)\b")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One breach of one rule."""

    file: str
    line: int
    text: str


def findings(feature: Any, known_fixtures: frozenset[str]) -> Iterator[Finding]:
    """Everything wrong with one parsed feature."""
    about_http = "http" in feature.tags
    for background in filter(None, [feature.background, *(rule.background for rule in feature.rules)]):
        if len(background.steps) > MOST_BACKGROUND:
            yield _at(background, f"a Background of {len(background.steps)} steps; at most {MOST_BACKGROUND}")
        yield from _words(background.steps, about_http)
    for item in feature.scenarios:
        yield _at(item, f"{item.name!r} stands in no Rule; say which rule it shows")
    for rule in feature.rules:
        if not rule.scenarios:
            yield _at(rule, f"Rule {rule.name!r} has no scenario")
    for scenario in [*feature.scenarios, *(s for rule in feature.rules for s in rule.scenarios)]:
        yield from _scenario(scenario, about_http)
    for statement in [feature, *feature.rules, *_scenarios(feature)]:
        for tag in statement.tags:
            if tag.startswith(PREFIX) and tag not in known_fixtures:
                yield _at(statement, f"@{tag}: no such fixture; known: {', '.join(sorted(known_fixtures)) or 'none'}")
        for name in functions.shown_by(statement.tags):
            if name not in functions.KNOWN:
                yield _at(statement, _unknown_function(name))


def duplicates(features: Iterable[Any]) -> Iterator[Finding]:
    """Ids that more than one scenario carries."""
    first: dict[str, Any] = {}
    for scenario in (s for feature in features for s in _scenarios(feature)):
        for tag in filter(ID_TAG.fullmatch, scenario.tags):
            if tag in first:
                there = first[tag]
                yield _at(scenario, f"@{tag} is taken by {there.filename}:{there.line}; give it an id of its own")
            first.setdefault(str(tag), scenario)


def _scenario(scenario: Any, about_http: bool) -> Iterator[Finding]:
    ids = [tag for tag in scenario.tags if ID_TAG.fullmatch(tag)]
    if len(ids) != 1:
        yield _at(scenario, f"{scenario.name!r} has {len(ids)} id tags; give it exactly one, as @ORD-012")
    whens = [step for step in scenario.steps if step.keyword.strip() == "When"]
    if len(whens) != 1:
        yield _at(scenario, f"{scenario.name!r} has {len(whens)} Whens; show one thing, and make the others Givens")
    if not any(step.step_type == "then" for step in scenario.steps):
        yield _at(scenario, f"{scenario.name!r} has no Then; it can't fail")
    if len(scenario.steps) > MOST_STEPS:
        yield _at(scenario, f"{scenario.name!r} has {len(scenario.steps)} steps; at most {MOST_STEPS}")
    if isinstance(scenario, ScenarioOutline) and not any(e.table and e.table.rows for e in scenario.examples):
        yield _at(scenario, f"{scenario.name!r} has no Examples")
    yield from _words(scenario.steps, about_http)
    if isinstance(scenario, ScenarioOutline) and not about_http:
        yield from _cells(scenario)


def _unknown_function(name: str) -> str:
    near = difflib.get_close_matches(name, functions.KNOWN, n=1)
    hint = f" Did you mean @{functions.PREFIX}{near[0]}?" if near else ""
    return f"@{functions.PREFIX}{name}: no such function; known: {', '.join(sorted(functions.KNOWN))}.{hint}"


def _words(steps: Iterable[Any], about_http: bool) -> Iterator[Finding]:
    for step in steps:
        if _FIRST_PERSON.search(step.name):
            yield _at(step, f"{step.name!r}: the first person; let Ada or Ben do it")
        if not about_http:
            for text in filter(None, (step.name, step.text)):
                yield from (_at(step, f"{text!r}: {what} in a feature that isn't @http") for what in _technical(text))


def _cells(outline: Any) -> Iterator[Finding]:
    for example in outline.examples:
        for row in example.table.rows if example.table else []:
            for cell in row.cells:
                yield from (_at(row, f"{cell!r}: {what} in a feature that isn't @http") for what in _technical(cell))


def _technical(text: str) -> Iterator[str]:
    plain = _EXAMPLE.sub("", text)
    return (what for what, pattern in _TECHNICAL.items() if pattern.search(plain))


def _scenarios(feature: Any) -> list[Any]:
    return [*feature.scenarios, *(scenario for rule in feature.rules for scenario in rule.scenarios)]


def _at(statement: Any, text: str) -> Finding:
    return Finding(str(statement.filename) if hasattr(statement, "filename") else "", statement.line, text)
