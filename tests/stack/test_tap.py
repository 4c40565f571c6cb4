"""The tap sees every way a message can come, says who sent it, and never loses count."""

import json
from typing import Any

import boto3
import requests

from fixtures.stack.layout import ACCOUNT, REGION, Layout
from fixtures.stack.tap import Tap, sender_of


def bus(stack: Layout, since: int = 0) -> dict[str, Any]:
    answer = requests.get(f"{stack.url('control')}/bus", params={"since": since}, timeout=30)
    assert answer.status_code == 200
    return dict(answer.json())


def client(stack: Layout, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=stack.url("aws"),
        region_name=REGION,
        aws_access_key_id="someone",
        aws_secret_access_key="local",
    )


def put(tap: Tap, body: str) -> None:
    tap.saw("Q", "sent", body, {}, message_id="id")


def seen_on(stack: Layout, channel: str) -> list[tuple[str, str, str]]:
    return [(m["way"], m["sender"], m["body"]) for m in bus(stack)["messages"] if m["channel"] == channel]


def test_calls_batches_and_dead_letters_are_seen(stack: Layout) -> None:
    sqs = client(stack, "sqs")
    sqs.create_queue(QueueName="tapped-dead")
    policy = {"deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:tapped-dead", "maxReceiveCount": 1}
    attributes = {"VisibilityTimeout": "0", "RedrivePolicy": json.dumps(policy)}
    url = sqs.create_queue(QueueName="tapped", Attributes=attributes)["QueueUrl"]
    revision = {"revision": {"DataType": "Number", "StringValue": "2"}}
    sqs.send_message(QueueUrl=url, MessageBody="one", MessageAttributes=revision)
    entries = [{"Id": str(number), "MessageBody": f"batch {number}"} for number in range(2)]
    sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert seen_on(stack, "tapped") == [("sent", "someone", body) for body in ("one", "batch 0", "batch 1")]
    assert next(m for m in bus(stack)["messages"] if m["body"] == "one")["attributes"] == {
        "revision": {"type": "Number", "value": "2"}
    }
    sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    assert {way for way, _, _ in seen_on(stack, "tapped-dead")} == {"moved"}
    assert len(seen_on(stack, "tapped-dead")) == 3


def test_a_topic_s_message_and_its_delivery_are_seen(stack: Layout) -> None:
    sns = client(stack, "sns")
    url = client(stack, "sqs").create_queue(QueueName="heard")["QueueUrl"]
    topic = sns.create_topic(Name="said")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:heard")
    request_id = {"X-Request-Id": {"DataType": "String", "StringValue": "r-1"}}
    sns.publish(TopicArn=topic, Message="hello", Subject="Greeting", MessageAttributes=request_id)
    [said] = [message for message in bus(stack)["messages"] if message["channel"] == "said"]
    assert (said["body"], said["subject"], said["sender"], said["request_id"]) == (
        "hello",
        "Greeting",
        "someone",
        "r-1",
    )
    [(way, sender, body)] = seen_on(stack, "heard")
    assert (way, sender, json.loads(body)["Message"]) == ("delivered", "someone", "hello")
    assert url.endswith("heard")


def test_an_event_of_a_bucket_is_seen_as_nobody_s_message(stack: Layout) -> None:
    client(stack, "sqs").create_queue(QueueName="occurrences")
    s3 = client(stack, "s3")
    s3.create_bucket(Bucket="tapped-bucket")
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:occurrences"
    wanted = {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
    s3.put_bucket_notification_configuration(Bucket="tapped-bucket", NotificationConfiguration=wanted)
    s3.put_object(Bucket="tapped-bucket", Key="a b.txt", Body=b"x")
    found = seen_on(stack, "occurrences")
    assert {(way, sender) for way, sender, _ in found} == {("occurred", "occurred")}
    assert "a+b.txt" in found[-1][2]


def test_only_what_is_new_is_told(stack: Layout) -> None:
    url = client(stack, "sqs").create_queue(QueueName="counted")["QueueUrl"]
    before = bus(stack)["next"]
    client(stack, "sqs").send_message(QueueUrl=url, MessageBody="new")
    told = bus(stack, before)
    assert [message["body"] for message in told["messages"]] == ["new"]
    assert (told["messages"][0]["sequence"], told["next"], told["lost"]) == (before + 1, before + 1, 0)
    assert requests.get(f"{stack.url('control')}/bus?since=x", timeout=5).status_code == 400


def test_an_overflow_loses_messages_but_no_count() -> None:
    tap = Tap(most_kept=3)
    for number in range(5):
        put(tap, str(number))
    told = tap.since(0)
    assert [(m["sequence"], m["body"]) for m in told["messages"]] == [(3, "2"), (4, "3"), (5, "4")]
    assert (told["lost"], told["newest"], told["counts"][0]["count"]) == (2, 5, 5)
    assert tap.since(1)["lost"] == 1
    assert tap.since(5)["messages"] == []


def test_large_bodies_are_bounded_by_their_size() -> None:
    tap = Tap(most_bytes=10)
    for _ in range(3):
        put(tap, "x" * 5)
    assert (len(tap.since(0)["messages"]), tap.since(0)["lost"]) == (2, 1)


def test_the_sender_is_read_from_the_signature() -> None:
    header = "AWS4-HMAC-SHA256 Credential=platform/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host"
    assert sender_of({"HTTP_AUTHORIZATION": header}) == "platform"
    assert sender_of({"QUERY_STRING": "X-Amz-Credential=suite%2F20260101%2Fus-east-1&x=1"}) == "suite"
    assert sender_of({}) == ""
