"""Steps about files that are dropped to be loaded."""

from functools import partial

from behave import given, when

from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.drops import (
    Drops,
    drop,
    drop_again,
    key_of,
    record_id,
    tell,
    until_announced,
    written,
)
from features.support.flawed_files import HOPELESS_FILES, Write
from fixtures.builders import marked
from fixtures.clients.messages import ETL_QUEUE
from fixtures.clients.objects import ETL_RAW


@given('Ada has dropped "{name:Quoted}" holding')
def has_dropped(context: Context, name: str) -> None:
    drops(context, name)
    until_announced(context.world, name)


@when('Ada drops "{name:Quoted}" holding')
def drops(context: Context, name: str) -> None:
    drop(context.world, name, written(context.world, context.text or ""))


@given('Ada has dropped "{name:Quoted}" with {count:d} good rows')
def has_dropped_rows(context: Context, name: str, count: int) -> None:
    rows = "".join(f"\n#{name.partition('.')[0]}{number},desk,1.50,2026-01-31" for number in range(count))
    drop(context.world, name, written(context.world, f"id,name,amount,date{rows}"))


@when('Ada drops "{name:Quoted}" holding lines of JSON')
def drops_json(context: Context, name: str) -> None:
    lines = []
    for row in context.table:
        members = [f'"{column}": {row[column]}' for column in context.table.headings if column != "id"]
        lines.append(f'{{"id": "{row["id"]}", {", ".join(members)}}}')
    drop(context.world, name, written(context.world, "\n".join(lines)))


@when('Ada drops "{name:Quoted}" with {write:FileKind}')
def drops_of_a_kind(context: Context, name: str, write: Write) -> None:
    first, last = (record_id(context.world, label).encode() for label in ("first", "last"))
    drop(context.world, name, write(first, last))


@when('Ada drops "{name:Quoted}" with the {column} "{cell:Quoted}"')
def drops_cell(context: Context, name: str, column: str, cell: str) -> None:
    row = {"id": "#row", "name": "desk", "amount": "1", "date": "2026-01-31"}
    row[column] = cell.replace(r"\s", " ").replace(r"\t", "\t")
    drop(context.world, name, written(context.world, f"{','.join(row)}\n{','.join(row.values())}"))


@when("Ada drops {what}, which is hopeless")
def drops_hopeless(context: Context, what: str) -> None:
    name, body = HOPELESS_FILES[what]
    drop(context.world, name, body)


@when('Ada drops "{name:Quoted}" once more')
def drops_once_more(context: Context, name: str) -> None:
    drop_again(context.world, name)


@when('Ada drops "{one:Quoted}" and "{other:Quoted}" of {count:d} rows each at the same moment')
def drops_at_once(context: Context, one: str, other: str, count: int) -> None:
    at_the_same_moment([partial(has_dropped_rows, context, name, count) for name in (one, other)])


@when('the message about "{name:Quoted}" comes again')
def message_comes_again(context: Context, name: str) -> None:
    tell(context.world, name)


@when('one message tells of both "{one:Quoted}" and "{other:Quoted}"')
def one_message_of_two(context: Context, one: str, other: str) -> None:
    tell(context.world, one, other)


@when('a message tells of "{name:Quoted}" after it was deleted')
def message_of_deleted(context: Context, name: str) -> None:
    context.world.platform.objects.delete(ETL_RAW, key_of(context.world, name))
    tell(context.world, name)


@when("S3 tries whether it may tell the loader")
def s3_tries(context: Context) -> None:
    request_id = context.world.name("trial")
    event = '{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-31T12:00:00.000Z","Bucket":"etl-raw"}'
    context.world.platform.messages.send(ETL_QUEUE, event, {"X-Request-Id": request_id})


@given("the loader has got {flaw}")
@when("the loader gets {flaw}")
def loader_gets(context: Context, flaw: str) -> None:
    world = context.world
    mark = marked("unreadable")
    letters = {
        "a message that is not JSON": f"  {mark}: sales, please ü",
        "a message without any object": f'{{"Records" :[],"mark":"{mark}"}}',
        "a message about another bucket": event_of_another(mark),
    }
    world.notes(Drops).letters.append(letters[flaw])
    world.platform.messages.send(ETL_QUEUE, letters[flaw], {"X-Request-Id": world.name("letter")})


def event_of_another(mark: str) -> str:
    """A well-formed event that isn't the loader's, spaced as no program would write it."""
    what = f'{{"bucket":{{"name":"somewhere-else"}}, "object":{{"key":"{mark}.csv","size":1,"eTag":"e"}}}}'
    return f'{{"Records" :[{{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{what}}}]}}'
