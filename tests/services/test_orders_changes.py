"""Orders read, listed, changed and cancelled, also when somebody else is quicker."""

import json
from typing import Any

import pytest

from fixtures.services.orders import decisions, outbox, store
from fixtures.services.orders.rules import Order, Outcome
from tests.services.orders_world import Shop, answer_lost_once


@pytest.fixture
def order_id(shop: Shop) -> str:
    """Ada's pending order of two desks."""
    order_id = str(shop.order().json["order_id"])
    shop.handed.clear()
    return order_id


def message(answer: Any) -> str:
    return str(answer.json["message"])


def overtake(monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    """Run `act` once, after an order has been read and before it is written."""
    find = store.find

    def find_then_act(order_id: str) -> Order:
        found = find(order_id)
        monkeypatch.setattr(store, "find", find)
        act()
        return found

    monkeypatch.setattr(store, "find", find_then_act)


def test_an_order_is_read_by_its_owner_and_by_admins(shop: Shop, order_id: str) -> None:
    assert shop.send("GET", f"/v1/orders/{order_id}").json["status"] == "Pending"
    assert shop.send("GET", f"/orders/{order_id}", user="admin").status_code == 200
    assert shop.send("GET", f"/orders/{order_id}", user="ben").status_code == 403
    assert shop.send("GET", f"/orders/{order_id}", user="").status_code == 401


@pytest.mark.parametrize("unknown", ["nobody", "a%20b", "%00", "x" * 65])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_order_is_not_found(shop: Shop, method: str, unknown: str) -> None:
    answer = shop.send(method, f"/orders/{unknown}", {"quantity": 1} if method == "PUT" else None)
    assert (answer.status_code, message(answer)) == (404, "Order not found")


def test_links_say_what_can_be_done_next(shop: Shop, order_id: str) -> None:
    offered = {}
    for status in ("Pending", "Confirmed", "Rejected", "Cancelled"):
        shop.set_status(order_id, status)
        offered[status] = sorted(shop.send("GET", f"/orders/{order_id}").json["_links"])
    assert offered == {
        "Pending": ["cancel", "self", "update"],
        "Confirmed": ["cancel", "self"],
        "Rejected": ["self"],
        "Cancelled": ["self"],
    }


def test_the_list_is_the_callers_own_newest_first_and_paged(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(f"2026-03-01T09:30:0{second}.000Z" for second in range(4))
    monkeypatch.setattr("fixtures.services.orders.rules.timestamp", lambda _: next(moments))
    placed = [shop.order(user).json["order_id"] for user in ("ada", "ada", "ben", "ada")]
    first = shop.send("GET", "/orders?limit=2").json
    rest = shop.send("GET", f"/orders?limit=2&cursor={first['next_cursor']}").json
    assert [each["order_id"] for each in first["items"]] == [placed[3], placed[1]]
    assert [each["order_id"] for each in rest["items"]] == [placed[0]]
    assert rest["next_cursor"] is None
    assert shop.send("GET", "/orders?limit=3").json["next_cursor"] is None


def test_a_cursor_shows_nobody_elses_orders(shop: Shop) -> None:
    for _ in range(2):
        shop.order("ben")
    cursor = shop.send("GET", "/orders?limit=1", user="ben").json["next_cursor"]
    assert shop.send("GET", f"/orders?cursor={cursor}").json["items"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=", "cursor=e30", "cursor=~", "page=1"])
def test_a_malformed_list_query_is_refused(shop: Shop, query: str) -> None:
    assert shop.send("GET", f"/orders?{query}").status_code == 400


def test_a_cursor_with_a_made_up_key_is_refused(shop: Shop) -> None:
    from fixtures.services.platform.requests_in import cursor_of  # noqa: PLC0415

    for key in ({"order_id": "a b", "created_at": "2026-03-01T09:30:00.000Z"}, {"order_id": "a", "created_at": "z"}):
        assert shop.send("GET", f"/orders?cursor={cursor_of(key)}").status_code == 400


def test_a_new_quantity_is_a_new_revision_with_its_own_message(shop: Shop, order_id: str) -> None:
    answer = shop.send("PUT", f"/orders/{order_id}", {"quantity": 4})
    assert (answer.status_code, answer.json["quantity"]) == (200, 4)
    [sent] = shop.handed
    assert json.loads(sent.body) == {"order_id": order_id, "product_id": "desk", "quantity": 4}
    assert sent.attributes["revision"] == {"DataType": "Number", "StringValue": "2"}
    assert shop.stored(order_id)["revision"] == 2
    assert len(shop.items("OrderOutbox")) == 2


@pytest.mark.parametrize("body", [{}, {"quantity": 0}, {"quantity": False}, {"quantity": 1, "status": "Confirmed"}, []])
def test_a_malformed_change_is_refused(shop: Shop, order_id: str, body: Any) -> None:
    assert shop.send("PUT", f"/orders/{order_id}", body).status_code == 400
    assert shop.stored(order_id)["quantity"] == 2


@pytest.mark.parametrize("status", ["Confirmed", "Rejected", "Cancelled"])
def test_a_decided_order_is_not_changed(shop: Shop, order_id: str, status: str) -> None:
    shop.set_status(order_id, status)
    answer = shop.send("PUT", f"/orders/{order_id}", {"quantity": 4})
    assert (answer.status_code, message(answer)) == (409, "Order is no longer pending")
    assert shop.handed == []


@pytest.mark.parametrize(("method", "body"), [("PUT", {"quantity": 1}), ("DELETE", None)])
def test_nobody_touches_anothers_order(shop: Shop, order_id: str, method: str, body: Any) -> None:
    assert shop.send(method, f"/orders/{order_id}", body, user="ben").status_code == 403
    assert shop.stored(order_id)["revision"] == 1


def test_of_two_racing_changes_both_get_a_revision(shop: Shop, order_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    overtake(monkeypatch, lambda: shop.send("PUT", f"/orders/{order_id}", {"quantity": 3}))
    assert shop.send("PUT", f"/orders/{order_id}", {"quantity": 4}).status_code == 200
    assert (shop.stored(order_id)["quantity"], shop.stored(order_id)["revision"]) == (4, 3)
    assert [each.attributes["revision"]["StringValue"] for each in shop.handed] == ["2", "3"]


def test_a_change_that_races_with_the_outcome_comes_too_late(
    shop: Shop, order_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    overtake(monkeypatch, lambda: decisions.decide(Outcome(order_id, "Confirmed", 1)))
    assert shop.send("PUT", f"/orders/{order_id}", {"quantity": 4}).status_code == 409
    assert (shop.stored(order_id)["quantity"], shop.stored(order_id)["status"]) == (2, "Confirmed")
    assert shop.handed == []


@pytest.mark.parametrize("status", ["Pending", "Confirmed"])
def test_a_cancelled_order_stays_readable_and_gives_its_stock_back(shop: Shop, order_id: str, status: str) -> None:
    shop.set_status(order_id, status)
    answer = shop.send("DELETE", f"/orders/{order_id}")
    assert (answer.status_code, answer.json) == (200, {"message": "Order cancelled"})
    assert shop.send("GET", f"/orders/{order_id}").json["status"] == "Cancelled"
    [sent] = shop.handed
    assert (sent.queue, json.loads(sent.body)) == (outbox.RELEASES, {"order_id": order_id})
    assert "X-Request-Id" in sent.attributes


@pytest.mark.parametrize("status", ["Rejected", "Cancelled"])
def test_an_order_that_is_over_is_not_cancelled(shop: Shop, order_id: str, status: str) -> None:
    shop.set_status(order_id, status)
    answer = shop.send("DELETE", f"/orders/{order_id}")
    assert (answer.status_code, message(answer)) == (409, "Order cannot be cancelled")
    assert shop.handed == []


def test_of_two_racing_cancellations_one_gives_stock_back(
    shop: Shop, order_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    overtake(monkeypatch, lambda: shop.send("DELETE", f"/orders/{order_id}"))
    assert shop.send("DELETE", f"/orders/{order_id}").status_code == 409
    assert len(shop.handed) == 1


@pytest.mark.parametrize(("method", "body"), [("PUT", {"quantity": 3}), ("DELETE", None)])
def test_a_write_whose_first_answer_was_lost_counts_once(
    shop: Shop, order_id: str, method: str, body: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_lost_once(monkeypatch, "transact_write_items")
    assert shop.send(method, f"/orders/{order_id}", body).status_code == 200
    assert len(shop.handed) == 1
    assert len(shop.items("OrderOutbox")) == 2


def test_an_outcome_after_the_cancellation_changes_nothing(shop: Shop, order_id: str) -> None:
    shop.send("DELETE", f"/orders/{order_id}")
    decisions.decide(Outcome(order_id, "Confirmed", 1))
    assert shop.stored(order_id)["status"] == "Cancelled"
