"""Reads scenario files: every mistake is one line that says file, key, what was found and what is allowed."""

import tomllib
from pathlib import Path
from typing import Any, Literal

from fixtures.errors import CallError
from load.comparison_file import read_comparison
from load.disturbance_file import read_disturbances
from load.memory_file import read_memory
from load.scenario import GivenSize, Scenario, Share, Slo, Stage
from load.search_file import read_search
from load.section import Section, nearest
from load.stages_file import most_users_of, read_stages
from load.vocabulary import INVARIANTS, METRICS, OVERALL, PERSONAS

FOLDER = Path(__file__).parent / "scenarios"
PARTS = ("slo", "invariants", "generator", "given", "checks", "disturbances", "memory", "compare", "gherkin")
TABLES = ("title", "stages", "search", "mix", *PARTS)


class ScenarioError(CallError):
    """A scenario file can't be used."""


def load_scenario(name_or_path: str) -> Scenario:
    """The scenario of that name in `load/scenarios`, or in the file of that path. Raises `ScenarioError`."""
    path = _find(name_or_path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScenarioError(f"{path}: can't be read: {error.strerror}; give a readable file in SCENARIO=") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: is not TOML: {error}; correct that line") from error
    return _scenario(path, content)


def _find(name_or_path: str) -> Path:
    if "/" in name_or_path or name_or_path.endswith(".toml"):
        path = Path(name_or_path)
        if not path.is_file():
            raise ScenarioError(f"{name_or_path}: no such scenario file; give a path that exists in SCENARIO=")
        return path
    path = FOLDER / f"{name_or_path}.toml"
    if not path.is_file():
        known = sorted(file.stem for file in FOLDER.glob("*.toml"))
        raise ScenarioError(f'SCENARIO="{name_or_path}": no such scenario{nearest(name_or_path, known)}')
    return path


def _scenario(path: Path, content: dict[str, Any]) -> Scenario:
    top = Section(str(path), "", content, ScenarioError)
    top.only(*TABLES)
    search = read_search(top)
    stages = () if search else read_stages(top)
    mix = {climb.persona: Share(1) for climb in search.climbs} if search else _mix(top, stages)
    invariants = top.table("invariants")
    invariants.only("check", "decided_within")
    generator = top.table("generator")
    generator.only("saturation", "most_users")
    checks = top.table("checks")
    checks.only("sample")
    return Scenario(
        name=path.stem,
        title=top.text("title", path.stem),
        stages=stages,
        mix=mix,
        slos=_slos(top, mix),
        invariants=_invariants(invariants),
        decided_within=invariants.number("decided_within", 10.0, above=0),
        saturation=_saturation(generator),
        given=_given(top),
        most_users=most_users_of(generator, stages),
        sample=checks.number("sample", 0.01, minimum=0, maximum=1),
        disturbances=read_disturbances(top, sum(stage.seconds for stage in stages)),
        comparison=read_comparison(top),
        memory=read_memory(top, sum(stage.seconds for stage in stages)),
        search=search,
        gherkin=_gherkin(top, mix),
    )


def _mix(top: Section, stages: tuple[Stage, ...]) -> dict[str, Share]:
    table = top.table("mix")
    if not table.content:
        top.refuse("mix", f"is empty; give at least one persona: {', '.join(PERSONAS)}")
    table.only(*PERSONAS, what="persona")
    mix = {}
    for persona in table.content:
        section = table.table(persona)
        section.only("weight", "pace")
        if "pace" in section.content and stages[0].arrivals:
            section.refuse("pace", "does not go with arrivals, which say how often iterations begin; leave it out")
        mix[persona] = Share(section.integer("weight", minimum=1), section.number("pace", 0.0, minimum=0))
    return mix


def _gherkin(top: Section, mix: dict[str, Share]) -> dict[str, int]:
    table = top.table("gherkin")
    if ("gherkin" in mix) != bool(table.content):
        top.refuse(
            "gherkin", "goes with the persona of that name; give both: [mix.gherkin], and [gherkin] with weights"
        )
    return {scenario_id: table.integer(scenario_id, minimum=1) for scenario_id in table.content}


def _slos(top: Section, mix: dict[str, Share]) -> tuple[Slo, ...]:
    table = top.table("slo")
    if "gherkin" not in mix:  # what its scenarios ask is known when they are matched to their steps
        table.only(OVERALL, *(o for persona in mix for o in PERSONAS[persona]), what="operation of these personas")
    slos = []
    for operation in table.content:
        section = table.table(operation)
        section.only(*METRICS, what="metric")
        for metric in section.content:
            if metric == "throughput":  # a floor of 0 can't be missed: it would be a promise of nothing
                limit = section.number(metric, above=0)
            else:
                limit = section.number(metric, minimum=0, maximum=1 if metric == "error_rate" else None)
            slos.append(Slo(operation, metric, limit))
    if not slos:
        top.refuse("slo", "is empty; promise something, such as [slo.overall] error_rate = 0")
    return tuple(slos)


def _invariants(section: Section) -> tuple[str, ...]:
    names = section.texts("check", tuple(INVARIANTS))
    for name in names:
        if name not in INVARIANTS:
            section.refuse("check", f'unknown invariant "{name}"{nearest(name, INVARIANTS)}')
    return names


def _saturation(section: Section) -> Literal["note", "broken"]:
    allowed: dict[str, Literal["note", "broken"]] = {"note": "note", "broken": "broken"}
    value = section.text("saturation", "broken")
    if value not in allowed:
        section.refuse("saturation", f'unknown value "{value}"{nearest(value, allowed)}')
    return allowed[value]


def _given(top: Section) -> GivenSize:
    section, default = top.table("given"), GivenSize()
    section.only("links", "products", "stock", "buyers")
    return GivenSize(
        links=section.integer("links", default.links, minimum=1),
        products=section.integer("products", default.products, minimum=1),
        stock=section.integer("stock", default.stock, minimum=1),
        buyers=section.integer("buyers", default.buyers, minimum=1),
    )
