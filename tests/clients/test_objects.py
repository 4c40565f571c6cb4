"""Objects travel by bucket and key; a put is recorded as the operation it sets off, and what is missing is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from fixtures.clients import Exchange, Redactor
from fixtures.clients.objects import ETL_RAW, THUMBNAILS, UPLOADS, Objects, Store
from fixtures.errors import TargetError
from fixtures.target import Aws

SECRET = "a-secret-of-the-target"


@pytest.fixture
def heard() -> list[Exchange]:
    return []


@pytest.fixture
def objects(heard: list[Exchange], monkeypatch: pytest.MonkeyPatch) -> Iterator[Objects]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        store = Store(Aws(endpoint_url="", region="us-east-1"))
        for bucket in (UPLOADS, THUMBNAILS, ETL_RAW):
            store.s3.create_bucket(Bucket=bucket)
        yield Objects(store, Redactor([SECRET]), heard.append)


def test_an_object_comes_back_with_what_was_attached(objects: Objects) -> None:
    objects.put(UPLOADS, "a b+c/é.jpg", b"x", content_type="image/jpeg", request_id="r-1", traceparent="t-1")
    found = objects.get(UPLOADS, "a b+c/é.jpg")
    assert found is not None
    assert (found.body, found.content_type) == (b"x", "image/jpeg")
    assert dict(found.metadata) == {"x-request-id": "r-1", "traceparent": "t-1"}
    assert objects.keys(UPLOADS, "a b") == ["a b+c/é.jpg"]
    objects.delete(UPLOADS, "a b+c/é.jpg")
    assert objects.get(UPLOADS, "a b+c/é.jpg") is None


@pytest.mark.parametrize(
    ("bucket", "service", "operation"), [(UPLOADS, "media", "processUpload"), (ETL_RAW, "etl", "loadObject")]
)
def test_a_put_is_recorded_as_the_operation_it_sets_off(
    objects: Objects, heard: list[Exchange], bucket: str, service: str, operation: str
) -> None:
    answer = objects.put(bucket, "a.jpg", SECRET.encode())
    [exchange] = heard
    assert (exchange.service, exchange.operation_id) == (service, operation)
    assert exchange.request.headers["x-amz-meta-x-request-id"] == exchange.request_id != ""
    assert exchange.response == answer
    assert SECRET.encode() not in (exchange.request.body or b"")


def test_what_sets_nothing_off_is_not_recorded(objects: Objects, heard: list[Exchange]) -> None:
    objects.put(THUMBNAILS, "a.jpg", b"x")
    assert heard == []


def test_a_file_is_streamed_and_its_body_not_kept(objects: Objects, heard: list[Exchange], tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(b"12345")
    with file.open("rb") as opened:
        objects.put(ETL_RAW, "large.csv", opened)
    found = objects.get(ETL_RAW, "large.csv")
    assert found is not None
    assert found.body == b"12345"
    assert heard[0].request.body is None


def test_a_missing_bucket_is_named(objects: Objects) -> None:
    with pytest.raises(TargetError, match="no bucket nowhere-at-all"):
        objects.put("nowhere-at-all", "a", b"x")
