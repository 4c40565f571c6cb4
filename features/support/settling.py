"""Knows when the shop has come to rest: what was sent before has been dealt with, so that "never" can be judged."""

from functools import partial

from features.support.expect import expect
from features.support.shop import (
    Book,
    add_to_catalogue,
    count,
    expect_left,
    expect_status_of,
    order,
    product_id,
    until_status,
)
from features.support.world import World
from fixtures.builders import an_order_id

RELEASE_QUEUE = "StockReleaseQueue"
LAST_IN_LINE = "last-in-line"
# Messages of one batch may be dealt with in any order, so one of ours says nothing about those beside it. The next one,
# sent when the first was dealt with, is of a later batch.
BATCHES = 2


def settle_orders(world: World) -> None:
    """Waits until order messages of our own, sent now, were booked: those sent before them had their turn."""
    count(world, LAST_IN_LINE, BATCHES)
    for left in reversed(range(BATCHES)):
        world.platform.messages.send_order(an_order_id("last"), product_id(world, LAST_IN_LINE), 1)
        world.eventually(partial(expect_left, world, LAST_IN_LINE, left))


def settle_releases(world: World) -> None:
    """Waits until no release message is left, not even one that somebody died over."""
    world.eventually(lambda: expect("release messages waiting", world.platform.messages.waiting(RELEASE_QUEUE), 0))


def settle_events(world: World) -> None:
    """Waits until orders of our own, placed now, are confirmed: outcomes announced before had their turn."""
    add_to_catalogue(world, LAST_IN_LINE)
    count(world, LAST_IN_LINE, BATCHES)
    for _ in range(BATCHES):
        mine = order(world, "Cleo", LAST_IN_LINE, 1)
        until_status(world, mine.order_id, "Confirmed")


def expect_left_in_the_end(world: World, goods: str, stock: int) -> None:
    """That many are left once the shop has come to rest, and stay."""
    settle_orders(world)
    world.eventually(lambda: expect_left(world, goods, stock))
    if world.notes(Book).released:
        settle_releases(world)
    expect_left(world, goods, stock)


def expect_status_in_the_end(world: World, order_id: str, status: str) -> None:
    """The order has that status once the shop has come to rest, and keeps it."""
    until_status(world, order_id, status)
    settle_events(world)
    expect_status_of(world, order_id, status)
