"""etl: an object again, a new version of it, and what breaks in the middle of a load."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from fixtures.services.etl import loading, source, store
from fixtures.services.platform import aws
from tests.services.etl_loads import at_the_part, during_the_load, failed, loaded
from tests.services.etl_world import HEADER, Etl, etl, rows

__all__ = ["etl"]


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


def test_rejects_that_were_begun_are_given_up_with_the_load(etl: Etl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "RANGE", 1024 * 1024)
    bad = b"".join(b"%d,%s\n" % (number, b"x" * 4000) for number in range(3000))
    at_the_part(monkeypatch, lambda: aws.client("s3").delete_object(Bucket="etl-raw", Key="x.csv"))
    etl.load("x.csv", HEADER + bad)
    assert etl.announced() == [failed("x.csv", "the object is gone")]
    assert "Uploads" not in aws.client("s3").list_multipart_uploads(Bucket="etl-rejects")
