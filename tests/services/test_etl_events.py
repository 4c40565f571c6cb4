"""etl: the events of S3 that tell of objects, and messages nobody can read."""

import json

import pytest

from fixtures.services.platform import aws
from tests.services.etl_loads import loaded
from tests.services.etl_world import Etl, etl, rows, told_of

__all__ = ["etl"]


@pytest.mark.parametrize("key", ["a b+c%2B/ü ж.csv", "q?x=1&y.csv", 'quote".csv', "%.csv", "+.csv"])
def test_a_key_arrives_encoded_and_is_told_decoded(etl: Etl, key: str) -> None:
    etl.load(key, rows("a") + b"bad\n")
    assert len(etl.rejects(key) or []) == 1
    assert etl.announced() == [loaded(key, 1, 1)]


def test_the_objects_request_id_travels_on(etl: Etl) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    etl.load("x.csv", rows("a") + b"bad\n", Metadata={"x-request-id": "ada-17", "traceparent": parent})
    [envelope] = etl.envelopes()
    assert {name: each["Value"] for name, each in envelope["MessageAttributes"].items()} == {
        "X-Request-Id": "ada-17",
        "traceparent": parent,
    }
    assert aws.client("s3").head_object(Bucket="etl-rejects", Key="x.csv.jsonl")["Metadata"] == {
        "x-request-id": "ada-17",
        "traceparent": parent,
    }


def test_one_event_may_tell_of_several_objects(etl: Etl) -> None:
    records = [etl.drop(f"{name}.csv", rows(name)) for name in ("a", "b")]
    assert etl.deliver(json.dumps({"Records": records, "later": 1})) == []
    assert set(etl.records()) == {"a", "b"}
    assert etl.announced() == [loaded("a.csv", 1), loaded("b.csv", 1)]


def test_events_of_another_kind_are_passed_over(etl: Etl) -> None:
    assert etl.deliver(told_of("x.csv", "e", eventName="ObjectRemoved:Delete")) == []
    assert etl.announced() == []


def test_s3s_test_event_is_passed_over(etl: Etl) -> None:
    event = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2026-01-31T00:00:00.000Z", "Bucket": "etl-raw"}
    assert etl.deliver(json.dumps(event)) == []
    assert etl.announced() == []


def test_an_event_without_etag_loads_what_is_there(etl: Etl) -> None:
    event = etl.drop("x.csv", rows("a"))
    del event["s3"]["object"]["eTag"], event["s3"]["object"]["sequencer"]
    assert etl.deliver(event) == []
    assert etl.announced() == [loaded("x.csv", 1)]


@pytest.mark.parametrize(
    "body",
    [
        "not JSON",
        "[]",
        "{}",
        '{"Records": []}',
        '{"Records": {}}',
        '{"Records": [null]}',
        '{"Records": [{"eventName": "ObjectCreated:Put"}]}',
        json.dumps({"Records": [told_of("x.csv", "e", eventSource="aws:sns")]}),
        json.dumps({"Records": [told_of("x.csv", 7)]}),
        json.dumps({"Records": [told_of("x.csv", "e", s3={"bucket": {"name": "other"}, "object": {"key": "x"}})]}),
        json.dumps({"Records": [told_of("x.csv", "e", s3={"bucket": {"name": "etl-raw"}, "object": {"key": 7}})]}),
        json.dumps({"Records": [told_of("x.csv", "e", s3={"bucket": {"name": "etl-raw"}, "object": {"key": "%FF"}})]}),
        json.dumps({"Records": [told_of("", "e")]}),
    ],
)
def test_a_message_nobody_can_read_fails_alone(etl: Etl, body: str) -> None:
    before, after = (etl.drop(f"{name}.csv", rows(name)) for name in ("a", "b"))
    assert etl.deliver(before, body, after) == [body]
    assert set(etl.records()) == {"a", "b"}
