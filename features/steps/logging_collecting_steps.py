"""Steps about a sender of events and what the log collector answers it."""

from behave import given, then, when

from features.support.collecting import FLAWS, Sender, asked, collector, token, two_events
from features.support.context import Context
from features.support.expect import expect, expect_status, expect_that, field

RETRY_AFTER = 7
ONE = b'{"event": "hello"}'


@given("the collector is busy for one request")
def busy_once(context: Context) -> None:
    collector(context.world).mood(token(context.world).id, "busy", times=1, retry_after=RETRY_AFTER)


@given("a token with acknowledgements")
@given("a token with acknowledgements on")
def token_with_acks(context: Context) -> None:
    token(context.world, acks=True)


@given("a token with acknowledgements off")
def token_without_acks(context: Context) -> None:
    token(context.world, acks=False)


@when("two events come with a token")
def events_come(context: Context) -> None:
    world = context.world
    world.response = collector(world).send(two_events(world), token(world).value)


@when("two events come packed")
def events_come_packed(context: Context) -> None:
    world = context.world
    world.response = collector(world).send(two_events(world), token(world).value, packed=True)


@when("two lines of text come with a token")
def lines_come(context: Context) -> None:
    world = context.world
    two_events(world)
    world.response = collector(world).send_lines("\n".join(world.notes(Sender).marks).encode(), token(world).value)


@when("events claim to be packed")
def claim_to_be_packed(context: Context) -> None:
    world = context.world
    world.response = collector(world).send_unpacked(two_events(world), token(world).value)


@when("an event comes without a token")
def without_token(context: Context) -> None:
    context.world.response = collector(context.world).send(two_events(context.world), None)


@when("an event comes under another scheme")
def under_another_scheme(context: Context) -> None:
    world = context.world
    world.response = collector(world).send(two_events(world), token(world).value, scheme="Bearer")


@when("an event comes with an unknown token")
def with_unknown_token(context: Context) -> None:
    context.world.response = collector(context.world).send(two_events(context.world), context.world.name("token"))


@when("an event comes with a disabled token")
def with_disabled_token(context: Context) -> None:
    world = context.world
    collector(world).mood(token(world).id, "disabled")
    world.response = collector(world).send(two_events(world), token(world).value)


@when("a sender sends {request}")
def sender_sends(context: Context, request: str) -> None:
    world = context.world
    if request in FLAWS:
        world.response = collector(world).send(FLAWS[request], token(world).value)
    else:
        world.response = asked(world, request)


@when("a good event comes before a blank one")
def good_before_blank(context: Context) -> None:
    context.world.response = collector(context.world).send(ONE + b'{"event": ""}', token(context.world).value)


@when("somebody asks for the collector's health")
def asks_for_health(context: Context) -> None:
    context.world.response = collector(context.world).get_collector_health()


@when("an event comes on a channel")
def event_on_channel(context: Context) -> None:
    world = context.world
    world.response = collector(world).send(ONE, token(world).value, channel=world.notes(Sender).channel)


@then('the collector answers {status:d} with code {code:d} "{text:Quoted}"')
def collector_answers(context: Context, status: int, code: int, text: str) -> None:
    answer = expect_status(context.world.response, status)
    expect("code and text", (field(answer, "code"), field(answer, "text")), (code, text))


@then("it keeps both events")
def keeps_both(context: Context) -> None:
    sender = context.world.notes(Sender)
    kept = [len(collector(context.world).events(mark)) for mark in sender.marks]
    expect("times each event is kept", kept, [1, 1])


@then("it keeps nothing")
def keeps_nothing(context: Context) -> None:
    sender = context.world.notes(Sender)
    expect("events kept", [each for mark in sender.marks for each in collector(context.world).events(mark)], [])


@then("the collector blames the second event")
def blames_second(context: Context) -> None:
    expect("number of the event, from 0", field(context.world.response, "invalid-event-number"), 1)


@then("it says when to come again")
def says_when(context: Context) -> None:
    expect("Retry-After", context.world.response.headers.get("retry-after"), str(RETRY_AFTER))


@then("the same events are taken the next time")
def taken_next_time(context: Context) -> None:
    world = context.world
    expect_status(collector(world).send(world.notes(Sender).body, token(world).value), 200)
    keeps_both(context)


@then("the channel is told once that it is kept")
def told_once(context: Context) -> None:
    world = context.world
    number = field(expect_status(world.response, 200), "ackId")
    sender, value = world.notes(Sender), token(world).value
    answers = [collector(world).acknowledged([number], value, sender.channel) for _ in range(2)]
    told = [field(expect_status(answer, 200), "acks", str(number)) for answer in answers]
    expect("what the channel is told, twice", told, [True, False])


@then("another channel is told nothing of it")
def other_told_nothing(context: Context) -> None:
    world = context.world
    sender = world.notes(Sender)
    sent = expect_status(collector(world).send(ONE, token(world).value, channel=sender.channel), 200)
    number = field(sent, "ackId")
    answer = collector(world).acknowledged([number], token(world).value, "00000000-0000-4000-8000-000000000000")
    told = field(expect_status(answer, 200), "acks", str(number))
    expect_that("what the other channel is told", told is False, "that it isn't kept", told)
