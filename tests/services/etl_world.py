"""What tests of etl are given: its buckets, the topic with a queue that listens, and the messages S3 would send."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import pytest

from fixtures.services.etl import handler
from fixtures.services.platform import aws

HEADER = b"id,name,amount,date\n"


@dataclass(frozen=True, slots=True)
class Etl:
    """Drops objects, delivers their messages, and looks at what became of them."""

    listener: str

    def drop(self, key: str, body: bytes, **more: Any) -> Any:
        """Puts an object and returns the event record S3 would send."""
        put = aws.client("s3").put_object(Bucket="etl-raw", Key=key, Body=body, **more)
        return told_of(key, put["ETag"].strip('"'))

    def deliver(self, *records: Any) -> list[str]:
        """One message a record, in one batch; the keys of those that failed."""
        bodies = [record if isinstance(record, str) else json.dumps({"Records": [record]}) for record in records]
        batch = [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]
        failed = handler.handle({"Records": batch}, None)["batchItemFailures"]
        return [bodies[int(each["itemIdentifier"][1:])] for each in failed]

    def load(self, key: str, body: bytes, **more: Any) -> None:
        """Drops an object and has it loaded."""
        assert self.deliver(self.drop(key, body, **more)) == []

    def records(self) -> dict[str, dict[str, Any]]:
        """Every record by its id."""
        items = aws.client("dynamodb").scan(TableName="EtlRecords")["Items"]
        return {item["record_id"]: item for item in map(aws.unmarshal, items)}

    def rejects(self, key: str) -> list[Any] | None:
        """The bad rows of an object; None where there are none."""
        s3 = aws.client("s3")
        try:
            body = s3.get_object(Bucket="etl-rejects", Key=f"{key}.jsonl")["Body"].read()
        except s3.exceptions.NoSuchKey:
            return None
        return [json.loads(line) for line in body.splitlines()]

    def announced(self) -> list[Any]:
        """What was told on EtlTopic since the last look."""
        return [json.loads(envelope["Message"]) for envelope in self.envelopes()]

    def envelopes(self) -> list[Any]:
        """The same, as SNS wrapped it."""
        found = []
        while (
            batch := aws.client("sqs").receive_message(QueueUrl=self.listener, MaxNumberOfMessages=10).get("Messages")
        ):
            for message in batch:
                aws.client("sqs").delete_message(QueueUrl=self.listener, ReceiptHandle=message["ReceiptHandle"])
                found.append(json.loads(message["Body"]))
        return found


@pytest.fixture
def etl(tables: None, monkeypatch: pytest.MonkeyPatch) -> Etl:
    """Buckets, topic and listener."""
    for bucket in ("etl-raw", "etl-rejects"):
        aws.client("s3").create_bucket(Bucket=bucket)
    topic = aws.client("sns").create_topic(Name="EtlTopic")["TopicArn"]
    queue = aws.client("sqs").create_queue(QueueName="Listener")["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:123456789012:Listener"
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    monkeypatch.setenv("ETL_TOPIC_ARN", topic)
    return Etl(queue)


def told_of(key: str, etag: Any, **changed: Any) -> Any:
    """One record of an S3 event."""
    stored = {"key": quote_plus(key, safe="/"), "size": 1, "eTag": etag, "sequencer": "0055"}
    s3 = {"bucket": {"name": "etl-raw"}, "object": stored}
    return {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3} | changed


def rows(*ids: str) -> bytes:
    """A CSV with good rows."""
    return HEADER + b"".join(f"{one},desk,1.50,2026-01-31\n".encode() for one in ids)
