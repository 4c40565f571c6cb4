"""Steps about log groups that are forwarded, and lines that are put aside."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from behave import given, then, when

from features.support.cloudwatch import (
    FUNCTION,
    HARMLESS,
    LIMIT,
    SECRETS,
    HandedOn,
    dead_letters,
    event,
    group,
    hand_on,
    malformed,
)
from features.support.collecting import collector, make_well
from features.support.context import Context
from features.support.expect import expect, expect_status, expect_that
from features.support.interruption import Disturbance, expect_caught, hold, let_go, start, stop
from features.support.world import World
from fixtures.clients.collector import STACK
from fixtures.clients.functions import failed
from fixtures.errors import UnreachableError

PART = "functions"
LONG = "x" * 599_900 + " and more " * 10


def invoked_well(world: World) -> None:
    """The forwarder answered, and did not fail."""
    expect_status(world.response, 200)
    expect_that("the forwarder", not failed(world.response), "does not fail", world.response.text[:300])


def forwarded(world: World) -> list[dict[str, Any]]:
    """Every event of the scenario's group at the collector."""
    return collector(world).events(source=group(world))


@given("the collector turns the group's lines away for once")
def turned_away_once(context: Context) -> None:
    collector(context.world).mood(STACK, "busy", times=1, about=group(context.world))


@when("CloudWatch Logs hands on three lines")
def three_lines(context: Context) -> None:
    world = context.world
    world.response = hand_on(world, [world.name("one"), world.name("two"), json.dumps({"say": world.name("three")})])


@when("CloudWatch Logs hands on {count:Count} lines")
def many_lines(context: Context, count: int) -> None:
    world = context.world
    world.response = hand_on(world, [f"{world.name('line')} number {number}" for number in range(count)])


@when("CloudWatch Logs hands on a blank line between two others")
def blank_between(context: Context) -> None:
    context.world.response = hand_on(context.world, [context.world.name("one"), " \n", context.world.name("two")])


@when("CloudWatch Logs sends a control message")
def control_message(context: Context) -> None:
    context.world.response = hand_on(context.world, [context.world.name("probe")], "CONTROL_MESSAGE")


@when("CloudWatch Logs hands on a plain line with {secret}")
def plain_with(context: Context, secret: str) -> None:
    hidden, line, _ = SECRETS[secret]
    context.world.notes(HandedOn).secret = hidden
    context.world.response = hand_on(context.world, [line])


@when("CloudWatch Logs hands on a JSON line with {secret}")
def json_with(context: Context, secret: str) -> None:
    hidden, _, line = SECRETS[secret]
    context.world.notes(HandedOn).secret = hidden
    context.world.response = hand_on(context.world, [json.dumps(line)])


@when("CloudWatch Logs hands on a line with {what}")
def line_with(context: Context, what: str) -> None:
    context.world.response = hand_on(context.world, [HARMLESS[what]])


@when("CloudWatch Logs hands on a line of 600,000 characters")
def long_line(context: Context) -> None:
    context.world.response = hand_on(context.world, [LONG])


@when("the forwarder is handed {flaw}")
def handed(context: Context, flaw: str) -> None:
    context.world.response = context.world.platform.functions.invoke(FUNCTION, malformed(flaw))


@given("the forwarder is caught putting a line aside")
def caught_putting_aside(context: Context) -> None:
    world = context.world
    hold(world, "SendMessage", group(world))
    with ThreadPoolExecutor(1) as caller:
        answer = caller.submit(hand_on, world, ["a line"])
        expect_caught(world)
        world.notes(Disturbance).parts.append(PART)
        stop(world, PART)
    expect_that("the answer", isinstance(answer.exception(), UnreachableError), "none", answer)


@when("the forwarder dies before it is put aside and gets the line again")
def dies_and_gets_again(context: Context) -> None:
    world = context.world
    let_go(world, "drop")
    start(world, PART)
    world.response = hand_on(world, ["a line"])
    invoked_well(world)


@then("the collector has each of them once, with its group, its stream and its time")
def has_each_once(context: Context) -> None:
    world = context.world
    invoked_well(world)
    kept = world.notes(HandedOn)
    *plain, structured = kept.lines
    wanted = [
        (line, group(world), "stream", (kept.timestamp + number) / 1000)
        for number, line in enumerate([*plain, json.loads(structured)])
    ]
    found = [(each["event"], each["source"], each["host"], each["time"]) for each in forwarded(world)]
    expect("events: line, source, host, time", found, wanted)


@then("the collector has all {count:Count} lines")
def has_all(context: Context, count: int) -> None:
    world = context.world
    invoked_well(world)
    expect("different lines", len({each["event"] for each in forwarded(world)}), count)


@then("the forwarder says that it forwarded {count:Count} lines")
def says_forwarded(context: Context, count: int) -> None:
    expect("counts", context.world.response.json(), {"forwarded": count, "dead_lettered": 0, "blank": 0})


@then("the collector has the two others")
def has_two_others(context: Context) -> None:
    world = context.world
    invoked_well(world)
    lines = world.notes(HandedOn).lines
    expect("lines", [each["event"] for each in forwarded(world)], [lines[0], lines[2]])


@then("the forwarder forwards nothing, and that is no failure")
def forwards_nothing(context: Context) -> None:
    world = context.world
    invoked_well(world)
    expect("counts", world.response.json(), {"forwarded": 0, "dead_lettered": 0, "blank": 0})
    expect("lines", forwarded(world), [])


@then("the collector has the line without it")
def has_line_without(context: Context) -> None:
    world = context.world
    invoked_well(world)
    [line] = [json.dumps(each["event"]) for each in forwarded(world)]
    hidden = world.notes(HandedOn).secret
    expect_that("the line", hidden not in line and len(line) > 10, f"does not hold the secret of {len(hidden)}", line)


@then("the collector has the line as it was")
def has_line_as_it_was(context: Context) -> None:
    world = context.world
    invoked_well(world)
    [line] = world.notes(HandedOn).lines
    wanted = json.loads(line) if line.startswith("{") else line
    expect("lines", [each["event"] for each in forwarded(world)], [wanted])


@then("it fails and says {reason}")
def fails_and_says(context: Context, reason: str) -> None:
    answer = context.world.response
    expect_that("the forwarder", failed(answer), "fails", answer.text[:300])
    said = answer.json()
    expect("kind of error", said["errorType"], "MalformedEvent")
    expect_that("its words", reason in said["errorMessage"], reason, said["errorMessage"])


@then("the next good lines are forwarded")
def next_forwarded(context: Context) -> None:
    three_lines(context)
    has_each_once(context)


@then("the line is among the dead letters once, without it")
def aside_without_secret(context: Context) -> None:
    world = context.world
    invoked_well(world)
    letters = dead_letters(world)
    expect("dead letters", len(letters), 1)
    hidden = world.notes(HandedOn).secret
    expect_that("the letter", hidden not in letters[0].body, "does not hold the secret", letters[0].body)
    [kept] = letters[0].json()["events"]
    expect("keys of the line", sorted(kept), ["id", "message", "timestamp"])


@then("the line is among the dead letters once")
@then("all the lines are among the dead letters, each of them once")
def aside_once(context: Context) -> None:
    lines = [each["message"] for letter in dead_letters(context.world) for each in letter.json()["events"]]
    expect("lines put aside", lines, context.world.notes(HandedOn).lines)


@then("its pieces among the dead letters make up the whole line")
def pieces_make_up(context: Context) -> None:
    world = context.world
    invoked_well(world)
    letters = dead_letters(world)
    sizes = [len(letter.body.encode()) for letter in letters]
    expect_that("sizes of the letters", len(sizes) > 1 and max(sizes) <= LIMIT, f"several, at most {LIMIT}", sizes)
    pieces = sorted((each["piece"], each["text"]) for letter in letters for each in letter.json()["events"])
    expect("number of pieces", [piece for piece, _ in pieces], list(range(1, len(pieces) + 1)))
    whole = json.loads("".join(text for _, text in pieces))
    expect_that("the line", whole == LONG, f"{len(LONG)} characters, as it was", len(whole))


@then("the collector doesn't get it later")
def not_later(context: Context) -> None:
    world = context.world
    make_well(world)
    # A line that is handed on now overtakes nothing: what were to come would be there before it.
    expect_status(world.platform.functions.invoke(FUNCTION, event(world, [world.name("later")])), 200)
    expect("lines", [each["event"] for each in forwarded(world)], [world.name("later")])
