"""Batches of SQS messages: each alone, only the failed ones reported."""

import json
from typing import Any

import pytest

from fixtures.services.platform import correlation
from fixtures.services.platform.sqs_batch import Record, handle_batch


def sqs_record(message_id: str, body: object, **attributes: str) -> dict[str, Any]:
    return {
        "messageId": message_id,
        "body": body if isinstance(body, str) else json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "2"},
        "messageAttributes": {
            name.replace("_", "-"): {"dataType": "String", "stringValue": value} for name, value in attributes.items()
        },
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:OrderQueue",
    }


def test_each_message_is_given_with_its_attributes() -> None:
    given: list[tuple[dict[str, Any], Record]] = []
    event = {"Records": [sqs_record("m-1", {"a": 1}, revision="3"), sqs_record("m-2", {})]}
    answer = handle_batch("inventory", event, lambda body, record: given.append((body, record)))
    assert answer == {"batchItemFailures": []}
    assert given == [({"a": 1}, Record("m-1", {"revision": "3"}, 2)), ({}, Record("m-2", {}, 2))]


@pytest.mark.parametrize("body", ["{", "[]", '"text"', "", "null", "[" * 100_000])
def test_a_message_that_is_no_json_object_fails_alone(body: str) -> None:
    given: list[dict[str, Any]] = []
    event = {"Records": [sqs_record("bad", body), sqs_record("good", {"a": 1})]}
    answer = handle_batch("inventory", event, lambda body, _: given.append(body))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert given == [{"a": 1}]


def test_what_raises_fails_alone() -> None:
    def process(body: dict[str, Any], _record: Record) -> None:
        if body["fails"]:
            raise ConnectionError("no database")

    event = {"Records": [sqs_record(str(index), {"fails": index % 2 == 1}) for index in range(4)]}
    answer = handle_batch("inventory", event, process)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "3"}]}


def test_each_message_is_processed_in_its_own_correlation() -> None:
    seen: list[str] = []
    correlation.accept({"x-request-id": "outside"})
    event = {"Records": [sqs_record("m-1", {}, X_Request_Id="basket-1"), sqs_record("m-2", {})]}
    handle_batch("inventory", event, lambda *_: seen.append(correlation.request_id.get()))
    assert seen[0] == "basket-1"
    assert seen[1] not in ("", "basket-1", "outside")
    assert correlation.request_id.get() == "outside"


def test_an_envelope_is_opened_only_for_a_queue_behind_a_topic() -> None:
    envelope = {
        "Type": "Notification",
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:OrderEvents",
        "Message": '{"order_id": "o-1"}',
        "MessageAttributes": {"revision": {"Type": "Number", "Value": "2"}},
    }
    given: list[tuple[dict[str, Any], Any]] = []
    event = {"Records": [sqs_record("m-1", envelope)]}
    handle_batch("orders", event, lambda body, record: given.append((body, record.attributes)), from_topic=True)
    handle_batch("orders", event, lambda body, record: given.append((body, record.attributes)))
    assert given == [({"order_id": "o-1"}, {"revision": "2"}), (envelope, {})]


def test_one_line_a_message_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    from fixtures.services.platform import logs  # noqa: PLC0415

    logs.configure("batch-test")
    event = {"Records": [sqs_record("m-1", {}, X_Request_Id="basket-1"), sqs_record("m-2", "{")]}
    handle_batch("batch-test", event, lambda *_: None)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["message"], line["status"], line["route"]) for line in lines] == [
        ("message handled", "handled", "SQS OrderQueue"),
        ("message failed", "failed", "SQS OrderQueue"),
    ]
    assert lines[0]["request_id"] == "basket-1"
    assert "JSONDecodeError" in lines[1]["error"]


def test_what_is_done_together_is_not_done_again() -> None:
    given: list[dict[str, Any]] = []
    seen: list[list[tuple[dict[str, Any], str]]] = []

    def together(messages: Any) -> set[str]:
        seen.append([(each.body, each.context.run(correlation.request_id.get)) for each in messages])
        return {"m-0", "m-2"}

    records = [sqs_record(f"m-{number}", {"n": number}, X_Request_Id=f"basket-{number}") for number in range(3)]
    event = {"Records": [*records, sqs_record("m-3", "{")]}
    answer = handle_batch("inventory", event, lambda body, _: given.append(body), together=together)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-3"}]}
    assert seen == [[({"n": number}, f"basket-{number}") for number in range(3)]]
    assert given == [{"n": 1}]


def test_when_nothing_can_be_done_together_each_is_done_alone(capsys: pytest.CaptureFixture[str]) -> None:
    from fixtures.services.platform import logs  # noqa: PLC0415

    given: list[dict[str, Any]] = []
    logs.configure("alone-test")
    event = {"Records": [sqs_record(str(number), {"n": number}) for number in range(2)]}
    answer = handle_batch("alone-test", event, lambda body, _: given.append(body), together=lambda _: {str(1 // 0)})
    assert (answer["batchItemFailures"], given) == ([], [{"n": 0}, {"n": 1}])
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_no_more_than_ten_are_done_together_and_one_alone_is_not() -> None:
    sizes: list[int] = []

    def together(messages: Any) -> set[str]:
        sizes.append(len(messages))
        return {each.record.message_id for each in messages}

    event = {"Records": [sqs_record(str(number), {}) for number in range(21)]}
    alone: list[str] = []
    handle_batch("inventory", event, lambda _, record: alone.append(record.message_id), together=together)
    assert (sizes, alone) == ([10, 10], ["20"])
