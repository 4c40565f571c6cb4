"""Events of S3 are read as S3 documents them; what isn't one is refused as a whole."""

from typing import Any

import pytest

from fixtures.services.platform.bucket_events import MalformedEventError, Upload, uploads


def record(key: Any = "a.jpg", name: Any = "ObjectCreated:Put", **more: Any) -> dict[str, Any]:
    described = {"bucket": {"name": "pictures"}, "object": {"key": key, **more}}
    return {"eventSource": "aws:s3", "eventName": name, "s3": described}


def read(*records: Any) -> list[Upload]:
    return uploads({"Records": list(records)})


def test_the_test_event_tells_of_nothing() -> None:
    assert uploads({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "pictures"}) == []


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("a+b%2Bc%2Fd", "a b+c/d"),
        ("100%25.jpg", "100%.jpg"),
        ("%E5%86%99%E7%9C%9F.jpg", "写真.jpg"),
        ("%252B", "%2B"),
        ("x" * 1024, "x" * 1024),
    ],
)
def test_a_key_is_decoded_once(written: str, key: str) -> None:
    assert [upload.key for upload in read(record(written))] == [key]


def test_every_created_object_counts_and_nothing_else_does() -> None:
    found = read(record("a"), record("b", "ObjectRemoved:Delete"), record("c", "ObjectCreated:Copy"))
    assert [upload.key for upload in found] == ["a", "c"]


def test_sequencers_of_different_length_compare_as_s3_says() -> None:
    # "right pad the shorter value with zeros": 0A is 0A00, which is less than 0A01.
    short, long, same = read(record(sequencer="0A"), record(sequencer="0a01"), record(sequencer="0A00"))
    assert short.sequencer < long.sequencer
    assert short.sequencer == same.sequencer


def test_an_event_without_a_sequencer_is_read() -> None:
    assert [upload.sequencer for upload in read(record())] == [""]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"Records": []},
        {"Records": {}},
        {"Records": ["a"]},
        {"Records": [record(), {"eventSource": "aws:sns"}]},
        {"Records": [record(key="")]},
        {"Records": [record(key=7)]},
        {"Records": [record(key="%FF")]},
        {"Records": [record(key="\ud800")]},
        {"Records": [record(key="x" * 1025)]},
        {"Records": [record(key="%C3%A9" * 513)]},
        {"Records": [record(sequencer="not hex")]},
        {"Records": [record(sequencer=5)]},
        {"Records": [record(sequencer="A" * 65)]},
        {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put"}]},
        {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "b"}}}]},
    ],
)
def test_what_is_no_event_of_s3_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(MalformedEventError):
        uploads(body)
