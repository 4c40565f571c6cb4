"""Knows the files that a scenario drops to be loaded, and what the loader said and left of each.

Given by the tag @fixture.announcements, since the topic has to be listened to before anything is dropped.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

from features.support.context import Context
from features.support.expect import expect, expect_that
from features.support.fixtures import gives
from features.support.world import World
from fixtures.builders import marked
from fixtures.clients.mailbox import Mailbox, Message
from fixtures.clients.messages import ETL_DEAD_LETTERS, ETL_QUEUE, ETL_TOPIC
from fixtures.clients.objects import ETL_RAW, ETL_REJECTS

LOADER = "etl"
RECORDS = "EtlRecords"
ATTEMPTS = 3
"""Receives until a message is a dead letter; each has the time that any effect has."""

_LABEL = re.compile(r"#(\w+)")


@dataclass(frozen=True, slots=True)
class Dropped:
    """One version of a file as it was dropped."""

    body: bytes
    content_type: str
    etag: str
    request_id: str


@dataclass(slots=True)
class Drops:
    """The files of a scenario by the names they have in it, and everything announced about them."""

    files: dict[str, Dropped] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    mailbox: Mailbox | None = None
    letters: list[str] = field(default_factory=list)
    most_memory: int = 0


@gives("announcements")
def announcements(context: Context) -> Iterator[None]:
    """Listens for what is announced about the files of this scenario."""
    mine = {"key": [{"prefix": folder(context.world)}]}
    with context.world.platform.messages.mailbox(ETL_TOPIC, None, only=mine) as mailbox:
        context.world.notes(Drops).mailbox = mailbox
        yield


def folder(world: World) -> str:
    """What the keys of this scenario begin with."""
    return f"{world.name('drop')}/"


def key_of(world: World, name: str) -> str:
    """The key of a file."""
    return folder(world) + name


def record_id(world: World, label: str) -> str:
    """The id behind `#label`."""
    return world.name(label.removeprefix("#"))


def written(world: World, text: str) -> bytes:
    """A file's text with its ids in place of `#label`; it ends with a line end, as files do."""
    return _LABEL.sub(lambda found: record_id(world, found[1]), text).encode() + b"\n"


def drop(world: World, name: str, body: bytes, content_type: str = "binary/octet-stream") -> None:
    """Drops a file under a request id of its own."""
    request_id = marked("plumb")
    answer = world.platform.objects.put(
        ETL_RAW, key_of(world, name), body, content_type=content_type, request_id=request_id
    )
    expect("answer of the bucket", answer.status, 200)
    drops = world.notes(Drops)
    drops.files[name] = Dropped(body, content_type, answer.headers["etag"].strip('"'), request_id)
    drops.times[name] = drops.times.get(name, 0) + 1


def drop_again(world: World, name: str) -> None:
    """The same bytes under the same name."""
    known = world.notes(Drops).files[name]
    drop(world, name, known.body, known.content_type)


def event_of(world: World, *names: str) -> str:
    """The message that tells of these files, as S3 writes it."""
    files = world.notes(Drops).files
    records = [
        {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": "us-east-1",
            "eventTime": "2026-01-31T12:00:00.000Z",
            "eventName": "ObjectCreated:Put",
            "s3": {
                "s3SchemaVersion": "1.0",
                "bucket": {"name": ETL_RAW, "arn": f"arn:aws:s3:::{ETL_RAW}"},
                "object": {
                    "key": quote_plus(key_of(world, name), safe="/"),
                    "size": len(files[name].body),
                    "eTag": files[name].etag,
                    "sequencer": "0055AED6DCD90281E5",
                },
            },
        }
        for name in names
    ]
    return json.dumps({"Records": records})


def tell(world: World, *names: str) -> None:
    """Sends the message about these files once more."""
    world.platform.messages.send(ETL_QUEUE, event_of(world, *names))
    drops = world.notes(Drops)
    for name in names:
        drops.times[name] = drops.times.get(name, 0) + 1


def until_announced(world: World, name: str, times: int | None = None, within: float | None = None) -> list[Any]:
    """Everything announced about a file, once that is as often as it was dropped or told of (or `times`)."""
    wanted = world.notes(Drops).times[name] if times is None else times

    def claim() -> list[Any]:
        heard = announced(world, name)
        expect_that(f"announcements about {name}", len(heard) >= wanted, f"at least {wanted}", len(heard))
        return heard

    return world.eventually(claim, within or 2 * world.platform.target.deadlines["eventually"])


def announced(world: World, name: str) -> list[Any]:
    """Everything announced about a file so far."""
    return [body for message in messages(world) if (body := message.json())["key"] == key_of(world, name)]


def messages(world: World) -> list[Message]:
    """Every announcement so far, attributes included."""
    mailbox = world.notes(Drops).mailbox
    if mailbox is None:
        raise LookupError("nobody listens: tag the scenario @fixture.announcements")
    return list(mailbox.received())


def record(world: World, label: str) -> dict[str, str]:
    """The record under an id, its values as text; empty where there is none."""
    item = world.platform.vault.item(RECORDS, record_id=record_id(world, label))
    return {name: str(next(iter(value.values()))) for name, value in item.items()}


def rejects(world: World, name: str) -> list[Any] | None:
    """The bad rows of a file; None where no rejects are kept for it."""
    found = world.platform.objects.get(ETL_REJECTS, f"{key_of(world, name)}.jsonl")
    return None if found is None else [json.loads(line) for line in found.body.splitlines()]


def until_put_aside(world: World, letter: str) -> None:
    """Waits for a message among the dead letters, byte for byte, and takes it out of them."""
    post = world.platform.messages

    def claim() -> Message:
        found = post.find(ETL_DEAD_LETTERS, letter)
        expect_that("the dead letters", found is not None, f"hold {letter!r}, byte for byte", "don't")
        assert found is not None
        return found

    found = world.eventually(claim, ATTEMPTS * world.platform.target.deadlines["eventually"])
    post.discard(ETL_DEAD_LETTERS, found)
    expect("the body", found.body, letter)
