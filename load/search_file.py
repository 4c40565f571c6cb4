"""Reads the `[search]` of a scenario file, and writes one step of a search as a scenario file of its own."""

import json
from collections.abc import Iterator
from math import ceil
from typing import Any, Literal

from load.scenario import Scenario
from load.search import Climb, Search
from load.section import Section, nearest
from load.vocabulary import OVERALL, PERSONAS

OWN_INVARIANTS = {"redirects": ("redirects-counted-once",)}
"""What can be judged where a persona is alone; all others belong to the personas that aren't named here."""
FEWEST_USERS = 10


def read_search(top: Section) -> Search | None:
    """None where the file has no `[search]`. Personas are searched one after the other, each alone."""
    if "search" not in top.content:
        return None
    section = top.table("search")
    section.only("seconds", "budget", "process", *PERSONAS)
    for other in ("stages", "mix", "disturbances"):
        if other in top.content:
            top.refuse(other, "does not go with [search], which makes its own; leave one of the two out")
    names = [name for name in section.content if name in PERSONAS]
    if not names:
        top.refuse("search", f"names nobody; give at least one of {', '.join(f'[search.{name}]' for name in PERSONAS)}")
    seconds = section.number("seconds", above=0)
    budget = section.number("budget", above=0)
    if budget < 4 * seconds:
        section.refuse("budget", f"must be at least {4 * seconds:g}, four steps of {seconds:g} s, not {budget:g}")
    return Search(tuple(_climb(name, section.table(name)) for name in names), seconds, budget, _process(section))


def step_file(scenario: Scenario, climb: Climb, rate: float) -> str:
    """A scenario file of this one rate: what was judged can be made again with SCENARIO=."""
    assert scenario.search is not None
    return "\n".join(_lines(scenario, scenario.search, climb, rate)) + "\n"


def _lines(scenario: Scenario, search: Search, climb: Climb, rate: float) -> Iterator[str]:
    yield f"title = {_value(f'{scenario.title}: {climb.persona}, {rate:g} a second')}"
    yield from _table("[stages]", {"seconds": search.seconds, "arrivals": rate, "process": search.process})
    yield from _table(f"mix.{climb.persona}", {"weight": 1})
    yield from _table("gherkin", dict(scenario.gherkin)) if climb.persona == "gherkin" else ()
    for operation in (OVERALL, *scenario.asked_by(climb.persona)):
        promised = {f'"{slo.metric}"': slo.limit for slo in scenario.slos if slo.operation == operation}
        yield from _table(f"slo.{operation}", promised) if promised else ()
    names = list(_invariants(scenario, climb.persona))
    yield from _table("invariants", {"check": names, "decided_within": scenario.decided_within})
    users = max(ceil(rate * climb.busy), FEWEST_USERS)
    yield from _table("generator", {"most_users": users, "saturation": scenario.saturation})
    yield from _table("checks", {"sample": scenario.sample})
    sizes = ("links", "products", "stock", "buyers")
    yield from _table("given", {name: getattr(scenario.given, name) for name in sizes})


def _invariants(scenario: Scenario, persona: str) -> Iterator[str]:
    names = scenario.invariants
    if persona == "gherkin":
        needs = {name: "followLink" if name in OWN_INVARIANTS["redirects"] else "createOrder" for name in names}
        return (name for name, operation in needs.items() if operation in scenario.asks)
    others = {name for own in OWN_INVARIANTS.values() for name in own}
    own = OWN_INVARIANTS.get(persona)
    return (name for name in names if (name in own if own else name not in others))


def _table(name: str, values: dict[str, Any]) -> Iterator[str]:
    yield f"[{name}]"
    yield from (f"{key} = {_value(value)}" for key, value in values.items())


def _value(value: Any) -> str:
    """Text, numbers and lists of them are written alike in JSON and TOML."""
    return json.dumps(value)


def _climb(persona: str, section: Section) -> Climb:
    section.only("first", "most", "growth", "precision", "at_least", "busy")
    first = section.number("first", above=0)
    most = section.number("most", minimum=first)
    return Climb(
        persona=persona,
        first=first,
        most=most,
        growth=section.number("growth", 1.6, minimum=1.1),
        precision=section.number("precision", 0.15, minimum=0.02),
        at_least=section.number("at_least", above=0, maximum=most) if "at_least" in section.content else None,
        busy=section.number("busy", 2.0, above=0),
    )


def _process(section: Section) -> Literal["constant", "poisson"]:
    allowed: dict[str, Literal["constant", "poisson"]] = {"constant": "constant", "poisson": "poisson"}
    value = section.text("process", "constant")
    if value not in allowed:
        section.refuse("process", f'unknown value "{value}"{nearest(value, allowed)}')
    return allowed[value]
