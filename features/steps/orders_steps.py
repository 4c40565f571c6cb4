"""Steps about orders: placing, repeating, following, changing, cancelling."""

from typing import Any

from behave import given, when

from features.support.callers import token_of
from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.expect import expect_status, expect_that, field
from features.support.refusals import REFUSALS, expect_refused
from features.support.shop import (
    Book,
    ask,
    ask_at_once,
    body,
    cancel,
    change,
    order,
    order_of,
    until_status,
)
from fixtures.builders import marked

MADE_UP = "bm90LWEtY3Vyc29y"
FLAWED = {"no characters": "", "65 characters": "o" * 65, "a space": "my order", "a slash": "my/order"}


@given('{who:Caller} has ordered {quantity:d} "{goods:Quoted}"')
def has_ordered(context: Context, who: str, quantity: int, goods: str) -> None:
    order(context.world, who, goods, quantity)


@given('{who:Caller} has ordered {quantity:d} "{goods:Quoted}" as order "{name:Quoted}"')
def has_ordered_as(context: Context, who: str, quantity: int, goods: str, name: str) -> None:
    order(context.world, who, goods, quantity, name=name)


@given('{who:Caller} has ordered {quantity:d} "{goods:Quoted}" and they were confirmed')
def has_confirmed(context: Context, who: str, quantity: int, goods: str) -> None:
    placed = order(context.world, who, goods, quantity)
    until_status(context.world, placed.order_id, "Confirmed")


@given('{who:Caller} has ordered {quantity:d} "{goods:Quoted}" under the key "{key:Quoted}"')
def has_ordered_under(context: Context, who: str, quantity: int, goods: str, key: str) -> None:
    order(context.world, who, goods, quantity, key=key)


@given('{who:Caller} was refused {quantity:d} "{goods:Quoted}" under the key "{key:Quoted}"')
def was_refused_under(context: Context, who: str, quantity: int, goods: str, key: str) -> None:
    orders_under(context, who, quantity, goods, key)
    expect_refused([context.world.response], REFUSALS["there is too little stock"])


@given("{who:Caller}'s order was confirmed")
def was_confirmed(context: Context, who: str) -> None:
    until_status(context.world, order_of(context.world, who).order_id, "Confirmed")


@given('{who:Caller} has ordered 1, 2 and 3 "{goods:Quoted}" in turn')
def has_ordered_in_turn(context: Context, who: str, goods: str) -> None:
    for quantity in (1, 2, 3):
        order(context.world, who, goods, quantity)


@given('{who:Caller} has cancelled an order of {quantity:d} "{goods:Quoted}"')
def has_cancelled_one(context: Context, who: str, quantity: int, goods: str) -> None:
    order(context.world, who, goods, quantity)
    has_cancelled(context, who)


@given("{who:Caller} has cancelled her order")
def has_cancelled(context: Context, who: str) -> None:
    expect_status(cancel(context.world, who, order_of(context.world, who).order_id), 200)


@given('{who:Caller} has changed her order to {quantity:d} "{goods:Quoted}"')
def has_changed(context: Context, who: str, quantity: int, goods: str) -> None:
    expect_status(change(context.world, who, order_of(context.world, who).order_id, quantity), 200)


@when('{who:Caller} orders {quantity:d} "{goods:Quoted}"')
def orders(context: Context, who: str, quantity: int, goods: str) -> None:
    ask(context.world, who, body(context.world, who, goods, quantity))


@when('{who:Caller} orders {quantity:d} "{goods:Quoted}" as order "{name:Quoted}"')
def orders_as(context: Context, who: str, quantity: int, goods: str, name: str) -> None:
    ask(context.world, who, body(context.world, who, goods, quantity, name))


@when('{who:Caller} orders "{goods:Quoted}" with the quantity {quantity:Json}')
def orders_any(context: Context, who: str, goods: str, quantity: Any) -> None:
    ask(context.world, who, body(context.world, who, goods, quantity))


@when('{who:Caller} orders {quantity:d} "{goods:Quoted}" in {owner:Caller}\'s name')
def orders_for(context: Context, who: str, quantity: int, goods: str, owner: str) -> None:
    ask(context.world, who, body(context.world, owner, goods, quantity))


@when('{who:Caller} orders 1 "{goods:Quoted}" in {owner:Caller}\'s name as order "{name:Quoted}"')
def orders_for_as(context: Context, who: str, goods: str, owner: str, name: str) -> None:
    ask(context.world, who, body(context.world, owner, goods, 1, name))


@when('{who:Caller} orders {quantity:d} "{goods:Quoted}" in the name of somebody unknown')
def orders_for_unknown(context: Context, who: str, quantity: int, goods: str) -> None:
    wanted = body(context.world, who, goods, quantity) | {"username": context.world.name("unknown")}
    ask(context.world, who, wanted)


@when('{who:Caller} orders {quantity:d} "{goods:Quoted}" {times:d} times at the same moment as one order')
def orders_one_at_once(context: Context, who: str, quantity: int, goods: str, times: int) -> None:
    wanted = body(context.world, who, goods, quantity, "one")
    ask_at_once(context.world, who, wanted, times)


@when('{who:Caller} orders {quantity:d} "{goods:Quoted}" {times:d} times at the same moment under one key')
def orders_under_one_key(context: Context, who: str, quantity: int, goods: str, times: int) -> None:
    wanted, headers = body(context.world, who, goods, quantity), {"Idempotency-Key": marked("key")}
    ask_at_once(context.world, who, wanted, times, headers)


@when('Ada and Ben make {times:d} orders of {quantity:d} "{goods:Quoted}" at the same moment')
def both_order_at_once(context: Context, times: int, quantity: int, goods: str) -> None:
    wanted = {who: body(context.world, who, goods, quantity) for who in ("Ada", "Ben")}
    tokens = {who: token_of(context.world, who) for who in wanted}
    expect_that("both are logged in", all(tokens.values()), "yes", "no")
    calls = [lambda who=who: ask(context.world, who, wanted[who]) for who in ["Ada", "Ben"] * (times // 2)]
    context.world.notes(Book).answers = at_the_same_moment(calls)


@when('{who:Caller} orders {quantity:d} "{goods:Quoted}" under an identifier with {flaw}')
def orders_under_flawed(context: Context, who: str, quantity: int, goods: str, flaw: str) -> None:
    ask(context.world, who, body(context.world, who, goods, quantity) | {"order_id": FLAWED[flaw]})


@when('{who:Caller} orders {quantity:d} "{goods:Quoted}" under the key "{key:Quoted}"')
def orders_under(context: Context, who: str, quantity: int, goods: str, key: str) -> None:
    headers = {"Idempotency-Key": context.world.name(key)}
    ask(context.world, who, body(context.world, who, goods, quantity), headers)


@when('{who:Caller} orders {quantity:d} "{goods:Quoted}" under a key of {length:d} characters')
def orders_under_long(context: Context, who: str, quantity: int, goods: str, length: int) -> None:
    headers = {"Idempotency-Key": marked("key").ljust(length, "k")}
    ask(context.world, who, body(context.world, who, goods, quantity), headers)


@when("{who:Caller} looks at {owner:Caller}'s order")
def looks_at_order(context: Context, who: str, owner: str) -> None:
    world = context.world
    token = token_of(world, who)
    world.response = world.platform.orders.get_order(order_of(world, owner).order_id, token=token)


@when("{who:Caller} looks at her order")
def looks_at_own(context: Context, who: str) -> None:
    looks_at_order(context, who, who)


@when("{who:Caller} looks at an order that never was")
def looks_at_no_order(context: Context, who: str) -> None:
    world = context.world
    world.response = world.platform.orders.get_order(world.name("never"), token=token_of(world, who))


@when("{who:Caller} lists her orders")
@when("{who:Caller} lists the own orders")
@when("{who:Caller} lists orders")
def lists_orders(context: Context, who: str) -> None:
    world = context.world
    world.response = world.platform.orders.list_orders(token=token_of(world, who))


@when("{who:Caller} lists her orders in a page of {limit}")
def lists_page(context: Context, who: str, limit: str) -> None:
    world = context.world
    channel = world.platform.orders.channel
    world.response = channel.perform("listOrders", params={"limit": limit}, token=token_of(world, who))


@when("{who:Caller} continues her list at a cursor she made up")
def continues_made_up(context: Context, who: str) -> None:
    world = context.world
    world.response = world.platform.orders.list_orders(token=token_of(world, who), limit=10, cursor=MADE_UP)


@when("{who:Caller} continues her list where {owner:Caller}'s first page ended")
def continues_others(context: Context, who: str, owner: str) -> None:
    world = context.world
    page = expect_status(world.platform.orders.list_orders(token=token_of(world, owner), limit=1), 200)
    cursor = field(page, "next_cursor")
    world.response = world.platform.orders.list_orders(token=token_of(world, who), limit=10, cursor=cursor)


@when("{who:Caller} reads her orders in pages of {limit:d} until she has met these")
def reads_pages(context: Context, who: str, limit: int) -> None:
    book, token, cursor = context.world.notes(Book), token_of(context.world, who), None
    unmet = {placed.order_id for placed in book.placed}
    while unmet and (cursor is not None or not book.pages):
        page = expect_status(context.world.platform.orders.list_orders(token=token, limit=limit, cursor=cursor), 200)
        book.pages.append([item["order_id"] for item in field(page, "items")])
        unmet -= set(book.pages[-1])
        cursor = field(page, "next_cursor")


@when('{who:Caller} changes her order to {quantity:d} "{goods:Quoted}"')
def changes_own(context: Context, who: str, quantity: int, goods: str) -> None:
    changes_order(context, who, who, quantity, goods)


@when('{who:Caller} changes {owner:Caller}\'s order to {quantity:d} "{goods:Quoted}"')
def changes_order(context: Context, who: str, owner: str, quantity: int, goods: str) -> None:
    context.world.response = change(context.world, who, order_of(context.world, owner).order_id, quantity)


@when("{who:Caller} changes her order to the quantity {quantity:Json}")
def changes_to_any(context: Context, who: str, quantity: Any) -> None:
    context.world.response = change(context.world, who, order_of(context.world, who).order_id, quantity)


@when("{who:Caller} changes an order that never was")
def changes_no_order(context: Context, who: str) -> None:
    context.world.response = change(context.world, who, context.world.name("never"), 1)


@when("{who:Caller} cancels {owner:Caller}'s order")
def cancels_order(context: Context, who: str, owner: str) -> None:
    context.world.response = cancel(context.world, who, order_of(context.world, owner).order_id)


@when("{who:Caller} cancels her order")
def cancels_own(context: Context, who: str) -> None:
    cancels_order(context, who, who)


@when("{who:Caller} cancels her order {times:d} times at the same moment")
def cancels_at_once(context: Context, who: str, times: int) -> None:
    order_id = order_of(context.world, who).order_id
    context.world.notes(Book).answers = at_the_same_moment([lambda: cancel(context.world, who, order_id)] * times)


@when("{who:Caller} cancels an order that never was")
def cancels_no_order(context: Context, who: str) -> None:
    context.world.response = cancel(context.world, who, context.world.name("never"))
