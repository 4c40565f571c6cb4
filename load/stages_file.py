"""Reads the `[[stages]]` of a scenario file, and how many users an open one has."""

from math import ceil
from typing import Literal

from load.scenario import Arrivals, Stage
from load.section import Section, nearest

ONE_KIND = "make two scenarios, or all stages of one kind"


def read_stages(top: Section) -> tuple[Stage, ...]:
    """At least one, all open or all closed; mistakes are refused as the scenario's own."""
    sections = top.tables("stages")
    if not sections:
        top.refuse("stages", "is empty; give at least one [[stages]] with seconds and users, or seconds and arrivals")
    opened = "arrivals" in sections[0].content
    for section in sections:
        if ("arrivals" in section.content) != opened:
            found, first = ("is closed", "open") if opened else ("is open", "closed")
            section.refuse(
                "arrivals" if not opened else "users", f"this stage {found}, the first one {first}; {ONE_KIND}"
            )
    stages = tuple(_open_stage(section) if opened else _closed_stage(section) for section in sections)
    if opened and not any(stage.arrivals and stage.arrivals.first + stage.arrivals.last for stage in stages):
        top.refuse("stages", "nothing ever arrives; give some stage arrivals above 0")
    return stages


def most_users_of(generator: Section, stages: tuple[Stage, ...]) -> int:
    """By default as many as are busy when every iteration takes two seconds (Little's law), and at least ten."""
    peaks = [max(stage.arrivals.first, stage.arrivals.last) for stage in stages if stage.arrivals]
    if not peaks:
        if "most_users" in generator.content:
            generator.refuse("most_users", "goes with arrivals only; closed stages say how many users they have")
        return 0
    return generator.integer("most_users", max(ceil(2 * max(peaks)), 10), minimum=1)


def _closed_stage(section: Section) -> Stage:
    for name in ("arrivals_to", "process"):
        if name in section.content:
            section.refuse(name, "belongs to arrivals; give arrivals instead of users for an open stage")
    section.only("name", "seconds", "users", "spawn_rate", "arrivals")
    users = section.integer("users", minimum=1)
    return Stage(
        name=section.text("name", section.key),
        seconds=section.number("seconds", above=0),
        users=users,
        spawn_rate=section.number("spawn_rate", float(min(users, 100)), above=0),
    )


def _open_stage(section: Section) -> Stage:
    for name in ("users", "spawn_rate"):
        if name in section.content:
            section.refuse(name, "does not go with arrivals; how many users make them is generator.most_users")
    section.only("name", "seconds", "arrivals", "arrivals_to", "process")
    first = section.number("arrivals", minimum=0)
    return Stage(
        name=section.text("name", section.key),
        seconds=section.number("seconds", above=0),
        arrivals=Arrivals(first, section.number("arrivals_to", first, minimum=0), _process(section)),
    )


def _process(section: Section) -> Literal["constant", "poisson"]:
    allowed: dict[str, Literal["constant", "poisson"]] = {"constant": "constant", "poisson": "poisson"}
    value = section.text("process", "constant")
    if value not in allowed:
        section.refuse("process", f'unknown value "{value}"{nearest(value, allowed)}')
    return allowed[value]
