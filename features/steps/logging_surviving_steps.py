"""Steps about a service whose log collector is slow, away, busy, or refuses its token."""

import json
from collections import Counter

from behave import given, then, when

from features.support import hermit
from features.support.collecting import collector, disturb, make_well, token
from features.support.context import Context
from features.support.expect import expect, expect_that
from features.support.hermit import Hermit
from features.support.impostor import Impostor
from features.support.links_notes import LinksNotes
from features.support.world import World

NOBODY = "http://127.0.0.1:9"
LONG = 30.0
RECOVERY = 3
"""Times the usual deadline until a collector that is back has got everything: pauses between tries grow."""
REFUSED = "refuses the token"
TAKES_NONE = "takes no log lines for now"
PRODUCTION = {
    "APP_ENV": "production",
    "ADMIN_USERNAME": "admin",
    "ADMIN_PASSWORD": "correct horse battery staple",
    "AUTH_URL": "https://auth.example",
}
FLAWS = {
    "an example as Splunk's token": ("https://hec.example:8088", "changeme"),
    "no token for Splunk": ("https://hec.example:8088", ""),
    "an unprotected way to Splunk": ("http://hec.example:8088", "11111111-2222-3333-4444-555555555555"),
}


@given("the collector holds every request for log lines")
def holds_every_request(context: Context) -> None:
    collector(context.world).mood(token(context.world).id, delay=LONG)


@given("the collector is {mood} for two requests")
def in_a_mood(context: Context, mood: str) -> None:
    collector(context.world).mood(token(context.world).id, mood, times=2)


@given("a service with room for {room:d} log lines is asked once")
def asked_once_with_room(context: Context, room: int) -> None:
    hermit.start(context.world, SPLUNK_HEC_WAITING_LINES=str(room))
    hermit.ask(context.world, 1)


@given("a service was asked {times:d} times")
@when("a service is asked {times:d} times")
def is_asked(context: Context, times: int) -> None:
    hermit.start(context.world)
    hermit.ask(context.world, times)


@when("a service without a collector is asked {times:d} times")
def asked_without_collector(context: Context, times: int) -> None:
    hermit.start(context.world, url=NOBODY)
    hermit.ask(context.world, times)
    hermit.end(context.world)


@when("a service is asked {times:d} times that logs to somebody with a certificate nobody vouches for")
def asked_beside_impostor(context: Context, times: int) -> None:
    hermit.start(context.world, url=context.world.notes(Impostor).url)
    hermit.ask(context.world, times)


@then("that somebody was called, and was told nothing")
def told_nothing(context: Context) -> None:
    world = context.world
    calls = world.notes(Impostor).calls
    world.eventually(lambda: expect_that("calls of the impostor", bool(calls), "at least one", 0))
    expect("bytes the impostor was told", sum(len(heard) for heard in calls), 0)


@when("the held request has arrived and the service is asked {times:d} times more")
def asked_more(context: Context, times: int) -> None:
    world = context.world
    until_asked(world)
    hermit.ask(world, times)


@given("a service whose token is {flaw} is asked once and told so")
def asked_with_flawed_token(context: Context, flaw: str) -> None:
    world = context.world
    collector(world).mood(token(world).id, {"disabled": "disabled", "rejected": "rejecting"}[flaw])
    hermit.start(world)
    hermit.ask(world, 1)
    until_asked(world)


@when("it is asked {times:d} times more")
def it_is_asked_more(context: Context, times: int) -> None:
    hermit.ask(context.world, times)
    hermit.end(context.world)


@when("nobody asks it any more")
def nobody_asks(context: Context) -> None:
    hermit.end(context.world)


@when("a service is started in production with {flaw}")
def started_in_production(context: Context, flaw: str) -> None:
    url, value = FLAWS[flaw]
    hermit.start(context.world, url=url, value=value, **PRODUCTION)
    process = context.world.notes(Hermit).process
    assert process is not None
    assert process.stdin is not None
    process.stdin.write("1\n")
    hermit.end(context.world)


@given("the log collector is {state}")
def is_disturbed(context: Context, state: str) -> None:
    disturb(context.world, state)


@when("{count:d} readers follow the link, one after the other")
def readers_follow(context: Context, count: int) -> None:
    world = context.world
    notes = world.notes(LinksNotes)
    notes.answers = [world.platform.links.follow_link(notes.code) for _ in range(count)]


@then("every reader gets there")
def every_reader_gets_there(context: Context) -> None:
    expect("statuses", Counter(answer.status for answer in context.world.notes(LinksNotes).answers), Counter({302: 20}))


@then("their log lines arrive once the log collector is well again")
def lines_arrive_again(context: Context) -> None:
    world = context.world
    make_well(world)
    ids = [answer.headers["x-request-id"] for answer in world.notes(LinksNotes).answers]

    def claim() -> None:
        missing = [each for each in ids if not world.platform.control.collected(each)]
        expect("readers without a log line", missing, [])

    world.eventually(claim, RECOVERY * world.platform.target.deadlines["eventually"])


@then("it has answered {times:d} times before the collector answered anything")
def answered_before_collector(context: Context, times: int) -> None:
    until_asked(context.world)
    expect("answers of the service", context.world.notes(Hermit).answered, times)
    expect("answers of the collector", collector(context.world).counts(token(context.world).id)["answers"], {})
    # Whoever waited for each line would have seen the first request given up before the last answer.
    given_up = [line for line in context.world.notes(Hermit).said if TAKES_NONE in line]
    expect("requests for log lines given up meanwhile", given_up, [])


@then("it has answered {times:d} times")
@then("it has answered all {times:d} times")
def has_answered(context: Context, times: int) -> None:
    expect("answers of the service", context.world.notes(Hermit).answered, times)


@then("all {count:d} log lines arrive once the collector goes on")
@then("{count:d} of its log lines arrive once the collector goes on")
def lines_arrive(context: Context, count: int) -> None:
    world = context.world
    collector(world).mood(token(world).id)
    expect_lines(world, count)


@then("all {count:d} log lines arrive, each of them once")
def lines_arrive_once(context: Context, count: int) -> None:
    expect_lines(context.world, count)
    lines_have_arrived(context, count)


@then("all {count:d} log lines have arrived")
def lines_have_arrived(context: Context, count: int) -> None:
    expect("lines that have arrived", len(hermit.arrived(context.world)), count)


@then("the other {count:d} are reported as dropped")
def reported_as_dropped(context: Context, count: int) -> None:
    world = context.world
    world.eventually(lambda: expect("lines reported as dropped", hermit.reported_drops(world), count))


@then("the service ends in good order")
def ends_in_good_order(context: Context) -> None:
    kept = context.world.notes(Hermit)
    expect("exit code", kept.exit_code if kept.exit_code is not None else "still runs", 0)


@then("it has said once that its token is refused, with code {code:d}")
def said_once(context: Context, code: int) -> None:
    lines = [json.loads(line) for line in context.world.notes(Hermit).said if REFUSED in line]
    reasons = [line["reason"] for line in lines]
    expect_that("what it said", len(reasons) == 1 and f"code {code}:" in reasons[0], f"once, code {code}", reasons)


@then("it has not shown the token")
def not_shown(context: Context) -> None:
    world = context.world
    shown = [len(line) for line in world.notes(Hermit).said if token(world).value in line]
    expect("lines that show the token", shown, [])


@then("the collector was asked once and not again")
def asked_once(context: Context) -> None:
    world = context.world
    expect("requests for log lines", collector(world).counts(token(world).id)["arrived"], 1)


@then("it refuses to start because of {variable}")
def refuses_because(context: Context, variable: str) -> None:
    kept = context.world.notes(Hermit)
    expect_that("exit code", kept.exit_code not in (0, None), "not 0", kept.exit_code)
    expect_that("what it said", any(variable in line for line in kept.said), f"names {variable}", kept.said[-3:])


def until_asked(world: World) -> None:
    """Waits until the first request for log lines has come to the collector."""

    def claim() -> None:
        arrived = collector(world).counts(token(world).id)["arrived"]
        expect_that("requests for log lines", arrived > 0, "at least one", arrived)

    world.eventually(claim)


def expect_lines(world: World, count: int) -> None:
    """The lines of that many requests arrive, in time for a collector that is back, and of no more.

    One that was held for longer than a sender waits is sent again, and then arrives twice.
    """
    patience = RECOVERY * world.platform.target.deadlines["eventually"]
    world.eventually(lambda: expect("requests with a line", len(set(hermit.arrived(world))), count), patience)
