"""Todos over SQLite and, where there is one, a real PostgreSQL: the same answers, also at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import flask
import pytest
from sqlalchemy import select

from fixtures.services.todos.app import app_for
from fixtures.services.todos.database import Database, accounts, todos
from tests.services.todos_app import PASSWORD, Person, app, caller, postgres_uri, settings, uri

__all__ = ["app", "postgres_uri", "uri"]


def test_a_todo_lives_from_its_noting_to_its_end(app: flask.Flask) -> None:
    ada = Person(app, "ada")
    made = ada.browser.post("/todos", json={"task": "Milch 本 🥛"}, headers=ada.headers)
    where = made.headers["Location"]
    assert made.get_json() == {"id": int(where.rpartition("/")[2]), "task": "Milch 本 🥛", "completed": False}
    for change, expected in (
        ({"completed": True}, ("Milch 本 🥛", True)),
        ({"task": "Tea"}, ("Tea", True)),
        ({"task": "Rum", "completed": False}, ("Rum", False)),
    ):
        changed = ada.browser.put(where, json=change, headers=ada.headers)
        assert (changed.status_code, changed.get_json()["task"], changed.get_json()["completed"]) == (200, *expected)
        assert ada.browser.get(f"/v1{where}", headers=ada.headers).get_json() == changed.get_json()
    gone = ada.browser.delete(where, headers=ada.headers)
    assert (gone.status_code, gone.get_json()) == (200, {"message": "Todo deleted successfully."})
    for method in ("GET", "PUT", "DELETE"):
        answer = ada.browser.open(where, method=method, json={"completed": True}, headers=ada.headers)
        assert (answer.status_code, answer.get_json()["message"]) == (404, "Todo not found.")


def test_nobody_reads_changes_or_removes_what_is_anothers(app: flask.Flask) -> None:
    ada, ben = Person(app, "ada"), Person(app, "ben")
    todo = ada.notes("A present for Ben")
    for method in ("GET", "PUT", "DELETE"):
        answer = ben.browser.open(f"/todos/{todo}", method=method, json={"task": "Nothing"}, headers=ben.headers)
        assert (answer.status_code, answer.get_json()) == (403, {"error": "Forbidden", "message": "Unauthorized."})
    assert (ada.tasks(), ben.tasks()) == (["A present for Ben"], [])


@pytest.mark.parametrize("todo_id", ["0", "-1", "01", "x", "1.0", "9007199254740992", "9" * 30, "%00", "%ff", "1%2F2"])
def test_what_can_be_no_id_is_not_found(app: flask.Flask, todo_id: str) -> None:
    ada = Person(app, "ada")
    assert ada.browser.get(f"/todos/{todo_id}", headers=ada.headers).status_code == 404


def test_of_registrations_of_one_name_at_the_same_moment_one_wins(app: flask.Flask) -> None:
    people = [Person(app, "wanted", registered=False) for _ in range(8)]

    def register(person: Person) -> Any:
        return person.browser.post("/register", json=person.credentials)

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(register, people))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 400: 7}
    assert {answer.get_json()["message"] for answer in answers if answer.status_code == 400} == {"User already exists."}


def test_nothing_that_many_write_at_the_same_moment_is_lost(app: flask.Flask) -> None:
    people = [Person(app, f"person-{number}") for number in range(8)]

    def note_many(person: Person) -> list[int]:
        return [person.notes(f"{number}") for number in range(10)]

    with ThreadPoolExecutor(8) as crowd:
        made = [todo for one in crowd.map(note_many, people) for todo in one]
    assert len(set(made)) == 80
    assert [person.tasks() for person in people] == [[f"{number}" for number in range(10)]] * 8


def test_of_deletions_at_the_same_moment_one_has_done_it(app: flask.Flask) -> None:
    ada = Person(app, "ada")
    todo = ada.notes("Once")

    def delete(_: int) -> int:
        return caller(app).delete(f"/todos/{todo}", headers=ada.headers).status_code

    with ThreadPoolExecutor(6) as crowd:
        assert Counter(crowd.map(delete, range(6))) == {200: 1, 404: 5}


def test_an_id_is_never_given_out_again(app: flask.Flask) -> None:
    ada = Person(app, "ada")
    last = ada.notes("Last")
    ada.browser.delete(f"/todos/{last}", headers=ada.headers)
    assert ada.notes("Next") > last


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("page=1", (1, 10, 3, 10)),
        ("page=3", (3, 10, 3, 3)),
        ("page=4", (4, 10, 3, 0)),
        ("per_page=100", (1, 100, 1, 23)),
        ("per_page=23", (1, 23, 1, 23)),
        ("page=2&per_page=22", (2, 22, 2, 1)),
        ("page=1000000&per_page=100", (1_000_000, 100, 1, 0)),
    ],
)
def test_a_list_is_shown_page_by_page(app: flask.Flask, query: str, shown: tuple[int, int, int, int]) -> None:
    ada, ben = Person(app, "ada"), Person(app, "ben")
    for number in range(23):
        ada.notes(f"{number}")
    ben.notes("Not Ada's")
    page = ada.browser.get(f"/todos?{query}", headers=ada.headers).get_json()
    assert page["total"] == 23
    assert (page["current_page"], page["per_page"], page["pages"], len(page["todos"])) == shown
    first = (shown[0] - 1) * shown[1]
    assert [todo["task"] for todo in page["todos"]] == [f"{number}" for number in range(23)][first : first + shown[1]]


def test_an_empty_list_has_no_pages(app: flask.Flask) -> None:
    ada = Person(app, "ada")
    assert ada.tasks() == []
    page = ada.browser.get("/todos?page=1", headers=ada.headers).get_json()
    assert page == {"total": 0, "pages": 0, "current_page": 1, "per_page": 10, "todos": []}


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=1000001", "page=", "per_page=0", "per_page=101", "limit=1"]
)
def test_a_page_that_cannot_be_is_refused(app: flask.Flask, query: str) -> None:
    ada = Person(app, "ada")
    assert ada.browser.get(f"/todos?{query}", headers=ada.headers).status_code == 400


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Task description required."),
        ({"task": ""}, "Task description required."),
        ({"task": None}, "Task description required."),
        ({"task": 7}, "Task description must be 1 to 256 characters."),
        ({"task": ["a"]}, "Task description must be 1 to 256 characters."),
        ({"task": "x" * 257}, "Task description must be 1 to 256 characters."),
        ({"task": "a\0b"}, "Task description must be 1 to 256 characters."),
        ({"task": "a", "completed": True}, "Unknown field: completed"),
    ],
)
def test_a_todo_needs_a_task(app: flask.Flask, body: dict[str, Any], message: str) -> None:
    ada = Person(app, "ada")
    answer = ada.browser.post("/todos", json=body, headers=ada.headers)
    assert (answer.status_code, answer.get_json()["message"]) == (400, message)
    assert ada.tasks() == []


@pytest.mark.parametrize("task", ["x", "x" * 256, "🪑" * 256, " ", "'; DROP TABLE todos; --", "a\nb"])
def test_a_task_comes_back_as_it_went_in(app: flask.Flask, task: str) -> None:
    ada = Person(app, "ada")
    ada.notes(task)
    assert ada.tasks() == [task]


@pytest.mark.parametrize(
    "body",
    [{}, {"task": ""}, {"task": None}, {"completed": None}, {"completed": "true"}, {"completed": 1}, {"owner": "ben"}],
)
def test_a_change_that_is_none_is_refused_and_changes_nothing(app: flask.Flask, body: dict[str, Any]) -> None:
    ada = Person(app, "ada")
    todo = ada.notes("Stays")
    assert ada.browser.put(f"/todos/{todo}", json=body, headers=ada.headers).status_code == 400
    assert ada.browser.get(f"/todos/{todo}", headers=ada.headers).get_json()["task"] == "Stays"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"username": ...}, "Username and password required."),
        ({"password": ""}, "Username and password required."),
        ({"username": 7}, "Username is not valid."),
        ({"username": "a b"}, "Username is not valid."),
        ({"password": 12345678}, "Password must be 8 to 128 characters and differ from the username."),
        ({"password": "1234567"}, "Password must be 8 to 128 characters and differ from the username."),
        ({"password": "x" * 129}, "Password must be 8 to 128 characters and differ from the username."),
        ({"username": "grace.hopper", "password": "grace.hopper"}, "Password must be 8 to 128 characters and differ"),
        ({"email": "a@example.com"}, "Unknown field: email"),
    ],
)
def test_an_account_needs_a_name_and_a_password(app: flask.Flask, changed: dict[str, Any], message: str) -> None:
    body = {
        name: value for name, value in ({"username": "ada", "password": PASSWORD} | changed).items() if value != ...
    }
    answer = caller(app).post("/register", json=body)
    assert answer.status_code == 400
    assert answer.get_json()["message"].startswith(message)


@pytest.mark.parametrize("username", ["ada", "nobody.at.all", "a", "nul\0", "x" * 1000])
def test_wrong_credentials_are_one_answer(app: flask.Flask, username: str) -> None:
    Person(app, "ada")
    answer = caller(app).post("/login", json={"username": username, "password": "wrong " + PASSWORD})
    assert (answer.status_code, answer.get_json()["message"]) == (401, "Invalid credentials.")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_password_is_kept_as_argon2id(app: flask.Flask, uri: str) -> None:
    Person(app, "ada")
    database = Database(uri)
    with database.reading() as connection:
        kept = connection.execute(select(accounts)).one()
    database.close()
    assert kept.password_hash.startswith("$argon2id$")
    assert PASSWORD not in str(kept)


def test_what_was_noted_is_there_after_a_restart(app: flask.Flask, uri: str) -> None:
    ada = Person(app, "ada")
    ada.notes("Remember")
    again = app_for(settings(uri))
    assert caller(again).get("/todos", headers=ada.headers).get_json()[0]["task"] == "Remember"


def test_the_token_of_an_account_that_is_gone_is_refused(app: flask.Flask, uri: str) -> None:
    # A reset takes the accounts away; the name may be somebody else's then.
    ada = Person(app, "ada")
    database = Database(uri)
    with database.writing() as connection:
        connection.execute(todos.delete())
        connection.execute(accounts.delete())
    database.close()
    Person(app, "ada")
    for method, path in (("GET", "/todos"), ("POST", "/todos"), ("GET", "/todos/1")):
        answer = ada.browser.open(path, method=method, json={"task": "x"}, headers=ada.headers)
        assert (answer.status_code, answer.get_json()["message"]) == (401, "Invalid or expired token.")
