"""Knows the goods and orders of a scenario, and how they are asked for in the shop."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from features.support.callers import token_of, username_of
from features.support.crowd import at_the_same_moment
from features.support.expect import expect, expect_status, expect_that
from features.support.expect import field as field_of
from features.support.vocabulary import word
from features.support.world import World
from fixtures.builders import an_order_id
from fixtures.clients import Response


@dataclass(frozen=True, slots=True)
class Placed:
    """One accepted order and what was answered when it was accepted."""

    order_id: str
    owner: str
    product_id: str
    quantity: int
    answer: Response = field(repr=False)


@dataclass(slots=True)
class Book:
    """What a scenario remembers of the shop: `orders` by who placed them last, `answers` of many at one moment."""

    goods: dict[str, str] = field(default_factory=dict)
    orders: dict[str, Placed] = field(default_factory=dict)
    placed: list[Placed] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    pages: list[list[str]] = field(default_factory=list)
    next_order_id: str | None = None
    first_answers: dict[str, Response] = field(default_factory=dict)
    released: bool = False


@word("OrderStatus", "pending|confirmed|rejected|cancelled")
def order_status(text: str) -> str:
    """A status as the shop writes it."""
    return text.capitalize()


def product_id(world: World, goods: str) -> str:
    """The identifier behind a word; a product that nobody added has one too."""
    return world.notes(Book).goods.get(goods) or world.name(goods.replace(" ", "-"))


def add_to_catalogue(world: World, goods: str, price: int = 12_900, currency: str = "EUR") -> Response:
    """The answer to adding the product; the word means it from then on."""
    answer = expect_status(
        world.platform.products.create_product(goods, price, currency, token=world.admin_token()), 201
    )
    world.notes(Book).goods[goods] = field_of(answer, "product_id")
    return answer


def count(world: World, goods: str, stock: int) -> None:
    """The shopkeeper sets the stock."""
    expect_status(world.platform.inventory.set_stock(product_id(world, goods), stock, token=world.admin_token()), 200)


def stock_of(world: World, goods: str) -> int:
    """What is left now."""
    answer = expect_status(world.platform.inventory.get_stock(product_id(world, goods)), 200)
    return int(field_of(answer, "stock"))


def expect_left(world: World, goods: str, stock: int) -> None:
    """What is left now is exactly that."""
    expect(f"{goods} left", stock_of(world, goods), stock)


def body(world: World, who: str, goods: str, quantity: Any, order: str | None = None) -> dict[str, Any]:
    """The order as JSON; `order` is a word of the feature for its identifier."""
    book = world.notes(Book)
    order_id = world.name(order) if order else book.next_order_id
    book.next_order_id = None
    wanted = {"username": username_of(world, who), "product_id": product_id(world, goods), "quantity": quantity}
    return wanted | ({} if order_id is None else {"order_id": order_id})


def ask(world: World, who: str, wanted: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """Sends an order and keeps the answer; an accepted one is remembered as theirs."""
    token = token_of(world, who)
    answer = world.platform.orders.channel.perform("createOrder", json=dict(wanted), headers=headers or {}, token=token)
    world.response = answer
    if answer.status == 201:
        remember(world, who, answer)
    return answer


def ask_at_once(
    world: World, who: str, wanted: Mapping[str, Any], times: int, headers: Mapping[str, str] | None = None
) -> list[Response]:
    """The answers to one order sent that often at the same moment."""
    token_of(world, who)  # nobody signs up in the middle of it
    answers = at_the_same_moment([partial(ask, world, who, wanted, headers)] * times)
    world.notes(Book).answers = answers
    return answers


def remember(world: World, who: str, answer: Response) -> Placed:
    """Keeps an accepted order as the last one of `who`."""
    facts = {name: field_of(answer, name) for name in ("order_id", "product_id", "quantity")}
    order = Placed(owner=who, answer=answer, **facts)
    book = world.notes(Book)
    book.orders[who] = order
    book.placed.append(order)
    return order


def order(
    world: World, who: str, goods: str, quantity: int, *, name: str | None = None, key: str | None = None
) -> Placed:
    """An order that must be accepted."""
    headers = {} if key is None else {"Idempotency-Key": world.name(key)}
    answer = expect_status(ask(world, who, body(world, who, goods, quantity, name), headers), 201)
    if key is not None:
        world.notes(Book).first_answers[who] = answer
    return world.notes(Book).orders[who]


def change(world: World, who: str, order_id: str, quantity: Any) -> Response:
    """The answer to changing the quantity."""
    channel, token = world.platform.orders.channel, token_of(world, who)
    return channel.perform("updateOrder", {"order_id": order_id}, json={"quantity": quantity}, token=token)


def cancel(world: World, who: str, order_id: str) -> Response:
    """The answer to cancelling."""
    world.notes(Book).released = True
    return world.platform.orders.cancel_order(order_id, token=token_of(world, who))


def order_of(world: World, who: str) -> Placed:
    """The last order of that person."""
    return world.notes(Book).orders[who]


def seen(world: World, order_id: str) -> dict[str, Any]:
    """The order as the shopkeeper sees it now."""
    answer = expect_status(world.platform.orders.get_order(order_id, token=world.admin_token()), 200)
    facts: dict[str, Any] = answer.json()
    return facts


def expect_status_of(world: World, order_id: str, status: str) -> dict[str, Any]:
    """The order has that status now."""
    facts = seen(world, order_id)
    expect("status of the order", facts["status"], status)
    return facts


def expect_decided(world: World, order_id: str) -> None:
    """The order is no longer pending."""
    status = seen(world, order_id)["status"]
    expect_that(f"order {order_id}", status != "Pending", "decided", status)


def until_status(world: World, order_id: str, status: str) -> dict[str, Any]:
    """Waits until the order has that status."""
    return world.eventually(lambda: expect_status_of(world, order_id, status))


def orders_of(world: World, who: str, goods: str) -> list[dict[str, Any]]:
    """The orders in somebody's list for a product of this scenario; being the newest, they are on the first page."""
    page = expect_status(world.platform.orders.list_orders(token=token_of(world, who), limit=100), 200)
    wanted = product_id(world, goods)
    return [item for item in field_of(page, "items") if item["product_id"] == wanted]


def reserve_order_id(world: World) -> str:
    """The identifier of the next order or order message, for those who must know it before."""
    book = world.notes(Book)
    book.next_order_id = book.next_order_id or an_order_id()
    return book.next_order_id
