"""What tests of the services are given: DynamoDB, SNS and SQS in the process, with the tables of the platform."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from fixtures.services.platform import aws

KEYS = {
    "Users": "username",
    "Products": "product_id",
    "Inventory": "product_id",
    "InventoryOrders": "order_id",
}


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tables, empty."""
    for name in ("AWS_ENDPOINT_URL", "APP_ENV", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    aws._client.cache_clear()
    with mock_aws():
        for table, key in KEYS.items():
            aws.client("dynamodb").create_table(
                TableName=table,
                KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        yield
    aws._client.cache_clear()
