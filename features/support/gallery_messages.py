"""Knows what the gallery is told: messages of S3 about uploads, and others that it can't read."""

import json
from typing import Any
from urllib.parse import quote_plus

from features.support.expect import expect_that
from features.support.gallery import PART, Gallery, Upload, key_of, patience
from features.support.world import World
from fixtures.builders import marked
from fixtures.clients.objects import UPLOADS

QUEUE = "UploadQueue"
ATTEMPTS = 3
"""Receives until a message is a dead letter."""
LATE, EARLY = "F0", "00"
"""Sequencers after and before those that S3 itself gives."""


def told(world: World, *names: str, sequencer: str = LATE, of: dict[str, Upload] | None = None) -> str:
    """A message of S3 about these uploads, as its documentation describes it ("Event message structure")."""
    known = world.notes(Gallery).uploads if of is None else of
    return json.dumps({"Records": [record(key_of(world, name), known.get(name), sequencer) for name in names]})


def tell(world: World, message: str, request_id: str = "") -> None:
    """Sends a message to the gallery."""
    world.notes(Gallery).messages.append(message)
    world.platform.messages.send(QUEUE, message, {"X-Request-Id": request_id} if request_id else None)


def attempts(world: World, request_id: str) -> list[str]:
    """What the gallery logged about messages that carry the request id, a line each time it was given one."""
    lines = [each["line"] for each in world.platform.control.logs(request_id) if each["part"] == PART]
    return [line for line in lines if json.loads(line)["route"] == f"SQS {QUEUE}"]


def tell_of(world: World, name: str, *, sequencer: str = LATE, of: dict[str, Upload] | None = None) -> None:
    """Sends a message about this upload, which carries the request id of its latest."""
    notes = world.notes(Gallery)
    notes.retold[name] = notes.retold.get(name, 0) + 1
    tell(world, told(world, name, sequencer=sequencer, of=of), notes.uploads[name].request_id)


def until_dealt_with(world: World, name: str) -> None:
    """Waits until the gallery is done with every message about this upload: S3's own, and each that `tell_of` sent.

    That another upload was dealt with afterwards would not show it: messages overtake each other."""
    notes = world.notes(Gallery)
    messages = 1 + notes.retold.get(name, 0)

    def claim() -> None:
        lines = attempts(world, notes.uploads[name].request_id)
        expect_that(f"messages about {name} dealt with", len(lines) >= messages, messages, lines)

    world.eventually(claim, patience(world))


def unreadable(flaw: str) -> str:
    """A message with one flaw, and something in it to know it by; spaces as no program would write them."""
    mark = marked("unreadable")
    whole = record(mark, None, LATE)
    described = whole["s3"]["object"]
    flawed: dict[str, Any] = {
        "a list": [mark],
        "no records": {"Records": [], "mark": mark},
        "a record of somebody else's": {"Records": [whole | {"eventSource": "aws:sns"}]},
        "a record without a name": {"Records": [whole | {"s3": {"bucket": whole["s3"]["bucket"], "mark": mark}}]},
        "a name that is no text": {"Records": [_with(whole, object=described | {"key": 7, "eTag": mark})]},
        "a name that is no UTF-8": {"Records": [_with(whole, object=described | {"key": f"%FF{mark}"})]},
        "an upload in another bucket": {"Records": [_with(whole, bucket={"name": f"not-{UPLOADS}"})]},
    }
    return (
        f"  {mark}: a pound of pictures, please ü" if flaw == "not JSON at all" else json.dumps(flawed[flaw], indent=1)
    )


def mark_of(message: str) -> str:
    """What an unreadable message is known by."""
    start = message.index("unreadable-")
    return message[start : start + len(marked("unreadable"))]


def record(key: str, upload: Upload | None, sequencer: str) -> dict[str, Any]:
    """One record of such a message; an upload that never was has one byte."""
    size, etag = (len(upload.file.body), upload.etag) if upload else (1, "0" * 32)
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-01-01T00:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AWS:plumbline"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "plumbline"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "uploads",
            "bucket": {
                "name": UPLOADS,
                "ownerIdentity": {"principalId": "PLUMBLINE"},
                "arn": f"arn:aws:s3:::{UPLOADS}",
            },
            "object": {"key": quote_plus(key, safe="/"), "size": size, "eTag": etag, "sequencer": sequencer},
        },
    }


def _with(whole: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return whole | {"s3": whole["s3"] | changed}
