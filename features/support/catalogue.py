"""Knows what a scenario remembers of the catalogue: products by their words, states seen, pages read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from features.support.expect import expect, expect_status, expect_that
from fixtures.clients import Response
from fixtures.clients.products import Products


@dataclass(slots=True)
class Shelf:
    """`seen`: the mark of the last state that was looked at; `more`: products put in to be met again."""

    seen: str = ""
    more: list[str] = field(default_factory=list)
    there: set[str] = field(default_factory=set)
    met: list[str] = field(default_factory=list)
    rounds: list[list[Response]] = field(default_factory=list)


def product_with(flaw: str) -> dict[str, Any]:
    """A product with one flaw."""
    whole: dict[str, Any] = {"name": "walnut desk", "price": 49_900, "currency": "EUR"}
    if flaw.startswith("no "):
        return {name: value for name, value in whole.items() if name != flaw.removeprefix("no ")}
    flawed = {
        "an empty name": {"name": ""},
        "a name of 129 characters": {"name": "w" * 129},
        "a currency in lower case": {"currency": "eur"},
        "a currency of 4 letters": {"currency": "EURO"},
    }
    return whole | flawed[flaw]


def expect_product(answer: Response, product_id: str, name: str, price: int, currency: str) -> None:
    """The answer shows exactly that product."""
    expect_that("status", answer.status in (200, 201), "200 or 201", f"{answer.status} {answer.text[:200]}")
    facts = {key: value for key, value in answer.json().items() if key != "_links"}
    expect("product", facts, {"product_id": product_id, "name": name, "price": price, "currency": currency})


def pages(products: Products, limit: int) -> Iterator[list[dict[str, Any]]]:
    """Page after page of the catalogue."""
    cursor: str | None = None
    while True:
        page = expect_status(products.list_products(limit, cursor), 200).json()
        yield page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return


def everything(products: Products) -> set[str]:
    """The identifiers of all products there are now."""
    return {item["product_id"] for page in pages(products, 100) for item in page}
