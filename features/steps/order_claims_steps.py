"""Steps about what became of orders: answers, statuses, lists."""

from functools import partial

from behave import then

from features.support.callers import token_of, username_of
from features.support.context import Context
from features.support.expect import expect, expect_status, expect_that, field
from features.support.refusals import REFUSALS, Refusal, Rejection, expect_refused
from features.support.settling import expect_status_in_the_end
from features.support.shop import (
    Book,
    expect_decided,
    expect_status_of,
    order_of,
    orders_of,
    product_id,
    seen,
    until_status,
)

FIELDS = ["_links", "created_at", "order_id", "product_id", "quantity", "status", "username"]


@then('{who:Caller}\'s order of {quantity:d} "{goods:Quoted}" is accepted and pending')
def is_accepted(context: Context, who: str, quantity: int, goods: str) -> None:
    world = context.world
    answer = expect_status(world.response, 201)
    wanted = {"username": username_of(world, who), "product_id": product_id(world, goods), "quantity": quantity}
    expect("order", {name: field(answer, name) for name in wanted}, wanted)
    expect("fields", sorted(answer.json()), FIELDS)
    expect("status of the order", field(answer, "status"), "Pending")
    expect_that("created_at", bool(field(answer, "created_at")), "a moment", field(answer, "created_at"))


@then("{who:Caller}'s order is found at the place named in the answer")
def is_found(context: Context, who: str) -> None:
    world = context.world
    location = world.response.headers.get("location", "")
    path, _, last = location.rpartition("/")
    expect_that("Location", path.removeprefix("/v1") == "/orders", "/orders/{order_id}", location)
    answer = expect_status(world.platform.orders.get_order(last, token=token_of(world, who)), 200)
    expect("order_id", field(answer, "order_id"), field(world.response, "order_id"))


@then("{who:Caller}'s order is refused because {refusal:Refusal}")
@then("{who:Caller} is refused because {refusal:Refusal}")
@then("{who:Caller}'s order is put off because {refusal:Refusal}")
def is_refused(context: Context, who: str, refusal: Refusal) -> None:
    expect_refused([context.world.response], refusal)


@then('nobody finds the order "{name:Quoted}"')
def nobody_finds(context: Context, name: str) -> None:
    world = context.world
    answer = world.platform.orders.get_order(world.name(name), token=world.admin_token())
    expect_refused([answer], REFUSALS["the order is not known"])


@then("the order is accepted and is {owner:Caller}'s")
def is_owned_by(context: Context, owner: str) -> None:
    world = context.world
    order_id = field(expect_status(world.response, 201), "order_id")
    expect("owner", field(world.response, "username"), username_of(world, owner))
    mine = expect_status(world.platform.orders.list_orders(token=token_of(world, owner)), 200)
    listed = [item["order_id"] for item in field(mine, "items")]
    expect(f"times that {owner}'s list holds the order", listed.count(order_id), 1)


@then('the order bears the identifier of "{name:Quoted}"')
def bears_identifier(context: Context, name: str) -> None:
    expect("order_id", field(context.world.response, "order_id"), context.world.name(name))


@then('the order "{name:Quoted}" is still {owner:Caller}\'s order of {quantity:d} "{goods:Quoted}"')
def is_still(context: Context, name: str, owner: str, quantity: int, goods: str) -> None:
    world = context.world
    facts = seen(world, world.name(name))
    wanted = {"username": username_of(world, owner), "product_id": product_id(world, goods), "quantity": quantity}
    expect("order", {key: facts[key] for key in wanted}, wanted)


@then("exactly one of the orders is accepted")
def one_is_accepted(context: Context) -> None:
    statuses = [answer.status for answer in context.world.notes(Book).answers]
    expect("accepted", statuses.count(201), 1)


@then("all others are refused because {refusal:Refusal}")
def others_are_refused(context: Context, refusal: Refusal) -> None:
    others = [answer for answer in context.world.notes(Book).answers if answer.status >= 300]
    expect_refused(others, refusal)


@then("the order offers to be seen, changed and cancelled")
def offers_all(context: Context) -> None:
    expect("links", sorted(field(context.world.response, "_links")), ["cancel", "self", "update"])


@then("the order offers to be seen and cancelled, but not changed")
def offers_no_change(context: Context) -> None:
    expect("links", sorted(field(context.world.response, "_links")), ["cancel", "self"])


@then("{who:Caller} gets the first answer again, marked as a repetition")
def gets_first_answer(context: Context, who: str) -> None:
    first, again = context.world.notes(Book).first_answers[who], expect_status(context.world.response, 201)
    expect("answer", again.json(), first.json())
    expect("Location", again.headers.get("location"), first.headers.get("location"))
    expect("Idempotent-Replayed", again.headers.get("idempotent-replayed"), "true")


@then("the answer is not marked as a repetition")
def is_not_marked(context: Context) -> None:
    expect("Idempotent-Replayed", context.world.response.headers.get("idempotent-replayed"), None)


@then('{who:Caller} has exactly one order of "{goods:Quoted}"')
def has_one_order(context: Context, who: str, goods: str) -> None:
    expect("orders in the list", len(orders_of(context.world, who, goods)), 1)


@then("all accepted answers name the same order")
def name_the_same(context: Context) -> None:
    answers = context.world.notes(Book).answers
    expect("statuses", {answer.status for answer in answers}, {201})
    expect("orders named", len({field(answer, "order_id") for answer in answers}), 1)
    repetitions = [answer for answer in answers if answer.headers.get("idempotent-replayed") == "true"]
    expect("repetitions", len(repetitions), len(answers) - 1)


@then('{who:Caller} sees {owner:Caller}\'s order of {quantity:d} "{goods:Quoted}"')
def sees_order(context: Context, who: str, owner: str, quantity: int, goods: str) -> None:
    answer = expect_status(context.world.response, 200)
    expect("order_id", field(answer, "order_id"), order_of(context.world, owner).order_id)
    expect("quantity", field(answer, "quantity"), quantity)


@then("the list holds {mine:Caller}'s order and not {other:Caller}'s")
def list_holds_own(context: Context, mine: str, other: str) -> None:
    listed = [item["order_id"] for item in field(expect_status(context.world.response, 200), "items")]
    orders = [order_of(context.world, who).order_id for who in (mine, other)]
    expect(f"times that the list holds {mine}'s, {other}'s order", [listed.count(order) for order in orders], [1, 0])


@then("every order in the list is {owner:Caller}'s")
def all_are_owned_by(context: Context, owner: str) -> None:
    owners = {item["username"] for item in field(context.world.response, "items")}
    expect("owners", owners, {username_of(context.world, owner)})


@then("the list does not hold {owner:Caller}'s order")
def list_holds_not(context: Context, owner: str) -> None:
    listed = [item["order_id"] for item in field(expect_status(context.world.response, 200), "items")]
    placed = order_of(context.world, owner).order_id
    expect_that("orders in the list", placed not in listed, f"without {placed}", listed)


@then('the list shows her orders of 3, 2 and 1 "{goods:Quoted}" in this sequence')
def list_is_newest_first(context: Context, goods: str) -> None:
    items = field(expect_status(context.world.response, 200), "items")
    wanted = product_id(context.world, goods)
    expect("quantities in the list", [i["quantity"] for i in items if i["product_id"] == wanted], [3, 2, 1])


@then("every page but the last held {limit:d} orders")
def order_pages_were_full(context: Context, limit: int) -> None:
    lengths = [len(page) for page in context.world.notes(Book).pages]
    expect("lengths of the pages", lengths[:-1], [limit] * (len(lengths) - 1))
    expect_that("pages", len(lengths) > 1, "more than one", len(lengths))


@then("she met each of these orders exactly once")
def met_each_order(context: Context) -> None:
    book = context.world.notes(Book)
    wanted = [placed.order_id for placed in reversed(book.placed)]
    expect("orders met", [order_id for page in book.pages for order_id in page if order_id in wanted], wanted)


@then("{who:Caller} does not see any of {owner:Caller}'s orders")
def sees_none_of(context: Context, who: str, owner: str) -> None:
    text = context.world.response.text
    shown = [placed.order_id for placed in context.world.notes(Book).placed if placed.order_id in text]
    expect(f"orders of {owner} in the answer", shown, [])


@then("{who:Caller}'s order is soon confirmed")
def is_soon_confirmed(context: Context, who: str) -> None:
    until_status(context.world, order_of(context.world, who).order_id, "Confirmed")


@then("{who:Caller}'s order is soon rejected because {reason:Rejection}")
def is_soon_rejected(context: Context, who: str, reason: Rejection) -> None:
    facts = until_status(context.world, order_of(context.world, who).order_id, "Rejected")
    expect("reason", facts.get("reason"), reason)


@then("{who:Caller}'s order is {status:OrderStatus}")
def is_now(context: Context, who: str, status: str) -> None:
    expect_status_of(context.world, order_of(context.world, who).order_id, status)


@then("in the end {who:Caller}'s order is {status:OrderStatus}")
def is_in_the_end(context: Context, who: str, status: str) -> None:
    expect_status_in_the_end(context.world, order_of(context.world, who).order_id, status)


@then('{who:Caller}\'s order is of {quantity:d} "{goods:Quoted}"')
def is_of(context: Context, who: str, quantity: int, goods: str) -> None:
    expect("quantity", seen(context.world, order_of(context.world, who).order_id)["quantity"], quantity)


@then("{who:Caller} sees that her order is {status:OrderStatus}")
def sees_status(context: Context, who: str, status: str) -> None:
    expect("status of the order", field(expect_status(context.world.response, 200), "status"), status)


@then("the shop confirms the cancellation")
def confirms_cancellation(context: Context) -> None:
    expect("answer", expect_status(context.world.response, 200).json(), {"message": "Order cancelled"})


@then("exactly one of the cancellations is confirmed")
def one_cancellation(context: Context) -> None:
    statuses = [answer.status for answer in context.world.notes(Book).answers]
    expect("confirmed cancellations", statuses.count(200), 1)


@then("all accepted orders are soon decided")
def all_are_decided(context: Context) -> None:
    world = context.world
    expect_that("accepted orders", bool(world.notes(Book).placed), "some", "none")
    for placed in world.notes(Book).placed:
        world.eventually(partial(expect_decided, world, placed.order_id))


@then("{count:d} of them are confirmed")
def are_confirmed(context: Context, count: int) -> None:
    statuses = [seen(context.world, placed.order_id)["status"] for placed in context.world.notes(Book).placed]
    expect("confirmed orders", statuses.count("Confirmed"), count)
