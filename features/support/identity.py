"""Knows what a scenario is called in evidence, tags and replays."""

import re

from behave.model import Scenario

from features.support.builds import PREFIX, build_of

ID_TAG = re.compile(r"[A-Z]{3}-\d{3}")
SERVICES = (
    "users",
    "auth",
    "products",
    "inventory",
    "orders",
    "links",
    "todos",
    "media",
    "etl",
    "monitor",
    "launcher",
    "logforwarder",
    "processor",
)


def id_tag(scenario: Scenario) -> str:
    """The stable id of a scenario: `LNK-004`; empty where it has none (the lint says so)."""
    return next((str(tag) for tag in scenario.tags if ID_TAG.fullmatch(tag)), "")


def evidence_id(scenario: Scenario) -> str:
    """The id of one result: rows of an outline are numbered by table and row, `LNK-004#1.2`; `USR-001@users-lambda`
    is a scenario on a further build."""
    row, build = getattr(scenario, "_row", None), build_of(scenario)
    place = f"#{row.id}" if row is not None and row.id else ""
    return (id_tag(scenario) or str(scenario.name)) + place + (f"@{build}" if build else "")


def service_of(scenario: Scenario) -> str:
    """The service a scenario is about: the build it runs on, else the first of its tags that names one."""
    return build_of(scenario) or next(
        (str(tag) for tag in [*scenario.tags, *scenario.feature.tags] if tag in SERVICES), ""
    )


def replay(scenario: Scenario, target: str) -> str:
    """The command that runs the scenario alone."""
    wanted = f"--tags=@{id_tag(scenario)}" if id_tag(scenario) else f"-n {scenario.name!r}"
    if build := build_of(scenario):
        wanted += f" --tags=@{PREFIX}{build}"
    aim = "" if target == "local" else f"TARGET={target} "
    return f"{aim}behave {wanted} {scenario.filename}"
