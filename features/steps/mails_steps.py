"""Steps about outcomes announced to the order desk, and the mails that follow."""

import json

from behave import given, then, when

from features.support import listening
from features.support.callers import username_of
from features.support.context import Context
from features.support.expect import expect, expect_that
from features.support.interruption import MAILING
from features.support.refusals import REFUSALS, expect_refused
from features.support.settling import settle_events
from features.support.shop import order_of
from features.support.stockroom import send_release
from features.support.world import World
from fixtures.builders import marked
from fixtures.clients.messages import ORDER_EVENTS


def _announce(world: World, order_id: str, status: str, times: int = 1) -> None:
    reason = {"reason": "Insufficient stock"} if status == "Rejected" else {}
    outcome = json.dumps({"order_id": order_id, "status": status} | reason)
    for _ in range(times):
        world.platform.messages.publish(ORDER_EVENTS, outcome, numbers={"revision": 1})


@when("the outcome of {who:Caller}'s order is announced again")
def announced_again(context: Context, who: str) -> None:
    _announce(context.world, order_of(context.world, who).order_id, "Confirmed")


@when("the outcome of {who:Caller}'s order is announced {times:d} times")
def announced_often(context: Context, who: str, times: int) -> None:
    _announce(context.world, order_of(context.world, who).order_id, "Confirmed", times)


@when("a rejection of {who:Caller}'s order is announced")
def rejection_announced(context: Context, who: str) -> None:
    _announce(context.world, order_of(context.world, who).order_id, "Rejected")


@given("an outcome of {who:Caller}'s order was announced that nobody knows")
def unheard_of_announced(context: Context, who: str) -> None:
    _come_first(context.world, order_of(context.world, who).order_id, "Perhaps")


@given("the confirmation of what {who:Caller} ordered first has come")
def first_confirmed(context: Context, who: str) -> None:
    _come_first(context.world, order_of(context.world, who).order_id, "Confirmed")


def _come_first(world: World, order_id: str, status: str) -> None:
    """An outcome of the order's first revision is announced, and the mailing part has seen it."""
    request_id = marked("plumb")
    outcome = json.dumps({"order_id": order_id, "status": status})
    world.platform.messages.publish(ORDER_EVENTS, outcome, {"X-Request-Id": request_id}, {"revision": 1})

    def claim() -> None:
        lines = [line for line in world.platform.control.logs(request_id) if line["part"] == MAILING]
        expect_that("lines about the outcome", bool(lines), "at least one", lines)

    world.eventually(claim)  # else the order's own outcome might come before it


@when("the outcome of an order that never was is announced")
def unknown_announced(context: Context) -> None:
    _announce(context.world, context.world.name("never"), "Confirmed")


@when("the order message of {who:Caller}'s order arrives {times:d} times more")
def order_message_arrives(context: Context, who: str, times: int) -> None:
    placed = order_of(context.world, who)
    for _ in range(times):
        context.world.platform.messages.send_order(placed.order_id, placed.product_id, placed.quantity, revision=1)


@when("the release message of {who:Caller}'s order arrives {times:d} times more")
def release_message_arrives(context: Context, who: str, times: int) -> None:
    for _ in range(times):
        send_release(context.world, order_of(context.world, who).order_id)


@then("in the end the order is still not known")
def still_not_known(context: Context) -> None:
    world = context.world
    settle_events(world)
    answer = world.platform.orders.get_order(world.name("never"), token=world.admin_token())
    expect_refused([answer], REFUSALS["the order is not known"])


@then("{who:Caller} soon gets a mail about her order")
def soon_gets_mail(context: Context, who: str) -> None:
    mail = listening.until_mailed(context.world)
    wanted = {"user_id": username_of(context.world, who), "order_id": order_of(context.world, who).order_id}
    expect("mail", mail.json(), wanted)


@then('the mail is headed "{subject:Quoted}"')
def mail_is_headed(context: Context, subject: str) -> None:
    expect("subject", listening.until_mailed(context.world).subject, subject)


@then("in the end {who:Caller} has got exactly one mail about her order")
def has_one_mail(context: Context, who: str) -> None:
    soon_gets_mail(context, who)
    settle_events(context.world)
    expect("mails", len(listening.mails(context.world)), 1)


@then("in the end {who:Caller} has got no mail about her order")
def has_no_mail(context: Context, who: str) -> None:
    settle_events(context.world)
    expect("mails", len(listening.mails(context.world)), 0)
