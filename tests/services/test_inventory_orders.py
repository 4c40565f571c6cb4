"""Orders meet stock: applied once, never below zero, whatever is delivered twice, late or out of order."""

import json
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest

from fixtures.services.inventory import consumer, ledger, settlement, store
from fixtures.services.inventory.rules import TOO_LITTLE, UNKNOWN_PRODUCT, Order
from fixtures.services.platform import aws
from tests.services.in_moto import watch
from tests.services.orders_world import answer_lost_once

Outcomes = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def outcomes(tables: None, monkeypatch: pytest.MonkeyPatch) -> Outcomes:
    """What was told on `OrderEvents` since the last look, with the revision and request id it was told with."""
    topic = aws.client("sns").create_topic(Name="OrderEvents")["TopicArn"]
    queue = aws.client("sqs").create_queue(QueueName="OrderEventsQueue")["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:123456789012:OrderEventsQueue"
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    monkeypatch.setenv("ORDER_EVENTS_ARN", topic)

    def look() -> list[dict[str, Any]]:
        found = aws.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=0)
        told = []
        for message in found.get("Messages", []):
            aws.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            envelope = json.loads(message["Body"])
            attributes = {name: each["Value"] for name, each in envelope["MessageAttributes"].items()}
            told.append(json.loads(envelope["Message"]) | {"revision": attributes["revision"]})
        return told

    return look


def order_record(order_id: str, quantity: Any, *, product_id: str = "desk", revision: int | None = None) -> Any:
    body = {"order_id": order_id, "product_id": product_id, "quantity": quantity}
    attributes = {"revision": {"stringValue": str(revision), "dataType": "Number"}} if revision else {}
    return record(json.dumps(body), attributes)


def record(body: str, attributes: dict[str, Any] | None = None) -> Any:
    return {"messageId": f"m-{body}", "body": body, "messageAttributes": attributes or {}}


def deliver(*records: Any) -> list[str]:
    """Hand the records to the consumer in one batch; returns the bodies it could not process."""
    answer = consumer.handle_orders({"Records": list(records)}, None)
    return [each["itemIdentifier"].removeprefix("m-") for each in answer["batchItemFailures"]]


def cancel(order_id: str) -> list[dict[str, str]]:
    event = {"Records": [record(json.dumps({"order_id": order_id}))]}
    return consumer.handle_releases(event, None)["batchItemFailures"]


def told(order_id: str, status: str, revision: int = 1, reason: str = "") -> dict[str, Any]:
    reasons = {"reason": reason} if reason else {}
    return {"order_id": order_id, "status": status, "revision": str(revision), **reasons}


def test_an_order_that_fits_takes_stock_and_is_confirmed(outcomes: Outcomes) -> None:
    store.put("desk", 3)
    assert deliver(order_record("o1", 2)) == []
    assert store.get("desk") == 1
    assert outcomes() == [told("o1", "Confirmed")]


def test_an_order_delivered_again_changes_nothing_and_is_told_again(outcomes: Outcomes) -> None:
    store.put("desk", 3)
    deliver(order_record("o1", 2), order_record("o1", 2))
    deliver(order_record("o1", 2))
    assert store.get("desk") == 1
    assert outcomes() == [told("o1", "Confirmed")] * 3


def test_a_rejection_stands_even_when_stock_arrives_later(outcomes: Outcomes) -> None:
    store.put("desk", 1)
    deliver(order_record("o1", 2))
    store.put("desk", 10)
    deliver(order_record("o1", 2))
    assert store.get("desk") == 10
    assert outcomes() == [told("o1", "Rejected", reason=TOO_LITTLE)] * 2


def test_an_unknown_product_is_rejected_by_name_and_gets_no_record(outcomes: Outcomes) -> None:
    deliver(order_record("o1", 1, product_id="ghost"))
    assert store.get("ghost") is None
    assert outcomes() == [told("o1", "Rejected", reason=UNKNOWN_PRODUCT)]


def test_the_outcome_is_told_when_the_first_delivery_died_before_telling(
    outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("desk", 3)
    with monkeypatch.context() as patch:
        patch.setattr(aws.client("sns"), "publish", lambda **_: 1 / 0)
        assert len(deliver(order_record("o1", 2))) == 1
    assert (store.get("desk"), outcomes()) == (1, [])
    assert deliver(order_record("o1", 2)) == []
    assert (store.get("desk"), outcomes()) == (1, [told("o1", "Confirmed")])


@pytest.mark.parametrize(
    ("stock", "first", "second", "left", "status"),
    [
        (10, 2, 5, 5, "Confirmed"),
        (10, 5, 2, 8, "Confirmed"),
        (10, 5, 5, 5, "Confirmed"),
        (10, 5, 10, 0, "Confirmed"),
        (10, 5, 11, 10, "Rejected"),
        (10, 11, 4, 6, "Confirmed"),
        (10, 11, 12, 10, "Rejected"),
    ],
)
def test_a_later_revision_replaces_the_earlier_one(
    outcomes: Outcomes, stock: int, first: int, second: int, left: int, status: str
) -> None:
    store.put("desk", stock)
    deliver(order_record("o1", first))
    outcomes()
    deliver(order_record("o1", second, revision=2))
    assert store.get("desk") == left
    reason = TOO_LITTLE if status == "Rejected" else ""
    assert outcomes() == [told("o1", status, 2, reason)]
    deliver(order_record("o1", first))
    assert (store.get("desk"), outcomes()) == (left, [told("o1", status, 2, reason)])


def test_orders_that_come_together_are_booked_in_one_write_and_told_in_one_call(
    outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("desk", 9)
    store.put("lamp", 9)
    calls: list[str] = []
    watch(monkeypatch, calls.append)
    monkeypatch.setattr(aws.client("sns"), "publish", lambda **_: 1 / 0)
    records = [order_record(f"o{n}", n, product_id=("desk", "lamp")[n % 2], revision=n) for n in range(1, 5)]
    assert deliver(*records) == []
    assert calls == ["TransactWriteItems"]
    assert (store.get("desk"), store.get("lamp")) == (3, 5)
    assert outcomes() == [told(f"o{n}", "Confirmed", n) for n in range(1, 5)]


def test_too_little_for_all_who_come_together_is_enough_for_the_first(outcomes: Outcomes) -> None:
    store.put("desk", 3)
    store.put("lamp", 3)
    lamps = [order_record(f"l{n}", 1, product_id="lamp") for n in range(2)]
    deliver(
        *lamps,
        order_record("d1", 2),
        order_record("d2", 2),
        order_record("d3", 1),
        order_record("g", 1, product_id="x"),
    )
    assert (store.get("desk"), store.get("lamp")) == (0, 1)
    rejected = [told("d2", "Rejected", reason=TOO_LITTLE), told("g", "Rejected", reason=UNKNOWN_PRODUCT)]
    confirmed = [told(order_id, "Confirmed") for order_id in ("d1", "d3", "l0", "l1")]
    assert sorted(outcomes(), key=lambda each: (each["status"], each["order_id"])) == confirmed + rejected


def test_orders_known_already_don_t_keep_others_from_being_booked(
    outcomes: Outcomes, capsys: pytest.CaptureFixture[str]
) -> None:
    store.put("desk", 19)
    deliver(order_record("known", 2), order_record("rejected", 20))
    cancel("released")
    outcomes()
    again = [order_record(each, 2) for each in ("known", "released", "new", "rejected", "newer", "twice", "twice")]
    assert deliver(*again, order_record("changed", 2), order_record("changed", 1, revision=2)) == []
    assert store.get("desk") == 10
    new = [told("changed", "Confirmed"), told("changed", "Confirmed", 2)]
    new += [told(each, "Confirmed") for each in ("known", "new", "newer", "twice", "twice")]
    rejected = told("rejected", "Rejected", reason=TOO_LITTLE)
    assert sorted(outcomes(), key=lambda each: (each["status"], each["order_id"])) == [*new, rejected]
    assert "one by one" not in capsys.readouterr().out


@pytest.mark.parametrize("taken", [None, "0"])
def test_outcomes_that_sns_did_not_take_together_are_told_alone(
    outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch, taken: str | None
) -> None:
    store.put("desk", 9)
    answers = iter([{"Successful": [{"Id": taken}] if taken else [], "Failed": []}])
    monkeypatch.setattr(aws.client("sns"), "publish_batch", lambda **_: next(answers))
    assert deliver(order_record("o1", 2), order_record("o2", 2)) == []
    assert store.get("desk") == 5
    assert outcomes() == [told(each, "Confirmed") for each in (("o2",) if taken else ("o1", "o2"))]


def test_a_booking_whose_answer_was_lost_is_told_and_not_booked_again(
    outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("desk", 9)
    answer_lost_once(monkeypatch, "transact_write_items")
    assert deliver(order_record("o1", 2), order_record("o2", 2)) == []
    assert store.get("desk") == 5
    assert outcomes() == [told("o1", "Confirmed"), told("o2", "Confirmed")]


def test_cancelling_gives_stock_back_once(outcomes: Outcomes) -> None:
    store.put("desk", 3)
    deliver(order_record("o1", 2))
    assert [cancel("o1"), cancel("o1")] == [[], []]
    assert store.get("desk") == 3


def test_a_cancelled_order_takes_nothing_when_its_message_comes_late(outcomes: Outcomes) -> None:
    store.put("desk", 3)
    cancel("o1")
    assert deliver(order_record("o1", 2), order_record("o1", 1, revision=2)) == []
    assert (store.get("desk"), outcomes()) == (3, [])


def test_a_rejected_order_that_was_cancelled_takes_nothing_by_a_late_revision(outcomes: Outcomes) -> None:
    store.put("desk", 3)
    deliver(order_record("o1", 5))
    cancel("o1")
    deliver(order_record("o1", 2, revision=2))
    assert store.get("desk") == 3
    entry = ledger.read("o1")
    assert entry is not None
    assert entry.status == "Released"


def test_many_at_once_never_sell_more_than_there_is(outcomes: Outcomes) -> None:
    store.put("desk", 5)
    together = Barrier(8)
    settled = []

    def settle(number: int) -> None:
        together.wait()
        settled.append(settlement.settle(Order(f"o{number}", "desk", 2, 1)))

    threads = [Thread(target=settle, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(entry.status for entry in settled) == ["Confirmed"] * 2 + ["Rejected"] * 6
    assert store.get("desk") == 1


def overtaken_by(other: Any, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The next write to the ledger waits until this record was delivered; empty until it was."""
    really = ledger.write
    raced: list[bool] = []

    def overtaken(*call: Any, **named: Any) -> Any:
        if not raced:
            raced.append(True)
            deliver(other)
        return really(*call, **named)

    monkeypatch.setattr(ledger, "write", overtaken)
    return raced


def test_two_consumers_of_one_message_apply_it_once(outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second delivery settles between the first one's look at the ledger and its write."""
    store.put("desk", 10)
    deliver(order_record("o1", 2))
    raced = overtaken_by(order_record("o1", 3, revision=2), monkeypatch)
    deliver(order_record("o1", 3, revision=2))
    assert raced
    assert store.get("desk") == 7


def test_a_release_that_is_overtaken_by_a_revision_gives_back_what_is_held_then(
    outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("desk", 10)
    deliver(order_record("o1", 2))
    raced = overtaken_by(order_record("o1", 5, revision=2), monkeypatch)
    assert cancel("o1") == []
    assert raced
    assert store.get("desk") == 10


@pytest.mark.parametrize(
    "body",
    [
        "not JSON",
        "[]",
        "{}",
        '{"order_id": "o1", "product_id": "desk"}',
        '{"order_id": "o1", "product_id": "desk", "quantity": 1, "extra": 1}',
        '{"order_id": "", "product_id": "desk", "quantity": 1}',
        '{"order_id": "o 1", "product_id": "desk", "quantity": 1}',
        '{"order_id": 1, "product_id": "desk", "quantity": 1}',
        '{"order_id": "o1", "product_id": null, "quantity": 1}',
        '{"order_id": "o1", "product_id": "\\ud800", "quantity": 1}',
        '{"order_id": "o1", "product_id": "desk", "quantity": 0}',
        '{"order_id": "o1", "product_id": "desk", "quantity": -1}',
        '{"order_id": "o1", "product_id": "desk", "quantity": true}',
        '{"order_id": "o1", "product_id": "desk", "quantity": "1"}',
        '{"order_id": "o1", "product_id": "desk", "quantity": 1.5}',
        '{"order_id": "o1", "product_id": "desk", "quantity": NaN}',
        '{"order_id": "o1", "product_id": "desk", "quantity": 1e400}',
    ],
)
def test_a_message_nobody_can_read_fails_alone(outcomes: Outcomes, body: str) -> None:
    store.put("desk", 3)
    assert deliver(order_record("before", 1), record(body), order_record("after", 1)) == [body]
    assert store.get("desk") == 1
    assert ledger.read("o1") is None
    assert [each["order_id"] for each in outcomes()] == ["before", "after"]


@pytest.mark.parametrize("revision", ["0", "-1", "1.5", "two", "1" * 40])
def test_a_revision_that_is_no_number_fails(outcomes: Outcomes, revision: str) -> None:
    store.put("desk", 3)
    poison = order_record("o1", 1)
    poison["messageAttributes"] = {"revision": {"stringValue": revision, "dataType": "Number"}}
    assert len(deliver(poison)) == 1
    assert store.get("desk") == 3


@pytest.mark.parametrize("body", ["{}", '{"order_id": 7}', '{"order_id": "o1", "why": "x"}', "null"])
def test_a_release_nobody_can_read_fails(outcomes: Outcomes, body: str) -> None:
    assert consumer.handle_releases({"Records": [record(body)]}, None)["batchItemFailures"] == [
        {"itemIdentifier": f"m-{body}"}
    ]
