"""Outcomes of orders, as SNS and SQS deliver them: each decides once, each confirmation is mailed once."""

import json
from typing import Any

import pytest

from fixtures.services.orders import events
from fixtures.services.platform import aws
from tests.services.orders_world import Shop, failing

ID, PARENT = "basket-1", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Mailbox:
    """A queue subscribed to EmailTopic."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url = aws.client("sqs").create_queue(QueueName="Mailbox")["QueueUrl"]
        topic = aws.client("sns").create_topic(Name="EmailTopic")["TopicArn"]
        arn = "arn:aws:sqs:us-east-1:123456789012:Mailbox"
        aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        monkeypatch.setenv("EMAIL_TOPIC_ARN", topic)

    def mails(self) -> list[dict[str, Any]]:
        found = aws.client("sqs").receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return [json.loads(each["Body"]) for each in found.get("Messages", [])]


@pytest.fixture
def mailbox(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """Where confirmations arrive."""
    return Mailbox(monkeypatch)


@pytest.fixture
def order_id(shop: Shop) -> str:
    """Ada's pending order."""
    return str(shop.order().json["order_id"])


def event(body: Any, revision: str | None = "1", *, raw: bool = False) -> dict[str, Any]:
    """The Lambda event of one message: in its SNS envelope, or as raw message delivery brings it."""
    values = {"X-Request-Id": ("String", ID), "traceparent": ("String", PARENT)}
    if revision is not None:
        values["revision"] = ("Number", revision)
    text = body if isinstance(body, str) else json.dumps(body)
    envelope = {
        "Type": "Notification",
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:OrderEvents",
        "Message": text,
        "MessageAttributes": {name: {"Type": kind, "Value": value} for name, (kind, value) in values.items()},
    }
    attributes = {name: {"dataType": kind, "stringValue": value} for name, (kind, value) in values.items()}
    record = {
        "messageId": "m-1",
        "receiptHandle": "handle",
        "body": text if raw else json.dumps(envelope),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": attributes if raw else {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:OrderEventsQueue",
    }
    return {"Records": [record]}


def hear(body: Any, revision: str | None = "1", *, raw: bool = False) -> bool:
    """Whether the message was processed."""
    answer = events.handle(event(body, revision, raw=raw), None)
    assert answer["batchItemFailures"] in ([], [{"itemIdentifier": "m-1"}])
    return not answer["batchItemFailures"]


@pytest.mark.parametrize("raw", [False, True])
def test_a_confirmation_decides_the_order_and_is_mailed(shop: Shop, order_id: str, mailbox: Mailbox, raw: bool) -> None:
    assert hear({"order_id": order_id, "status": "Confirmed"}, raw=raw)
    assert shop.send("GET", f"/orders/{order_id}").json["status"] == "Confirmed"
    assert "email_due" not in shop.stored(order_id)
    [mail] = mailbox.mails()
    assert mail["Subject"] == "Order Confirmation"
    assert json.loads(mail["Message"]) == {"user_id": "ada", "order_id": order_id}
    assert {name: each["Value"] for name, each in mail["MessageAttributes"].items()} == {
        "X-Request-Id": ID,
        "traceparent": PARENT,
    }


def test_a_confirmation_heard_twice_is_mailed_once(order_id: str, mailbox: Mailbox) -> None:
    assert hear({"order_id": order_id, "status": "Confirmed"})
    assert hear({"order_id": order_id, "status": "Confirmed"})
    assert len(mailbox.mails()) == 1


def test_a_mail_that_could_not_be_sent_is_sent_when_the_event_comes_again(
    shop: Shop, order_id: str, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as outage:
        outage.setattr(aws.client("sns"), "publish", failing())
        assert not hear({"order_id": order_id, "status": "Confirmed"})
    assert (shop.stored(order_id)["status"], mailbox.mails()) == ("Confirmed", [])
    assert hear({"order_id": order_id, "status": "Confirmed"})
    assert len(mailbox.mails()) == 1


def test_a_confirmed_orders_mail_is_sent_though_it_was_cancelled_meanwhile(
    shop: Shop, order_id: str, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as outage:
        outage.setattr(aws.client("sns"), "publish", failing())
        hear({"order_id": order_id, "status": "Confirmed"})
    shop.send("DELETE", f"/orders/{order_id}")
    assert hear({"order_id": order_id, "status": "Confirmed"})
    assert (shop.stored(order_id)["status"], len(mailbox.mails())) == ("Cancelled", 1)


def test_a_rejection_says_why_and_is_not_mailed(shop: Shop, order_id: str, mailbox: Mailbox) -> None:
    assert hear({"order_id": order_id, "status": "Rejected", "reason": "Insufficient stock"})
    shown = shop.send("GET", f"/orders/{order_id}").json
    assert (shown["status"], shown["reason"], mailbox.mails()) == ("Rejected", "Insufficient stock", [])


def test_the_first_outcome_stays(shop: Shop, order_id: str, mailbox: Mailbox) -> None:
    hear({"order_id": order_id, "status": "Rejected", "reason": "Insufficient stock"})
    assert hear({"order_id": order_id, "status": "Confirmed"})
    assert (shop.stored(order_id)["status"], mailbox.mails()) == ("Rejected", [])


def test_only_the_outcome_of_the_latest_revision_counts(shop: Shop, order_id: str, mailbox: Mailbox) -> None:
    shop.send("PUT", f"/orders/{order_id}", {"quantity": 3})
    assert hear({"order_id": order_id, "status": "Confirmed"}, "1")
    assert (shop.stored(order_id)["status"], mailbox.mails()) == ("Pending", [])
    assert hear({"order_id": order_id, "status": "Confirmed"}, "2")
    assert (shop.stored(order_id)["status"], len(mailbox.mails())) == ("Confirmed", 1)


def test_an_event_without_revision_means_the_first(shop: Shop, order_id: str, mailbox: Mailbox) -> None:
    assert hear({"order_id": order_id, "status": "Confirmed"}, None)
    assert shop.stored(order_id)["status"] == "Confirmed"


def test_an_outcome_of_an_unknown_order_creates_none(shop: Shop, mailbox: Mailbox) -> None:
    assert hear({"order_id": "stranger", "status": "Confirmed"})
    assert (shop.items("Orders"), mailbox.mails()) == ([], [])


@pytest.mark.parametrize(
    ("body", "revision"),
    [
        ("{", "1"),
        ([], "1"),
        ({"status": "Confirmed"}, "1"),
        ({"order_id": "", "status": "Confirmed"}, "1"),
        ({"order_id": 7, "status": "Confirmed"}, "1"),
        ({"order_id": "o", "status": "Shipped"}, "1"),
        ({"order_id": "o", "status": "Rejected", "reason": 7}, "1"),
        ({"order_id": "o", "status": "Confirmed"}, "one"),
    ],
)
def test_a_malformed_event_is_left_for_the_dead_letter_queue(
    shop: Shop, mailbox: Mailbox, body: Any, revision: str
) -> None:
    assert not hear(body, revision)
