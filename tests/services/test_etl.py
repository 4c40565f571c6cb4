"""Objects meet table: each row once in effect, whatever is delivered twice, overwritten, gone or unreadable."""

import gzip
import json
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from fixtures.services.etl import loading, rejects, source, store
from fixtures.services.platform import aws
from tests.services.etl_world import HEADER, Etl, etl, rows, told_of

__all__ = ["etl"]


def loaded(key: str, count: int, rejected: int = 0) -> Any:
    return {"key": key, "status": "Loaded", "loaded": count, "rejected": rejected}


def failed(key: str, reason: str) -> Any:
    return {"key": key, "status": "Failed", "loaded": 0, "rejected": 0, "reason": reason}


def test_good_rows_become_records_and_bad_ones_rejects(etl: Etl) -> None:
    etl.load("in/sales.csv", HEADER + b'a,"oak\n desk",1.50,2026-01-31\nb,,x,2026-01-31\na,chair,2,2026-02-01\n')
    assert etl.records() == {
        "a": {
            "record_id": "a",
            "name": "oak desk",
            "amount": Decimal("1.5"),
            "date": "2026-01-31",
            "source_key": "in/sales.csv",
            "source_line": 2,
        }
    }
    assert etl.rejects("in/sales.csv") == [
        {"line": 4, "reason": "name is missing; amount is not valid", "row": "b,,x,2026-01-31"},
        {"line": 5, "reason": "id already stands on line 2", "row": "a,chair,2,2026-02-01"},
    ]
    assert etl.announced() == [loaded("in/sales.csv", 1, 2)]


def test_json_lines_are_loaded(etl: Etl) -> None:
    good = {"id": 1, "name": "desk", "amount": 2.50, "date": "2026-01-31", "note": "two\nlines", "colour": "red"}
    etl.load("sales.jsonl", json.dumps(good).encode() + b"\n{}\n")
    record = etl.records()["1"]
    assert (record["amount"], record["note"], set(record) & {"colour"}) == (Decimal("2.5"), "two\nlines", set())
    assert [bad["line"] for bad in etl.rejects("sales.jsonl") or []] == [2]


@pytest.mark.parametrize("key", ["a b+c%2B/ü ж.csv", "q?x=1&y.csv", 'quote".csv', "%.csv", "+.csv"])
def test_a_key_arrives_encoded_and_is_told_decoded(etl: Etl, key: str) -> None:
    etl.load(key, rows("a") + b"bad\n")
    assert len(etl.rejects(key) or []) == 1
    assert etl.announced() == [loaded(key, 1, 1)]


def test_bytes_that_are_not_utf8_stay_readable_in_the_rejects(etl: Etl) -> None:
    etl.load("x.csv", HEADER + b"a,d\xffsk,1,2026-01-31\n" + b"b," + b"y" * 70_000 + b"\n" + b"c,desk,1,2026-01-31\n")
    first, second = etl.rejects("x.csv") or []
    assert first == {"line": 2, "reason": "not UTF-8", "row": "a,d\\xffsk,1,2026-01-31"}
    assert (second["line"], second["reason"], len(second["row"])) == (3, "longer than 65536 bytes", 4096)
    assert set(etl.records()) == {"c"}


def test_the_same_object_twice_changes_nothing(etl: Etl, monkeypatch: pytest.MonkeyPatch) -> None:
    event = etl.drop("x.csv", rows("a") + b"bad\n")
    assert etl.deliver(event) == []
    before = (etl.records(), etl.rejects("x.csv"), etl.announced())

    def never(*_: Any) -> Any:
        raise AssertionError("the object was loaded again")

    monkeypatch.setattr(loading, "load", never)
    assert etl.deliver(event, etl.drop("x.csv", rows("a") + b"bad\n")) == []
    assert (etl.records(), etl.rejects("x.csv")) == before[:2]
    assert etl.announced() == before[2] * 2


def test_a_new_version_replaces_rejects_and_records(etl: Etl) -> None:
    etl.load("x.csv", rows("a") + b"bad\n")
    etl.load("x.csv", HEADER + b"a,chair,2,2026-02-01\n")
    assert etl.records()["a"]["name"] == "chair"
    assert etl.rejects("x.csv") is None
    etl.load("x.csv", rows("a") + b"bad\n")  # the first version, uploaded anew
    assert etl.records()["a"]["name"] == "desk"
    assert len(etl.rejects("x.csv") or []) == 1


def test_a_failed_version_leaves_no_rejects_of_the_one_before(etl: Etl) -> None:
    etl.load("x.csv", rows("a") + b"bad\n")
    etl.load("x.csv", b"")
    assert etl.rejects("x.csv") is None
    assert etl.announced()[-1] == failed("x.csv", "the header is missing")


@pytest.mark.parametrize(
    ("key", "body", "more", "reason"),
    [
        ("x.txt", b"", {"ContentType": "text/csv"}, "neither CSV nor JSON lines"),
        ("x.csv.gz", gzip.compress(rows("a"))[:-9], {}, "neither CSV nor JSON lines"),
        ("x.csv", gzip.compress(rows("a")), {"ContentEncoding": "gzip"}, "neither CSV nor JSON lines"),
        ("x.csv", gzip.compress(rows("a"))[:-9], {}, "the header is not readable"),
        ("x", b"", {"ContentType": "image/png"}, "neither CSV nor JSON lines"),
        ("x.d/x", b"", {}, "neither CSV nor JSON lines"),
        ("folder.csv/", b"", {}, "neither CSV nor JSON lines"),
        ("x.csv", b"id,name,date\n", {}, "column amount is missing"),
        ("k" * 1015 + ".csv", rows("a"), {}, "the key is too long"),
    ],
)
def test_an_object_that_cant_be_loaded_is_told_once_and_for_all(
    etl: Etl, key: str, body: bytes, more: Any, reason: str
) -> None:
    etl.load(key, body, **more)
    assert etl.announced() == [failed(key, reason)]
    assert (etl.records(), etl.rejects(key) if len(key) < 1000 else None) == ({}, None)


@pytest.mark.parametrize(
    ("key", "kind", "body"),
    [
        ("X.CSV", "binary/octet-stream", rows("a")),
        ("a.b/x", "text/csv; charset=utf-8", rows("a")),
        ("x.ndjson", "text/csv", b'{"id": "a", "name": "d", "amount": 1, "date": "2026-01-31"}'),
        ("x", "application/x-ndjson", b'{"id": "a", "name": "d", "amount": 1, "date": "2026-01-31"}'),
        ("k" * 1014 + ".csv", "", rows("a")),
    ],
)
def test_forms_are_known_by_ending_or_type(etl: Etl, key: str, kind: str, body: bytes) -> None:
    etl.load(key, body, ContentType=kind)
    assert etl.announced() == [loaded(key, 1)]


def test_json_lines_without_a_line_are_no_rows(etl: Etl) -> None:
    etl.load("x.jsonl", b"")
    assert etl.announced() == [loaded("x.jsonl", 0)]


def test_an_object_that_is_gone_is_told(etl: Etl) -> None:
    event = etl.drop("x.csv", rows("a"))
    aws.client("s3").delete_object(Bucket="etl-raw", Key="x.csv")
    assert etl.deliver(event) == []
    assert etl.announced() == [failed("x.csv", "the object is gone")]
    etl.load("x.csv", rows("a"))  # the same bytes once more: they are there now
    assert etl.announced() == [loaded("x.csv", 1)]


def test_an_object_that_goes_while_it_is_read_is_told(etl: Etl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "RANGE", 64)
    during_the_load(monkeypatch, lambda: aws.client("s3").delete_object(Bucket="etl-raw", Key="x.csv"))
    etl.load("x.csv", rows(*map(str, range(100))) + b"bad\n")
    assert etl.announced() == [failed("x.csv", "the object is gone")]
    assert etl.rejects("x.csv") is None


def test_an_object_that_is_overwritten_while_it_is_read_is_left_to_its_new_version(
    etl: Etl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "RANGE", 64)
    newer: list[Any] = []
    during_the_load(monkeypatch, lambda: newer.append(etl.drop("x.csv", HEADER + b"new,chair,2,2026-02-01\n")))
    etl.load("x.csv", rows(*map(str, range(100))))
    assert etl.announced() == []
    assert etl.deliver(*newer) == []
    assert "new" in etl.records()
    assert etl.announced() == [loaded("x.csv", 1)]


def test_the_message_of_a_version_that_was_overwritten_before_does_nothing(etl: Etl) -> None:
    old = etl.drop("x.csv", rows("old"))
    new = etl.drop("x.csv", rows("new"))
    assert etl.deliver(new, old) == []
    assert (set(etl.records()), etl.announced()) == ({"new"}, [loaded("x.csv", 1)])


def test_a_crash_before_the_announcement_costs_nothing(etl: Etl, monkeypatch: pytest.MonkeyPatch) -> None:
    event = etl.drop("x.csv", rows("a", "b") + b"bad\n")
    monkeypatch.setenv("ETL_TOPIC_ARN", "arn:aws:sns:us-east-1:123456789012:Nowhere")
    assert len(etl.deliver(event)) == 1
    monkeypatch.setenv("ETL_TOPIC_ARN", "arn:aws:sns:us-east-1:123456789012:EtlTopic")
    assert etl.deliver(event) == []
    assert (set(etl.records()), len(etl.rejects("x.csv") or [])) == ({"a", "b"}, 1)
    assert etl.announced() == [loaded("x.csv", 2, 1)]


def test_an_outage_in_the_middle_leaves_the_message_and_no_rejects(etl: Etl, monkeypatch: pytest.MonkeyPatch) -> None:
    event = etl.drop("x.csv", rows(*map(str, range(100))) + b"bad\n")
    really = store.write

    def broken(batch: Any) -> None:
        if batch[0]["record_id"] == "50":
            raise ClientError({"Error": {"Code": "InternalServerError"}}, "BatchWriteItem")
        really(batch)

    monkeypatch.setattr(store, "write", broken)
    assert len(etl.deliver(event)) == 1
    assert (etl.rejects("x.csv"), etl.announced()) == (None, [])
    monkeypatch.setattr(store, "write", really)
    assert etl.deliver(event) == []
    assert (len(etl.records()), etl.announced()) == (100, [loaded("x.csv", 100, 1)])


def test_records_that_dynamodb_leaves_are_sent_again(etl: Etl, monkeypatch: pytest.MonkeyPatch) -> None:
    really = aws.client("dynamodb").batch_write_item
    sent: list[int] = []
    pauses: list[float] = []

    def busy(RequestItems: Any) -> Any:
        puts = RequestItems["EtlRecords"]
        sent.append(len(puts))
        really(RequestItems={"EtlRecords": puts[:10]})
        return {"UnprocessedItems": {"EtlRecords": puts[10:]} if puts[10:] else {}}

    monkeypatch.setattr(aws.client("dynamodb"), "batch_write_item", busy)
    monkeypatch.setattr(store, "pause", pauses.append)
    etl.load("x.csv", rows(*map(str, range(25))))
    assert (sent, len(etl.records())) == ([25, 15, 5], 25)
    assert 0 < pauses[0] <= 0.05 < pauses[1] * 2


def test_records_that_dynamodb_never_takes_fail_the_message(etl: Etl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        aws.client("dynamodb"), "batch_write_item", lambda RequestItems: {"UnprocessedItems": RequestItems}
    )
    monkeypatch.setattr(store, "pause", lambda _: None)
    assert len(etl.deliver(etl.drop("x.csv", rows("a")))) == 1
    assert etl.announced() == []


def test_many_rejects_leave_in_parts(etl: Etl, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = b"".join(b"%d,%s\n" % (number, b"x" * 4000) for number in range(3000))
    etl.load("x.csv", HEADER + bad)
    found = etl.rejects("x.csv") or []
    assert [each["line"] for each in found] == list(range(2, 3002))
    stored = aws.client("s3").head_object(Bucket="etl-rejects", Key="x.csv.jsonl")
    assert stored["ETag"].endswith('-3"')
    assert stored["ContentType"] == "application/x-ndjson"


def test_rejects_that_were_begun_are_given_up_with_the_load(etl: Etl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "RANGE", 1024 * 1024)
    bad = b"".join(b"%d,%s\n" % (number, b"x" * 4000) for number in range(3000))
    at_the_part(monkeypatch, lambda: aws.client("s3").delete_object(Bucket="etl-raw", Key="x.csv"))
    etl.load("x.csv", HEADER + bad)
    assert etl.announced() == [failed("x.csv", "the object is gone")]
    assert "Uploads" not in aws.client("s3").list_multipart_uploads(Bucket="etl-rejects")


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


def during_the_load(monkeypatch: pytest.MonkeyPatch, happens: Any) -> None:
    """Something happens once the second range of the object is asked for."""
    really = source._fetch

    def fetch(pinned: source.Source, start: int) -> bytes:
        if start == source.RANGE:
            happens()
        return really(pinned, start)

    monkeypatch.setattr(source, "_fetch", fetch)


def at_the_part(monkeypatch: pytest.MonkeyPatch, happens: Any) -> None:
    """Something happens when the first part of the rejects leaves."""
    really = rejects.Rejects._send_part

    def send(self: rejects.Rejects) -> None:
        really(self)
        happens()

    monkeypatch.setattr(rejects.Rejects, "_send_part", send)
