"""The emulator's transactions are all or nothing, and copy no more than they touch."""

import copy
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends

from fixtures.stack import transactions


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two tables of ten items, in this process."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    transactions.install()
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        for table in ("A", "B"):
            client.create_table(
                TableName=table,
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
            for number in range(10):
                client.put_item(TableName=table, Item={"id": {"S": str(number)}, "n": {"N": "5"}})
        yield client


def add(table: str, number: int, by: int, **more: Any) -> dict[str, Any]:
    key = {"id": {"S": str(number)}}
    values = {":by": {"N": str(by)}}
    change = {"TableName": table, "Key": key, "UpdateExpression": "ADD n :by", "ExpressionAttributeValues": values}
    return {"Update": change | more}


def contents(client: Any, table: str) -> dict[str, str]:
    return {item["id"]["S"]: item["n"]["N"] for item in client.scan(TableName=table)["Items"]}


def test_a_transaction_that_fails_leaves_everything_as_it_was(dynamodb: Any) -> None:
    before = contents(dynamodb, "A"), contents(dynamodb, "B")
    writes = [
        add("A", 1, 1),
        {"Put": {"TableName": "A", "Item": {"id": {"S": "new"}, "n": {"N": "1"}}}},
        {"Put": {"TableName": "A", "Item": {"id": {"S": "2"}, "n": {"N": "99"}}}},
        {"Delete": {"TableName": "B", "Key": {"id": {"S": "3"}}}},
        add("B", 4, 1),
        add("B", 77, 1),
        add("B", 5, 1, ConditionExpression="attribute_not_exists(id)"),
    ]
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException):
        dynamodb.transact_write_items(TransactItems=writes)
    assert (contents(dynamodb, "A"), contents(dynamodb, "B")) == before


def test_a_transaction_that_succeeds_is_kept(dynamodb: Any) -> None:
    dynamodb.transact_write_items(
        TransactItems=[add("A", 1, 1), {"Delete": {"TableName": "B", "Key": {"id": {"S": "3"}}}}]
    )
    assert contents(dynamodb, "A")["1"] == "6"
    assert "3" not in contents(dynamodb, "B")


def test_only_what_a_transaction_names_is_copied(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = []
    really = copy.deepcopy

    def counted(thing: Any, *rest: Any) -> Any:
        if type(thing).__name__ in {"Item", "Table"}:
            copied.append(thing)
        return really(thing, *rest)

    monkeypatch.setattr(copy, "deepcopy", counted)
    dynamodb.transact_write_items(TransactItems=[add("A", 1, 1)])
    assert {type(thing).__name__ for thing in copied} == {"Item"}
    named = dynamodb_backends["123456789012"]["us-east-1"].tables["A"]
    assert {thing.hash_key.value for thing in copied} == {"1"}
    assert len(named.items) == 10
