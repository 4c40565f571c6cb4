"""Steps about health, outages, and how services start."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from behave import given, then, when

from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.doors import channel, knock
from features.support.expect import expect, expect_status, expect_that
from features.support.http_notes import HttpNotes
from features.support.words import SERVICES
from features.support.world import World
from fixtures.clients import Response

ROOT = Path(__file__).resolve().parents[2]
STORED = {"users": "createUser", "auth": "login", "products": "getProduct"}
STORED |= {"inventory": "getStock", "orders": "listOrders", "links": "followLink"}
LIMITED = {"auth": "login", "links": "shorten"}
HEALTH_EVENT = {"httpMethod": "GET", "path": "/health", "resource": "/health", "headers": {}, "requestContext": {}}


def health(world: World, service: str) -> Response:
    return channel(world, service).perform(f"get{service.capitalize()}Health")


def is_well(world: World, service: str) -> Response:
    return expect_status(health(world, service), 200)


def ask_all(world: World, asked: dict[str, Callable[[], Response]]) -> None:
    world.notes(HttpNotes).answers = dict(zip(asked, at_the_same_moment(list(asked.values())), strict=True))


def start_auth(world: World, **variables: str) -> None:
    """Starts auth's own entry as a process: it reads its environment when its first request comes."""
    script = f"from fixtures.services.auth.handler import handle; handle({HEALTH_EVENT!r}, None)"
    base = {"PATH": os.defpath, "AUTH_URL": "https://auth.example", "ADMIN_USERNAME": "admin"}
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


@given("the store has stopped answering for a while")
def store_stopped_for_a_while(context: Context) -> None:
    store_stopped(context)
    expect_status(knock(context.world, "getStock"), 503)


@given("the counter of limits has stopped answering")
def limits_stopped(context: Context) -> None:
    context.world.platform.control.pause("redis")


@when("the store answers again")
def store_answers_again(context: Context) -> None:
    context.world.platform.control.resume("aws")


@when("{service:Service} is asked how it is")
def asked_how(context: Context, service: str) -> None:
    context.world.response = health(context.world, service)


@when("every service is asked how it is")
def all_asked_how(context: Context) -> None:
    world = context.world
    ask_all(world, {service: partial(health, world, service) for service in SERVICES})


@when("every service is asked for something it stores")
def all_asked_for_stored(context: Context) -> None:
    world = context.world
    ask_all(world, {service: partial(knock, world, name) for service, name in STORED.items()})


@when("auth and links are asked for something that is limited")
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
    expect("body", expect_status(context.world.response, 200).json(), {"status": "ok", "service": service})


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
