"""Knows the messages a scenario sends to the stockroom itself, and what it must find in its dead letters."""

import json
from dataclasses import dataclass, field

from features.support.expect import expect, expect_that
from features.support.shop import Book, product_id, reserve_order_id
from features.support.world import World
from fixtures.builders import an_order_id, marked
from fixtures.clients.mailbox import Message
from fixtures.clients.messages import ORDER_DEAD_LETTERS, ORDER_QUEUE

RELEASE_QUEUE = "StockReleaseQueue"
ATTEMPTS = 3
"""Receives until a message is a dead letter; each has the time that any effect has."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One order message."""

    order_id: str
    product_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One message that nobody can read, and the request id it carried."""

    body: str
    request_id: str


@dataclass(slots=True)
class Post:
    """What a scenario sent: order messages, and those that nobody can read."""

    sent: list[Sent] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)


def send_order(world: World, goods: str, quantity: int) -> Sent:
    """Sends the message of one order; of the scenario's first, under the identifier that is listened for."""
    sent = Sent(reserve_order_id(world), product_id(world, goods), quantity)
    world.notes(Book).next_order_id = None
    world.notes(Post).sent.append(sent)
    send_again(world, sent)
    return sent


def send_new_order(world: World, goods: str, quantity: int) -> None:
    """Sends the message of one more order; may be called from many threads."""
    sent = Sent(an_order_id(), product_id(world, goods), quantity)
    world.notes(Post).sent.append(sent)
    send_again(world, sent)


def send_again(world: World, sent: Sent) -> None:
    """The same message once more."""
    world.platform.messages.send_order(sent.order_id, sent.product_id, sent.quantity)


def send_release(world: World, order_id: str) -> None:
    """Sends the message that a cancelled order sends."""
    world.notes(Book).released = True
    world.platform.messages.send(RELEASE_QUEUE, json.dumps({"order_id": order_id}))


def unreadable(flaw: str) -> str:
    """A message with one flaw, and something in it to know it by; spaces and order as no program would write them."""
    mark = marked("unreadable")
    flawed = {
        "not JSON at all": f"  {mark}: a pound of nails, please ü",
        "without an order": f'{{"quantity" :1,"product_id":"{mark}"}}',
        "without a product": f'{{"quantity" :1,"order_id":"{mark}"}}',
        "a quantity of 0": f'{{"quantity" :0,"order_id":"{mark}","product_id":"p"}}',
        "a field nobody knows": f'{{"quantity" :1,"order_id":"{mark}","product_id":"p","gift":true}}',
        "a quantity in words": f'{{"quantity" :"two","order_id":"{mark}","product_id":"p"}}',
    }
    return flawed[flaw]


def send_unreadable(world: World, flaw: str) -> None:
    """Sends it under a request id of its own; may be called from many threads."""
    letter = Unreadable(unreadable(flaw), marked("plumb"))
    world.notes(Post).unreadable.append(letter)
    world.platform.messages.send(ORDER_QUEUE, letter.body, {"X-Request-Id": letter.request_id})


def until_put_aside(world: World, letter: Unreadable) -> None:
    """Waits for the message among the dead letters, and takes it out of them."""
    messages = world.platform.messages

    def claim() -> Message:
        found = messages.find(ORDER_DEAD_LETTERS, letter.body)
        expect_that("the dead letters", found is not None, f"hold {letter.body!r}, byte for byte", "don't")
        assert found is not None
        return found

    found = world.eventually(claim, ATTEMPTS * world.platform.target.deadlines["eventually"])
    messages.discard(ORDER_DEAD_LETTERS, found)
    expect("the body", found.body, letter.body)
