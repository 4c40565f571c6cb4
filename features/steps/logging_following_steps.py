"""Steps about the lines of a request and what they must not hold, as the log collector has them."""

import json
from dataclasses import dataclass, field
from typing import Any

from behave import then, when

from features.support.builds import service_behind
from features.support.collecting import collector
from features.support.context import Context
from features.support.expect import expect, expect_that
from features.support.http_notes import HttpNotes
from features.support.world import World
from fixtures.builders import marked
from fixtures.clients.messages import ORDER_QUEUE

LINE_FIELDS = {"time", "level", "service", "request_id", "route", "status", "duration_ms"}
SHOP = {"orders", "users", "products", "inventory"}
WORK = {("inventory", "SQS OrderQueue"), ("order-events", "SQS OrderEventsQueue")}


@dataclass(slots=True)
class Confidence:
    """What nobody may read in a log, and the request that brought it."""

    secrets: list[str] = field(default_factory=list)
    request_id: str = ""


def collected(world: World, request_id: str) -> list[dict[str, Any]]:
    """The lines with that id which have reached the collector."""
    return [json.loads(found["line"]) for found in world.platform.control.collected(request_id)]


def expect_none_holds(world: World, secrets: list[str]) -> None:
    hec = collector(world)
    found = [event["source"] for secret in secrets for event in hec.events(secret)]
    expect("services that logged a secret", found, [])


@then("the collector has a line of {service:Service} with time, level, service, id, route, status and duration")
def has_line(context: Context, service: str) -> None:
    world = context.world
    request_id, own = world.notes(HttpNotes).request_id, service_behind(service)

    def claim() -> dict[str, Any]:
        whole = [line for line in collected(world, request_id) if set(line) >= LINE_FIELDS and line["service"] == own]
        expect_that("lines with every field", len(whole) == 1, "exactly one", len(whole))
        return whole[0]

    line = world.eventually(claim)
    expect("id and status", (line["request_id"], line["status"]), (request_id, world.response.status))


@then("the collector has lines of all four services with {who:Caller}'s request number")
def has_lines_of_all(context: Context, who: str) -> None:
    world = context.world

    def claim() -> None:
        services = {line["service"] for line in collected(world, world.name("number"))}
        expect("services with lines", services & SHOP, SHOP)

    world.eventually(claim)


@then("lines of those who handle the order and its outcome")
def has_lines_of_workers(context: Context) -> None:
    world = context.world

    def claim() -> None:
        routes = {(line["service"], line.get("route")) for line in collected(world, world.name("number"))}
        expect("queues that the number has passed", routes & WORK, WORK)

    world.eventually(claim)


@then("the collector has the lines of all that")
def has_all_lines(context: Context) -> None:
    world = context.world
    ids = {exchange.request_id for exchange in world.exchanges if exchange.service != "collector"}

    def claim() -> None:
        expect("requests without a line", [each for each in ids if not collected(world, each)], [])

    world.eventually(claim)


@then("it has no line with a password, a token, an API key or an e-mail address of hers")
def has_no_secret(context: Context) -> None:
    expect_none_holds(context.world, context.world.notes(HttpNotes).secrets)


@when("a message that nobody can read brings an e-mail address and a password")
def unreadable_with_secrets(context: Context) -> None:
    world = context.world
    kept = world.notes(Confidence)
    kept.request_id = marked("plumb")
    address, password = f"{world.name('cleo')}@example.com", world.name("Canary1")
    kept.secrets = [address, password]
    body = json.dumps({"order_id": f"mail {address}", "quantity": f"password={password}", "product_id": "p"})
    world.platform.messages.send(ORDER_QUEUE, body, {"X-Request-Id": kept.request_id})


@then("the collector has a line about the message")
def has_line_about_message(context: Context) -> None:
    world = context.world

    def claim() -> None:
        errors = [line for line in collected(world, world.notes(Confidence).request_id) if line.get("error")]
        expect_that("lines with an error", len(errors) > 0, "at least one", errors)

    world.eventually(claim)


@then("it has no line with the address or the password")
def has_no_canary(context: Context) -> None:
    expect_none_holds(context.world, context.world.notes(Confidence).secrets)
