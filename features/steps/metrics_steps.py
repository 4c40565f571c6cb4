"""Steps about page views that are recorded and counted."""

from dataclasses import dataclass
from typing import Any

from behave import given, then, when

from features.support.context import Context
from features.support.expect import expect, expect_status, expect_that, field
from features.support.world import World
from fixtures.clients.functions import failed

NAMESPACE, METRIC, UNIT = "MyApp", "PageViews", "Count"

FLAWED: dict[str, Any] = {
    "no count": {"page": "/home"},
    "a count of 0": {"views": 0},
    "a count of 1,000,001": {"views": 1_000_001},
    "a count of one and half": {"views": 1.5},
    "a count in words": {"views": "three"},
    "a page with spaces": {"views": 1, "page": "/a page"},
    "a page of 256 letters": {"views": 1, "page": "a" * 256},
    "a field nobody knows": {"views": 1, "colour": "red"},
    "nothing but a list": [],
}


@dataclass(slots=True)
class Counts:
    """What was counted before."""

    total: float = 0.0


def record(world: World, payload: Any) -> None:
    world.response = expect_status(world.platform.functions.invoke("RecordMetrics", payload), 200)


def record_well(world: World, payload: Any) -> None:
    record(world, payload)
    expect_that("recording", not failed(world.response), "no error", world.response.text)


def counted(world: World, **dimensions: str) -> float:
    return world.platform.fleet.sum_of(NAMESPACE, METRIC, UNIT, dimensions)


def page(world: World, word: str) -> str:
    return f"/{world.name(word)}"


@given('{count:d} views of the page "{word}" were recorded')
@when('{count:d} views of the page "{word}" are recorded')
def record_page(context: Context, count: int, word: str) -> None:
    record_well(context.world, {"views": count, "page": page(context.world, word)})


@given("the total of views is known")
def total_known(context: Context) -> None:
    context.world.notes(Counts).total = counted(context.world)


@when("{count:d} views are recorded")
def record_total(context: Context, count: int) -> None:
    record_well(context.world, {"views": count})


@when("views with {flaw} are recorded")
def record_flawed(context: Context, flaw: str) -> None:
    record(context.world, FLAWED[flaw])


@then('{count:d} views of the page "{word}" are counted')
def page_counted(context: Context, count: int, word: str) -> None:
    world = context.world
    expect(f"views of {word}", counted(world, Page=page(world, word)), float(count))


@then("the total of views has grown by {count:d}")
def total_counted(context: Context, count: int) -> None:
    expect("growth", counted(context.world) - context.world.notes(Counts).total, float(count))


@then("the answer says that {count:d} views were recorded")
def answer_says(context: Context, count: int) -> None:
    expect("answer", context.world.response.json(), {"namespace": NAMESPACE, "metric": METRIC, "recorded": count})


@then('they are refused with "{message}"')
def refused(context: Context, message: str) -> None:
    answer = context.world.response
    expect_that("recording", failed(answer), "an error", answer.text)
    observed = (field(answer, "errorType"), field(answer, "errorMessage"))
    expect("error", observed, ("RefusedError", message))
