"""Steps about neighbours that are away or hang: who waits how long, what is asked again, who may try first."""

import base64
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from behave import given, then, when

from features.support.callers import token_of, username_of
from features.support.context import Context
from features.support.expect import expect, expect_status, expect_that
from features.support.interruption import (
    NEIGHBOURS,
    ORDER_DESK,
    expect_caught,
    hold,
    let_go,
    rest,
    start,
    stop,
)
from features.support.refusals import Refusal, expect_refused
from features.support.shop import ask, body
from features.support.world import World
from fixtures.builders import marked
from fixtures.clients import Response

PAUSE_SECONDS = 2.5
"""A local stack's circuit lets nobody through for 2 s (docs/stack.md)."""
ATTEMPTS = 3
"""As often as a service asks its store for one thing."""
NAMES = {"directory": "Users service", "catalogue": "Products service", "stockroom": "Inventory service"}
PUT_OFF = Refusal(503, headers=("retry-after",))


@dataclass(slots=True)
class Tries:
    """What was tried at one moment: the answers by request number."""

    answers: dict[str, Response] = field(default_factory=dict)


def lines_of(world: World, part: str, number: str) -> list[dict[str, Any]]:
    lines = world.platform.control.logs(number)
    return [json.loads(line["line"]) for line in lines if line["part"] == part]


def retries(world: World) -> list[dict[str, Any]]:
    """The order desk's lines about further tries, once the line that ends the request is there, too."""

    def claim() -> list[dict[str, Any]]:
        lines = lines_of(world, ORDER_DESK, world.name("number"))
        expect_that("the line that ends the request", any("duration_ms" in line for line in lines), "there", lines)
        return lines

    return [line for line in world.eventually(claim) if "attempt" in line]


def call(world: World, service: str) -> Response:
    """Something of the service that needs a good token, and no more."""
    token = token_of(world, "Ada")
    calls: dict[str, Callable[[], Response]] = {
        "auth": lambda: world.platform.auth.me(str(token)),
        "orders": lambda: world.platform.orders.list_orders(token=token),
        # Ada is no shopkeeper: 403 is the answer to somebody who is known.
        "products": lambda: world.platform.products.channel.perform(
            "deleteProduct", {"product_id": "none"}, token=token
        ),
        "inventory": lambda: world.platform.inventory.channel.perform(
            "setStock", {"product_id": "none"}, json={"stock": 1}, token=token
        ),
    }
    return calls[service]()


def expect_known(answer: Response, service: str) -> None:
    expect_status(answer, 200 if service in ("orders", "auth") else 403)


def until_answered(world: World, service: str) -> None:
    expect_known(call(world, service), service)


@given("the {neighbour} hangs")
def hangs(context: Context, neighbour: str) -> None:
    username_of(context.world, "Ada")
    rest(context.world, NEIGHBOURS[neighbour])


@given("the directory is up again, but takes its time with Ada")
def up_but_slow(context: Context) -> None:
    world = context.world
    start(world, NEIGHBOURS["directory"])
    hold(world, "GetItem", username_of(world, "Ada"))


@given("the order desk's pause is over")
def pause_is_over(context: Context) -> None:
    due = time.monotonic() + PAUSE_SECONDS

    def claim() -> None:
        expect_that("the pause", time.monotonic() >= due, "over", "not over")

    context.world.eventually(claim, within=2 * PAUSE_SECONDS)


@when('Ada tries {times:d} times at the same moment to order {quantity:d} "{goods:Quoted}"')
def tries_at_once(context: Context, times: int, quantity: int, goods: str) -> None:
    world = context.world
    wanted = body(world, "Ada", goods, quantity)
    numbers = [marked("try") for _ in range(times)]
    with ThreadPoolExecutor(times) as crowd:
        asked = {number: crowd.submit(ask, world, "Ada", wanted, {"X-Request-Id": number}) for number in numbers}
        expect_caught(world)
        wait(list(asked.values()), timeout=1.0)
        let_go(world, "proceed")
        world.notes(Tries).answers = {number: answer.result() for number, answer in asked.items()}


@then("the directory has heard of exactly one of Ada's tries")
def heard_of_one(context: Context) -> None:
    world = context.world
    answers = world.notes(Tries).answers

    def claim() -> None:
        heard = [number for number in answers if lines_of(world, NEIGHBOURS["directory"], number)]
        expect("tries in the directory's log", len(heard), 1)

    world.eventually(claim)


@then("that one is accepted, and all others are put off")
def one_is_accepted(context: Context) -> None:
    world = context.world
    answers = world.notes(Tries).answers
    for number, answer in answers.items():
        if lines_of(world, NEIGHBOURS["directory"], number):
            expect_status(answer, 201)
        else:
            expect_refused([answer], PUT_OFF)


@then("the order desk's log tells of {count:d} further tries at the {neighbour}, after growing pauses")
def log_tells_of_tries(context: Context, count: int, neighbour: str) -> None:
    told = [line for line in retries(context.world) if NAMES[neighbour] in line["message"]]
    expect("attempts", [line["attempt"] for line in told], list(range(2, 2 + count)))
    pauses = [line["pause_ms"] for line in told]
    expect_that("pauses in ms", all(p > 0 for p in pauses) and pauses == sorted(pauses), "growing", pauses)


@then("nothing but questions was sent again")
def only_questions(context: Context) -> None:
    expect("methods that were tried again", {line["method"] for line in retries(context.world)}, {"GET"})


@then("Ada waited at most {seconds:d} seconds")
def waited_at_most(context: Context, seconds: int) -> None:
    waited = context.world.response.seconds
    expect_that("time until the answer", waited <= seconds, f"at most {seconds} s", f"{waited:.1f} s")


@given("Ada has a token")
def has_a_token(context: Context) -> None:
    world = context.world
    expect_that("token", bool(token_of(world, "Ada")), "one", "none")


@given("{service:Guarded} has met auth's keys")
def has_met_keys(context: Context, service: str) -> None:
    # A service that was asked while auth was away tries again after a moment.
    context.world.eventually(partial(until_answered, context.world, service))


@given("auth is down")
def auth_is_down(context: Context) -> None:
    stop(context.world, "auth")


@given("auth is down, and orders was started again")
def auth_down_orders_new(context: Context) -> None:
    auth_is_down(context)
    new_order_desk(context.world)


@given("auth hangs, and orders was started again")
def auth_hangs_orders_new(context: Context) -> None:
    rest(context.world, "auth")
    new_order_desk(context.world)


@given("auth was down when orders was started again and asked")
def auth_was_down(context: Context) -> None:
    auth_down_orders_new(context)
    expect_refused([call(context.world, "orders")], PUT_OFF)


def new_order_desk(world: World) -> None:
    stop(world, ORDER_DESK)
    start(world, ORDER_DESK)


@when("Ada calls {service:Guarded} with the token she has")
def calls_with_token(context: Context, service: str) -> None:
    context.world.response = call(context.world, service)


@when("Ada calls {service:Guarded} while the list of revoked tokens does not answer about hers")
def calls_without_list(context: Context, service: str) -> None:
    world = context.world
    payload = str(token_of(world, "Ada")).split(".")[1]
    jti = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["jti"]
    with ExitStack() as stalls:
        held = [stalls.enter_context(world.platform.control.stalled("GetItem", jti)) for _ in range(ATTEMPTS)]
        world.response = call(world, service)
        # Put off for any other reason, nothing would have been shown.
        expect("questions to the list that got no answer", [stall.caught(wait=0) for stall in held], [True] * ATTEMPTS)


@when("auth is started again")
def auth_is_back(context: Context) -> None:
    start(context.world, "auth")


@then("{service:Guarded} knows who she is")
def knows_her(context: Context, service: str) -> None:
    expect_known(context.world.response, service)


@then("orders soon knows who she is")
def soon_knows_her(context: Context) -> None:
    context.world.eventually(partial(until_answered, context.world, "orders"))


@then("{service:Guarded} puts her off within {seconds:d} seconds")
def puts_her_off(context: Context, service: str, seconds: int) -> None:
    expect_refused([context.world.response], PUT_OFF)
    waited_at_most(context, seconds)
