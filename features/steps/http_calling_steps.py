"""Steps that call operations in ways a well-meaning client doesn't."""

import json

from behave import given, then, when

from features.support.builds import service_behind
from features.support.context import Context
from features.support.doors import DOORS, channel, knock
from features.support.expect import Unmet, expect, expect_status, expect_that, field
from features.support.http_notes import INSIDE, HttpNotes, awkward_body
from features.support.world import World
from fixtures.clients import Request, Response

PHRASES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"}
PHRASES |= {409: "Conflict", 413: "Request Entity Too Large", 415: "Unsupported Media Type"}
PHRASES |= {422: "Unprocessable Entity", 429: "Too Many Requests", 503: "Service Unavailable"}


def expect_error(answer: Response, status: int) -> None:
    expect_status(answer, status)
    body = answer.json()
    expect("fields of the error", sorted(body) if isinstance(body, dict) else body, ["error", "message"])
    expect_that("message", isinstance(body["message"], str) and body["message"] != "", "a text", body["message"])
    # RFC 9110 renamed two phrases; Python's names changed with it in 3.13.
    allowed = {PHRASES[status], {413: "Content Too Large", 422: "Unprocessable Content"}.get(status, PHRASES[status])}
    expect_that("error", body["error"] in allowed, PHRASES[status], body["error"])
    expect_that("content type", answer.headers.get("content-type", "").startswith("application/json"), "JSON", "other")


def raw(world: World, service: str, method: str, path: str, headers: dict[str, str] | None = None) -> Response:
    way = channel(world, service)
    named = {"X-Request-Id": world.name("raw"), **(headers or {})}
    return way.send(Request(f"{method} {path}", method, way.service.base_url + path, named, timeout=way.timeout))


def without_secrets(text: str) -> list[str]:
    return [word for word in INSIDE if word in text.lower()]


@when('"{operation}" gets the body {body}')
def gets_body(context: Context, operation: str, body: str) -> None:
    headers = {**DOORS[operation].headers, "Content-Type": "application/json"}
    context.world.response = knock(context.world, operation, body=body.encode(), headers=headers)


@when('"{operation}" gets the unknown field "{name}"')
def gets_unknown(context: Context, operation: str, name: str) -> None:
    body = DOORS[operation].body
    good = body(context.world) if body else {}
    context.world.response = knock(context.world, operation, json=good | {name: "blue"})


@when('"{operation}" gets {value} as "{name}"')
def gets_value(context: Context, operation: str, value: str, name: str) -> None:
    body = DOORS[operation].body
    good = body(context.world) if body else {}
    context.world.response = knock(context.world, operation, json=good | {name: json.loads(value)})


@when('"{operation}" is called with "{name}" as "{value}"')
def gets_parameter(context: Context, operation: str, name: str, value: str) -> None:
    context.world.response = knock(context.world, operation, params={name: value})


@when('"{operation}" is sent a body of type "{kind}"')
def gets_body_as(context: Context, operation: str, kind: str) -> None:
    door = DOORS[operation]
    body = json.dumps(door.body(context.world) if door.body else {}).encode()
    headers = {**door.headers, "Content-Type": kind}
    context.world.response = knock(context.world, operation, body=body, headers=headers)


@when('"{operation}" gets a body of {size:d} bytes')
def gets_sized(context: Context, operation: str, size: int) -> None:
    beginning, end = b'{"padding": "', b'"}'
    body = beginning + b"x" * (size - len(beginning) - len(end)) + end
    headers = {**DOORS[operation].headers, "Content-Type": "application/json"}
    context.world.response = knock(context.world, operation, body=body, headers=headers)


@when('"{operation}" gets {kind:Awkward}')
def gets_awkward(context: Context, operation: str, kind: str) -> None:
    door = DOORS[operation]
    body = awkward_body(kind, door.body(context.world) if door.body else {})
    headers = {**door.headers, "Content-Type": "application/json"}
    context.world.response = knock(context.world, operation, body=body, headers=headers)


@when('"{operation}" is called as it should be')
def called_well(context: Context, operation: str) -> None:
    context.world.response = knock(context.world, operation)


@when('"{operation}" is called by a customer')
def called_by_customer(context: Context, operation: str) -> None:
    context.world.response = knock(context.world, operation, caller="customer")


@when('"{operation}" is called by nobody')
def called_by_nobody(context: Context, operation: str) -> None:
    context.world.response = knock(context.world, operation, caller="nobody")


@when('"{operation}" is called with the credentials "{header}"')
def called_with(context: Context, operation: str, header: str) -> None:
    context.world.response = knock(context.world, operation, caller="nobody", headers={"Authorization": header})


@when('"{method}" is sent to "{path}" of {service:Service}')
def is_sent(context: Context, method: str, path: str, service: str) -> None:
    context.world.response = raw(context.world, service, method, path)


@when("{service:Service} gets requests it cannot like")
def cannot_like(context: Context, service: str) -> None:
    world = context.world
    operations = [name for name, door in DOORS.items() if door.service == service_behind(service) and door.body]
    answers = [raw(world, service, "GET", "/there/is/no/such/path"), raw(world, service, "PATCH", "/health")]
    for operation in operations:
        answers.append(knock(world, operation, None, service, body=b"{", headers={"Content-Type": "application/json"}))
        answers.append(knock(world, operation, None, service, json={"surprise": {"$ne": None}}))
    world.notes(HttpNotes).pair = answers


@when('a product named "{name}" is created')
def product_named(context: Context, name: str) -> None:
    world = context.world
    body = {"name": name, "price": 100, "currency": "EUR"}
    world.response = expect_status(knock(world, "createProduct", json=body), 201)
    world.notes(HttpNotes).said = name


@given("a user is created under /v1")
@when("a user is created under /v1")
def created_under_version(context: Context) -> None:
    world = context.world
    world.response = expect_status(knock(world, "createUser", prefix="/v1"), 201)


@when('"{operation}" is called with and without the version')
def called_both_ways(context: Context, operation: str) -> None:
    world = context.world
    world.notes(HttpNotes).pair = [knock(world, operation, prefix=prefix) for prefix in ("/v1", "")]


@then('it is answered {status:d} "{message}"')
def answered_with(context: Context, status: int, message: str) -> None:
    expect_error(context.world.response, status)
    expect("message", field(context.world.response, "message"), message)


@then("it is answered {status:d} with an error body")
def answered_error(context: Context, status: int) -> None:
    expect_error(context.world.response, status)


@then("it is not answered {status:d}")
def not_answered(context: Context, status: int) -> None:
    expect_that("status", context.world.response.status != status, f"not {status}", context.world.response.text)
    expect_that("status", context.world.response.status < 500, "below 500", context.world.response.status)


@then("it is refused politely")
def refused_politely(context: Context) -> None:
    answer = context.world.response
    expect_that("status", 400 <= answer.status < 500, "a 4xx", f"{answer.status} {answer.text[:300]}")
    expect_error(answer, answer.status)
    expect("words from the inside", without_secrets(answer.text), [])


@then('the answer allows "{methods}"')
def answer_allows(context: Context, methods: str) -> None:
    allowed = sorted(part.strip() for part in context.world.response.headers.get("allow", "").split(","))
    expect("Allow", ", ".join(allowed), methods)


@then('the answer asks for "{scheme}"')
def answer_asks_for(context: Context, scheme: str) -> None:
    asked = context.world.response.headers.get("www-authenticate", "")
    expect("scheme of WWW-Authenticate", asked.split(" ")[0], scheme)


@then("the answer says when to try again")
def says_when(context: Context) -> None:
    wait = context.world.response.headers.get("retry-after", "")
    expect_that("Retry-After", wait.isdigit() and int(wait) > 0, "seconds", wait)


@then("the answer names nothing inside")
def names_nothing(context: Context) -> None:
    expect("words from the inside", without_secrets(context.world.response.text), [])


@then("no answer names anything inside")
def nothing_inside(context: Context) -> None:
    for answer in context.world.notes(HttpNotes).pair:
        expect_that("status", 400 <= answer.status < 500, "a 4xx", f"{answer.status} {answer.text[:300]}")
        expect_error(answer, answer.status)
        expect("words from the inside", without_secrets(answer.text), [])


@then("the product is shown with that name")
def shown_with_name(context: Context) -> None:
    world = context.world
    shown = world.platform.products.get_product(field(world.response, "product_id"))
    expect("name", field(expect_status(shown, 200), "name"), world.notes(HttpNotes).said)


@then("the answer is application/json")
def answer_is_json(context: Context) -> None:
    answer = context.world.response
    if answer.json() is None:
        raise Unmet("body", "JSON", answer.text[:300])
    expect_that("status", answer.status < 500, "below 500", answer.status)
    expect("content type", answer.headers.get("content-type", "").split(";")[0], "application/json")


@then("both answers are the same")
def both_same(context: Context) -> None:
    versioned, plain = context.world.notes(HttpNotes).pair
    expect_that("status", versioned.status < 405, "an answer of the operation", versioned.status)
    expect("the answer without /v1", (plain.status, plain.json()), (versioned.status, versioned.json()))


@then("the user is found without it")
def found_without(context: Context) -> None:
    world = context.world
    expect_status(world.platform.users.get_user(field(world.response, "username")), 200)


@then("no cache may keep the answer")
def not_kept(context: Context) -> None:
    # RFC 6749, 5.1: an answer with a token says so.
    expect("Cache-Control", context.world.response.headers.get("cache-control"), "no-store")
