"""Outcomes of orders, as SNS and SQS deliver them: each decides once, each confirmation is mailed once."""

import json
from typing import Any

import pytest

from fixtures.services.orders import events
from fixtures.services.platform import aws
from tests.services.orders_world import Shop, answer_lost_once, failing

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


def records(*bodies: dict[str, Any], revision: str = "1") -> dict[str, Any]:
    """The event of several messages that come together, `m-0` and on, each with a request id of its own."""
    found = []
    for number, body in enumerate(bodies):
        [record] = json.loads(json.dumps(event(body, revision)).replace(ID, f"basket-{number}"))["Records"]
        found.append(record | {"messageId": f"m-{number}"})
    return {"Records": found}


def confirmed(order_id: str) -> dict[str, str]:
    return {"order_id": order_id, "status": "Confirmed"}


def rejected(order_id: str) -> dict[str, str]:
    return {"order_id": order_id, "status": "Rejected", "reason": "Insufficient stock"}


@pytest.fixture
def placed(shop: Shop) -> list[str]:
    """Three pending orders of Ada."""
    return [str(shop.order().json["order_id"]) for _ in range(3)]


def test_outcomes_that_come_together_cost_three_calls_to_dynamodb_and_one_to_sns(
    shop: Shop, placed: list[str], mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.calls.clear()
    monkeypatch.setattr(aws.client("sns"), "publish", failing())
    happened = records(confirmed(placed[0]), rejected(placed[1]), confirmed(placed[2]))
    assert events.handle(happened, None) == {"batchItemFailures": []}
    assert shop.calls == ["BatchGetItem", "TransactWriteItems", "TransactWriteItems"]
    stored = [shop.stored(each) for each in placed]
    assert [each["status"] for each in stored] == ["Confirmed", "Rejected", "Confirmed"]
    assert stored[1]["reason"] == "Insufficient stock"
    assert not any("email_due" in each for each in stored)
    mails = [
        (json.loads(each["Message"]), each["MessageAttributes"]["X-Request-Id"]["Value"]) for each in mailbox.mails()
    ]
    assert mails == [({"user_id": "ada", "order_id": placed[n]}, f"basket-{n}") for n in (0, 2)]


def test_what_is_heard_again_strange_or_late_is_left_to_be_handled_alone(
    shop: Shop, placed: list[str], mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    events.handle(records(confirmed(placed[0]), confirmed(placed[1])), None)
    shop.send("PUT", f"/orders/{placed[2]}", {"quantity": 3})
    [waiting, twice] = [str(shop.order().json["order_id"]) for _ in range(2)]
    bodies = [confirmed(each) for each in (*placed, waiting, "stranger", twice, twice)]
    answer = events.handle(records(*bodies, {"order_id": 7, "status": "Confirmed"}), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-7"}]}
    statuses = [shop.stored(each)["status"] for each in (*placed, waiting, twice)]
    assert statuses == ["Confirmed", "Confirmed", "Pending", "Confirmed", "Confirmed"]
    assert len(mailbox.mails()) == 4
    assert "one by one" not in capsys.readouterr().out


@pytest.mark.parametrize("taken", [None, "1"])
def test_mails_that_sns_did_not_take_together_are_sent_alone(
    shop: Shop, placed: list[str], mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, taken: str | None
) -> None:
    answers = iter([{"Successful": [{"Id": taken}] if taken else [], "Failed": []}])
    monkeypatch.setattr(aws.client("sns"), "publish_batch", lambda **_: next(answers))
    assert events.handle(records(*map(confirmed, placed)), None) == {"batchItemFailures": []}
    mails = [json.loads(each["Message"])["order_id"] for each in mailbox.mails()]
    assert mails == [each for number, each in enumerate(placed) if str(number) != taken]
    assert not any("email_due" in shop.stored(each) for each in placed)


def test_an_outage_in_the_middle_loses_no_mail(
    shop: Shop, placed: list[str], mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened = records(*map(confirmed, placed))
    with monkeypatch.context() as outage:
        for method in ("publish", "publish_batch"):
            outage.setattr(aws.client("sns"), method, failing())
        assert len(events.handle(happened, None)["batchItemFailures"]) == 3
    assert {shop.stored(each)["status"] for each in placed} == {"Confirmed"}
    assert events.handle(happened, None) == {"batchItemFailures": []}
    assert len(mailbox.mails()) == 3


def test_a_decision_whose_answer_was_lost_is_mailed_once(
    shop: Shop, placed: list[str], mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_lost_once(monkeypatch, "transact_write_items")
    assert events.handle(records(*map(confirmed, placed)), None) == {"batchItemFailures": []}
    assert len(mailbox.mails()) == 3
