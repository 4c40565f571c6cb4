"""Steps about opening accounts."""

import json

from behave import given, then, when

from features.support.auth_notes import (
    BAD_EMAIL,
    BAD_PASSWORD,
    BAD_USERNAME,
    REQUIRED,
    TAKEN,
    AuthNotes,
    lacking,
    register,
)
from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.expect import expect, expect_refusal, expect_status, expect_that
from features.support.people import Person
from features.support.short_names import under_a_free_name
from features.support.world import World
from fixtures.builders import an_account, marked

FIELDS = {"the username": "username", "the password": "password"}


def username_with(flaw: str) -> str:
    name = marked("u").replace("-", "")
    return {
        "2 characters": name[:2],
        "65 characters": name.ljust(65, "x"),
        "a space": f"{name[:10]} {name[10:]}",
        "a slash": f"{name[:10]}/{name[10:]}",
        "an accent": f"{name}é",
    }[flaw]


def email_that_is(flaw: str) -> object:
    local, domain = marked("e"), "@example.com"
    return {
        "left out": ...,
        "just a word": local,
        "without a domain": f"{local}@",
        "255 characters long": sized_email(255),
        "254 characters long": sized_email(254),
    }.get(flaw, local + domain)


def sized_email(length: int) -> str:
    """Local part and labels keep to their own limits of 64 and 63 (RFC 5321): only the whole is long."""
    beginning = f"{marked('e').ljust(64, 'x')}@{'d' * 60}.{'d' * 60}."
    return beginning + "d" * (length - len(beginning) - 4) + ".com"


def stored_account(world: World, username: str) -> str:
    return json.dumps(world.platform.vault.item("AuthUsers", username=username), default=str)


def with_account(person: Person, **changed: str) -> None:
    account = an_account(person.name)
    values = {"username": account.username, "email": account.email, "password": account.password} | changed
    person.account = type(account)(**values)


@given("{who:Person} has registered")
def has_registered(context: Context, who: str) -> None:
    context.world.person(who).register()


@given("{count:d} people have registered")
def people_have_registered(context: Context, count: int) -> None:
    for number in range(count):
        context.world.person(f"person-{number}").register()


@given("{who:Person} has registered with a password of {length:d} characters")
def has_registered_with_length(context: Context, who: str, length: int) -> None:
    person = context.world.person(who)
    with_account(person, password=marked("p").ljust(length, "x")[:length])
    person.register()


@given("Ben has registered with Ada's password")
def has_registered_with_same(context: Context) -> None:
    ben = context.world.person("Ben")
    with_account(ben, password=context.world.person("Ada").account.password)
    ben.register()


@given("Ben has tried to register under Ada's username")
def has_tried_to_register(context: Context) -> None:
    world = context.world
    answer = register(world, world.person("Ben"), username=world.person("Ada").username)
    expect_refusal(answer, *TAKEN)


@when("{who:Person} registers")
def registers(context: Context, who: str) -> None:
    world = context.world
    world.response = register(world, world.person(who))


@when("Ben registers under Ada's username")
def registers_under_adas(context: Context) -> None:
    world = context.world
    world.response = register(world, world.person("Ben"), username=world.person("Ada").username)


@when("Ben registers under the admin's username")
def registers_under_admins(context: Context) -> None:
    world = context.world
    name = world.platform.target.identities["admin"].username
    world.response = register(world, world.person("Ben"), username=name)


@when("{count:d} people register under the same username at the same moment")
def register_together(context: Context, count: int) -> None:
    world = context.world
    name = world.name("wanted")
    people = [world.person(f"person-{number}") for number in range(count)]
    calls = [lambda person=person: register(world, person, username=name) for person in people]
    world.notes(AuthNotes).answers = at_the_same_moment(calls)


@when("{who:Person} registers with {detail:AccountDetail} {how:Absence}")
def registers_lacking(context: Context, who: str, detail: str, how: str) -> None:
    world = context.world
    world.response = register(world, world.person(who), **{FIELDS[detail]: lacking(how)})


@when("{who:Person} registers with a password of {length:d} characters")
def registers_with_length(context: Context, who: str, length: int) -> None:
    world = context.world
    world.response = register(world, world.person(who), password="x" * length)


@when("{who:Person} registers with her username as password")
def registers_with_username(context: Context, who: str) -> None:
    world = context.world
    world.response = register(world, world.person(who), password=world.person(who).username)


@when("{who:Person} registers under a username with {flaw}")
def registers_under_flawed(context: Context, who: str, flaw: str) -> None:
    world = context.world
    world.response = register(world, world.person(who), username=username_with(flaw))


@when("{who:Person} registers under a username of {length:d} characters")
def registers_under_length(context: Context, who: str, length: int) -> None:
    world = context.world
    world.response = under_a_free_name(length, lambda name: register(world, world.person(who), username=name))


@when("{who:Person} registers with an e-mail address that is {flaw}")
def registers_with_email(context: Context, who: str, flaw: str) -> None:
    world = context.world
    world.response = register(world, world.person(who), email=email_that_is(flaw))


@when("the stored account of {who:Person} is read")
def stored_is_read(context: Context, who: str) -> None:
    world = context.world
    world.notes(AuthNotes).stored = [stored_account(world, world.person(who).username)]


@when("the stored accounts of Ada and Ben are read")
def stored_are_read(context: Context) -> None:
    world = context.world
    world.notes(AuthNotes).stored = [stored_account(world, world.person(who).username) for who in ("Ada", "Ben")]


@then("{who:Person} is told that she is registered")
def told_registered(context: Context, who: str) -> None:
    answer = expect_status(context.world.response, 201)
    expect("body", answer.json(), {"message": "User registered successfully."})


@then("{who:Person} can log in")
def can_log_in(context: Context, who: str) -> None:
    account = context.world.person(who).account
    expect_status(context.world.platform.auth.login(account.username, account.password), 200)


@then("{who:Person} is told that the user already exists")
def told_taken(context: Context, who: str) -> None:
    expect_refusal(context.world.response, *TAKEN)


@then("exactly one of them is registered")
def one_registered(context: Context) -> None:
    statuses = [answer.status for answer in context.world.notes(AuthNotes).answers]
    expect("registrations that went through", statuses.count(201), 1)


@then("the others are told that the user already exists")
def others_told_taken(context: Context) -> None:
    for answer in context.world.notes(AuthNotes).answers:
        if answer.status != 201:
            expect_refusal(answer, *TAKEN)


@then("{who:Person} is told that username and password are required")
def told_required(context: Context, who: str) -> None:
    expect_refusal(context.world.response, *REQUIRED)


@then("{who:Person} is told that the password is not good enough")
def told_bad_password(context: Context, who: str) -> None:
    expect_refusal(context.world.response, *BAD_PASSWORD)


@then("{who:Person} is told that the username is not valid")
def told_bad_username(context: Context, who: str) -> None:
    expect_refusal(context.world.response, *BAD_USERNAME)


@then("{who:Person} is told that the e-mail address is not valid")
def told_bad_email(context: Context, who: str) -> None:
    expect_refusal(context.world.response, *BAD_EMAIL)


@then("it holds an Argon2id hash and nowhere the password")
def holds_a_hash(context: Context) -> None:
    stored = context.world.notes(AuthNotes).stored[0]
    expect_that("stored account", "$argon2id$" in stored, "an Argon2id hash", "none in it")
    there = context.world.person("Ada").account.password in stored
    expect_that("stored account", not there, "no password", "the password in clear")


@then("their hashes differ")
def hashes_differ(context: Context) -> None:
    hashes = [
        "$argon2id$" + text.partition("$argon2id$")[2].partition('"')[0]
        for text in context.world.notes(AuthNotes).stored
    ]
    expect("different hashes", len(set(hashes)), 2)
