"""Scenarios of the features as load: found by id, matched to their steps once, refused where a step can't run so.

`load` imports nothing of `features`: behave's step registry is the joint, and the rooms behind it are loaded by name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

from behave import step_registry
from behave.parser import parse_file
from behave.runner_util import load_step_modules

from fixtures.errors import CallError
from load.section import nearest

FEATURES = Path(__file__).parent.parent / "features"
TAG = "load"
UNFIT: Mapping[str, str] = {
    "eventually": "waits",
    "sleep": "sleeps",
    "at_the_same_moment": "starts threads of its own",
    "control": "uses the control door",
    "messages": "reads events",
    "mailbox": "reads events",
    "fleet": "speaks to AWS itself",
    "functions": "speaks to AWS itself",
    "objects": "speaks to AWS itself",
    "vault": "speaks to AWS itself",
}
"""Names that a step, or a function of the features it calls, may not use under load; and why."""


class GherkinError(CallError):
    """A scenario can't be run as load."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One step with the function that it matched."""

    text: str
    match: Any


@dataclass(frozen=True, slots=True)
class Script:
    """One scenario: `given` is done once for each user and not measured, `measured` in every iteration."""

    scenario_id: str
    place: str
    given: tuple[Bound, ...]
    measured: tuple[Bound, ...]


@cache
def load_steps() -> None:
    """Fills behave's registry with the steps of the features, once."""
    import_module("features.support.words").register_words()
    import_module("features.support.fixtures").load_rooms()
    load_step_modules([str(FEATURES / "steps")])


def read_scripts(ids: Iterable[str], folder: Path = FEATURES) -> dict[str, Script]:
    """The scenarios tagged `@load` of these ids. Raises `GherkinError` for an unknown id and for an unfit step."""
    load_steps()
    tagged = _tagged(folder)
    scripts = {}
    for scenario_id in ids:
        if scenario_id not in tagged:
            raise GherkinError(f"gherkin.{scenario_id}: no scenario tagged @{TAG}{nearest(scenario_id, tagged)}")
        scripts[scenario_id] = _script(scenario_id, tagged[scenario_id])
    return scripts


def _tagged(folder: Path) -> dict[str, Any]:
    found = {}
    for file in sorted(folder.rglob("*.feature")):
        if f"@{TAG}" not in file.read_text(encoding="utf-8"):
            continue
        for scenario in parse_file(str(file)).walk_scenarios():
            if TAG in scenario.tags:
                found.update({str(tag): scenario for tag in scenario.tags if tag[:3].isupper() and "-" in tag})
    return found


def _script(scenario_id: str, scenario: Any) -> Script:
    place = f"{scenario.filename}:{scenario.line}"
    for tag in scenario.effective_tags:
        if tag in ("serial", "control") or tag.startswith("fixture."):
            raise GherkinError(f"{place}: @{scenario_id}: @{tag} does not go with load; take @{TAG} away from it")
    given: list[Bound] = []
    measured: list[Bound] = []
    for step in scenario.all_steps:
        bound = _bound(scenario_id, step)
        (given if step.step_type == "given" else measured).append(bound)
    return Script(scenario_id, place, tuple(given), tuple(measured))


def _bound(scenario_id: str, step: Any) -> Bound:
    where = f'{step.filename}:{step.line}: @{scenario_id}: "{step.keyword} {step.name}"'
    match = step_registry.registry.find_match(step)
    if match is None:
        raise GherkinError(f"{where} matches no step; write it, or take @{TAG} away from the scenario")
    why = "has a table or a text" if step.table or step.text else _unfit(match.func, set())
    if why:
        raise GherkinError(f"{where} can't run under load: it {why}; take @{TAG} away, or say it with another step")
    return Bound(f"{step.keyword} {step.name}", match)


def _unfit(function: FunctionType, seen: set[FunctionType]) -> str:
    """Why the function, or one of the features that it calls, is unfit; empty where it is fit."""
    seen.add(function)
    for name in function.__code__.co_names:
        if name in UNFIT:
            return UNFIT[name]
        called = function.__globals__.get(name)
        if not isinstance(called, FunctionType) or called in seen or not called.__module__.startswith("features."):
            continue
        if why := _unfit(called, seen):
            return why
    return ""
