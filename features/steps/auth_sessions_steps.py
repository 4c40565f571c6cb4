"""Steps about logging in, staying in and getting out."""

from statistics import median

from behave import given, then, when

from features.support.auth_notes import (
    INVALID_CREDENTIALS,
    INVALID_REFRESH,
    NO_TOKEN,
    TOO_MANY,
    AuthNotes,
    lacking,
    log_in,
)
from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.expect import Unmet, expect, expect_refusal, expect_status, expect_that, field
from fixtures.builders import an_account
from fixtures.clients import Response

FIELDS = {"the username": "username", "the password": "password"}


@given("{who:Person} has logged in")
def has_logged_in(context: Context, who: str) -> None:
    log_in(context.world, who)


@given("Ada has logged in on her phone and on her desk")
def has_logged_in_twice(context: Context) -> None:
    for place in ("phone", "desk"):
        log_in(context.world, "Ada", place)


@given("{who:Person} has logged in {count:d} times")
def has_logged_in_times(context: Context, who: str, count: int) -> None:
    for _ in range(count):
        log_in(context.world, who)


@given("{who:Person} has logged in with a wrong password")
def has_failed(context: Context, who: str) -> None:
    has_failed_times(context, who, 1)


@given("{who:Person} has logged in with a wrong password {count:d} times")
def has_failed_times(context: Context, who: str, count: int) -> None:
    world = context.world
    for _ in range(count):
        answer = world.platform.auth.login(world.person(who).username, an_account().password)
        world.notes(AuthNotes).answers.append(expect_status(answer, 401))


@given("an unknown username has failed to log in {count:d} times")
def unknown_has_failed(context: Context, count: int) -> None:
    world = context.world
    for _ in range(count):
        expect_status(world.platform.auth.login(world.name("unknown"), an_account().password), 401)


@given("Ada has refreshed her tokens")
def has_refreshed(context: Context) -> None:
    has_refreshed_times(context, 1)


@given("Ada has refreshed her tokens {count:d} times")
def has_refreshed_times(context: Context, count: int) -> None:
    world = context.world
    notes = world.notes(AuthNotes)
    for _ in range(count):
        notes.keep("Ada", world.platform.auth.refresh(notes.newest("Ada").refresh))


@given("somebody has used Ada's old refresh token")
@given("somebody has used Ada's first refresh token")
def old_was_used(context: Context) -> None:
    world = context.world
    expect_refusal(world.platform.auth.refresh(world.notes(AuthNotes).pairs["Ada"][0].refresh), *INVALID_REFRESH)


@given("Ada's refresh token of her phone was used twice")
def phone_was_used_twice(context: Context) -> None:
    world = context.world
    answers = [world.platform.auth.refresh(world.notes(AuthNotes).newest("phone").refresh) for _ in range(2)]
    expect("statuses", [answer.status for answer in answers], [200, 401])


@given("Ada has logged out")
def has_logged_out(context: Context) -> None:
    world = context.world
    expect_status(world.platform.auth.logout(world.notes(AuthNotes).newest("Ada").access), 204)


@given("Ada has logged out on her phone")
def has_logged_out_on_phone(context: Context) -> None:
    world = context.world
    expect_status(world.platform.auth.logout(world.notes(AuthNotes).newest("phone").access), 204)


@when("{who:Person} logs in")
@when("{who:Person} logs in for the first time")
def logs_in(context: Context, who: str) -> None:
    world = context.world
    person = world.person(who)
    person.register()
    world.response = world.platform.auth.login(person.account.username, person.account.password)


@when("{who:Person} logs in with a wrong password")
def logs_in_wrong(context: Context, who: str) -> None:
    world = context.world
    world.response = world.platform.auth.login(world.person(who).username, an_account().password)


@when("{who:Person} logs in with the first {count:d} characters of her password")
def logs_in_short(context: Context, who: str, count: int) -> None:
    account = context.world.person(who).account
    context.world.response = context.world.platform.auth.login(account.username, account.password[:count])


@when("{who:Person} logs in with {detail:AccountDetail} {how:Absence}")
def logs_in_lacking(context: Context, who: str, detail: str, how: str) -> None:
    world = context.world
    account = world.person(who).account
    body = {"username": account.username, "password": account.password} | {FIELDS[detail]: lacking(how)}
    given_body = {name: value for name, value in body.items() if value is not ...}
    world.response = world.platform.auth.channel.perform("login", json=given_body)


@when("somebody unknown logs in")
def unknown_logs_in(context: Context) -> None:
    account = an_account("unknown")
    context.world.response = context.world.platform.auth.login(account.username, account.password)


@when("the unknown username is tried again")
def unknown_again(context: Context) -> None:
    world = context.world
    world.response = world.platform.auth.login(world.name("unknown"), an_account().password)


@when("each of them logs in with a wrong password, and as many unknown people in turn")
def known_and_unknown(context: Context) -> None:
    world = context.world
    notes = world.notes(AuthNotes)
    for person in [person for person in world.people if person.name.startswith("person-")]:
        for _ in range(2):
            notes.answers.append(world.platform.auth.login(person.username, an_account().password))
            notes.others.append(world.platform.auth.login(an_account().username, an_account().password))


@when("Ada refreshes her tokens")
def refreshes(context: Context) -> None:
    world = context.world
    world.response = world.platform.auth.refresh(world.notes(AuthNotes).newest("Ada").refresh)


@when("Ada refreshes the tokens of her desk")
def refreshes_desk(context: Context) -> None:
    world = context.world
    world.response = world.platform.auth.refresh(world.notes(AuthNotes).newest("desk").refresh)


@when("Ada refreshes with {what}")
def refreshes_with(context: Context, what: str) -> None:
    world = context.world
    pairs = world.notes(AuthNotes).pairs["Ada"]
    newest = pairs[-1]
    middle = len(newest.refresh) // 2
    other = "A" if newest.refresh[middle] != "A" else "B"
    token = {
        "the refresh token she used before": pairs[0].refresh,
        "her access token": newest.access,
        "a made-up token": world.name("token"),
        "an altered refresh token": newest.refresh[:middle] + other + newest.refresh[middle + 1 :],
    }[what]
    world.response = world.platform.auth.refresh(token)


@when("{count:d} callers use Ada's refresh token at the same moment")
def refresh_together(context: Context, count: int) -> None:
    world = context.world
    notes = world.notes(AuthNotes)
    token = notes.newest("Ada").refresh
    notes.answers = at_the_same_moment([lambda: world.platform.auth.refresh(token)] * count)


@when("Ada logs out")
def logs_out(context: Context) -> None:
    world = context.world
    world.response = world.platform.auth.logout(world.notes(AuthNotes).newest("Ada").access)


@when("somebody without a token logs out")
def somebody_logs_out(context: Context) -> None:
    context.world.response = context.world.platform.auth.logout(None)


@then("{who:Person} gets her tokens")
@then("{who:Person} gets his tokens")
def gets_tokens(context: Context, who: str) -> None:
    answer = expect_status(context.world.response, 200)
    expect("fields", sorted(answer.json()), ["access_token", "expires_in", "refresh_token", "token_type"])
    expect("token_type", field(answer, "token_type"), "Bearer")


@then("the access token is good for 15 minutes")
def good_for_15_minutes(context: Context) -> None:
    expect("expires_in", field(context.world.response, "expires_in"), 900)


@then("both of Ada's tokens are new")
def both_new(context: Context) -> None:
    notes = context.world.notes(AuthNotes)
    before = notes.newest("Ada")
    after = notes.keep("Ada", context.world.response)
    same = [
        n for n, a, b in (("access", before.access, after.access), ("refresh", before.refresh, after.refresh)) if a == b
    ]
    expect("tokens that stayed the same", same, [])


@then("{who:Person} is told that her credentials are invalid")
def told_invalid(context: Context, who: str) -> None:
    expect_refusal(context.world.response, *INVALID_CREDENTIALS)


@then("the two answers are the same")
def answers_same(context: Context) -> None:
    expect(
        "the answer to an unknown name",
        _said(context.world.response),
        _said(context.world.notes(AuthNotes).answers[-1]),
    )
    expect_refusal(context.world.response, *INVALID_CREDENTIALS)


@then("both kinds of answer take about the same time")
def about_same_time(context: Context) -> None:
    notes = context.world.notes(AuthNotes)
    known, unknown = (median(a.seconds for a in answers) for answers in (notes.answers, notes.others))
    # Hashing is most of either answer; without it an answer takes a fraction. A factor of 2 leaves room for a busy
    # machine.
    expect_that("time for an unknown name", known / 2 <= unknown <= known * 2, f"{known:.4f} s", f"{unknown:.4f} s")


@then("{who:Person} is told to wait before she logs in again")
def told_to_wait(context: Context, who: str) -> None:
    told_to_wait_again(context)


@then("it is told to wait")
def told_to_wait_again(context: Context) -> None:
    answer = context.world.response
    expect_refusal(answer, *TOO_MANY)
    wait = answer.headers.get("retry-after", "")
    if not (wait.isdigit() and 1 <= int(wait) <= 60):
        raise Unmet("Retry-After", "1 to 60 seconds", wait)
    limits = [name for name in answer.headers if name.startswith("x-ratelimit-")]
    expect("limit headers", sorted(limits), ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"])


@then("Ada is told that her refresh token is invalid")
def told_refresh_invalid(context: Context) -> None:
    expect_refusal(context.world.response, *INVALID_REFRESH)


@then("at most one of them gets tokens")
def at_most_one(context: Context) -> None:
    statuses = [answer.status for answer in context.world.notes(AuthNotes).answers]
    expect_that("answers", statuses.count(200) <= 1, "at most one 200", statuses)
    expect("answers of other kinds", [status for status in statuses if status not in (200, 401)], [])


@then("Ada's refresh tokens are all refused from then on")
def all_refused(context: Context) -> None:
    world = context.world
    notes = world.notes(AuthNotes)
    given_out = [field(answer, "refresh_token") for answer in notes.answers if answer.status == 200]
    for token in [*given_out, notes.newest("Ada").refresh]:
        expect_refusal(world.platform.auth.refresh(token), *INVALID_REFRESH)


@then("Ada is told nothing but that she is out")
def told_out(context: Context) -> None:
    expect("body", expect_status(context.world.response, 204).body, b"")


@then("somebody is told that authentication is required")
def told_authentication(context: Context) -> None:
    answer = context.world.response
    expect_refusal(answer, *NO_TOKEN)
    expect("WWW-Authenticate", answer.headers.get("www-authenticate"), "Bearer")


def _said(answer: Response) -> tuple[int, str, list[str]]:
    own = {"x-request-id", "date", "traceparent"}
    return answer.status, answer.text, sorted(f"{n}: {v}" for n, v in answer.headers.items() if n not in own)
