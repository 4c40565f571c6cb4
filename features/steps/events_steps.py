"""Steps about messages: orders and releases on their way to the stockroom, outcomes and mails on their way back."""

from functools import partial

from behave import given, then, when

from features.support import listening
from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.expect import expect, expect_that
from features.support.refusals import Rejection
from features.support.settling import settle_orders, settle_releases
from features.support.shop import expect_left, reserve_order_id, stock_of
from features.support.stockroom import (
    Post,
    send_again,
    send_new_order,
    send_order,
    send_release,
    send_unreadable,
    until_put_aside,
)
from fixtures.clients.messages import ORDER_DEAD_LETTERS


@given('an order message for {quantity:d} "{goods:Quoted}" was booked')
def was_booked(context: Context, quantity: int, goods: str) -> None:
    world = context.world
    before = stock_of(world, goods)
    send_order(world, goods, quantity)
    world.eventually(lambda: expect_left(world, goods, before - quantity))


@given('an order message for {quantity:d} "{goods:Quoted}" was booked and announced')
def was_announced(context: Context, quantity: int, goods: str) -> None:
    send_order(context.world, goods, quantity)
    expect("outcome", listening.until_heard(context.world)["status"], "Confirmed")


@given('an order message for {quantity:d} "{goods:Quoted}" was rejected')
def was_rejected(context: Context, quantity: int, goods: str) -> None:
    before = stock_of(context.world, goods)
    send_order(context.world, goods, quantity)
    settle_orders(context.world)
    expect_left(context.world, goods, before)


@given("the release of the order was booked")
def release_was_booked(context: Context) -> None:
    send_release(context.world, context.world.notes(Post).sent[-1].order_id)
    settle_releases(context.world)


@when('an order message for {quantity:d} "{goods:Quoted}" arrives')
def order_arrives(context: Context, quantity: int, goods: str) -> None:
    send_order(context.world, goods, quantity)


@when('an order message for {quantity:d} "{goods:Quoted}" arrives {times:d} times')
def order_arrives_often(context: Context, quantity: int, goods: str, times: int) -> None:
    sent = send_order(context.world, goods, quantity)
    for _ in range(times - 1):
        send_again(context.world, sent)


@when("the order message arrives again, changed to {quantity:d}")
def arrives_changed(context: Context, quantity: int) -> None:
    sent = context.world.notes(Post).sent[-1]
    context.world.platform.messages.send_order(sent.order_id, sent.product_id, quantity, revision=2)


@when("the same order message arrives again")
def same_order_arrives(context: Context) -> None:
    send_again(context.world, context.world.notes(Post).sent[-1])


@when('{count:d} order messages for 1 "{goods:Quoted}" each arrive together')
def orders_arrive_together(context: Context, count: int, goods: str) -> None:
    at_the_same_moment([partial(send_new_order, context.world, goods, 1)] * count)


@given("the release of an order has arrived before the order")
def release_arrived_first(context: Context) -> None:
    send_release(context.world, reserve_order_id(context.world))
    settle_releases(context.world)


@when('the overtaken order message for {quantity:d} "{goods:Quoted}" arrives')
def overtaken_order_arrives(context: Context, quantity: int, goods: str) -> None:
    send_order(context.world, goods, quantity)


@when("the release of the order arrives")
def release_arrives_once(context: Context) -> None:
    send_release(context.world, context.world.notes(Post).sent[-1].order_id)


@when("the release of the order arrives {times:d} times")
def release_arrives(context: Context, times: int) -> None:
    for _ in range(times):
        send_release(context.world, context.world.notes(Post).sent[-1].order_id)


@when("an unreadable message arrives")
def unreadable_arrives(context: Context) -> None:
    send_unreadable(context.world, "not JSON at all")


@when('order messages for 1 and 2 "{goods:Quoted}" arrive together with these')
def unreadable_arrive_among_others(context: Context, goods: str) -> None:
    world = context.world
    orders = [partial(send_new_order, world, goods, quantity) for quantity in (1, 2)]
    at_the_same_moment([*orders, *(partial(send_unreadable, world, row["flaw"]) for row in context.table)])


@then("the stockroom soon announces that the order is confirmed")
def announces_confirmed(context: Context) -> None:
    order_id = context.world.notes(Post).sent[-1].order_id
    expect("outcome", listening.until_heard(context.world), {"order_id": order_id, "status": "Confirmed"})


@then("the stockroom soon announces once more that the order is confirmed")
def announces_once_more(context: Context) -> None:
    expect("outcome", listening.until_heard(context.world, more_than=1)["status"], "Confirmed")


@then("the stockroom soon announces that the order is rejected because {reason:Rejection}")
def announces_rejected(context: Context, reason: Rejection) -> None:
    order_id = context.world.notes(Post).sent[-1].order_id
    outcome = {"order_id": order_id, "status": "Rejected", "reason": reason}
    expect("outcome", listening.until_heard(context.world), outcome)


@then("every unreadable message is soon put aside, untouched")
def put_aside(context: Context) -> None:
    letters = context.world.notes(Post).unreadable
    expect_that("unreadable messages", bool(letters), "at least one", letters)
    for letter in letters:
        until_put_aside(context.world, letter)


@then("the stockroom tried it {times:d} times")
def tried_times(context: Context, times: int) -> None:
    lines = context.world.platform.control.logs(context.world.notes(Post).unreadable[-1].request_id)
    tries = [line["line"] for line in lines if line["part"] == "inventory-consumer"]
    expect("attempts in the stockroom's log", len(tries), times)


@then("none of the good messages is put aside")
def none_put_aside(context: Context) -> None:
    for sent in context.world.notes(Post).sent:
        letter = context.world.platform.messages.find(ORDER_DEAD_LETTERS, sent.order_id)
        expect_that(f"order {sent.order_id}", letter is None, "not in the dead letters", "there")
