"""Steps about health, outages, and how services start."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from behave import given, then, when

from features.support.builds import service_behind
from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.doors import channel, health_of, knock
from features.support.expect import expect, expect_status, expect_that
from features.support.http_notes import HttpNotes
from features.support.links_notes import key_of
from features.support.words import SERVICES
from features.support.world import World
from fixtures.clients import Response
from fixtures.clients.control import Stall

ROOT = Path(__file__).resolve().parents[2]
ATTEMPTS = 5
"""More than any service tries again."""
LIMITED = {"auth": "login", "links": "shorten", "todos": "loginTodoUser"}
STORED = tuple(service for service in SERVICES if service != "todos")
"""What keeps its things in AWS; todos keeps them in a database of its own."""
ANY_EVENT = {"httpMethod": "GET", "path": "/nowhere", "resource": "/{proxy+}", "headers": {}, "requestContext": {}}


def health(world: World, service: str) -> Response:
    return channel(world, service).perform(health_of(service))


def is_well(world: World, service: str) -> Response:
    return expect_status(health(world, service), 200)


def ask_all(world: World, asked: dict[str, Callable[[], Response]]) -> None:
    world.notes(HttpNotes).answers = dict(zip(asked, at_the_same_moment(list(asked.values())), strict=True))


def about_one_thing(world: World, service: str) -> tuple[str, str, Callable[[], Response]]:
    """What the service asks its store about a thing only this scenario knows: AWS action, the thing, the call."""
    thing, platform, ada = world.name("thing"), world.platform, world.person("Ada")
    token = ada.token if service == "orders" else ""
    calls: dict[str, Callable[[], Response]] = {
        "users": partial(platform.users.get_user, thing),
        "users-lambda": partial(platform.users_lambda.get_user, thing),
        "auth": partial(platform.auth.login, thing, ada.account.password),
        "products": partial(platform.products.get_product, thing),
        "inventory": partial(platform.inventory.get_stock, thing),
        "orders": partial(platform.orders.get_order, thing, token=token),
        "links": partial(platform.links.shorten, f"https://example.com/{thing}", api_key=key_of(world, "Ada")),
    }
    return ("PutItem" if service == "links" else "GetItem"), thing, calls[service]


def drop_until(answer: Future[Response], waiting: list[Stall]) -> None:
    for stall in waiting:
        while not answer.done():
            if stall.caught(wait=0.2):
                stall.end("drop")
                break


def start_auth(world: World, **variables: str) -> None:
    """Starts auth's own entry as a process: it reads its environment when its first request comes."""
    script = f"from fixtures.services.auth.handler import handle; handle({ANY_EVENT!r}, None)"
    keys = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
    base = keys | {"PATH": os.defpath, "AUTH_URL": "https://auth.example", "ADMIN_USERNAME": "admin"}
    base |= {"REDIS_URL": "redis://127.0.0.1:9/0", "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=base | variables, capture_output=True, text=True, check=False
    )
    notes = world.notes(HttpNotes)
    notes.exit_code, notes.said = done.returncode, done.stderr
    notes.request_id = "APP_ENV" if variables["APP_ENV"] != "production" else "ADMIN_PASSWORD"


@given("the store has stopped answering")
def store_stopped(context: Context) -> None:
    world = context.world
    # Whoever has to log in does so while that is still possible.
    world.person("Ada").log_in()
    world.platform.control.pause("aws")


@given("the store had stopped answering, and every service said so")
def store_stopped_for_a_while(context: Context) -> None:
    store_stopped(context)
    all_asked_how(context)
    for answer in context.world.notes(HttpNotes).answers.values():
        expect_status(answer, 503)


@given("the counter of limits has stopped answering")
def limits_stopped(context: Context) -> None:
    context.world.platform.control.pause("redis")


@when("the store answers again")
def store_answers_again(context: Context) -> None:
    context.world.platform.control.resume("aws")


@when("{service:Service} is asked how it is")
def asked_how(context: Context, service: str) -> None:
    context.world.response = health(context.world, service)


@when("every service of the store is asked how it is")
def all_asked_how(context: Context) -> None:
    world = context.world
    ask_all(world, {service: partial(health, world, service) for service in STORED})


@when("every service of the store is asked for something it keeps")
def all_asked_for_something(context: Context) -> None:
    world = context.world
    ask_all(world, {service: about_one_thing(world, service)[2] for service in STORED})


@when("the store refuses whatever {service:Service} asks for one thing")
def store_refuses(context: Context, service: str) -> None:
    world = context.world
    action, thing, call = about_one_thing(world, service)
    with ExitStack() as stalls, ThreadPoolExecutor(1) as caller:
        waiting = [stalls.enter_context(world.platform.control.stalled(action, thing)) for _ in range(ATTEMPTS)]
        answer = caller.submit(call)
        drop_until(answer, waiting)
        world.response = answer.result()


@when("auth, links and todos are asked for something that is limited")
def asked_for_limited(context: Context) -> None:
    world = context.world
    ask_all(world, {service: partial(knock, world, name) for service, name in LIMITED.items()})


@when("auth is started in production with the admin password {password}")
def started_in_production(context: Context, password: str) -> None:
    chosen = {"ADMIN_PASSWORD": json.loads(password)} if password.startswith('"') else {}
    start_auth(context.world, APP_ENV="production", **chosen)


@when('auth is started in the environment "{name}"')
def started_in(context: Context, name: str) -> None:
    start_auth(context.world, APP_ENV=name)


@then('it answers that "{service}" is well')
def answers_well(context: Context, service: str) -> None:
    said = {"status": "ok", "service": service_behind(service)}
    expect("body", expect_status(context.world.response, 200).json(), said)


@then("each answers 503 and when to try again within {seconds:d} seconds")
def each_unavailable(context: Context, seconds: int) -> None:
    for service, answer in context.world.notes(HttpNotes).answers.items():
        expect(f"status of {service}", answer.status, 503)
        expect(f"error of {service}", (answer.json() or {}).get("error"), "Service Unavailable")
        wait = answer.headers.get("retry-after", "")
        expect_that(f"Retry-After of {service}", wait.isdigit() and int(wait) > 0, "seconds", wait)
        expect_that(f"time of {service}", answer.seconds <= seconds, f"at most {seconds} s", f"{answer.seconds:.1f} s")


@then("every service is soon well")
def all_soon_well(context: Context) -> None:
    world = context.world
    for service in SERVICES:
        world.eventually(partial(is_well, world, service))


@then("it refuses to start and names the variable")
def refuses_to_start(context: Context) -> None:
    notes = context.world.notes(HttpNotes)
    expect_that("exit code", notes.exit_code != 0, "not 0", notes.exit_code)
    last = (notes.said.strip().splitlines() or [""])[-1]
    expect_that("last line", notes.request_id in last, f"a line that names {notes.request_id}", last)


@then("it starts")
def it_starts(context: Context) -> None:
    notes = context.world.notes(HttpNotes)
    expect("exit code", (notes.exit_code, notes.said[-300:] if notes.exit_code else ""), (0, ""))
