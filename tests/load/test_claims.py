"""A wrong answer is told by its kind, and a right one is not, for every operation of the personas."""

import json
from typing import Any

import pytest

from fixtures.clients import Request, Response
from load.claims import Known, wrong_answer

CODE, URL = "aB3dE6g", "https://example.com/a?b=%7C&c=ü#d"
PRODUCT = {"product_id": "p1", "name": "desk", "price": 5, "currency": "EUR"}
WANTED = {"username": "ada", "product_id": "p1", "quantity": 2}
ORDER = {"order_id": "o1", **WANTED}
PLACED = {**ORDER, "status": "Pending"}


def kind(operation: str, status: int, body: Any = None, location: str = "", **request: Any) -> str:
    known = Known({CODE: URL}, {"p1": PRODUCT}, {"o1": ORDER} if operation == "getOrder" else {})
    paths = {"followLink": CODE, "getLink": f"links/{CODE}", "getProduct": "products/p1", "getOrder": "orders/o1"}
    asked = Request(operation, "GET", f"http://host/{paths.get(operation, 'x')}", **request)
    headers = {"location": location} if location else {}
    wrong = wrong_answer(known, asked, Response(status, headers, json.dumps(body).encode(), 0.1))
    return wrong.kind if wrong else ""


@pytest.mark.parametrize(
    ("operation", "status", "body", "said"),
    [
        ("shorten", 201, {"short_code": "zzzzzz1", "short_url": "http://s/zzzzzz1"}, ""),
        ("shorten", 200, {"short_code": "zzzzzz1", "short_url": "http://s/zzzzzz1"}, "status 200"),
        ("shorten", 201, {"short_code": "zzzzzz", "short_url": "http://s/zzzzzz"}, "wrong body"),
        ("shorten", 201, {"short_code": "zzzzzz1", "short_url": "http://s/zzzzzz2"}, "wrong body"),
        ("shorten", 201, {"short_code": CODE, "short_url": f"http://s/{CODE}"}, "code given twice"),
        ("getLink", 200, {"short_code": CODE, "original_url": URL}, ""),
        ("getLink", 200, {"short_code": CODE, "original_url": URL + "/"}, "wrong body"),
        ("login", 200, {"access_token": "t"}, ""),
        ("login", 200, {}, "wrong body"),
        ("login", 429, {}, "status 429"),
        ("getProduct", 200, PRODUCT, ""),
        ("getProduct", 200, {**PRODUCT, "price": 6}, "wrong body"),
        ("getProduct", 200, ["no object"], "wrong body"),
        ("getOrder", 200, {**ORDER, "status": "Confirmed"}, ""),
        ("getOrder", 200, {**ORDER, "status": "Rejected"}, "order Rejected"),
        ("getOrder", 200, {**ORDER, "quantity": 3, "status": "Confirmed"}, "wrong body"),
        ("getOrder", 404, {}, "status 404"),
        ("someOther", 204, None, ""),
        ("someOther", 500, None, "status 500"),
    ],
)
def test_answers_are_held_against_what_is_known(operation: str, status: int, body: Any, said: str) -> None:
    assert kind(operation, status, body) == said


@pytest.mark.parametrize(
    ("status", "location", "said"),
    [
        (302, URL, ""),
        (302, URL.lower().replace("%7c", "|"), "wrong Location"),
        (302, "", "wrong Location"),
        (301, URL, "status 301"),
    ],
)
def test_a_redirect_leads_exactly_where_it_should(status: int, location: str, said: str) -> None:
    assert kind("followLink", status, location=location) == said


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([PRODUCT], ""),
        ([PRODUCT] * 3, "wrong body"),
        ([], "wrong body"),
        (None, "wrong body"),
        ([{**PRODUCT, "name": "x"}], "wrong body"),
    ],
)
def test_a_page_of_products_has_what_is_known_and_no_more_than_asked_for(items: Any, said: str) -> None:
    assert kind("listProducts", 200, {"items": items}, params={"limit": "2"}) == said


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (201, PLACED, ""),
        (201, {**PLACED, "quantity": 1}, "wrong body"),
        (201, {**PLACED, "status": "Confirmed"}, "wrong body"),
        (201, {**PLACED, "order_id": None}, "wrong body"),
        (409, {}, "status 409"),
    ],
)
def test_an_order_is_accepted_as_it_was_placed(status: int, body: Any, said: str) -> None:
    assert kind("createOrder", status, body, json=WANTED) == said
