"""Orders over HTTP: what is accepted, what is refused, and what a repeated or raced request leaves behind."""

import json
import re
import time
from typing import Any

import pytest

from fixtures.services.orders import outbox
from fixtures.services.platform import aws
from tests.services.orders_world import Reply, Shop, answer_lost_once, failing

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def message(answer: Any) -> str:
    return str(answer.json["message"])


def test_an_accepted_order_is_stored_with_its_message(shop: Shop) -> None:
    answer = shop.order(X_Request_Id="basket-1", traceparent=TRACEPARENT)

    shown = dict(answer.json)
    order_id = shown["order_id"]
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/orders/{order_id}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", shown.pop("created_at"))
    assert shown == {
        "order_id": order_id,
        "username": "ada",
        "product_id": "desk",
        "quantity": 2,
        "status": "Pending",
        "_links": {
            "self": {"href": f"/orders/{order_id}"},
            "update": {"href": f"/orders/{order_id}", "method": "PUT"},
            "cancel": {"href": f"/orders/{order_id}", "method": "DELETE"},
        },
    }
    [stored] = list(outbox.stored_before(int(time.time() * 1000) + 1000))
    assert shop.handed == [stored]
    assert json.loads(stored.body) == {"order_id": order_id, "product_id": "desk", "quantity": 2}
    assert {name: each["StringValue"] for name, each in stored.attributes.items()} == {
        "X-Request-Id": "basket-1",
        "traceparent": TRACEPARENT,
        "revision": "1",
    }
    assert all(headers["x-request-id"] == "basket-1" for path, headers in shop.neighbours.asked if "jwks" not in path)


def test_an_order_costs_two_aws_calls(shop: Shop) -> None:
    shop.order()
    shop.calls.clear()
    shop.order()
    assert shop.calls == ["GetItem", "TransactWriteItems"]


def test_neighbours_are_asked_over_kept_connections(shop: Shop) -> None:
    for _ in range(3):
        assert shop.order().status_code == 201
    assert len(shop.neighbours.connections) <= 4  # three dependencies, and auth's keys


def test_nobody_orders_without_a_token(shop: Shop) -> None:
    answer = shop.client.post("/orders", json={"username": "ada", "product_id": "desk", "quantity": 1})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_only_an_admin_orders_for_somebody_else(shop: Shop) -> None:
    wish = {"username": "ben", "product_id": "desk", "quantity": 1}
    assert shop.send("POST", "/orders", wish, "ada").status_code == 403
    answer = shop.send("POST", "/orders", wish, "admin")
    assert (answer.status_code, answer.json["username"]) == (201, "ben")


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": True},
        {"quantity": 0},
        {"quantity": 101},
        {"quantity": 1.5},
        {"quantity": "1"},
        {"quantity": None},
        {"quantity": 10**30},
        {"username": 7},
        {"username": "a b"},
        {"username": ""},
        {"product_id": ["desk"]},
        {"product_id": "../users/ada"},
        {"product_id": "a" * 65},
        {"order_id": None},
        {"order_id": "a/b"},
        {"order_id": "a\n"},
        {"colour": "red"},
    ],
)
def test_a_malformed_order_is_refused(shop: Shop, change: dict[str, Any]) -> None:
    wish = {"username": "ada", "product_id": "desk", "quantity": 1, **change}
    assert shop.send("POST", "/orders", wish).status_code == 400
    assert shop.items("Orders") == []


@pytest.mark.parametrize("missing", ["username", "product_id", "quantity"])
def test_an_incomplete_order_is_refused(shop: Shop, missing: str) -> None:
    wish = {"username": "ada", "product_id": "desk", "quantity": 1}
    del wish[missing]
    assert shop.send("POST", "/orders", wish).status_code == 400


def test_the_user_is_refused_before_the_product_and_the_product_before_the_stock(shop: Shop) -> None:
    replies = shop.neighbours.replies
    user, product = replies.pop("/users/ada"), replies.pop("/products/desk")
    del replies["/inventory/desk"]
    assert (shop.order().status_code, message(shop.order())) == (400, "User does not exist")
    replies["/users/ada"] = user
    assert (shop.order().status_code, message(shop.order())) == (400, "Product not found")
    replies["/products/desk"] = product
    assert (shop.order().status_code, message(shop.order())) == (409, "Product unavailable")
    assert shop.items("Orders") == []


def test_more_than_there_is_cannot_be_ordered(shop: Shop) -> None:
    assert shop.order(quantity=5).status_code == 201
    answer = shop.order(quantity=6)
    assert (answer.status_code, message(answer)) == (409, "Product unavailable")


@pytest.mark.parametrize("path", ["/users/ada", "/products/desk", "/inventory/desk"])
@pytest.mark.parametrize("reply", [(500, {}), (418, {}), (503, {})])
def test_an_unexpected_answer_of_a_neighbour_writes_no_order(shop: Shop, path: str, reply: Reply) -> None:
    shop.neighbours.replies[path] = reply
    answer = shop.order()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert shop.items("Orders") == []


@pytest.mark.parametrize("body", [b"<html>", [], {"stock": "5"}, {}])
def test_a_stock_that_is_no_number_is_an_outage(shop: Shop, body: Any) -> None:
    shop.neighbours.replies["/inventory/desk"] = (200, body)
    assert shop.order().status_code == 503


def test_an_order_id_is_taken_once(shop: Shop) -> None:
    wish = {"username": "ada", "product_id": "desk", "quantity": 1, "order_id": "mine-1"}
    assert shop.send("POST", "/orders", wish).json["order_id"] == "mine-1"
    answer = shop.send("POST", "/orders", {**wish, "quantity": 2})
    assert (answer.status_code, message(answer)) == (409, "Order already exists")
    assert shop.stored("mine-1")["quantity"] == 1
    assert len(shop.items("OrderOutbox")) == 1


def test_a_repeated_key_gets_the_first_answer_again(shop: Shop) -> None:
    first = shop.order(Idempotency_Key="basket-17")
    shop.neighbours.replies.pop("/inventory/desk")  # sold out since: the answer stays
    again = shop.order(Idempotency_Key="basket-17", quantity=2.0)
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert len(shop.items("Orders")) == len(shop.items("OrderOutbox")) == len(shop.handed) == 1


def test_a_key_stands_for_one_request(shop: Shop) -> None:
    shop.order(Idempotency_Key="basket-17")
    answer = shop.order(Idempotency_Key="basket-17", quantity=3)
    assert (answer.status_code, message(answer)) == (422, "Idempotency-Key was used with a different request.")


def test_a_key_belongs_to_its_caller(shop: Shop) -> None:
    assert shop.order("ada", Idempotency_Key="k").json["username"] == "ada"
    assert shop.order("ben", Idempotency_Key="k").json["username"] == "ben"


def test_a_refusal_is_not_remembered(shop: Shop) -> None:
    assert shop.order(Idempotency_Key="k", quantity=50).status_code == 409
    shop.neighbours.know("ada", "desk", 50)
    answer = shop.order(Idempotency_Key="k", quantity=50)
    assert (answer.status_code, "Idempotent-Replayed" in answer.headers) == (201, False)


def test_an_expired_key_is_free_again(shop: Shop) -> None:
    shop.order(Idempotency_Key="k")
    aws.client("dynamodb").update_item(
        TableName="OrderIdempotency",
        Key={"idempotency_id": {"S": "ada#k"}},
        UpdateExpression="SET expires_at = :past",
        ExpressionAttributeValues={":past": {"N": "1"}},
    )
    assert shop.order(Idempotency_Key="k", quantity=1).status_code == 201
    assert len(shop.items("Orders")) == 2


@pytest.mark.parametrize("key", ["", "a b", "ü", "k" * 129])
def test_a_malformed_key_is_refused(shop: Shop, key: str) -> None:
    assert shop.order(Idempotency_Key=key).status_code == 400


@pytest.mark.parametrize(("second", "status"), [(2, 201), (3, 422)])
def test_of_two_requests_racing_with_one_key_one_places_the_order(shop: Shop, second: int, status: int) -> None:
    # The other request runs from start to end while this one, past its look at the key, asks about the user.
    known = shop.neighbours.replies["/users/ada"]
    winner: list[Any] = []

    def overtaken() -> Reply:
        shop.neighbours.replies["/users/ada"] = known
        winner.append(shop.order(Idempotency_Key="k"))
        return 200, {"username": "ada"}

    shop.neighbours.replies["/users/ada"] = overtaken
    late = shop.order(Idempotency_Key="k", quantity=second)
    assert (winner[0].status_code, late.status_code) == (201, status)
    assert len(shop.items("Orders")) == len(shop.items("OrderOutbox")) == 1
    if status == 201:
        assert (late.data, late.headers["Idempotent-Replayed"]) == (winner[0].data, "true")


def test_racing_requests_with_one_key_and_order_id_get_one_answer(shop: Shop) -> None:
    wish = {"username": "ada", "product_id": "desk", "quantity": 1, "order_id": "mine-1"}
    known = shop.neighbours.replies["/users/ada"]

    def overtaken() -> Reply:
        shop.neighbours.replies["/users/ada"] = known
        shop.send("POST", "/orders", wish, Idempotency_Key="k")
        return 200, {"username": "ada"}

    shop.neighbours.replies["/users/ada"] = overtaken
    late = shop.send("POST", "/orders", wish, Idempotency_Key="k")
    assert (late.status_code, late.headers.get("Idempotent-Replayed")) == (201, "true")


def test_an_order_whose_first_write_was_answered_into_the_void_is_placed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_lost_once(monkeypatch, "transact_write_items")
    answer = shop.order(Idempotency_Key="k")
    assert (answer.status_code, "Idempotent-Replayed" in answer.headers) == (201, False)
    assert len(shop.items("Orders")) == 1


def test_conflicting_transactions_are_tried_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    client = aws.client("dynamodb")
    real = client.transact_write_items

    def conflict_first(**arguments: Any) -> Any:
        monkeypatch.setattr(client, "transact_write_items", real)
        error = client.exceptions.TransactionCanceledException(
            {
                "Error": {"Code": "TransactionCanceledException", "Message": ""},
                "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}],
            },
            "TransactWriteItems",
        )
        raise error

    monkeypatch.setattr(client, "transact_write_items", conflict_first)
    assert shop.order().status_code == 201


def test_an_outage_of_dynamodb_is_503(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws.client("dynamodb"), "transact_write_items", failing())
    answer = shop.order()
    assert (answer.status_code, "Retry-After" in answer.headers, shop.handed) == (503, True, [])


def test_health_needs_the_table(shop: Shop) -> None:
    assert shop.client.get("/v1/health").json == {"status": "ok", "service": "orders"}
    aws.client("dynamodb").delete_table(TableName="Orders")
    assert shop.client.get("/health").status_code == 503
