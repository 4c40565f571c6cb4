"""Scenarios of the features as load: found by id, matched to their steps once, refused where a step can't run so.

`load` imports nothing of `features`: behave's step registry is the joint, and the rooms behind it are loaded by name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

from behave import step_registry
from behave.model import ScenarioOutline
from behave.parser import ParserError, parse_file
from behave.runner_util import load_step_modules

from fixtures.errors import CallError
from load.reach import FEATURES, WAITS, called_by, mark, names_of, operations_of, reached_by
from load.scenario import Played, Scenario
from load.section import nearest
from load.vocabulary import OVERALL

TAG = "load"
UNFIT: Mapping[str, str] = {
    "sleep": "sleeps",
    "Event": "waits by itself instead of by world.eventually",
    "at_the_same_moment": "starts threads of its own",
    "Thread": "starts threads of its own",
    "ThreadPoolExecutor": "starts threads of its own",
    "Popen": "starts programs",
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
    """One scenario, or one row of an outline: `given` is done once for each user and not measured, `measured` in every
    iteration, which can ask the operations `asks`. `mark` is the same wherever text and steps are."""

    scenario_id: str
    title: str
    place: str
    given: tuple[Bound, ...]
    measured: tuple[Bound, ...]
    asks: frozenset[str]
    mark: str


@cache
def load_steps() -> None:
    """Fills behave's registry with the steps of the features, once."""
    try:
        import_module("features.support.words").register_words()
        import_module("features.support.fixtures").load_rooms()
        load_step_modules([str(FEATURES / "steps")])
    except Exception as error:  # modules of steps are run: whatever they raise
        said = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        raise GherkinError(f"{FEATURES}: its steps can't be loaded: {said}; take the whole checkout") from error


def matched(scenario: Scenario, folder: Path = FEATURES) -> tuple[Scenario, dict[str, Script]]:
    """The scenario with what its Gherkin is now known to be, and the scripts to play. Raises `GherkinError` for what
    can't be played, and for an SLO of an operation that nobody in it asks."""
    if not scenario.gherkin:
        return scenario, {}
    scripts = read_scripts(scenario.gherkin, folder, f"{scenario.name}.toml: gherkin")
    known: dict[str, Played] = {}
    for script in scripts.values():
        before = known.get(script.scenario_id, Played(script.title, script.place, (), ""))
        asks = tuple(sorted({*before.asks, *script.asks}))
        known[script.scenario_id] = replace(before, asks=asks, mark=before.mark + script.mark)
    bound = replace(scenario, played=known)
    allowed = dict.fromkeys([OVERALL, *(operation for persona in bound.mix for operation in bound.asked_by(persona))])
    for slo in scenario.slos:
        if slo.operation not in allowed:
            problem = f"none of these scenarios and personas asks it{nearest(slo.operation, allowed)}"
            raise GherkinError(f"{scenario.name}.toml: slo.{slo.operation}: {problem}")
    return bound, scripts


def read_scripts(ids: Iterable[str], folder: Path = FEATURES, where: str = "gherkin") -> dict[str, Script]:
    """The scenarios tagged `@load` of these ids; the rows of an outline are told apart by a number. Raises
    `GherkinError` for an unknown id, given in `where`, and for an unfit step."""
    load_steps()
    ids = tuple(ids)
    found = _by_id(folder, ids)
    tagged = {name: [one for one in each if TAG in one.effective_tags] for name, each in found.items()}
    scripts = {}
    for scenario_id in ids:
        rows = tagged.get(scenario_id)
        if not rows:
            said = _unknown(scenario_id, found, [name for name, each in tagged.items() if each])
            raise GherkinError(f"{where}.{scenario_id}: {said}")
        for number, row in enumerate(rows, 1):
            scripts[scenario_id if len(rows) == 1 else f"{scenario_id} row {number}"] = _script(scenario_id, row)
    return scripts


def _unknown(scenario_id: str, found: Mapping[str, list[Any]], tagged: list[str]) -> str:
    if scenario_id not in found:
        return f"no scenario tagged @{TAG}{nearest(scenario_id, tagged)}"
    one = found[scenario_id][0]
    said = f"it has no tag @{TAG}; give it one at {one.filename}:{one.line}"
    return f"{said}, or take one of {', '.join(tagged)}"


def _by_id(folder: Path, ids: tuple[str, ...]) -> dict[str, list[Any]]:
    """The scenarios by id, of all files that hold one of these, or a scenario for load."""
    found: dict[str, list[Any]] = {}
    if not folder.is_dir():
        raise GherkinError(f"{folder}: no such folder: scenarios are played out of it; take the whole checkout")
    for file in sorted(folder.rglob("*.feature")):
        try:
            text = file.read_text(encoding="utf-8")
            if not any(f"@{tag}" in text for tag in (TAG, *ids)):
                continue
            feature = parse_file(str(file))
        except (ParserError, UnicodeDecodeError) as error:
            said = " ".join(str(error).split())
            raise GherkinError(f"{file}: can't be read as Gherkin: {said[:200]}; correct it") from error
        for scenario in feature.walk_scenarios() if feature else ():
            for tag in scenario.tags:
                if tag[:3].isupper() and "-" in tag:
                    found.setdefault(str(tag), []).append(scenario)
    return found


def _script(scenario_id: str, scenario: Any) -> Script:
    place = f"{scenario.filename}:{scenario.line}"
    for tag in scenario.effective_tags:
        if tag in ("serial", "control") or tag.startswith("fixture."):
            raise GherkinError(f"{place}: @{scenario_id}: @{tag} does not go with load; take @{TAG} away from it")
    steps = [(step.step_type == "given", _bound(scenario_id, step)) for step in scenario.all_steps]
    given = tuple(bound for is_given, bound in steps if is_given)
    measured = tuple(bound for is_given, bound in steps if not is_given)
    functions = [function for _, bound in steps for function in called_by(bound.match.func)]
    text = "\n".join(bound.text for _, bound in steps)
    asks = frozenset().union(*(operations_of(bound.match.func) for bound in measured))
    if not asks:
        raise GherkinError(
            f"{place}: @{scenario_id}: its When and Then ask no operation by its name; take @{TAG} away from it"
        )
    title = scenario.parent.name if isinstance(scenario.parent, ScenarioOutline) else scenario.name
    return Script(scenario_id, title, place, given, measured, asks, mark(functions, text))


def _bound(scenario_id: str, step: Any) -> Bound:
    where = f'{step.filename}:{step.line}: @{scenario_id}: "{step.keyword} {step.name}"'
    match = step_registry.registry.find_match(step)
    if match is None:
        raise GherkinError(f"{where} matches no step; write it, or take @{TAG} away from the scenario")
    why = "has a table or a text" if step.table or step.text else unfit(match.func)
    if why:
        raise GherkinError(f"{where} can't run under load: it {why}; take @{TAG} away, or say it with another step")
    return Bound(f"{step.keyword} {step.name}", match)


def unfit(function: FunctionType) -> str:
    """Why the function, or one of the features that it calls, is unfit; empty where it is fit."""
    for each in reached_by(function):
        for name, of_module in names_of(each):
            called = getattr(each.__globals__.get(name), "__name__", name)  # whatever it was imported as
            if WAITS in (name, called) and of_module:
                return "waits by itself instead of by world.eventually"
            if why := UNFIT.get(name) or UNFIT.get(called):
                return why
    return ""
