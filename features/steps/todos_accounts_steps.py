"""Steps about accounts and tokens of todos."""

from behave import given, then, when

from features.steps.auth_registering_steps import FIELDS, username_with
from features.support.auth_notes import TAKEN, AuthNotes, lacking, show_token
from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.expect import expect, expect_refusal, expect_status, field
from features.support.forgery import forged, signed_with_a_secret, well_signed_with
from features.support.short_names import under_a_free_name
from features.support.todos_notes import TodoNotes, log_in, sign_up, token_of
from features.support.world import World
from fixtures.builders import an_account, marked
from fixtures.clients import Response, a_source_address


def register(world: World, who: str, **changed: object) -> Response:
    """A registration at todos; what is in `changed` replaces the person's details, `...` leaves them out."""
    return world.platform.todos.channel.perform("registerTodoUser", json=details(world, who, changed))


def details(world: World, who: str, changed: dict[str, object]) -> dict[str, object]:
    account = world.person(who).account
    body: dict[str, object] = {"username": account.username, "password": account.password}
    return {name: value for name, value in (body | changed).items() if value is not ...}


def fail_to_log_in(world: World, username: str, source: str = "") -> Response:
    return world.platform.todos.login_todo_user(username, an_account().password, source=source)


@given("{who:Person} has signed up for todos")
def has_signed_up(context: Context, who: str) -> None:
    sign_up(context.world, who)


@given("{count:d} people have signed up for todos")
def people_have_signed_up(context: Context, count: int) -> None:
    for number in range(count):
        sign_up(context.world, f"person-{number}")


@given("{count:d} people have signed up for todos from one address")
def people_have_signed_up_from_one(context: Context, count: int) -> None:
    world = context.world
    for number in range(count):
        sign_up(world, f"person-{number}", world.notes(TodoNotes).address)


@given("Ada has signed up for todos with a password of {length:d} characters")
def has_signed_up_with_length(context: Context, length: int) -> None:
    ada = context.world.person("Ada")
    ada.account = type(ada.account)(ada.username, ada.account.email, marked("p").ljust(length, "x")[:length])
    sign_up(context.world, "Ada")


@given("Ben has tried to sign up for todos under Ada's username")
def has_tried_to_sign_up(context: Context) -> None:
    world = context.world
    expect_refusal(register(world, "Ben", username=world.person("Ada").username), *TAKEN)


@given("Ada has logged in to todos with a wrong password")
def has_failed(context: Context) -> None:
    world = context.world
    answer = fail_to_log_in(world, world.person("Ada").username)
    world.notes(AuthNotes).answers.append(expect_status(answer, 401))


@given("Ada has logged in to todos again")
def has_logged_in_again(context: Context) -> None:
    log_in(context.world, "Ada")


@given("somebody has guessed {count:d} passwords from one address")
@given("somebody has guessed {count:d} of Ada's passwords from one address")
def has_guessed(context: Context, count: int) -> None:
    world = context.world
    for _ in range(count):
        answer = fail_to_log_in(world, world.person("Ada").username, world.notes(TodoNotes).address)
        expect_status(answer, 401)


@when("{who:Person} signs up for todos")
def signs_up(context: Context, who: str) -> None:
    context.world.response = register(context.world, who)
    context.world.notes(TodoNotes).signed_up.add(who)


@when("Ada signs up for todos from that address")
def signs_up_from_there(context: Context) -> None:
    world = context.world
    account, address = world.person("Ada").account, world.notes(TodoNotes).address
    world.response = world.platform.todos.register_todo_user(account.username, account.password, source=address)


@when("Ada signs up for todos from that address, saying that it comes from another")
def signs_up_forwarded(context: Context) -> None:
    world = context.world
    account, address = world.person("Ada").account, world.notes(TodoNotes).address
    world.response = world.platform.todos.register_todo_user(
        account.username, account.password, source=address, headers={"X-Forwarded-For": a_source_address()}
    )


@when("Ben signs up for todos under Ada's username")
def signs_up_under_adas(context: Context) -> None:
    world = context.world
    world.response = register(world, "Ben", username=world.person("Ada").username)


@when("{count:d} people sign up for todos under the same username at the same moment")
def sign_up_together(context: Context, count: int) -> None:
    world = context.world
    name = world.name("wanted")
    calls = [lambda who=f"person-{number}": register(world, who, username=name) for number in range(count)]
    world.notes(AuthNotes).answers = at_the_same_moment(calls)


@when("Ada signs up for todos with {detail:AccountDetail} {how:Absence}")
def signs_up_lacking(context: Context, detail: str, how: str) -> None:
    context.world.response = register(context.world, "Ada", **{FIELDS[detail]: lacking(how)})


@when("Ada signs up for todos with a password of {length:d} characters")
def signs_up_with_length(context: Context, length: int) -> None:
    context.world.response = register(context.world, "Ada", password="x" * length)


@when("Ada signs up for todos with her username as password")
def signs_up_with_username(context: Context) -> None:
    context.world.response = register(context.world, "Ada", password=context.world.person("Ada").username)


@when("Ada signs up for todos under a username with {flaw}")
def signs_up_flawed(context: Context, flaw: str) -> None:
    context.world.response = register(context.world, "Ada", username=username_with(flaw))


@when("Ada signs up for todos under a username of {length:d} characters")
def signs_up_under_length(context: Context, length: int) -> None:
    world = context.world
    world.response = under_a_free_name(length, lambda name: register(world, "Ada", username=name))


@when("Ada logs in to todos")
@when("Ada logs in to todos with her account of the shop")
def logs_in(context: Context) -> None:
    world = context.world
    account = world.person("Ada").account
    world.response = world.platform.todos.login_todo_user(account.username, account.password)


@when("Ada logs in to todos from that address")
def logs_in_from_there(context: Context) -> None:
    world = context.world
    account, address = world.person("Ada").account, world.notes(TodoNotes).address
    world.response = world.platform.todos.login_todo_user(account.username, account.password, source=address)


@when("Ada logs in to todos from that address, saying that it comes from another")
def logs_in_forwarded(context: Context) -> None:
    world = context.world
    account, address = world.person("Ada").account, world.notes(TodoNotes).address
    world.response = world.platform.todos.login_todo_user(
        account.username, account.password, source=address, headers={"X-Forwarded-For": a_source_address()}
    )


@when("Ada logs in to todos with a wrong password")
def logs_in_wrong(context: Context) -> None:
    context.world.response = fail_to_log_in(context.world, context.world.person("Ada").username)


@when("Ada logs in to todos with the first {count:d} characters of her password")
def logs_in_short(context: Context, count: int) -> None:
    world = context.world
    account = world.person("Ada").account
    world.response = world.platform.todos.login_todo_user(account.username, account.password[:count])


@when("Ada logs in to todos with {detail:AccountDetail} {how:Absence}")
def logs_in_lacking(context: Context, detail: str, how: str) -> None:
    world = context.world
    body = details(world, "Ada", {FIELDS[detail]: lacking(how)})
    world.response = world.platform.todos.channel.perform("loginTodoUser", json=body)


@when("somebody unknown logs in to todos")
def unknown_logs_in(context: Context) -> None:
    context.world.response = fail_to_log_in(context.world, an_account("unknown").username)


@when("each of them logs in to todos with a wrong password, and as many unknown people in turn")
def known_and_unknown(context: Context) -> None:
    world = context.world
    notes = world.notes(AuthNotes)
    for person in [person for person in world.people if person.name.startswith("person-")]:
        for _ in range(2):
            notes.answers.append(fail_to_log_in(world, person.username))
            notes.others.append(fail_to_log_in(world, an_account().username))


@when("Ada shows todos a token that {flaw}")
def shows_flawed(context: Context, flaw: str) -> None:
    world = context.world
    token = token_of(world, "Ada")
    if flaw == "the shop has given her":
        token = world.regular("Ada").token
    elif flaw == "is signed with another secret":
        token = signed_with_a_secret(token, marked("a secret of nobody that is long enough"))
    else:
        token = forged(token, flaw, [])
    world.response = world.platform.todos.list_todos(token=token)


@when("Ada shows todos a well-signed token that {flaw}")
def shows_well_signed_token(context: Context, flaw: str) -> None:
    world = context.world
    secret = world.platform.target.services["todos"].token_secret
    token = well_signed_with(secret, token_of(world, "Ada"), flaw)
    world.response = world.platform.todos.list_todos(token=token)


@then("Ada is shown her list")
def is_shown_list(context: Context) -> None:
    expect("her list", expect_status(context.world.response, 200).json(), [])


@when("Ada shows her token of todos to the {service:Guarded} service")
def shows_elsewhere(context: Context, service: str) -> None:
    context.world.response = show_token(context.world, service, token_of(context.world, "Ada"))


@then("Ben is told that he is registered")
def told_registered(context: Context) -> None:
    answer = expect_status(context.world.response, 201)
    expect("body", answer.json(), {"message": "User registered successfully."})


@then("Ada can log in to todos")
def can_log_in(context: Context) -> None:
    log_in(context.world, "Ada")


@then("Ada gets a token of todos")
def gets_token(context: Context) -> None:
    world = context.world
    answer = expect_status(world.response, 200)
    expect("fields", sorted(answer.json()), ["access_token"])
    listed = world.platform.todos.list_todos(token=field(answer, "access_token"))
    expect("her list", expect_status(listed, 200).json(), [])
