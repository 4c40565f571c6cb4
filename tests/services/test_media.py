"""Uploads are processed once in effect: told twice, late, in any order, overwritten or deleted meanwhile."""

import io
import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from PIL import Image

from fixtures.builders import pictures
from fixtures.services.media import rules
from fixtures.services.media.handler import handle
from fixtures.services.platform import aws
from tests.services.in_moto import watch

UPLOADS, THUMBNAILS = "user-uploaded-images", "processed-thumbnails"
FIRST, SECOND = "0A", "0B"
ALWAYS = ("GetItem", "GetObject", "PutItem", "HeadObject", "UpdateItem")
"""The calls that every upload makes."""


@pytest.fixture(autouse=True)
def stores(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.client("dynamodb").create_table(
        TableName="S3FileMetadata",
        KeySchema=[{"AttributeName": "filename", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "filename", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for bucket in (UPLOADS, THUMBNAILS):
        aws.client("s3").create_bucket(Bucket=bucket)
    queue = aws.client("sqs").create_queue(QueueName="UploadDLQ")["QueueUrl"]
    monkeypatch.setenv("UPLOAD_DLQ_URL", queue)


def put(key: str, body: bytes, kind: str = "image/jpeg", request_id: str = "r-1") -> None:
    aws.client("s3").put_object(
        Bucket=UPLOADS, Key=key, Body=body, ContentType=kind, Metadata={"x-request-id": request_id}
    )


def event(key: str, sequencer: str = FIRST, bucket: str = UPLOADS) -> dict[str, Any]:
    described = {"bucket": {"name": bucket}, "object": {"key": quote_plus(key, safe="/"), "sequencer": sequencer}}
    return {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": described}


def deliver(*events: dict[str, Any]) -> list[str]:
    """Deliver one message with these events; the answer is what failed."""
    return deliver_body(json.dumps({"Records": events}))


def deliver_body(body: str) -> list[str]:
    answer = handle({"Records": [{"messageId": "m", "body": body, "attributes": {}, "messageAttributes": {}}]}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def item(key: str) -> dict[str, Any]:
    found = aws.client("dynamodb").get_item(TableName="S3FileMetadata", Key={"filename": {"S": key}})
    return aws.unmarshal(found.get("Item", {}))


def thumbnail(key: str) -> Image.Image | None:
    try:
        found = aws.client("s3").get_object(Bucket=THUMBNAILS, Key=f"thumbnails/{key}")
    except ClientError:
        return None
    return Image.open(io.BytesIO(found["Body"].read()))


def dead_letters() -> list[Any]:
    url = aws.client("sqs").get_queue_url(QueueName="UploadDLQ")["QueueUrl"]
    found = aws.client("sqs").receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0, MessageAttributeNames=["All"]
    )
    return found.get("Messages", [])


def before(monkeypatch: pytest.MonkeyPatch, operation: str, act: Callable[[], None]) -> None:
    """Let something happen once, right before the next call of an AWS operation."""
    due = [act]

    def call(name: str) -> None:
        if name == operation and due:
            due.pop()()

    watch(monkeypatch, call)


def fail(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def test_a_picture_gets_metadata_and_a_thumbnail() -> None:
    put("a.jpg", pictures.a_picture(), "image/jpeg")
    head = aws.client("s3").head_object(Bucket=UPLOADS, Key="a.jpg")
    assert deliver(event("a.jpg")) == []
    found = item("a.jpg")
    assert {name: found[name] for name in ("filename", "bucket", "size", "content_type", "etag", "last_modified")} == {
        "filename": "a.jpg",
        "bucket": UPLOADS,
        "size": head["ContentLength"],
        "content_type": "image/jpeg",
        "etag": head["ETag"].strip('"'),
        "last_modified": head["LastModified"].strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    image = thumbnail("a.jpg")
    assert image is not None
    assert image.size == (128, 64)
    assert dead_letters() == []


@pytest.mark.parametrize("key", ["a b+c.jpg", "100%25.jpg", "写真/é.jpg", "x" * 1013])
def test_a_key_means_what_it_meant_when_it_was_put(key: str) -> None:
    put(key, pictures.a_picture())
    assert deliver(event(key)) == []
    assert item(key)["filename"] == key
    assert thumbnail(key) is not None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"words", rules.Refusal.NOT_AN_IMAGE),
        (b"", rules.Refusal.NOT_AN_IMAGE),
        (pictures.a_picture()[:600], rules.Refusal.BROKEN),
        (pictures.a_bomb(40), rules.Refusal.TOO_MANY_PIXELS),
        (b"\xff" * (rules.MOST_BYTES + 1), rules.Refusal.TOO_LARGE),
    ],
)
def test_what_gets_no_thumbnail_is_put_aside_at_once_with_the_reason(body: bytes, reason: rules.Refusal) -> None:
    put("a.jpg", body, request_id="r-7")
    assert deliver(event("a.jpg")) == []
    assert item("a.jpg")["size"] == len(body)
    assert thumbnail("a.jpg") is None
    [letter] = dead_letters()
    assert letter["MessageAttributes"]["reason"]["StringValue"] == str(reason)
    assert letter["MessageAttributes"]["X-Request-Id"]["StringValue"] == "r-7"
    assert json.loads(letter["Body"]) == {"Records": [event("a.jpg")]}
    assert aws.client("s3").get_object(Bucket=UPLOADS, Key="a.jpg")["Body"].read() == body


def test_a_key_too_long_for_a_thumbnail_is_put_aside_with_its_metadata_stored() -> None:
    key = "k" * 1014
    put(key, pictures.a_picture())
    assert deliver(event(key)) == []
    assert item(key)["filename"] == key
    assert [letter["MessageAttributes"]["reason"]["StringValue"] for letter in dead_letters()] == [
        str(rules.Refusal.KEY_TOO_LONG)
    ]


@pytest.mark.parametrize("body", [pictures.a_picture(), b"words"])
def test_the_same_event_again_changes_nothing(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.jpg", body)
    deliver(event("a.jpg"))
    stored = item("a.jpg")
    for write in ("PutObject", "PutItem", "UpdateItem", "SendMessage"):
        before(monkeypatch, write, fail(AssertionError(f"{write} on the second delivery")))
    assert deliver(event("a.jpg")) == []
    assert item("a.jpg") == stored


def test_an_event_that_comes_late_does_not_bring_the_old_state_back() -> None:
    put("a.jpg", b"words")
    put("a.jpg", pictures.a_picture("PNG", 50, 20), "image/png")
    assert deliver(event("a.jpg", SECOND)) == []
    stored = item("a.jpg")
    assert deliver(event("a.jpg", FIRST)) == []
    assert item("a.jpg") == stored
    assert dead_letters() == []


def test_the_metadata_of_a_later_event_stay_when_an_earlier_one_is_still_being_worked_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The first event has read the old state when the object is replaced, and the second is handled at once.
    put("a.jpg", pictures.a_picture("JPEG", 200, 200))

    def overtake() -> None:
        put("a.jpg", pictures.a_picture("PNG", 60, 30), "image/png")
        assert deliver(event("a.jpg", SECOND)) == []

    before(monkeypatch, "PutItem", overtake)
    assert deliver(event("a.jpg", FIRST)) == []
    found, image = item("a.jpg"), thumbnail("a.jpg")
    assert (found["content_type"], found["settled"][:2]) == ("image/png", SECOND)
    assert image is not None
    assert image.size == (60, 30)


def test_a_thumbnail_of_a_state_that_is_gone_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.jpg", pictures.a_picture("JPEG", 200, 200))

    def overtake() -> None:
        put("a.jpg", pictures.a_picture("PNG", 60, 30), "image/png")
        assert deliver(event("a.jpg", SECOND)) == []

    before(monkeypatch, "HeadObject", overtake)
    assert deliver(event("a.jpg", FIRST)) == []
    image = thumbnail("a.jpg")
    assert image is not None
    assert image.size == (60, 30)


def test_an_object_that_is_no_picture_any_more_loses_its_thumbnail() -> None:
    put("a.jpg", pictures.a_picture())
    deliver(event("a.jpg", FIRST))
    put("a.jpg", b"words", "text/plain")
    assert deliver(event("a.jpg", SECOND)) == []
    assert thumbnail("a.jpg") is None
    assert item("a.jpg")["content_type"] == "text/plain"


def test_an_object_that_is_gone_leaves_no_trace() -> None:
    assert deliver(event("gone.jpg")) == []
    assert (item("gone.jpg"), thumbnail("gone.jpg"), dead_letters()) == ({}, None, [])


def test_one_failing_object_does_not_hold_up_the_others_of_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("a.jpg", "b.jpg"):
        put(key, pictures.a_picture())
    before(monkeypatch, "GetObject", fail(EndpointConnectionError(endpoint_url="s3")))
    assert deliver(event("a.jpg"), event("b.jpg")) == ["m"]
    assert (thumbnail("a.jpg"), thumbnail("b.jpg") is not None) == (None, True)
    assert deliver(event("a.jpg"), event("b.jpg")) == []
    assert thumbnail("a.jpg") is not None


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        *((operation, pictures.a_picture()) for operation in (*ALWAYS, "PutObject")),
        *((operation, b"words") for operation in (*ALWAYS, "DeleteObject", "SendMessage")),
    ],
)
def test_an_outage_is_tried_again_and_puts_nothing_aside(
    operation: str, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a.jpg", body)
    before(monkeypatch, operation, fail(EndpointConnectionError(endpoint_url="aws")))
    assert deliver(event("a.jpg")) == ["m"]
    assert len(dead_letters()) == (1 if (operation, body) == ("UpdateItem", b"words") else 0)
    assert deliver(event("a.jpg")) == []
    assert item("a.jpg")["settled"].startswith(FIRST)
    assert (thumbnail("a.jpg") is not None) is (body != b"words")


@pytest.mark.parametrize("code", ["SlowDown", "InternalError", "AccessDenied"])
def test_whatever_s3_refuses_but_a_missing_object_is_tried_again(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.jpg", pictures.a_picture())
    before(monkeypatch, "GetObject", fail(ClientError({"Error": {"Code": code}}, "GetObject")))
    assert deliver(event("a.jpg")) == ["m"]
    assert dead_letters() == []


@pytest.mark.parametrize("body", ["no JSON", "[]", "{}", '{"Records": [{}]}', json.dumps({"Records": [event("", "")]})])
def test_what_is_no_event_stays_in_the_queue_until_it_is_put_aside(body: str) -> None:
    assert deliver_body(body) == ["m"]


def test_another_bucket_is_none_of_its_business() -> None:
    aws.client("s3").create_bucket(Bucket="somebody-elses")
    aws.client("s3").put_object(Bucket="somebody-elses", Key="a.jpg", Body=pictures.a_picture())
    assert deliver(event("a.jpg", bucket="somebody-elses")) == ["m"]
    assert item("a.jpg") == {}


def test_the_test_event_of_s3_is_swallowed() -> None:
    assert deliver_body(json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": UPLOADS})) == []


def test_the_thumbnail_carries_the_request_id_of_the_object() -> None:
    put("a.jpg", pictures.a_picture(), request_id="r-42")
    deliver(event("a.jpg"))
    found = aws.client("s3").head_object(Bucket=THUMBNAILS, Key="thumbnails/a.jpg")["Metadata"]
    assert found["x-request-id"] == "r-42"


def test_every_log_line_carries_the_request_id_of_its_object(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("plumbline.media").setLevel(logging.INFO)
    for key, request_id in (("a.jpg", "r-1"), ("b.jpg", "r-2")):
        put(key, pictures.a_picture(), request_id=request_id)
    deliver(event("a.jpg"), event("b.jpg"))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    of_uploads = [(line["key"], line["request_id"], line["status"]) for line in lines if "key" in line]
    assert of_uploads == [("a.jpg", "r-1", "thumbnail"), ("b.jpg", "r-2", "thumbnail")]
