"""Knows how parts of a local stack are disturbed, and put right again. Given by the tag @fixture.interruption."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from features.support.context import Context
from features.support.expect import expect_that
from features.support.fixtures import gives
from features.support.world import World
from fixtures.clients.control import Control, Stall

ORDER_DESK = "orders"
STOCKROOM = "inventory-consumer"
RETURNS = "release-consumer"
MAILING = "order-events"
CAUGHT_WITHIN = 20.0  # seconds; setting the scene is no promise of the system, so a busy machine may take its time
MET_AWAY = {"redis": "links"}  # for a second who met it away doesn't ask it again, and counts elsewhere
NEIGHBOURS = {"directory": "users", "catalogue": "products", "stockroom": "inventory"}


@dataclass(slots=True)
class Disturbance:
    """What was disturbed: `parts` in order, and the call that is being held."""

    parts: list[str] = field(default_factory=list)
    stall: Stall | None = None


@gives("interruption")
def interruption(context: Context) -> Iterator[None]:
    """Whatever a scenario did to the parts is undone after it."""
    yield
    let_go(context.world, "drop")
    control = context.world.platform.control
    alive = {part["name"]: part["alive"] for part in control.parts()}
    disturbed = dict.fromkeys(context.world.notes(Disturbance).parts)
    for part in disturbed:
        (control.resume if alive[part] else control.start)(part)
    for part in MET_AWAY.keys() & disturbed.keys():
        control.kill(MET_AWAY[part])
        control.start(MET_AWAY[part])


def rest(world: World, part: str) -> None:
    """The part stops where it is."""
    _disturb(world, part).pause(part)


def work(world: World, part: str) -> None:
    """The part goes on."""
    _disturb(world, part).resume(part)


def stop(world: World, part: str) -> None:
    """The part dies on the spot."""
    _disturb(world, part).kill(part)


def start(world: World, part: str) -> None:
    """The part is back and ready."""
    _disturb(world, part).start(part)


def hold(world: World, action: str, match: str) -> None:
    """The next AWS call of that action with `match` in it will be held."""
    world.notes(Disturbance).stall = world.platform.control.stall(action, match)


def expect_caught(world: World) -> None:
    """The call that was to be held is being held."""
    stall = world.notes(Disturbance).stall
    caught = stall is not None and stall.caught(CAUGHT_WITHIN)
    expect_that("the call", caught, "caught in the middle", "never made")


def refuse_and_hold_next(world: World, action: str, match: str) -> None:
    """The held call never happens, and the next try of it is held in its place."""
    refused = world.notes(Disturbance).stall
    hold(world, action, match)
    if refused is not None:
        refused.end("drop")
    expect_caught(world)


def let_go(world: World, outcome: str) -> None:
    """The held call is made (`proceed`), never happens (`drop`), or succeeds with nothing done (`withhold`)."""
    disturbance = world.notes(Disturbance)
    if disturbance.stall is not None:
        disturbance.stall.end(outcome)
        disturbance.stall = None


def die_and_return(world: World, part: str, outcome: str) -> None:
    """The part dies while its call is held; the call has that outcome; the part is back."""
    stop(world, part)
    let_go(world, outcome)
    start(world, part)


def _disturb(world: World, part: str) -> Control:
    world.notes(Disturbance).parts.append(part)
    return world.platform.control
