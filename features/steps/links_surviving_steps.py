"""Steps about links when their service dies."""

from threading import Event, Thread

from behave import then, when

from features.support.context import Context
from features.support.expect import expect, expect_status, expect_that, field
from features.support.links_notes import LinksNotes, key_of
from features.support.world import World
from fixtures.errors import UnreachableError


def read_until(world: World, stopped: Event, answered: list[int]) -> None:
    code = world.notes(LinksNotes).code
    while not stopped.is_set():
        try:
            answered.append(world.platform.links.follow_link(code).status)
        except UnreachableError:
            return


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
