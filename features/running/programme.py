"""Knows which scenarios a run consists of: parsed, selected by tags and service, every step known, in units."""

import difflib
import io
import os
import re
from collections.abc import Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from behave.configuration import Configuration
from behave.model import Feature, Scenario, ScenarioOutline
from behave.runner import Runner
from behave.runner_util import parse_features
from behave.tag_expression import make_tag_expression

from features.support.builds import BUILDS, build_of, with_builds
from features.support.identity import SERVICES
from fixtures.errors import CallError

STEPS_OF_A_WAIT = 30
ROOT = Path(__file__).resolve().parents[2]
_TAG = re.compile(r"@?((?!(?:and|or|not)\b)[A-Za-z][\w.-]*)")


@dataclass(frozen=True, slots=True)
class Unit:
    """What one worker takes at a time: a feature file, and which of its scenarios."""

    feature: Any
    scenarios: tuple[Any, ...]

    @property
    def weight(self) -> int:
        """How long it will take, roughly: its steps, those of a scenario tagged @waits many times over."""
        return sum(
            len(list(scenario.all_steps)) * (STEPS_OF_A_WAIT if "waits" in scenario.effective_tags else 1)
            for scenario in self.scenarios
        )


@dataclass(frozen=True, slots=True)
class Programme:
    """A loaded runner and its units: `beside` may run beside each other, `alone` only one after the other."""

    runner: Any
    beside: tuple[Unit, ...]
    alone: tuple[Unit, ...]

    @property
    def size(self) -> int:
        """How many scenarios there are."""
        return sum(len(unit.scenarios) for unit in (*self.beside, *self.alone))


def programme(tags: str, service: str, folder: Path = ROOT / "features") -> Programme:
    """Everything that is wrong with features, steps or tags is a `CallError` of one line per finding."""
    wanted = _expression(tags)
    runner, features = _loaded(folder)
    allowed = [*SERVICES, *(build for builds in BUILDS.values() for build in builds)]
    if service and service not in allowed:
        raise CallError(f"SERVICE={service}: allowed: {', '.join(allowed)}. Give one of these.")
    chosen = [s for s in _scenarios(features) if wanted.check(s.effective_tags)]
    chosen = [s for s in chosen if not service or service in (*s.effective_tags, build_of(s))]
    if not chosen:
        raise CallError(_nothing(tags, service, features))
    _require_known_steps(runner, chosen)
    return Programme(runner, _units(chosen, serial=False), _units(chosen, serial=True))


def prune(unit: Unit) -> Any:
    """The unit's feature with only the unit's scenarios left in it. Changes the model: call it in a fork."""
    _prune(unit.feature, {id(scenario) for scenario in unit.scenarios})
    return unit.feature


def _expression(tags: str) -> Any:
    try:
        return make_tag_expression([tags] if tags else [])
    except Exception as error:  # behave raises whatever its parser meets
        raise CallError(f"TAGS={tags}: not a tag expression: {' '.join(str(error).split())}") from None


def _loaded(folder: Path) -> tuple[Any, list[Any]]:
    noise = io.StringIO()
    try:
        with redirect_stdout(noise):
            runner = Runner(Configuration(["--no-color", str(folder)], load_config=False))
            runner.setup_paths()
            with runner.path_manager:
                runner.load_hooks()
                runner.load_step_definitions()
                locations = runner.feature_locations()
                features = with_builds([one for one in parse_features(locations) if one is not None], locations)
    except Exception as error:  # a step file may raise anything at all
        said = " ".join(str(error).split()) or " ".join(noise.getvalue().split())
        raise CallError(f"features can't be loaded: {type(error).__name__}: {said}") from None
    return runner, features


def _scenarios(features: Iterable[Any]) -> list[Any]:
    return [scenario for feature in features for scenario in feature.walk_scenarios()]


def _nothing(tags: str, service: str, features: Iterable[Any]) -> str:
    given = " ".join(part for part in (f"TAGS={tags}" if tags else "", f"SERVICE={service}" if service else "") if part)
    known = {str(tag) for scenario in _scenarios(features) for tag in scenario.effective_tags}
    unknown = [tag for tag in _TAG.findall(tags) if tag not in known]
    near = [match for tag in unknown for match in difflib.get_close_matches(tag, known, n=1)]
    hint = f" Did you mean {', '.join(f'@{tag}' for tag in near)}?" if near else ""
    return f"{given or 'features'}: no scenario is selected.{hint} `behave --tags-help` explains tag expressions."


def _require_known_steps(runner: Any, scenarios: Iterable[Any]) -> None:
    unknown = {}
    for scenario in scenarios:
        for step in scenario.all_steps:
            if runner.step_registry is None:
                from behave.step_registry import registry  # noqa: PLC0415

                runner.step_registry = registry
            if runner.step_registry.find_match(step) is None:
                unknown[f"{step.filename}:{step.line}: no step matches: {step.step_type.title()} {step.name}"] = True
    if unknown:
        raise CallError("\n".join([*unknown, f"{len(unknown)} undefined steps. Write them in features/steps."]))


def _units(scenarios: Iterable[Any], serial: bool) -> tuple[Unit, ...]:
    by_file: dict[str, list[Scenario]] = {}
    features: dict[str, Feature] = {}
    for scenario in scenarios:
        if ("serial" in scenario.effective_tags) is serial:
            name = os.fspath(scenario.feature.filename)
            by_file.setdefault(name, []).append(scenario)
            features[name] = scenario.feature
    units = [Unit(features[name], tuple(of_file)) for name, of_file in by_file.items()]
    # The longest first: otherwise one worker ends with it while the others have nothing left.
    return tuple(sorted(units, key=lambda unit: -unit.weight))


def _prune(container: Any, kept: set[int]) -> bool:
    left = []
    for item in container.run_items:
        if isinstance(item, ScenarioOutline):
            item._scenarios = [scenario for scenario in item.scenarios if id(scenario) in kept]
            keep = bool(item._scenarios)
        elif isinstance(item, Scenario):
            keep = id(item) in kept
        else:
            keep = _prune(item, kept)
        if keep:
            left.append(item)
    container.run_items = left
    container.scenarios = [item for item in container.scenarios if item in left]
    return bool(left)
