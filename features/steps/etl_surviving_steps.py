"""Steps about a loader that dies in the middle of a file, and files that change under its hands."""

from pathlib import Path

from behave import given, then, when

from features.steps.etl_dropping_steps import has_dropped_rows
from features.support.context import Context
from features.support.drops import LOADER, Drops, drop, key_of, record_id, until_announced, written
from features.support.expect import expect_that
from features.support.flawed_files import a_large_file
from features.support.interruption import die_and_return, expect_caught, hold, let_go
from fixtures.clients.objects import ETL_RAW, ETL_REJECTS

LARGE = 60.0
"""Seconds that a large file may take."""


@given('the loader is caught writing the records of Ada\'s "{name:Quoted}" of {count:d} rows')
def caught_writing(context: Context, name: str, count: int) -> None:
    # The row in the middle: other batches are written, this one isn't.
    hold(context.world, "BatchWriteItem", record_id(context.world, f"{name.partition('.')[0]}{count // 2}"))
    has_dropped_rows(context, name, count)
    expect_caught(context.world)


@given('the loader is caught keeping the rejects of Ada\'s "{name:Quoted}" holding')
def caught_rejecting(context: Context, name: str) -> None:
    hold(context.world, "PutObject", f"{ETL_REJECTS}/{key_of(context.world, name)}")
    drop(context.world, name, written(context.world, context.text or ""))
    expect_caught(context.world)


@given('the loader is caught announcing Ada\'s "{name:Quoted}" of {count:d} rows')
def caught_announcing(context: Context, name: str, count: int) -> None:
    hold(context.world, "Publish", "EtlTopic")
    has_dropped_rows(context, name, count)
    expect_caught(context.world)


@given('the loader is caught reading Ada\'s "{name:Quoted}" of {count:d} rows')
def caught_reading(context: Context, name: str, count: int) -> None:
    hold(context.world, "GetObject", f"{ETL_RAW}/{key_of(context.world, name)}")
    has_dropped_rows(context, name, count)
    expect_caught(context.world)


@when("the loader dies before it is done and is started again")
def loader_dies(context: Context) -> None:
    die_and_return(context.world, LOADER, "drop")


@when("the loader dies, but what it was about to do is done, and it is started again")
def loader_dies_after(context: Context) -> None:
    die_and_return(context.world, LOADER, "proceed")


@when('Ada drops a new "{name:Quoted}" meanwhile, holding')
def drops_meanwhile(context: Context, name: str) -> None:
    world = context.world
    drop(world, name, written(world, context.text or ""))
    let_go(world, "proceed")
    world.notes(Drops).times[name] = 1  # the version that was overwritten is not spoken of
    until_announced(world, name)


@when('Ada drops "{name:Quoted}" of {size:d} MB')
def drops_large(context: Context, name: str, size: int) -> None:
    context.world.notes(Drops).most_memory = _most_memory(context)
    drop(context.world, name, a_large_file(context.world.name("large").encode(), size))
    until_announced(context.world, name, within=LARGE)


@then("the loader has needed less than {megabytes:d} MB more than before")
def has_needed_less(context: Context, megabytes: int) -> None:
    more = (_most_memory(context) - context.world.notes(Drops).most_memory) / 1024
    expect_that("MB more than before", more < megabytes, f"less than {megabytes}", round(more, 1))


def _most_memory(context: Context) -> int:
    """KiB of memory that the loader has held at most, as Linux counts them."""
    [pid] = [part["pid"] for part in context.world.platform.control.parts() if part["name"] == LOADER]
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1])


@when("the table leaves these records unprocessed")
def left_unprocessed(context: Context) -> None:
    let_go(context.world, "withhold")
