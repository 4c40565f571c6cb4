"""S3 in the emulator: calls have names, keys survive, events wake consumers and come after the object is whole."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws
from werkzeug.serving import make_server

from fixtures.services.platform.bucket_events import uploads
from fixtures.stack import emulator
from fixtures.stack.buckets import action
from fixtures.stack.emulator import Emulator
from fixtures.stack.provision import client

QUEUE = "uploads"
BUCKET = "pictures"


@dataclass(frozen=True, slots=True)
class World:
    """An emulator of the test's own, with a bucket that tells a queue about its objects."""

    url: str
    s3: Any
    sqs: Any
    queue: str

    def told(self, wait: int = 0) -> list[dict[str, Any]]:
        """The messages in the queue, taken out."""
        found = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=wait)
        for message in found.get("Messages", []):
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in found.get("Messages", [])]

    def door(self, method: str, path: str, body: Any = None) -> Any:
        return requests.request(method, f"{self.url}/_plumbline/{path}", json=body, timeout=10).json()


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():  # empties moto's state, which is the process's
        pass
    app = Emulator()
    # The server of the stack leaves no RAW_URI; this one would.
    plain = lambda environ, start: app({**environ, "RAW_URI": "", "REQUEST_URI": ""}, start)  # noqa: E731
    server = make_server("127.0.0.1", 0, plain, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    s3, sqs = client("s3", url), client("sqs", url)
    try:
        queue = sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
        s3.create_bucket(Bucket=BUCKET)
        told = {"QueueArn": f"arn:aws:sqs:us-east-1:123456789012:{QUEUE}", "Events": ["s3:ObjectCreated:*"]}
        s3.put_bucket_notification_configuration(
            Bucket=BUCKET, NotificationConfiguration={"QueueConfigurations": [told]}
        )
        yield World(url, s3, sqs, queue)
    finally:
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("method", "path", "query", "name"),
    [
        ("PUT", "/pictures/a/b.jpg", "", "PutObject"),
        ("GET", "/pictures/a", "", "GetObject"),
        ("HEAD", "/pictures/a", "", "HeadObject"),
        ("DELETE", "/pictures/a", "", "DeleteObject"),
        ("GET", "/pictures", "list-type=2&prefix=a", "ListObjectsV2"),
        ("GET", "/pictures/", "list-type=2", "ListObjectsV2"),
        ("PUT", "/pictures", "", "CreateBucket"),
        ("POST", "/pictures/a", "uploads=", "CreateMultipartUpload"),
        ("PUT", "/pictures/a", "uploadId=1&partNumber=1", "UploadPart"),
        ("POST", "/pictures/a", "uploadId=1", "CompleteMultipartUpload"),
        ("POST", "/pictures", "delete", "DeleteObjects"),
    ],
)
def test_a_call_is_named_by_method_and_path(method: str, path: str, query: str, name: str) -> None:
    assert action({"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}) == name


def test_a_copy_is_no_put() -> None:
    environ = {"REQUEST_METHOD": "PUT", "PATH_INFO": "/b/k", "QUERY_STRING": "", "HTTP_X_AMZ_COPY_SOURCE": "/b/j"}
    assert action(environ) == "CopyObject"


@pytest.mark.parametrize("key", ["a b+c.jpg", "100%25 %2F.jpg", "a?b&c=d#e", "写真/é.jpg", "//x//y/", "k" * 1024])
def test_a_key_comes_back_as_it_was_put_and_so_does_the_one_in_the_event(world: World, key: str) -> None:
    world.told()
    world.s3.put_object(Bucket=BUCKET, Key=key, Body=b"x", Metadata={"x-request-id": "r-1"})
    assert world.s3.get_object(Bucket=BUCKET, Key=key)["Metadata"] == {"x-request-id": "r-1"}
    assert [upload.key for message in world.told() for upload in uploads(message)] == [key]


def test_the_later_event_of_a_key_has_the_greater_sequencer(world: World) -> None:
    for body in (b"1", b"2"):
        world.s3.put_object(Bucket=BUCKET, Key="a", Body=body)
    first, second = [upload for message in world.told() for upload in uploads(message)]
    assert first.sequencer < second.sequencer


def test_a_put_wakes_whoever_waits_for_a_message(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator, "RECHECK", 10.0)  # else it would look by itself, soon after
    world.told()
    heard: list[float] = []
    waiting = threading.Thread(target=lambda: heard.append(time.monotonic() if world.told(wait=10) else 0.0))
    waiting.start()
    world.s3.put_object(Bucket=BUCKET, Key="a", Body=b"x")
    put_at = time.monotonic()
    waiting.join()
    assert heard[0] - put_at < 5


def test_a_call_to_s3_can_be_held_and_dropped(world: World) -> None:
    stall = world.door("POST", "stalls", {"action": "GetObject", "match": "pictures/é"})["id"]
    impatient = boto3.client(
        "s3",
        endpoint_url=world.url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )
    world.s3.put_object(Bucket=BUCKET, Key="é", Body=b"x")
    refused: list[str] = []

    def get() -> None:
        try:
            impatient.get_object(Bucket=BUCKET, Key="é")
        except ClientError as error:
            refused.append(error.response["Error"]["Code"])

    getting = threading.Thread(target=get)
    getting.start()
    assert world.door("GET", f"stalls/{stall}?wait=5") == {"caught": True}
    world.door("DELETE", f"stalls/{stall}?outcome=drop")
    getting.join()
    assert refused == ["ServiceUnavailable"]


def test_a_reset_empties_buckets_and_keeps_what_they_tell(world: World) -> None:
    world.s3.put_object(Bucket=BUCKET, Key="a", Body=b"x")
    world.door("POST", "reset")
    assert world.s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    assert world.told() == []
    world.s3.put_object(Bucket=BUCKET, Key="b", Body=b"x")
    assert len(world.told()) == 1


def test_a_queue_tells_its_redrive_policy_as_json(world: World) -> None:
    dead = world.sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = world.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {"deadLetterTargetArn": arn, "maxReceiveCount": 3}
    world.sqs.set_queue_attributes(QueueUrl=world.queue, Attributes={"RedrivePolicy": json.dumps(policy)})
    told = world.sqs.get_queue_attributes(QueueUrl=world.queue, AttributeNames=["All"])["Attributes"]
    assert json.loads(told["RedrivePolicy"]) == policy
