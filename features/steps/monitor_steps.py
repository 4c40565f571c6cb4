"""Steps about instances that are watched, and what is announced of them."""

from functools import partial

from behave import given, then, when

from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.expect import expect, expect_status, expect_that, field
from features.support.interruption import die_and_return, expect_caught, hold, let_go
from features.support.machines import (
    Machines,
    alerts,
    expect_alerts,
    instance_id,
    remembered,
    run,
    watch,
)
from features.support.refused_calls import refusing
from features.support.world import World
from fixtures.clients.functions import failed

FUNCTIONS = "functions"
CLAIM_PATIENCE = 20.0
"""Seconds; whoever died is believed to be announcing for as long as its claim lasts, and others wait for that."""
ATTEMPTS = 3
"""How often a service makes a call to AWS before it gives up."""


def was_busy(world: World, name: str, percents: str, minutes_ago: int = 1, apart: int = 1) -> None:
    numbers = [float(word) for word in percents.replace(" and ", ", ").split(", ")]
    world.platform.fleet.was_busy(instance_id(world, name), numbers, minutes_ago, apart)


def watch_failing(world: World) -> None:
    world.response = expect_status(world.platform.functions.invoke("WatchInstances"), 200)


@given('the instance "{name}" runs')
def instance_runs(context: Context, name: str) -> None:
    run(context.world, name)


@given('{count:d} instances run, the last of them "{name}"')
def many_run(context: Context, count: int, name: str) -> None:
    run(context.world, name, count)


@given('"{name}" was busy at {percents} percent in the last minutes')
def busy(context: Context, name: str, percents: str) -> None:
    was_busy(context.world, name, percents)


@given('"{name}" was busy at {percents} percent before that')
def busy_long_ago(context: Context, name: str, percents: str) -> None:
    # Eight minutes ago and more: outside of the five, whichever minute this is.
    was_busy(context.world, name, percents, minutes_ago=8)


@given('"{name}" was busy at {percents} percent within one minute before that')
def busy_within_one(context: Context, name: str, percents: str) -> None:
    was_busy(context.world, name, percents, minutes_ago=3, apart=0)


@given('a breach of "{name}" was announced')
def breach_announced(context: Context, name: str) -> None:
    was_busy(context.world, name, "95, 95, 95, 95")
    watch(context.world)
    expect_alerts(context.world, name, 1)


@given('"{name}" has come down to {average:d} percent')
@when('"{name}" has come down to {average:d} percent')
def came_down(context: Context, name: str, average: int) -> None:
    # Figures can't be taken back; as many low ones as there were high ones move the average.
    low = 2 * average - 95
    was_busy(context.world, name, f"{low}, {low}, {low}, {low}")
    watch(context.world)


@given('"{name}" is stopped')
def stopped(context: Context, name: str) -> None:
    context.world.platform.fleet.stop(instance_id(context.world, name))


@given('"{name}" was stopped, which was noticed, and runs again')
def stopped_and_started(context: Context, name: str) -> None:
    stopped(context, name)
    watch(context.world)
    context.world.platform.fleet.start(instance_id(context.world, name))


@given('"{name}" is taken away')
def taken_away(context: Context, name: str) -> None:
    context.world.platform.fleet.terminate([instance_id(context.world, name)])


@given('the monitor is caught announcing the breach of "{name}"')
def caught_announcing(context: Context, name: str) -> None:
    world = context.world
    hold(world, "Publish", instance_id(world, name))
    world.platform.functions.invoke("WatchInstances", invocation_type="Event")
    expect_caught(world)


@given('the monitor has announced the breach of "{name}" and is caught noting that')
def caught_noting(context: Context, name: str) -> None:
    world = context.world
    hold(world, "UpdateItem", instance_id(world, name))
    world.platform.functions.invoke("WatchInstances", invocation_type="Event")
    expect_caught(world)
    expect_alerts(world, name, 1)


@given("the instances were watched by another monitor meanwhile")
@when("the instances are watched")
def watched(context: Context) -> None:
    context.world.response = watch(context.world)


@when("the instances are watched by schedule")
def watched_by_schedule(context: Context) -> None:
    answer = context.world.platform.functions.invoke("WatchInstances", invocation_type="Event")
    context.world.response = expect_status(answer, 202)


@when("the instances are watched {count:d} times more")
def watched_more(context: Context, count: int) -> None:
    for _ in range(count):
        watch(context.world)


@when("{count:d} monitors watch the instances at the same moment")
def watched_by_many(context: Context, count: int) -> None:
    world = context.world
    world.notes(Machines).answers = at_the_same_moment([partial(watch, world)] * count)


@when('the instances are watched while the alert about "{name}" is not taken')
def watched_without_alerts(context: Context, name: str) -> None:
    world = context.world
    with refusing(world, "Publish", instance_id(world, name), ATTEMPTS):
        watch_failing(world)


@when("the instances are watched while {what} are not told")
def watched_blind(context: Context, what: str) -> None:
    action = {"the instances": "DescribeInstances", "the figures": "GetMetricData"}[what]
    with refusing(context.world, action, "", ATTEMPTS):
        watch_failing(context.world)


@when('the instances are watched while the figures of "{name}" are withheld')
def watched_without(context: Context, name: str) -> None:
    world = context.world
    with refusing(world, "GetMetricData", instance_id(world, name), times=1, outcome="withhold"):
        watch_failing(world)


@when("the monitor goes on")
def monitor_goes_on(context: Context) -> None:
    let_go(context.world, "proceed")


@when("the monitor dies before that and is started again")
def monitor_dies(context: Context) -> None:
    die_and_return(context.world, FUNCTIONS, "drop")


@then('one alert says that "{name}" was at {average:g} percent')
def alert_says(context: Context, name: str, average: float) -> None:
    (message,) = expect_alerts(context.world, name, 1)
    told = dict(message.json())
    at = str(told.pop("at", ""))
    expect("alert", told, {"instance_id": instance_id(context.world, name), "average_cpu": average, "threshold": 80})
    expect_that("time of the alert", at.endswith(":00Z") and len(at) == 20, "a whole minute in UTC", at)


@then('there is {count:d} alert about "{name}"')
@then('there are {count:d} alerts about "{name}"')
def that_many_alerts(context: Context, count: int, name: str) -> None:
    expect_alerts(context.world, name, count)


@then('there is still {count:d} alert about "{name}" after the next watch')
@then('there are still {count:d} alerts about "{name}" after the next watch')
def no_more_alerts(context: Context, count: int, name: str) -> None:
    watch(context.world)
    expect_alerts(context.world, name, count)


@then('a later watch announces the breach of "{name}", and no watch after that')
def announced_later(context: Context, name: str) -> None:
    announced_in_the_end(context, name, 1)


@then('in the end "{name}" was announced {count:d} times, and no watch after that announces it')
def announced_in_the_end(context: Context, name: str, count: int) -> None:
    world = context.world

    def claim() -> None:
        watch(world)
        expect(f"alerts about {name}", len(alerts(world, name)), count)

    world.eventually(claim, within=CLAIM_PATIENCE)
    no_more_alerts(context, count, name)


@then('nothing is remembered of "{name}"')
def forgotten(context: Context, name: str) -> None:
    expect(f"what is kept of {name}", remembered(context.world, name), {})


@then('it is logged that there are no figures of "{name}"')
def logged_no_data(context: Context, name: str) -> None:
    world, wanted = context.world, instance_id(context.world, name)
    (exchange,) = [each for each in world.exchanges if each.operation_id == "watchInstances"]

    def claim() -> None:
        lines = [line["line"] for line in world.platform.control.logs(exchange.request_id)]
        found = [line for line in lines if "no CPU data" in line and wanted in line]
        expect_that("log lines about missing figures", len(found) == 1, 1, lines)

    world.eventually(claim)


@then("the watch says that it failed, and nothing of why")
def watch_failed(context: Context) -> None:
    answer = context.world.response
    expect_that("watching", failed(answer), "an error", answer.text)
    expect("error", field(answer, "errorType"), "UnavailableError")
    said = str(field(answer, "errorMessage"))
    expect_that("message", not any(word in said for word in ("arn:", "http", "i-")), "no internal names", said)


@then('the alert about "{name}" carries the request it came from')
def alert_carries_request(context: Context, name: str) -> None:
    world = context.world
    (message,) = expect_alerts(world, name, 1)
    ids = {each.request_id for each in world.exchanges if each.operation_id == "watchInstances"}
    expect_that("request id", message.attributes.get("X-Request-Id") in ids, sorted(ids), dict(message.attributes))
    expect("parts of traceparent", len(message.attributes.get("traceparent", "").split("-")), 4)
