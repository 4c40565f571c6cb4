"""Steps about links when their service dies."""

from threading import Event, Thread

from behave import given, then, when

from features.support.context import Context
from features.support.expect import expect, expect_status, expect_that, field
from features.support.interruption import CAUGHT_WITHIN, die_and_return, expect_caught, hold, let_go, rest, start, stop
from features.support.links_notes import LinksNotes, key_of
from features.support.world import World
from fixtures.errors import UnreachableError

MOVER = "click-mover"
WAITING_ROOM = "redis"
FATES = {"lost": "drop", "carried out all the same": "proceed"}


def read_until(world: World, stopped: Event, answered: list[int]) -> None:
    code = world.notes(LinksNotes).code
    while not stopped.is_set():
        try:
            answered.append(world.platform.links.follow_link(code).status)
        except UnreachableError:
            return


def follow(world: World, times: int) -> None:
    for _ in range(times):
        expect_status(world.platform.links.follow_link(world.notes(LinksNotes).code), 302)


@given("the mover rests")
def mover_rests(context: Context) -> None:
    rest(context.world, MOVER)


@given("the waiting room has died")
def waiting_room_died(context: Context) -> None:
    stop(context.world, WAITING_ROOM)


@given("the link was followed {times:d} times, and the mover is caught writing that")
def caught_writing(context: Context, times: int) -> None:
    world = context.world
    rest(world, MOVER)
    follow(world, times)
    hold(world, "UpdateItem", world.notes(LinksNotes).code)
    world.platform.control.resume(MOVER)
    expect_caught(world)


@given("the mover died, its write was {fate}, and it was started again")
def mover_died(context: Context, fate: str) -> None:
    die_and_return(context.world, MOVER, FATES[fate])


@given("the mover died with its write on the way, and a second one was started")
def mover_replaced(context: Context) -> None:
    stop(context.world, MOVER)
    start(context.world, MOVER)


@given("the link was followed once more, and that was moved too")
@when("the link is followed once more, and that is moved too")
def followed_and_moved(context: Context) -> None:
    world = context.world
    # Only one lot of clicks is on its way at a time: when this one is, the one before has arrived.
    with world.platform.control.stalled("UpdateItem", world.notes(LinksNotes).code) as write:
        follow(world, 1)
        caught = write.caught(CAUGHT_WITHIN)
    expect_that("the click", caught, "on its way to the link", "not moved")


@when("the first mover's write is carried out")
def write_carried_out(context: Context) -> None:
    let_go(context.world, "proceed")


@when("the waiting room is back")
def waiting_room_back(context: Context) -> None:
    start(context.world, WAITING_ROOM)


@when("the links service dies and comes back")
def dies_and_comes_back(context: Context) -> None:
    context.world.platform.control.kill("links")
    context.world.platform.control.start("links")


@when("the links service dies while readers follow the link")
def dies_among_readers(context: Context) -> None:
    world = context.world
    stopped, answered = Event(), world.notes(LinksNotes).statuses
    readers = [Thread(target=read_until, args=(world, stopped, answered)) for _ in range(4)]
    for reader in readers:
        reader.start()
    world.eventually(lambda: expect_that("redirects before the crash", len(answered) >= 40, "40", len(answered)))
    world.platform.control.kill("links")
    stopped.set()
    for reader in readers:
        reader.join()
    world.platform.control.start("links")


@then("{who:Person} sees that the link has {count:d} clicks")
def sees_clicks(context: Context, who: str, count: int) -> None:
    world = context.world
    answer = world.platform.links.get_link(world.notes(LinksNotes).code, api_key=key_of(world, who))
    expect("click_count", field(expect_status(answer, 200), "click_count"), count)


@then("every redirect that was answered is counted")
def all_answered_counted(context: Context) -> None:
    world = context.world
    notes = world.notes(LinksNotes)
    answered = notes.statuses.count(302)
    answer = world.platform.links.get_link(notes.code, api_key=key_of(world, "Ada"))
    counted = field(expect_status(answer, 200), "click_count")
    # A click may be counted whose answer the crash cut off: at most one for each of the four readers.
    expect_that("clicks counted", answered <= counted <= answered + 4, f"{answered} to {answered + 4}", counted)
