"""Steps about what became of the files that were dropped: records, rejects, announcements."""

from behave import then

from features.support.context import Context
from features.support.drops import (
    LOADER,
    Drops,
    announced,
    drop,
    key_of,
    messages,
    record,
    rejects,
    until_announced,
    until_put_aside,
    written,
)
from features.support.expect import expect, expect_that
from features.support.flawed_files import FLAWED_ROWS
from features.support.world import World

LAST_IN_LINE = "last-in-line.csv"


@then('the rows of "{name:Quoted}" become these records')
def become_records(context: Context, name: str) -> None:
    until_announced(context.world, name)
    for row in context.table:
        found = record(context.world, row["id"])
        wanted = {column: row[column] for column in context.table.headings if column != "id"}
        expect(f"record {row['id']}", {column: found.get(column, "nothing") for column in wanted}, wanted)


@then('"{label}" says where it came from: line {line:d} of "{name:Quoted}"')
def says_where_from(context: Context, label: str, line: int, name: str) -> None:
    found = record(context.world, label)
    origin = {attribute: found.get(attribute) for attribute in ("source_key", "source_line")}
    expect("origin", origin, {"source_key": key_of(context.world, name), "source_line": str(line)})


@then('the {column} in "{name:Quoted}" is stored as "{stored:Quoted}"')
def is_stored_as(context: Context, column: str, name: str, stored: str) -> None:
    until_announced(context.world, name)
    expect(column, record(context.world, "#row").get(column), stored)


@then('both good rows of "{name:Quoted}" become records')
def both_become_records(context: Context, name: str) -> None:
    until_announced(context.world, name)
    for label in ("first", "last"):
        expect(f"record {label}", record(context.world, label).get("name"), "desk")


@then('all {count:d} rows of "{name:Quoted}" are records, each once')
def all_are_records(context: Context, count: int, name: str) -> None:
    until_announced(context.world, name)
    label = name.partition(".")[0]
    missing = [number for number in range(count) if not record(context.world, f"{label}{number}")]
    expect("rows without a record", missing, [])
    expect("rows announced", {body["loaded"] for body in announced(context.world, name)}, {count})


@then('there is no record "{label:Quoted}"')
def no_record(context: Context, label: str) -> None:
    expect(f"record {label}", record(context.world, label), {})


@then('the rejects of "{name:Quoted}" are')
def rejects_are(context: Context, name: str) -> None:
    until_announced(context.world, name)
    expect("rejects", _told(context.world, name), [(int(row["line"]), row["reason"]) for row in context.table])


@then('the only reject of "{name:Quoted}" is on line {line:d}, for {reason}')
def only_reject(context: Context, name: str, line: int, reason: str) -> None:
    until_announced(context.world, name)
    said = FLAWED_ROWS[reason][1] if reason in FLAWED_ROWS else reason
    expect("rejects", _told(context.world, name), [(line, said)])


@then('the reject of "{name:Quoted}" shows its row')
def reject_shows_row(context: Context, name: str) -> None:
    [bad] = rejects(context.world, name) or []
    body = context.world.notes(Drops).files[name].body.decode().splitlines()
    expect("row", bad["row"], body[bad["line"] - 1])


@then('"{name:Quoted}" has no rejects')
def has_no_rejects(context: Context, name: str) -> None:
    until_announced(context.world, name)
    expect("rejects", rejects(context.world, name), None)


@then('it is announced that {loaded:d} rows of "{name:Quoted}" were loaded and {rejected:d} rejected')
def announced_loaded(context: Context, loaded: int, name: str, rejected: int) -> None:
    said = until_announced(context.world, name)[-1]
    wanted = {"key": key_of(context.world, name), "status": "Loaded", "loaded": loaded, "rejected": rejected}
    expect("announcement", said, wanted)


@then('it is announced that "{name:Quoted}" failed because {reason}')
def announced_failed(context: Context, name: str, reason: str) -> None:
    said = until_announced(context.world, name)[-1]
    key = key_of(context.world, name)
    expect("announcement", said, {"key": key, "status": "Failed", "loaded": 0, "rejected": 0, "reason": reason})


@then("it is announced that {what} failed, since {reason}")
def announced_hopeless(context: Context, what: str, reason: str) -> None:
    [name] = context.world.notes(Drops).files
    announced_failed(context, name, reason)


@then('the announcement about "{name:Quoted}" carries Ada\'s request id')
def announcement_carries_id(context: Context, name: str) -> None:
    until_announced(context.world, name)
    wanted = context.world.notes(Drops).files[name].request_id
    expect("request ids", [message.attributes.get("X-Request-Id") for message in messages(context.world)], [wanted])


@then('so do the loader\'s lines about "{name:Quoted}"')
def lines_carry_id(context: Context, name: str) -> None:
    world = context.world
    request_id = world.notes(Drops).files[name].request_id

    def claim() -> None:
        lines = [line["line"] for line in world.platform.control.logs(request_id) if line["part"] == LOADER]
        expect_that("lines with the id", any(key_of(world, name) in line for line in lines), "name the file", lines)

    world.eventually(claim)


@then('the loader has written lines about "{name:Quoted}", in none of which the address stands')
def lines_hold_no_address(context: Context, name: str) -> None:
    world = context.world
    request_id, address = world.notes(Drops).files[name].request_id, name.removesuffix(".csv")

    def claim() -> list[str]:
        lines = [line["line"] for line in world.platform.control.logs(request_id) if line["part"] == LOADER]
        expect_that("lines about the file", any("object dealt with" in line for line in lines), "at least one", lines)
        return lines

    shown = [number for number, line in enumerate(world.eventually(claim)) if address in line]
    expect("lines that hold the address", shown, [])


@then('in the end the record "{label:Quoted}" is still called "{called:Quoted}"')
def still_called(context: Context, label: str, called: str) -> None:
    for name in context.world.notes(Drops).files:
        until_announced(context.world, name)
    expect(f"record {label}", record(context.world, label).get("name"), called)


@then('every announcement about "{name:Quoted}" says the same')
def says_the_same(context: Context, name: str) -> None:
    said = until_announced(context.world, name)
    expect_that("announcements", all(one == said[0] for one in said), "all the same", said)


@then('in the end "{name:Quoted}" was announced once only')
def announced_once(context: Context, name: str) -> None:
    # A file of our own, dropped now: whatever was dropped before has had its turn when it is announced.
    drop(context.world, LAST_IN_LINE, written(context.world, "id,name,amount,date"))
    until_announced(context.world, LAST_IN_LINE)
    expect("announcements", len(announced(context.world, name)), 1)


@then("the message is soon put aside, untouched")
def letter_put_aside(context: Context) -> None:
    until_put_aside(context.world, context.world.notes(Drops).letters[-1])


@then("the loader tried it {times:d} times")
def loader_tried(context: Context, times: int) -> None:
    lines = context.world.platform.control.logs(context.world.name("letter"))
    expect("attempts in the loader's log", len([line for line in lines if line["part"] == LOADER]), times)


@then("the loader soon takes it without a word")
def takes_without_a_word(context: Context) -> None:
    world = context.world

    def claim() -> None:
        lines = [line["line"] for line in world.platform.control.logs(world.name("trial")) if line["part"] == LOADER]
        expect("lines about it", [line for line in lines if '"handled"' in line], lines)
        expect("lines about it", len(lines), 1)

    world.eventually(claim)
    expect("announcements", messages(world), [])


def _told(world: World, name: str) -> list[tuple[int, str]]:
    return [(bad["line"], bad["reason"]) for bad in rejects(world, name) or []]
