"""Steps about the catalogue: products, their states, their pages."""

from collections import Counter
from typing import Any

from behave import given, then, when

from features.support.callers import token_of
from features.support.catalogue import Shelf, everything, expect_product, pages, product_with
from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.directory import page_size
from features.support.expect import expect, expect_status, expect_that, field
from features.support.refusals import REFUSALS, Refusal, expect_refused
from features.support.shop import Book, add_to_catalogue, product_id
from features.support.world import World

MADE_UP = "bm90LWEtY3Vyc29y"


def _replace(world: World, who: str, goods: str, price: int, *, seen: str | None) -> None:
    token = token_of(world, who)
    key = product_id(world, goods)
    world.response = world.platform.products.replace_product(key, goods, price, "EUR", token=token, if_match=seen)


def _last_state(world: World, goods: str) -> str:
    return world.platform.products.get_product(product_id(world, goods)).headers.get("etag", "")


@given('the catalogue has "{goods:Quoted}" priced at {price:d} "{currency:Quoted}"')
def has_priced(context: Context, goods: str, price: int, currency: str) -> None:
    add_to_catalogue(context.world, goods, price, currency)


@given('the catalogue has "{goods:Quoted}" that nobody counted')
def has_uncounted(context: Context, goods: str) -> None:
    add_to_catalogue(context.world, goods)


@given("the catalogue has {count:d} more products")
def has_more(context: Context, count: int) -> None:
    for number in range(count):
        goods = f"product {number}"
        add_to_catalogue(context.world, goods)
        context.world.notes(Shelf).more.append(product_id(context.world, goods))


@given('{who:Caller} has looked at "{goods:Quoted}"')
def has_looked(context: Context, who: str, goods: str) -> None:
    context.world.notes(Shelf).seen = _last_state(context.world, goods)


@given('the shopkeeper has priced the "{goods:Quoted}" at {price:d} "EUR"')
def has_repriced(context: Context, goods: str, price: int) -> None:
    _replace(context.world, "the shopkeeper", goods, price, seen=_last_state(context.world, goods))
    expect_status(context.world.response, 200)


@when('{who:Caller} adds "{goods:Quoted}" priced at {price:d} "{currency:Quoted}"')
def adds(context: Context, who: str, goods: str, price: int, currency: str) -> None:
    world = context.world
    world.response = world.platform.products.create_product(goods, price, currency, token=token_of(world, who))
    world.notes(Book).goods[goods] = (world.response.json() or {}).get("product_id", "")


@when('the shopkeeper adds a second "{goods:Quoted}" priced at {price:d} "{currency:Quoted}"')
def adds_second(context: Context, goods: str, price: int, currency: str) -> None:
    world = context.world
    world.response = world.platform.products.create_product(goods, price, currency, token=world.admin_token())


@when('the shopkeeper adds "{goods:Quoted}" with the price {price:Json}')
def adds_with_price(context: Context, goods: str, price: Any) -> None:
    world = context.world
    wanted = {"name": goods, "price": price, "currency": "EUR"}
    world.response = world.platform.products.channel.perform("createProduct", json=wanted, token=world.admin_token())


@when("the shopkeeper adds a product with {flaw}")
def adds_flawed(context: Context, flaw: str) -> None:
    world = context.world
    wanted = product_with(flaw)
    world.response = world.platform.products.channel.perform("createProduct", json=wanted, token=world.admin_token())


@when('{who:Caller} prices the "{goods:Quoted}" at {price:d} "EUR" having seen its last state')
def prices_seen(context: Context, who: str, goods: str, price: int) -> None:
    _replace(context.world, who, goods, price, seen=_last_state(context.world, goods))


@when('{who:Caller} prices the "{goods:Quoted}" at {price:d} "EUR" having seen the earlier state')
def prices_stale(context: Context, who: str, goods: str, price: int) -> None:
    _replace(context.world, who, goods, price, seen=context.world.notes(Shelf).seen)


@when('{who:Caller} prices the "{goods:Quoted}" at {price:d} "EUR" without naming a state')
def prices_blind(context: Context, who: str, goods: str, price: int) -> None:
    _replace(context.world, who, goods, price, seen=None)


@when('{who:Caller} prices the "{goods:Quoted}" at {price:d} "EUR" whatever its state')
def prices_any(context: Context, who: str, goods: str, price: int) -> None:
    _replace(context.world, who, goods, price, seen="*")


@when("the shopkeeper prices a product that never was")
def prices_unknown(context: Context) -> None:
    _replace(context.world, "the shopkeeper", "nothing", 1, seen="*")


@when(
    '{who:Caller} makes {count:d} different changes to "{goods:Quoted}" at the same moment, {rounds:d} times over',
)
def changes_at_once(context: Context, who: str, count: int, goods: str, rounds: int) -> None:
    world = context.world
    products, token, key = world.platform.products, token_of(world, who), product_id(world, goods)
    for number in range(rounds):
        seen = _last_state(world, goods)
        prices = range(1000 * number, 1000 * number + count)
        calls = [
            lambda p=p, seen=seen: products.replace_product(key, goods, p, "EUR", token=token, if_match=seen)
            for p in prices
        ]
        world.notes(Shelf).rounds.append(at_the_same_moment(calls))


@when('{who:Caller} removes the "{goods:Quoted}"')
def removes(context: Context, who: str, goods: str) -> None:
    world = context.world
    world.response = world.platform.products.delete_product(product_id(world, goods), token=token_of(world, who))


@when('{who:Caller} removes the "{goods:Quoted}" having seen the earlier state')
def removes_stale(context: Context, who: str, goods: str) -> None:
    world = context.world
    key, token, seen = product_id(world, goods), token_of(world, who), world.notes(Shelf).seen
    world.response = world.platform.products.delete_product(key, token=token, if_match=seen)


@when("the shopkeeper removes a product that never was")
def removes_unknown(context: Context) -> None:
    removes(context, "the shopkeeper", "nothing")


@when('{who:Caller} looks at "{goods:Quoted}"')
def looks_at(context: Context, who: str, goods: str) -> None:
    context.world.response = context.world.platform.products.get_product(product_id(context.world, goods))


@when('{who:Caller} looks at "{goods:Quoted}" again')
def looks_again(context: Context, who: str, goods: str) -> None:
    world = context.world
    seen = world.notes(Shelf).seen
    world.response = world.platform.products.get_product(product_id(world, goods), if_none_match=seen)


@when("{who:Caller} looks at a product that never was")
def looks_at_unknown(context: Context, who: str) -> None:
    looks_at(context, who, "nothing")


@when("{who:Caller} reads the catalogue to its end in at least {count:d} pages")
def reads_catalogue(context: Context, who: str, count: int) -> None:
    products, shelf = context.world.platform.products, context.world.notes(Shelf)
    before = everything(products)
    shelf.met += [item["product_id"] for page in pages(products, page_size(len(before), count)) for item in page]
    # Others add and remove meanwhile: only what was there all the time must be met.
    shelf.there = before & everything(products)


@when("{who:Caller} reads a page of {limit} of the catalogue")
def reads_catalogue_page(context: Context, who: str, limit: str) -> None:
    context.world.response = context.world.platform.products.channel.perform("listProducts", params={"limit": limit})


@when("{who:Caller} continues reading the catalogue at a cursor she made up")
def continues_catalogue(context: Context, who: str) -> None:
    context.world.response = context.world.platform.products.list_products(10, MADE_UP)


@then("the catalogue refuses because {refusal:Refusal}")
def catalogue_refuses(context: Context, refusal: Refusal) -> None:
    expect_refused([context.world.response], refusal)


@then('the catalogue confirms "{goods:Quoted}" priced at {price:d} "{currency:Quoted}"')
def catalogue_confirms(context: Context, goods: str, price: int, currency: str) -> None:
    world = context.world
    expect_product(world.response, product_id(world, goods), goods, price, currency)


@then('the catalogue shows "{goods:Quoted}" priced at {price:d} "{currency:Quoted}"')
def catalogue_shows(context: Context, goods: str, price: int, currency: str) -> None:
    key = product_id(context.world, goods)
    expect_product(context.world.platform.products.get_product(key), key, goods, price, currency)


@then('{who:Caller} sees "{goods:Quoted}" priced at {price:d} "{currency:Quoted}"')
def sees_priced(context: Context, who: str, goods: str, price: int, currency: str) -> None:
    catalogue_confirms(context, goods, price, currency)


@then('the place named in the answer shows the product "{goods:Quoted}"')
def place_shows_product(context: Context, goods: str) -> None:
    location = expect_status(context.world.response, 201).headers.get("location", "")
    path, _, last = location.rpartition("/")
    expect_that("Location", path.removeprefix("/v1") == "/products", "/products/{product_id}", location)
    shown = expect_status(context.world.platform.products.get_product(last), 200)
    expect("name", field(shown, "name"), goods)


@then("the two products are told apart")
def told_apart(context: Context) -> None:
    second = field(expect_status(context.world.response, 201), "product_id")
    expect_that("identifiers", second not in context.world.notes(Book).goods.values(), "two different ones", second)


@then("the catalogue confirms the removal")
def confirms_removal(context: Context) -> None:
    expect("body", expect_status(context.world.response, 204).body, b"")


@then('the catalogue no longer shows "{goods:Quoted}"')
def shows_no_longer(context: Context, goods: str) -> None:
    answer = context.world.platform.products.get_product(product_id(context.world, goods))
    expect_refused([answer], REFUSALS["it does not know the product"])


@then("{who:Caller} is told that nothing has changed")
def nothing_changed(context: Context, who: str) -> None:
    answer = expect_status(context.world.response, 304)
    expect("body", answer.body, b"")
    expect("mark", answer.headers.get("etag"), context.world.notes(Shelf).seen)


@then("its mark differs from the one {who:Caller} saw before")
def mark_differs(context: Context, who: str) -> None:
    mark, seen = context.world.response.headers.get("etag", ""), context.world.notes(Shelf).seen
    expect_that("mark", bool(mark) and mark != seen, f"another than {seen}", mark)


@then("exactly one of them is made each time")
def one_is_made(context: Context) -> None:
    for answers in context.world.notes(Shelf).rounds:
        expect("changes made", Counter(answer.status for answer in answers)[200], 1)


@then("all other changes are refused each time because {refusal:Refusal}")
def other_changes_refused(context: Context, refusal: Refusal) -> None:
    for answers in context.world.notes(Shelf).rounds:
        expect_refused([answer for answer in answers if answer.status >= 300], refusal)


@then("the catalogue shows the last change made")
def shows_last_change(context: Context) -> None:
    made = next(answer for answer in context.world.notes(Shelf).rounds[-1] if answer.status == 200)
    shown = context.world.platform.products.get_product(field(made, "product_id"))
    expect("price", field(shown, "price"), field(made, "price"))


@then("she met every product exactly once")
def met_each_product(context: Context) -> None:
    shelf = context.world.notes(Shelf)
    met = Counter(shelf.met)
    expect_that("new products", set(shelf.more) <= shelf.there, "in the catalogue", "not there")
    expect("not met", sorted(shelf.there - set(met)), [])
    expect("met more than once", sorted(key for key, times in met.items() if times > 1), [])


@then("the page holds {count:d} products and says how to go on")
def page_goes_on(context: Context, count: int) -> None:
    answer = expect_status(context.world.response, 200)
    expect("products on the page", len(field(answer, "items")), count)
    expect_that("next_cursor", bool(field(answer, "next_cursor")), "a cursor", field(answer, "next_cursor"))


@then("the product says where it is found")
def says_where(context: Context) -> None:
    answer = expect_status(context.world.response, 200)
    expect("self", field(answer, "_links", "self", "href"), f"/products/{field(answer, 'product_id')}")


@then("every next step it offers is a path of the shop")
def offers_paths(context: Context) -> None:
    links = field(context.world.response, "_links")
    expect_that("next steps", len(links) > 1, "more than itself", sorted(links))
    for name, link in links.items():
        expect_that(f"link {name}", link.get("href", "").startswith("/"), "a path", link)
