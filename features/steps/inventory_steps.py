"""Steps about the stock: how many of a product are left."""

from typing import Any

from behave import given, then, when

from features.support.callers import token_of
from features.support.context import Context
from features.support.expect import expect, expect_status
from features.support.refusals import Refusal, expect_refused
from features.support.settling import expect_left_in_the_end
from features.support.shop import add_to_catalogue, count, expect_left, product_id
from features.support.world import World


def _set(world: World, who: str, goods: str, stock: Any) -> None:
    path = {"product_id": product_id(world, goods)}
    token = token_of(world, who)
    world.response = world.platform.inventory.channel.perform("setStock", path, json={"stock": stock}, token=token)


@given('the shop has {stock:d} "{goods:Quoted}" left')
def shop_has(context: Context, stock: int, goods: str) -> None:
    add_to_catalogue(context.world, goods)
    count(context.world, goods, stock)


@given('the shopkeeper has counted {stock:d} "{goods:Quoted}"')
def has_counted(context: Context, stock: int, goods: str) -> None:
    count(context.world, goods, stock)


@when('{who:Caller} counts {stock:d} "{goods:Quoted}"')
def counts(context: Context, who: str, stock: int, goods: str) -> None:
    _set(context.world, who, goods, stock)


@when('{who:Caller} sets the stock of "{goods:Quoted}" to {stock:Json}')
def sets_stock(context: Context, who: str, goods: str, stock: Any) -> None:
    _set(context.world, who, goods, stock)


@when('{who:Caller} asks how many "{goods:Quoted}" are left')
def asks_how_many(context: Context, who: str, goods: str) -> None:
    context.world.response = context.world.platform.inventory.get_stock(product_id(context.world, goods))


@then('the stockroom confirms {stock:d} "{goods:Quoted}"')
def stockroom_confirms(context: Context, stock: int, goods: str) -> None:
    answer = expect_status(context.world.response, 200)
    expect("answer", answer.json(), {"product_id": product_id(context.world, goods), "stock": stock})


@then('{stock:d} "{goods:Quoted}" are left')
def are_left(context: Context, stock: int, goods: str) -> None:
    expect_left(context.world, goods, stock)


@then('{stock:d} "{goods:Quoted}" are soon left')
def are_soon_left(context: Context, stock: int, goods: str) -> None:
    context.world.eventually(lambda: expect_left(context.world, goods, stock))


@then('in the end {stock:d} "{goods:Quoted}" are left')
def are_left_in_the_end(context: Context, stock: int, goods: str) -> None:
    expect_left_in_the_end(context.world, goods, stock)


@then("the stockroom refuses because {refusal:Refusal}")
def stockroom_refuses(context: Context, refusal: Refusal) -> None:
    expect_refused([context.world.response], refusal)
