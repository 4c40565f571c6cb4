"""What tests of todos are given: the application over a database, and people who have registered there."""

from collections.abc import Iterator
from pathlib import Path

import flask
import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from fixtures.services.platform.settings import Settings, Testing
from fixtures.services.todos.app import app_for
from fixtures.services.todos.database import Database, metadata
from tests.services import postgres

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse battery"
SECRET = "a secret of these tests alone, long enough for HS256"
_addresses = iter(f"10.{high}.{middle}.{low}" for high in range(256) for middle in range(256) for low in range(1, 255))


def settings(uri: str, **changed: object) -> Settings:
    """The service's settings with its limits in memory."""
    values: dict[str, object] = {"database_uri": uri, "todos_jwt_secret": SECRET}
    return Testing("todos", **(values | changed))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def postgres_uri() -> Iterator[str]:
    """A PostgreSQL of this run alone."""
    reason = postgres.missing()
    if reason:
        pytest.skip(reason)
    with postgres.cluster() as uri:
        yield uri


@pytest.fixture(params=["sqlite", "postgresql"])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'todos.sqlite3'}"
    found: str = request.getfixturevalue("postgres_uri")
    database = Database(found)
    with database.writing() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
    database.close()
    return found


@pytest.fixture
def app(uri: str, monkeypatch: pytest.MonkeyPatch) -> flask.Flask:
    """The service over that database, with hashes that cost next to nothing."""
    monkeypatch.setattr("fixtures.services.todos.app.hasher_for", lambda _: QUICK)
    return app_for(settings(uri))


class Person:
    """Somebody with an account, at an address of their own."""

    def __init__(self, app: flask.Flask, username: str, *, registered: bool = True) -> None:
        self.username = username
        self.browser = caller(app)
        self.token = ""
        if registered:
            assert self.browser.post("/register", json=self.credentials).status_code == 201
            self.token = self.log_in()

    @property
    def credentials(self) -> dict[str, str]:
        return {"username": self.username, "password": PASSWORD}

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def log_in(self) -> str:
        answer = self.browser.post("/login", json=self.credentials)
        assert (answer.status_code, sorted(answer.get_json())) == (200, ["access_token"])
        return str(answer.get_json()["access_token"])

    def notes(self, task: str) -> int:
        """The id of a new todo."""
        answer = self.browser.post("/todos", json={"task": task}, headers=self.headers)
        assert answer.status_code == 201, answer.get_json()
        return int(answer.get_json()["id"])

    def tasks(self) -> list[str]:
        answer = self.browser.get("/todos", headers=self.headers)
        assert answer.status_code == 200, answer.get_json()
        return [todo["task"] for todo in answer.get_json()]


def caller(app: flask.Flask, address: str = "") -> FlaskClient:
    """A client from an address of its own."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address or next(_addresses)
    return client
