"""Steps about request ids, traces and log lines."""

import json
import secrets
from functools import partial
from typing import Any

from behave import then, when

from features.support.builds import service_behind
from features.support.context import Context
from features.support.doors import channel, health_of, knock
from features.support.expect import expect, expect_status, expect_that, field
from features.support.http_notes import HttpNotes
from features.support.links_notes import key_of
from features.support.todos_notes import token_of as token_of_todos
from features.support.world import World
from fixtures.builders import marked
from fixtures.clients import Request, Response

CALLS = {"users": "getUser", "auth": "getJwks", "products": "getProduct"}
CALLS |= {"inventory": "getStock", "orders": "listOrders", "links": "followLink", "todos": "getTodo"}
REFUSED = {"users": "/users/%ff", "auth": "/me", "products": "/products?limit=0"}
REFUSED |= {"inventory": "/nowhere", "orders": "/orders", "links": "/links/0000000", "todos": "/todos"}
FLAWED_IDS = {"too long": "a" * 129, "full of spaces": "a b c", "a piece of markup": "<script>"}
LINE_FIELDS = {"time", "level", "service", "request_id", "route", "status", "duration_ms"}


def call(world: World, service: str, headers: dict[str, str]) -> Response:
    world.notes(HttpNotes).request_id = headers.get("X-Request-Id", "")
    return knock(world, CALLS[service_behind(service)], build=service, headers=headers)


def log_lines(world: World, request_id: str) -> list[dict[str, str]]:
    return world.platform.control.logs(request_id)


def lines_of(world: World, service: str, request_id: str) -> list[dict[str, Any]]:
    own = [line["line"] for line in log_lines(world, request_id) if line["part"] == service]
    expect_that(f"log lines of {service} for {request_id}", len(own) > 0, "at least one", own)
    return [json.loads(line) for line in own]


@when("{service:Service} gets a request with an id")
def gets_with_id(context: Context, service: str) -> None:
    context.world.response = call(context.world, service, {"X-Request-Id": marked("request")})


@when("{service:Service} gets two requests without an id")
def gets_without_id(context: Context, service: str) -> None:
    world = context.world
    way = channel(world, service)
    operation = health_of(service)
    request = Request(operation, "GET", f"{way.service.base_url}/health", {}, timeout=way.timeout)
    world.notes(HttpNotes).pair = [way.send(request), way.send(request)]


@when("users gets a request with an id that is {flaw}")
def gets_flawed_id(context: Context, flaw: str) -> None:
    context.world.response = call(context.world, "users", {"X-Request-Id": FLAWED_IDS[flaw]})


@when("{service:Service} refuses a request with an id")
def refuses_with_id(context: Context, service: str) -> None:
    world = context.world
    way = channel(world, service)
    notes = world.notes(HttpNotes)
    notes.request_id = marked("refused")
    headers = {"X-Request-Id": notes.request_id}
    name = f"GET {REFUSED[service_behind(service)]}"
    request = Request(
        name, "GET", way.service.base_url + REFUSED[service_behind(service)], headers, timeout=way.timeout
    )
    world.response = way.send(request)
    expect_that("status", 400 <= world.response.status < 500, "a refusal", world.response.status)


@when("{service:Service} gets a request of a trace")
def gets_traced(context: Context, service: str) -> None:
    world = context.world
    world.notes(HttpNotes).trace_id = secrets.token_hex(16)
    parent = f"00-{world.notes(HttpNotes).trace_id}-{secrets.token_hex(8)}-01"
    world.notes(HttpNotes).said = parent
    world.response = call(world, service, {"traceparent": parent})


@when("Ada signs up, logs in, is mistaken for once, orders, shortens a link and notes a todo")
def ada_does_much(context: Context) -> None:
    world = context.world
    ada, platform = world.person("Ada"), world.platform
    ada.join_directory()
    ada.log_in()
    platform.auth.login(ada.username, ada.account.password + "!")
    platform.auth.channel.perform("register", json={"username": ada.username, "password": ada.account.password})
    platform.orders.create_order(ada.username, world.name("desk"), 1, token=ada.token)
    platform.links.shorten("https://example.com/", api_key=key_of(world, "Ada"))
    platform.auth.refresh(ada.refresh_token)
    platform.auth.me(ada.token)
    todos_token = token_of_todos(world, "Ada")
    platform.todos.login_todo_user(ada.username, ada.account.password + "!")
    platform.todos.create_todo(world.name("task"), token=todos_token)
    world.notes(HttpNotes).secrets = [
        ada.account.password,
        ada.account.email,
        ada.token,
        ada.refresh_token,
        todos_token,
        key_of(world, "Ada"),
    ]


@when("Ada orders something under a request id")
def ada_orders(context: Context) -> None:
    world = context.world
    ada = world.person("Ada")
    ada.join_directory()
    product = expect_status(knock(world, "createProduct"), 201)
    product_id = field(product, "product_id")
    expect_status(world.platform.inventory.set_stock(product_id, 5, token=world.admin_token()), 200)
    world.response = world.platform.orders.create_order(ada.username, product_id, 1, token=ada.token)
    world.notes(HttpNotes).request_id = world.exchanges[-1].request_id


@then("the answer carries that id")
def carries_id(context: Context) -> None:
    expect(
        "X-Request-Id", context.world.response.headers.get("x-request-id"), context.world.notes(HttpNotes).request_id
    )


@then("the answers carry two different ids")
def carry_two_ids(context: Context) -> None:
    ids = [answer.headers.get("x-request-id", "") for answer in context.world.notes(HttpNotes).pair]
    expect_that("X-Request-Ids", len(set(ids)) == 2 and all(ids), "two different ids", ids)


@then("the answer carries another id")
def carries_another(context: Context) -> None:
    world = context.world
    carried = world.response.headers.get("x-request-id", "")
    expect_that("X-Request-Id", carried not in ("", world.notes(HttpNotes).request_id), "an id of its own", carried)


@then("the answer belongs to that trace")
def belongs_to_trace(context: Context) -> None:
    notes = context.world.notes(HttpNotes)
    carried = context.world.response.headers.get("traceparent", "")
    expect("trace id", carried.split("-")[1:2], [notes.trace_id])


@then("a log line of {service:Service} says time, level, service, id, route, status and duration")
def line_says(context: Context, service: str) -> None:
    world = context.world
    request_id = world.notes(HttpNotes).request_id
    lines = world.eventually(lambda: lines_of(world, service, request_id))
    whole = [line for line in lines if set(line) >= LINE_FIELDS]
    expect_that("log lines with every field", len(whole) == 1, "exactly one", lines)
    said = (whole[0]["service"], whole[0]["request_id"], whole[0]["status"])
    expect("service, id and status", said, (service_behind(service), request_id, world.response.status))


@then("none of the log lines holds a password, a token, an API key or an e-mail address")
def no_secret_logged(context: Context) -> None:
    world = context.world
    ids = [exchange.request_id for exchange in world.exchanges]

    def claim() -> list[dict[str, str]]:
        told = [line for request_id in ids for line in log_lines(world, request_id)]
        expect_that("log lines", len(told) >= len(ids), f"at least {len(ids)}", len(told))
        return told

    lines = world.eventually(claim)
    leaked = [line for line in lines if any(secret in line["line"] for secret in world.notes(HttpNotes).secrets)]
    expect("lines with a secret", [(line["part"], len(line["line"])) for line in leaked], [])


@then("the logs of orders, users, products and inventory carry that id")
def logs_carry_id(context: Context) -> None:
    world = context.world
    expect_status(world.response, 201)
    for service in ("orders", "users", "products", "inventory"):
        world.eventually(partial(lines_of, world, service, world.notes(HttpNotes).request_id))
