"""Knows what a scenario uploaded, and what the gallery must have made of it."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NewType

from features.support.expect import expect, expect_status, expect_that
from features.support.files import File, opened, picture
from features.support.vocabulary import word
from features.support.world import World
from fixtures.builders import marked
from fixtures.clients.mailbox import Message
from fixtures.clients.objects import THUMBNAILS, UPLOADS, StoredObject

PUT_ASIDE = "UploadDLQ"
TABLE = "S3FileMetadata"
PART = "media"
FACTS = ("filename", "bucket", "size", "content_type", "etag", "last_modified")
LONGEST_NAME = 1024  # bytes
LAST_IN_LINE = "last in line.jpg"

REASONS = {
    "it is no image": "not an image",
    "it is broken": "the image is truncated or broken",
    "it has too many pixels": "the image has more than 25000000 pixels",
    "it is too large": "the object has more than 26214400 bytes",
    "its name is too long": "the key is too long for a thumbnail's",
}


Reason = NewType("Reason", str)


@word("Reason", "|".join(REASONS))
def reason(text: str) -> Reason:
    """Why a file is put aside, in the words of the features."""
    return Reason(text)


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload: its key, what it was, the request id and trace it carried, what S3 knows of it."""

    key: str
    file: File
    request_id: str
    traceparent: str
    etag: str
    modified: datetime


@dataclass(slots=True)
class Gallery:
    """`album` is a folder of the scenario's own; `uploads` by the names of the feature, the latest of each."""

    album: str = field(default_factory=lambda: marked("album"))
    uploads: dict[str, Upload] = field(default_factory=dict)
    earlier: dict[str, Upload] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    retold: dict[str, int] = field(default_factory=dict)
    shown: StoredObject | None = None
    last: str = ""


def key_of(world: World, name: str) -> str:
    """The key behind a name of the feature."""
    known = world.notes(Gallery).uploads.get(name)
    return known.key if known else f"{world.notes(Gallery).album}/{name}"


def upload(world: World, name: str, file: File, key: str = "", traced: bool = True) -> Upload:
    """Put a file into the bucket of uploads; without a trace, each processing of it begins one of its own."""
    key, request_id = key or key_of(world, name), marked("plumb")
    trace = f"00-{uuid.uuid4().hex}-{uuid.uuid4().hex[:16]}-01" if traced else None
    answer = world.platform.objects.put(
        UPLOADS, key, file.body, content_type=file.content_type, request_id=request_id, traceparent=trace
    )
    expect_status(answer, 200)
    world.response = answer
    # The clock of S3 is not ours: what it says of the object is compared with what is written down about it.
    modified = world.platform.objects.modified(UPLOADS, key)[key]
    made = Upload(key, file, request_id, trace or "", answer.headers["etag"].strip('"'), modified)
    notes = world.notes(Gallery)
    if name in notes.uploads:
        notes.earlier[name] = notes.uploads[name]
    notes.uploads[name], notes.last = made, name
    return made


def description(world: World, name: str) -> dict[str, Any]:
    """What is written down about an upload; empty where nothing is."""
    item = world.platform.vault.item(TABLE, filename=key_of(world, name))
    return {attribute: next(iter(value.values())) for attribute, value in item.items()}


def thumbnail(world: World, name: str) -> StoredObject | None:
    """The thumbnail of an upload."""
    return world.platform.objects.get(THUMBNAILS, f"thumbnails/{key_of(world, name)}")


def until_described(world: World, name: str) -> None:
    """Waits until the description is that of the latest upload, whole."""
    made = world.notes(Gallery).uploads[name]
    facts = {
        "filename": made.key,
        "bucket": UPLOADS,
        "size": str(len(made.file.body)),
        "content_type": made.file.content_type,
        "etag": made.etag,
        "last_modified": made.modified.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }

    def claim() -> None:
        found = description(world, name)
        expect(f"the description of {name}", {fact: found.get(fact) for fact in FACTS}, facts)

    world.eventually(claim, patience(world))


def until_shown(world: World, name: str, size: tuple[int, int] | None = None) -> StoredObject:
    """Waits for the thumbnail, of that size where one is given."""

    def claim() -> StoredObject:
        found = thumbnail(world, name)
        expect_that(f"the thumbnail of {name}", found is not None, "there", "not there")
        assert found is not None
        if size is not None:
            expect("size", opened(found.body).size, size)
        return found

    shown = world.eventually(claim, patience(world))
    expect("content type", shown.content_type, "image/jpeg")
    world.notes(Gallery).shown = shown
    return shown


def until_put_aside(world: World, containing: str, within: float = 1.0) -> Message:
    """Waits for a message among the dead letters, and takes it out of them."""
    messages = world.platform.messages

    def claim() -> Message:
        found = messages.find(PUT_ASIDE, containing)
        expect_that("what was put aside", found is not None, f"holds {containing!r}", "doesn't")
        assert found is not None
        return found

    found = world.eventually(claim, within * patience(world))
    messages.discard(PUT_ASIDE, found)
    return found


def expect_not_put_aside(world: World, containing: str) -> None:
    """No message that contains the text is among the dead letters."""
    found = world.platform.messages.find(PUT_ASIDE, containing)
    expect_that("what was put aside", found is None, f"nothing with {containing!r}", found and found.body)


def settle(world: World) -> None:
    """Waits until an upload of our own, made now, has its thumbnail: the gallery was told of others before."""
    upload(world, LAST_IN_LINE, picture("JPEG", 40, 30))
    until_shown(world, LAST_IN_LINE)


def patience(world: World) -> float:
    """Pictures take longer than rows of a table: twice the usual deadline."""
    return 2 * world.platform.target.deadlines["eventually"]
