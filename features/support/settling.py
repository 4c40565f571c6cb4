"""Knows when the shop has come to rest: what was sent before has been dealt with, so that "never" can be judged."""

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


def settle_orders(world: World) -> None:
    """Waits until an order message of our own, sent now, was booked: those sent before it had their turn."""
    count(world, LAST_IN_LINE, 1)
    world.platform.messages.send_order(an_order_id("last"), product_id(world, LAST_IN_LINE), 1)
    world.eventually(lambda: expect_left(world, LAST_IN_LINE, 0))


def settle_releases(world: World) -> None:
    """Waits until no release message is left, not even one that somebody died over."""
    world.eventually(lambda: expect("release messages waiting", world.platform.messages.waiting(RELEASE_QUEUE), 0))


def settle_events(world: World) -> None:
    """Waits until an order of our own, placed now, is confirmed: outcomes announced before it had their turn."""
    add_to_catalogue(world, LAST_IN_LINE)
    count(world, LAST_IN_LINE, 1)
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
