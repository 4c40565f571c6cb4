"""Products are written over the version the caller has seen, decided by the write itself."""

from threading import Barrier, Thread
from typing import Any

import pytest
from flask.testing import FlaskClient

from fixtures.services.platform import aws
from fixtures.services.platform.messages import Problem, Request
from fixtures.services.products import routes, store
from fixtures.services.products.app import create_app
from fixtures.services.products.rules import Facts, Precondition, Product, etag, if_match, is_current

DESK = {"name": "Walnut desk", "price": 64900, "currency": "EUR"}
FACTS = Facts("Walnut desk", 64900, "EUR")


@pytest.fixture
def products(tables: None, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The service, with a caller that is an admin."""
    monkeypatch.setattr(routes, "require_admin", lambda request: None)
    return create_app().test_client()


def test_a_created_product_is_found_with_its_version(products: FlaskClient) -> None:
    created = products.post("/products", json=DESK)
    assert created.status_code == 201
    found = products.get(created.headers["Location"])
    assert (found.status_code, found.get_json()) == (200, created.get_json())
    assert found.headers["ETag"] == created.headers["ETag"]
    assert {name: found.get_json()[name] for name in DESK} == DESK
    assert found.get_json()["_links"]["self"]["href"] == created.headers["Location"]


@pytest.mark.parametrize("tags", ["{tag}", "*", '"other", {tag}', "W/{tag}"])
def test_a_copy_that_is_current_is_not_sent_again(products: FlaskClient, tags: str) -> None:
    created = products.post("/products", json=DESK)
    given = {"If-None-Match": tags.format(tag=created.headers["ETag"])}
    answer = products.get(created.headers["Location"], headers=given)
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", created.headers["ETag"])
    assert "Content-Type" not in answer.headers


@pytest.mark.parametrize("tags", ['"other"', "nonsense", "", '"'])
def test_a_copy_that_is_not_current_is_sent(products: FlaskClient, tags: str) -> None:
    created = products.post("/products", json=DESK)
    assert products.get(created.headers["Location"], headers={"If-None-Match": tags}).status_code == 200


def test_a_replacement_changes_the_version(products: FlaskClient) -> None:
    created = products.post("/products", json=DESK)
    where, seen = created.headers["Location"], {"If-Match": created.headers["ETag"]}
    replaced = products.put(where, json={**DESK, "price": 1}, headers=seen)
    assert (replaced.status_code, replaced.get_json()["price"]) == (200, 1)
    assert replaced.headers["ETag"] != created.headers["ETag"]
    stale = products.put(where, json={**DESK, "price": 2}, headers=seen)
    assert (stale.status_code, stale.get_json()["message"]) == (412, "The product has changed; fetch it again.")
    assert products.get(where).get_json()["price"] == 1


@pytest.mark.parametrize(
    ("if_match", "status"),
    [(None, 428), ("", 428), ("*", 200), ('"other"', 412), ("nonsense", 412), ("W/{tag}", 412), ('"x", {tag}', 200)],
)
def test_a_replacement_needs_the_version_it_replaces(products: FlaskClient, if_match: str | None, status: int) -> None:
    created = products.post("/products", json=DESK)
    headers = {} if if_match is None else {"If-Match": if_match.format(tag=created.headers["ETag"])}
    assert products.put(created.headers["Location"], json=DESK, headers=headers).status_code == status


def test_a_deleted_product_is_gone_and_no_replacement_brings_it_back(products: FlaskClient) -> None:
    created = products.post("/products", json=DESK)
    where = created.headers["Location"]
    assert products.delete(where, headers={"If-Match": '"other"'}).status_code == 412
    assert products.delete(where).status_code == 204
    assert products.delete(where).status_code == 404
    for wanted in ("*", created.headers["ETag"], "nonsense"):
        assert products.put(where, json=DESK, headers={"If-Match": wanted}).status_code == 404
    assert products.get(where).status_code == 404


def test_of_replacements_of_one_version_at_the_same_moment_one_wins(tables: None) -> None:
    product = store.create(FACTS)
    together = Barrier(6)
    outcomes: list[Product | store.Refused] = []

    def replace(price: int) -> None:
        together.wait()
        outcomes.append(store.replace(product.product_id, Facts("Desk", price, "EUR"), if_match(etag(product.version))))

    threads = [Thread(target=replace, args=(price,)) for price in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [winner] = [each for each in outcomes if isinstance(each, Product)]
    assert outcomes.count(store.Refused.STALE) == 5
    assert store.get(product.product_id) == winner


def test_a_replacement_sent_again_after_a_lost_answer_is_not_stale(
    tables: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = store.create(FACTS)
    client = aws.client("dynamodb")
    really = client.put_item

    def twice(**call: Any) -> Any:
        really(**call)
        return really(**call)

    monkeypatch.setattr(client, "put_item", twice)
    outcome = store.replace(product.product_id, FACTS, Precondition(anything=False, versions=(product.version,)))
    assert isinstance(outcome, Product)


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "x" * 129},
        {"name": None},
        {"name": 7},
        {"price": -1},
        {"price": 1_000_000_001},
        {"price": 10**50},
        {"price": 0.5},
        {"price": True},
        {"price": "1"},
        {"price": None},
        {"currency": "eur"},
        {"currency": "EURO"},
        {"currency": "EUR\n"},
        {"currency": ["EUR"]},
        {"colour": "red"},
    ],
)
def test_a_product_that_breaks_the_rules_is_refused(products: FlaskClient, change: dict[str, Any]) -> None:
    assert products.post("/products", json={**DESK, **change}).status_code == 400
    assert products.get("/products").get_json()["items"] == []


@pytest.mark.parametrize("name", ["x" * 128, "\x00", "💩" * 128, " ", "é"])
def test_any_text_is_a_name_and_comes_back_unchanged(products: FlaskClient, name: str) -> None:
    created = products.post("/products", json={**DESK, "name": name})
    assert products.get(created.headers["Location"]).get_json()["name"] == name


@pytest.mark.parametrize("missing", ["name", "price", "currency"])
def test_every_fact_is_needed(products: FlaskClient, missing: str) -> None:
    facts = {name: value for name, value in DESK.items() if name != missing}
    assert products.post("/products", json=facts).get_json()["message"] == f"{missing} is required."


def test_only_an_admin_writes(products: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    created = products.post("/products", json=DESK)

    def refuse(_request: Request) -> None:
        raise Problem(401, "Authentication required.", {"WWW-Authenticate": "Bearer"})

    monkeypatch.setattr(routes, "require_admin", refuse)
    where = created.headers["Location"]
    answers = [
        products.post("/products", json=DESK),
        products.put(where, json={**DESK, "price": 1}, headers={"If-Match": "*"}),
        products.delete(where),
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    assert products.get("/products").get_json()["items"] == [created.get_json()]


def test_pages_show_every_product_once(products: FlaskClient) -> None:
    made = {products.post("/products", json=DESK).get_json()["product_id"] for _ in range(5)}
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = products.get(f"/products?limit=2{cursor and '&cursor=' + cursor}").get_json()
        seen += [item["product_id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == sorted(made)


def test_entity_tags_are_compared_as_rfc_9110_says() -> None:
    assert if_match('W/"a", "b"') == Precondition(anything=False, versions=("b",))
    assert if_match(" * ").anything
    assert is_current('W/"a"', "a")
    assert not is_current('"aa"', "a")
