"""What the poller deletes follows Lambda's rules for partial batches."""

from typing import Any

import pytest

from fixtures.stack.poller import processed, sqs_event

MESSAGES: list[dict[str, Any]] = [{"MessageId": "a"}, {"MessageId": "b"}]


@pytest.mark.parametrize(
    ("answer", "done"),
    [
        (None, ["a", "b"]),
        ({"batchItemFailures": []}, ["a", "b"]),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, ["b"]),
        ({"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "b"}]}, []),
        ({"batchItemFailures": [{"itemIdentifier": "unknown"}]}, []),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, []),
        ({"batchItemFailures": ["a"]}, []),
        ("nonsense", []),
    ],
)
def test_only_what_was_processed_is_deleted(answer: Any, done: list[str]) -> None:
    assert [message["MessageId"] for message in processed(MESSAGES, answer)] == done


def test_a_record_has_the_form_lambda_gives_it() -> None:
    message = {
        "MessageId": "a",
        "ReceiptHandle": "r",
        "Body": "{}",
        "MD5OfBody": "m",
        "Attributes": {"ApproximateReceiveCount": "1"},
        "MessageAttributes": {"revision": {"DataType": "Number", "StringValue": "2"}},
    }
    record = sqs_event("OrderQueue", [message])["Records"][0]
    assert record["messageAttributes"]["revision"] == {
        "stringValue": "2",
        "dataType": "Number",
        "stringListValues": [],
        "binaryListValues": [],
    }
    assert record["eventSourceARN"] == "arn:aws:sqs:us-east-1:123456789012:OrderQueue"
    assert (record["body"], record["attributes"]["ApproximateReceiveCount"]) == ("{}", "1")
