"""Steps about one request's number and trace on their way through the shop."""

import secrets
from dataclasses import dataclass, field

from behave import then, when

from features.support import listening
from features.support.context import Context
from features.support.expect import expect, expect_that
from features.support.shop import ask, body
from features.support.world import World
from fixtures.clients.mailbox import Message

PARTS = {"orders", "users", "products", "inventory", "inventory-consumer", "order-events"}
"""Where an order passes: the order desk, those it asks, the stockroom, the mailing part."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The scenario's own trace."""

    id: str = field(default_factory=lambda: secrets.token_hex(16))


def _announcement(world: World) -> Message:
    listening.until_heard(world)
    return listening.outcomes(world)[0]


def _expect_trace(world: World, message: Message) -> None:
    trace = message.attributes.get("traceparent", "").split("-")
    expect_that("traceparent", len(trace) == 4, "version, trace, parent, flags", trace)
    expect("trace", trace[1], world.notes(Trace).id)


@when('{who:Caller} orders {quantity:d} "{goods:Quoted}" with a request number of her own')
def orders_with_number(context: Context, who: str, quantity: int, goods: str) -> None:
    headers = {"X-Request-Id": context.world.name("number")}
    ask(context.world, who, body(context.world, who, goods, quantity), headers)


@when('{who:Caller} orders 2 "{goods:Quoted}" as order "{name:Quoted}" with a request number of her own')
def orders_as_with_number(context: Context, who: str, goods: str, name: str) -> None:
    headers = {"X-Request-Id": context.world.name("number")}
    ask(context.world, who, body(context.world, who, goods, 2, name), headers)


@when('{who:Caller} orders {quantity:d} "{goods:Quoted}" within a trace of her own')
def orders_within_trace(context: Context, who: str, quantity: int, goods: str) -> None:
    # A trace id is 32 hexadecimal digits (W3C Trace Context), not a word of ours.
    trace = context.world.notes(Trace)
    headers = {"traceparent": f"00-{trace.id}-{secrets.token_hex(8)}-01"}
    ask(context.world, who, body(context.world, who, goods, quantity), headers)


@then("the answer bears {who:Caller}'s request number")
def answer_bears(context: Context, who: str) -> None:
    expect("X-Request-Id", context.world.response.headers.get("x-request-id"), context.world.name("number"))


@then("the stockroom's announcement bears {who:Caller}'s request number")
def announcement_bears(context: Context, who: str) -> None:
    expect("X-Request-Id", _announcement(context.world).attributes.get("X-Request-Id"), context.world.name("number"))


@then("the mail about {owner:Caller}'s order bears {who:Caller}'s request number")
def mail_bears(context: Context, owner: str, who: str) -> None:
    mail = listening.until_mailed(context.world)
    expect("X-Request-Id", mail.attributes.get("X-Request-Id"), context.world.name("number"))


@then("the stockroom's announcement belongs to {who:Caller}'s trace")
def announcement_belongs(context: Context, who: str) -> None:
    _expect_trace(context.world, _announcement(context.world))


@then("the mail about {owner:Caller}'s order belongs to {who:Caller}'s trace")
def mail_belongs(context: Context, owner: str, who: str) -> None:
    _expect_trace(context.world, listening.until_mailed(context.world))


@then("{who:Caller}'s request number is soon in the log of every part the order passes")
def is_in_every_log(context: Context, who: str) -> None:
    world = context.world
    number = world.name("number")

    def claim() -> None:
        parts = {line["part"] for line in world.platform.control.logs(number)}
        expect("parts that logged the number", parts & PARTS, PARTS)

    world.eventually(claim)
