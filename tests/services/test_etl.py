"""etl: good rows become records, bad ones rejects, by the form of the object."""

import gzip
import json
from decimal import Decimal
from typing import Any

import pytest

from fixtures.services.platform import aws
from tests.services.etl_loads import failed, loaded
from tests.services.etl_world import HEADER, Etl, etl, rows

__all__ = ["etl"]


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


def test_bytes_that_are_not_utf8_stay_readable_in_the_rejects(etl: Etl) -> None:
    etl.load("x.csv", HEADER + b"a,d\xffsk,1,2026-01-31\n" + b"b," + b"y" * 70_000 + b"\n" + b"c,desk,1,2026-01-31\n")
    first, second = etl.rejects("x.csv") or []
    assert first == {"line": 2, "reason": "not UTF-8", "row": "a,d\\xffsk,1,2026-01-31"}
    assert (second["line"], second["reason"], len(second["row"])) == (3, "longer than 65536 bytes", 4096)
    assert set(etl.records()) == {"c"}


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


def test_many_rejects_leave_in_parts(etl: Etl, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = b"".join(b"%d,%s\n" % (number, b"x" * 4000) for number in range(3000))
    etl.load("x.csv", HEADER + bad)
    found = etl.rejects("x.csv") or []
    assert [each["line"] for each in found] == list(range(2, 3002))
    stored = aws.client("s3").head_object(Bucket="etl-rejects", Key="x.csv.jsonl")
    assert stored["ETag"].endswith('-3"')
    assert stored["ContentType"] == "application/x-ndjson"
