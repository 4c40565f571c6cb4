"""What tests of the services are given: DynamoDB, SNS and SQS in the process, with the tables of the platform."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.client import BaseClient
from moto import mock_aws

from fixtures.services.platform import aws
from tests.services.in_moto import ONE_CALL, quick_calls
from tests.services.links_world import room_for_three, world
from tests.services.orders_world import neighbours, shop
from tests.services.redis_server import redis_server

__all__ = ["neighbours", "quick_calls", "redis_server", "room_for_three", "shop", "tables", "world"]

KEYS = {
    "Users": "username",
    "AuthUsers": "username",
    "AuthTokens": "token_id",
    "URLMappings": "short_code",
    "Products": "product_id",
    "Inventory": "product_id",
    "InventoryOrders": "order_id",
    "EtlRecords": "record_id",
    "EtlLoads": "object_key",
}


@pytest.fixture(scope="session")
def clients() -> Iterator[None]:
    """AWS clients of these tests alone; making one takes longer than most tests, so they are kept."""
    aws._client.cache_clear()
    yield
    aws._client.cache_clear()


@pytest.fixture
def tables(clients: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tables, empty."""
    for name in ("AWS_ENDPOINT_URL", "APP_ENV", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    _one_call_at_a_time(monkeypatch)
    with mock_aws():
        for table, key in KEYS.items():
            aws.client("dynamodb").create_table(
                TableName=table,
                KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        yield


def _one_call_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each AWS call is atomic, as on AWS; moto itself loses updates under threads."""
    really = BaseClient._make_api_call  # type: ignore[attr-defined]

    def locked(*call: Any) -> Any:
        with ONE_CALL:
            return really(*call)

    monkeypatch.setattr(BaseClient, "_make_api_call", locked)
