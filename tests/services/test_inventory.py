"""Stock is read by anyone and set by administrators."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from fixtures.services.inventory import routes, store
from fixtures.services.inventory.app import create_app
from fixtures.services.platform import aws
from fixtures.services.platform.messages import Problem, Request


@pytest.fixture
def inventory(tables: None, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The service, with a caller that is an admin."""
    monkeypatch.setattr(routes, "require_admin", lambda request: None)
    return create_app().test_client()


def test_what_was_set_is_read(inventory: FlaskClient) -> None:
    answer = inventory.put("/inventory/desk", json={"stock": 3})
    assert (answer.status_code, answer.get_json()) == (200, {"product_id": "desk", "stock": 3})
    assert inventory.put("/v1/inventory/desk", json={"stock": 0}).status_code == 200
    assert inventory.get("/inventory/desk").get_json() == {"product_id": "desk", "stock": 0}


@pytest.mark.parametrize("product_id", ["ghost", "%00", "%F0%9F%92%A9", "a" * 65, "a%20b"])
def test_stock_of_nothing_is_unknown(inventory: FlaskClient, product_id: str) -> None:
    answer = inventory.get(f"/inventory/{product_id}")
    assert (answer.status_code, answer.get_json()["message"]) == (404, "Product not found")


@pytest.mark.parametrize("stock", [-1, 1_000_000_001, 10**40, 1.5, 1e300, True, "3", None, [3], {}])
def test_stock_that_is_no_count_is_refused(inventory: FlaskClient, stock: Any) -> None:
    assert inventory.put("/inventory/desk", json={"stock": stock}).status_code == 400
    assert store.get("desk") is None


def test_only_an_admin_sets_stock(inventory: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_request: Request) -> None:
        raise Problem(403, "You are not allowed to do this.")

    monkeypatch.setattr(routes, "require_admin", refuse)
    assert inventory.put("/inventory/desk", json={"stock": 3}).status_code == 403
    assert store.get("desk") is None


def test_health_needs_the_table(inventory: FlaskClient) -> None:
    assert inventory.get("/health").get_json() == {"status": "ok", "service": "inventory"}
    aws.client("dynamodb").delete_table(TableName=store.TABLE)
    assert inventory.get("/health").status_code == 503
