"""Reads the `[[disturbances]]` of a scenario file, and holds them against the stack that is to be disturbed."""

from collections.abc import Collection

from fixtures.errors import CallError
from load.disturbance import AWS, HOLD, KINDS, MAY_SEE, Disturbance, Kind
from load.section import Section, nearest

SHORTEST_DELAY = 0.05  # seconds
BETWEEN = HOLD + 1  # seconds: three whole ones, wherever in a second the disturbance before has ended
DOOR = "control"
EVERY_KIND = ("kind", "at", "for", "errors", "error_rate", "recover_within")
OWN_KEYS: dict[Kind, tuple[str, ...]] = {
    "kill": ("part",),
    "pause": ("part",),
    "slow": ("part", "delay", "action"),
    "refuse": ("part", "action"),
    "duplicate": ("queue",),
}


def read_disturbances(top: Section, seconds: float) -> tuple[Disturbance, ...]:
    """Those of a scenario whose stages take `seconds`, in the order in which they begin."""
    sections = top.tables("disturbances")
    found = [_one(section, number, seconds) for number, section in enumerate(sections, 1)]
    for each, section in zip(found, sections, strict=True):
        close = [other for other in found if 0 <= each.at - other.at - other.seconds < BETWEEN]
        if close:
            section.refuse(
                "at",
                f"begins {each.at - close[0].at - close[0].seconds:g} s after the end of {close[0].title}; leave at "
                f"least {BETWEEN} s to see that recover, or let them overlap",
            )
    return tuple(sorted(found, key=lambda each: each.at))


def require_known(file: str, disturbances: Collection[Disturbance], what: str, known: Collection[str]) -> None:
    """Each names one of the `known` parts (`what` is "part") or queues; raises the one line with the nearest."""
    for each in disturbances:
        if each.part not in known:
            raise CallError(
                f'{file}: disturbances[{each.number - 1}].{what}: unknown {what} "{each.part}"'
                f"{nearest(each.part, sorted(known))}"
            )


def _one(section: Section, number: int, seconds: float) -> Disturbance:
    kind = _kind(section)
    section.only(*EVERY_KIND, *OWN_KEYS[kind], what=f"key of kind {kind}")
    at, length = section.number("at", minimum=0), section.number("for", above=0)
    if at + length + HOLD > seconds:
        section.refuse(
            "at",
            f"ends {at + length:g} s after the start, but the stages end after {seconds:g} s; "
            f"leave at least {HOLD} s to see it recover",
        )
    place = "queue" if kind == "duplicate" else "part"
    part = section.text(place, "") if place in section.content else section.refuse(place, "is missing; give a name")
    _possible(section, kind, part)
    delay = section.number("delay", minimum=SHORTEST_DELAY) if kind == "slow" else 0.0
    return Disturbance(
        number=number,
        kind=kind,
        part=part,
        at=at,
        seconds=length,
        delay=delay,
        action=section.text("action", "every") if "action" in section.content else "",
        errors=_errors(section),
        error_rate=section.number("error_rate", 0.0, minimum=0, maximum=1),
        recover_within=section.number("recover_within", 10.0, above=0),
    )


def _kind(section: Section) -> Kind:
    if "kind" not in section.content:
        section.refuse("kind", f"is missing; give one of {', '.join(KINDS)}")
    value = section.text("kind", "")
    if value not in KINDS:
        section.refuse("kind", f'unknown kind "{value}"{nearest(value, KINDS)}')
    return value


def _possible(section: Section, kind: Kind, part: str) -> None:
    if part == DOOR:
        section.refuse("part", f'"{DOOR}" is the door through which all others are disturbed; choose another part')
    if kind == "kill" and part == AWS:
        section.refuse("part", f'"{AWS}" keeps its data in memory: killed it loses what AWS keeps; pause or refuse it')
    if kind == "refuse" and part != AWS:
        section.refuse("part", f'only "{AWS}" can refuse; kill "{part}", and its callers are refused the connection')
    if "action" in section.content and part != AWS:
        section.refuse("action", f'chooses calls to "{AWS}"; leave it out for "{part}"')


def _errors(section: Section) -> tuple[str, ...]:
    names = section.texts("errors", tuple(MAY_SEE))
    for name in names:
        if name not in MAY_SEE:
            section.refuse("errors", f'unknown error "{name}"{nearest(name, MAY_SEE)}')
    return names
