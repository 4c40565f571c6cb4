"""Steps about the directory: who is in it, under which address."""

from collections import Counter

from behave import given, then, when

from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.directory import (
    Reading,
    address_of,
    address_with,
    everybody,
    how_many,
    join,
    lacking,
    page_size,
    pages,
    username_with,
)
from features.support.expect import expect, expect_status, expect_that, field
from features.support.refusals import REFUSALS, Refusal, expect_refused
from features.support.short_names import under_a_free_name

MADE_UP = "bm90LWEtY3Vyc29y"
LEAVERS = 20
"""People of other scenarios who may leave between two readings."""


@given('"{label:Quoted}" is in the directory with the address "{email:Quoted}"')
def is_in_the_directory(context: Context, label: str, email: str) -> None:
    username = context.world.name(label)
    expect_status(context.world.platform.users.create_user(username, email), 201)
    context.world.notes(Reading).newcomers.append(username)


@given('"{first:Quoted}", "{second:Quoted}" and "{third:Quoted}" are in the directory')
def are_in_the_directory(context: Context, first: str, second: str, third: str) -> None:
    for label in (first, second, third):
        is_in_the_directory(context, label, f"{label}@example.com")


@given("{count:d} newcomers are in the directory")
def newcomers_are_there(context: Context, count: int) -> None:
    for number in range(count):
        is_in_the_directory(context, f"newcomer-{number}", f"newcomer-{number}@example.com")


@given("more than {count:d} people are in the directory")
def more_people_are_there(context: Context, count: int) -> None:
    enough = count + LEAVERS
    newcomers_are_there(context, enough - how_many(context.world.platform.users, enough))


@given('"{label:Quoted}" has left the directory')
def has_left_the_directory(context: Context, label: str) -> None:
    is_in_the_directory(context, label, f"{label}@example.com")
    expect_status(context.world.platform.users.delete_user(context.world.name(label)), 200)


@when('"{label:Quoted}" joins the directory with the address "{email:Quoted}"')
def joins(context: Context, label: str, email: str) -> None:
    world = context.world
    world.response = world.platform.users.create_user(world.name(label), email)


@when("somebody joins the directory with {detail:Detail} {how:Absence}")
def joins_lacking(context: Context, detail: str, how: str) -> None:
    world = context.world
    entry = {"username": world.name("somebody"), "email": "somebody@example.com"}
    world.response = world.platform.users.channel.perform("createUser", json=lacking(entry, detail, how))


@when("somebody joins the directory under a username with {flaw}")
def joins_under_a_flawed_username(context: Context, flaw: str) -> None:
    context.world.response = context.world.platform.users.create_user(username_with(flaw), "somebody@example.com")


@when("somebody joins the directory under a username of {length:d} characters")
def joins_under_a_username_of(context: Context, length: int) -> None:
    context.world.response = under_a_free_name(length, lambda name: join(context.world, name, "somebody@example.com"))


@when("somebody joins the directory with an address of {length:d} characters")
def joins_with_an_address_of(context: Context, length: int) -> None:
    world = context.world
    world.response = join(world, world.name("somebody"), address_of(length))


@when("somebody joins the directory with a flawed address: {flaw}")
def joins_with_a_flawed_address(context: Context, flaw: str) -> None:
    world = context.world
    world.response = world.platform.users.create_user(world.name("somebody"), address_with(flaw))


@when("{count:d} people join the directory under one username at the same moment, {rounds:d} times over")
def join_under_one_username(context: Context, count: int, rounds: int) -> None:
    users = context.world.platform.users
    for number in range(rounds):
        name = context.world.name(f"wanted-{number}")
        calls = [lambda who=who, name=name: users.create_user(name, f"{who}@example.com") for who in range(count)]
        context.world.notes(Reading).rounds.append(at_the_same_moment(calls))


@when('{reader:Caller} looks up "{label:Quoted}" in the directory')
def looks_up(context: Context, reader: str, label: str) -> None:
    context.world.response = context.world.platform.users.get_user(context.world.name(label))


@when("{reader:Caller} reads the whole directory")
def reads_the_whole(context: Context, reader: str) -> None:
    context.world.response = expect_status(context.world.platform.users.list_users(), 200)
    context.world.notes(Reading).pages.append(context.world.response.json())


@when("{reader:Caller} reads the directory to its end in at least {count:d} pages")
def reads_to_its_end(context: Context, reader: str, count: int) -> None:
    users, reading = context.world.platform.users, context.world.notes(Reading)
    before = everybody(users)
    reading.limit = page_size(len(before), count)
    reading.pages += pages(users, reading.limit)
    # Others come and go meanwhile: only who was there all the time must be met.
    reading.there = before & everybody(users)


@when("{reader:Caller} reads a page of {limit} of the directory")
def reads_a_page(context: Context, reader: str, limit: str) -> None:
    context.world.response = context.world.platform.users.channel.perform("listUsers", params={"limit": limit})


@when("{reader:Caller} continues reading the directory at a cursor she made up")
def continues_anywhere(context: Context, reader: str) -> None:
    context.world.response = context.world.platform.users.list_users(10, MADE_UP)


@when('the address of "{label:Quoted}" changes to "{email:Quoted}"')
def changes_address(context: Context, label: str, email: str) -> None:
    context.world.response = context.world.platform.users.update_user(context.world.name(label), email)


@when('the address of "{label:Quoted}" is changed with the address {how:Absence}')
def changes_lacking(context: Context, label: str, how: str) -> None:
    world = context.world
    path = {"username": world.name(label)}
    world.response = world.platform.users.channel.perform("updateUser", path, json=lacking({}, "email", how))


@when('"{label:Quoted}" leaves the directory')
def leaves(context: Context, label: str) -> None:
    context.world.response = context.world.platform.users.delete_user(context.world.name(label))


@then("the directory refuses because {refusal:Refusal}")
def directory_refuses(context: Context, refusal: Refusal) -> None:
    expect_refused([context.world.response], refusal)


@then('the directory confirms that it added "{label:Quoted}"')
def confirms_added(context: Context, label: str) -> None:
    answer = expect_status(context.world.response, 201)
    expect("message", field(answer, "message"), "User created successfully")
    expect("username", field(answer, "username"), context.world.name(label))


@then('the directory knows "{label:Quoted}" with the address "{email:Quoted}"')
def knows_with_the_address(context: Context, label: str, email: str) -> None:
    username = context.world.name(label)
    answer = expect_status(context.world.platform.users.get_user(username), 200)
    expect("entry", answer.json(), {"username": username, "email": email})


@then("the directory knows the newcomer")
def knows_the_newcomer(context: Context) -> None:
    answer = expect_status(context.world.response, 201)
    asked = context.world.notes(Reading).asked
    expect("newcomer", {name: field(answer, name) for name in asked}, asked)
    expect("entry", context.world.platform.users.get_user(asked["username"]).json(), asked)


@then('the place named in the answer shows "{label:Quoted}"')
def place_shows(context: Context, label: str) -> None:
    location = expect_status(context.world.response, 201).headers.get("location", "")
    path, _, last = location.rpartition("/")
    expect_that("Location", path.removeprefix("/v1") == "/users", "/users/{username}", location)
    answer = expect_status(context.world.platform.users.get_user(last), 200)
    expect("username", field(answer, "username"), context.world.name(label))


@then('the directory does not know "{label:Quoted}"')
def does_not_know(context: Context, label: str) -> None:
    answer = context.world.platform.users.get_user(context.world.name(label))
    expect_refused([answer], REFUSALS["it does not know the user"])


@then("exactly one of them is added each time")
def one_is_added(context: Context) -> None:
    for answers in context.world.notes(Reading).rounds:
        expect("added", Counter(answer.status for answer in answers)[201], 1)


@then("all others are refused each time because {refusal:Refusal}")
def others_are_refused(context: Context, refusal: Refusal) -> None:
    for answers in context.world.notes(Reading).rounds:
        expect_refused([answer for answer in answers if answer.status >= 300], refusal)


@then("the directory knows each winner's address")
def knows_each_winner(context: Context) -> None:
    for answers in context.world.notes(Reading).rounds:
        won = next(answer for answer in answers if answer.status == 201)
        kept = context.world.platform.users.get_user(field(won, "username"))
        expect("address", field(kept, "email"), field(won, "email"))


@then('{reader:Caller} sees "{label:Quoted}" with the address "{email:Quoted}" and nothing else')
def sees_entry(context: Context, reader: str, label: str, email: str) -> None:
    answer = expect_status(context.world.response, 200)
    expect("entry", answer.json(), {"username": context.world.name(label), "email": email})


@then('the list holds "{first:Quoted}", "{second:Quoted}" and "{third:Quoted}" with their addresses')
def list_holds(context: Context, first: str, second: str, third: str) -> None:
    for label in (first, second, third):
        entry = {"username": context.world.name(label), "email": f"{label}@example.com"}
        expect(f"entries of {label}", context.world.response.json().count(entry), 1)


@then("the list holds more than {count:d} people")
def list_holds_more_than(context: Context, count: int) -> None:
    people = {entry["username"] for entry in context.world.response.json()}
    expect_that("people on the list", len(people) > count, f"more than {count}", len(people))


@then("every page but the last was full")
def pages_were_full(context: Context) -> None:
    reading = context.world.notes(Reading)
    lengths = [len(page) for page in reading.pages]
    expect_that("pages", len(lengths) > 1, "more than one", len(lengths))
    expect("lengths of the pages", set(lengths[:-1]), {reading.limit})


@then("she met everybody exactly once")
def met_everybody_once(context: Context) -> None:
    reading = context.world.notes(Reading)
    met = Counter(reading.met())
    expect_that("newcomers", set(reading.newcomers) <= reading.there, "in the directory", "not there")
    expect("not met", sorted(reading.there - set(met)), [])
    expect("met more than once", sorted(name for name, times in met.items() if times > 1), [])


@then("the list says that nobody follows")
def nobody_follows(context: Context) -> None:
    expect("Link", context.world.response.headers.get("link"), None)


@then("the page holds at most {limit:d} people")
def page_holds_at_most(context: Context, limit: int) -> None:
    page = expect_status(context.world.response, 200).json()
    expect_that("people on the page", 1 <= len(page) <= limit, f"1 to {limit}", len(page))


@then('the directory confirms the new address "{email:Quoted}"')
def confirms_new_address(context: Context, email: str) -> None:
    answer = expect_status(context.world.response, 200)
    expect("answer", answer.json(), {"message": "User updated", "updated_attributes": {"email": email}})


@then("the directory confirms that it removed the entry")
def confirms_removed(context: Context) -> None:
    expect("answer", expect_status(context.world.response, 200).json(), {"message": "User deleted"})
