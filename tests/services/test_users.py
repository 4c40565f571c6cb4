"""Users keep their rules: who may be created, one winner a name, answers as existing clients know them."""

import base64
import json
from threading import Barrier, Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fixtures.services.platform import aws
from fixtures.services.users import store
from fixtures.services.users.app import create_app
from fixtures.services.users.rules import User

ADA = {"username": "ada", "email": "ada@example.com"}


@pytest.fixture
def users(tables: None) -> FlaskClient:
    return create_app().test_client()


def refusal(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json()["message"]


def test_a_created_user_is_found(users: FlaskClient) -> None:
    created = users.post("/users", json=ADA)
    assert (created.status_code, created.headers["Location"]) == (201, "/users/ada")
    assert created.get_json() == {"message": "User created successfully", **ADA}
    found = users.get("/v1/users/ada")
    assert (found.status_code, found.get_json()) == (200, ADA)


def test_a_taken_name_stays_with_its_owner(users: FlaskClient) -> None:
    users.post("/users", json=ADA)
    assert refusal(users.post("/users", json={**ADA, "email": "eve@example.com"})) == (400, "User already exists")
    assert users.get("/users/ada").get_json() == ADA


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Username and email are required"),
        ({"username": "ada"}, "Username and email are required"),
        ({"username": "", "email": "a@example.com"}, "Username and email are required"),
        ({"username": None, "email": "a@example.com"}, "Username and email are required"),
        ({"username": 7, "email": "a@example.com"}, "Username is not valid."),
        ({"username": "ab", "email": "a@example.com"}, "Username is not valid."),
        ({"username": "ada\n", "email": "a@example.com"}, "Username is not valid."),
        ({"username": "a" * 65, "email": "a@example.com"}, "Username is not valid."),
        ({"username": "ada", "email": "nobody"}, "Email is not valid."),
        ({"username": "ada", "email": "a@localhost"}, "Email is not valid."),
        ({"username": "ada", "email": ["a@example.com"]}, "Email is not valid."),
        (
            {"username": "ada", "email": f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 60}"},
            "Email is not valid.",
        ),
        ({**ADA, "role": "admin"}, "Unknown field: role"),
    ],
)
def test_a_user_that_breaks_the_rules_is_refused(users: FlaskClient, body: dict[str, Any], message: str) -> None:
    assert refusal(users.post("/users", json=body)) == (400, message)
    assert users.get("/users").get_json() == []


def test_updates_and_deletions_answer_as_clients_know_them(users: FlaskClient) -> None:
    users.post("/users", json=ADA)
    updated = users.put("/users/ada", json={"email": "ada@lovelace.example"})
    assert updated.get_json() == {"message": "User updated", "updated_attributes": {"email": "ada@lovelace.example"}}
    assert users.get("/users/ada").get_json()["email"] == "ada@lovelace.example"
    assert refusal(users.put("/users/ada", json={})) == (400, "Email is required")
    assert users.delete("/users/ada").get_json() == {"message": "User deleted"}
    assert refusal(users.delete("/users/ada")) == (404, "User not found")
    assert refusal(users.put("/users/ada", json={"email": "a@example.com"})) == (404, "User not found")
    assert refusal(users.get("/users/ada")) == (404, "User not found")


def test_an_update_never_brings_a_deleted_user_back(users: FlaskClient) -> None:
    assert not store.set_email("ghost", "ghost@example.com")
    assert store.get("ghost") is None


@pytest.mark.parametrize("name", ["ab", "a" * 65, "%00%00%00", "%ff%fe%fd", "a%2Fb", "..%2e", "a b c"])
def test_a_name_nobody_may_bear_is_unknown(users: FlaskClient, name: str) -> None:
    assert users.get(f"/users/{name}").status_code == 404


def test_of_two_creations_at_the_same_moment_one_wins(users: FlaskClient) -> None:
    together = Barrier(8)
    outcomes: list[bool] = []

    def create(number: int) -> None:
        together.wait()
        outcomes.append(store.create(User("ada", f"ada{number}@example.com")))

    threads = [Thread(target=create, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 7 + [True]


def test_a_creation_sent_again_after_a_lost_answer_still_counts_as_created(
    users: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = aws.client("dynamodb")
    really = client.put_item

    def twice(**call: Any) -> Any:
        really(**call)
        return really(**call)

    monkeypatch.setattr(client, "put_item", twice)
    assert users.post("/users", json=ADA).status_code == 201


def test_pages_show_everybody_once_even_when_somebody_leaves_in_between(users: FlaskClient) -> None:
    names = {f"user{number}" for number in range(7)}
    for name in names:
        users.post("/users", json={"username": name, "email": f"{name}@example.com"})
    first = users.get("/users?limit=3")
    seen = [user["username"] for user in first.get_json()]
    users.delete(f"/users/{seen[-1]}")
    link = first.headers["Link"]
    while link:
        page = users.get(link[1 : link.index(">")])
        assert len(page.get_json()) <= 3
        seen += [user["username"] for user in page.get_json()]
        link = page.headers.get("Link", "")
    assert sorted(seen) == sorted(names)


def test_everybody_at_once_is_sorted_by_username_and_complete(
    users: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "SCAN_PAGE", 2)
    for name in ("cyd", "ada", "ben", "Zoe", "dee"):
        users.post("/users", json={"username": name, "email": f"{name}@example.com"})
    assert [user["username"] for user in users.get("/users").get_json()] == ["Zoe", "ada", "ben", "cyd", "dee"]


def cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=1.5",
        "limit=",
        "limit=%D9%A3",
        "limit=1&limit=2",
        "cursor=",
        "cursor=!!!",
        "cursor=abc",
        f"cursor={cursor({'username': 7})}",
        f"cursor={cursor({'username': ''})}",
        f"cursor={cursor({'password': 'x'})}",
        f"cursor={cursor('username')}",
        f"cursor={cursor({'username': chr(0xD800)})}",
        "cursor=" + "A" * 5000,
        "colour=red",
        "%ff=%ff",
    ],
)
def test_a_page_nobody_offered_is_refused(users: FlaskClient, query: str) -> None:
    assert users.get(f"/users?{query}").status_code == 400


def test_health_needs_the_table(users: FlaskClient) -> None:
    assert users.get("/health").get_json() == {"status": "ok", "service": "users"}
    aws.client("dynamodb").delete_table(TableName=store.TABLE)
    down = users.get("/health")
    assert (down.status_code, int(down.headers["Retry-After"]) > 0) == (503, True)
    assert users.get("/users/ada").status_code == 503
