"""What todos needs to start and to go on: a secret worth the name, a database that may be away for a while."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import flask
import pytest
from sqlalchemy import create_engine, text

from fixtures.services.platform.settings import Development, SettingsError, from_environment
from fixtures.services.todos import database
from fixtures.services.todos.app import app_for
from tests.services.todos_app import PASSWORD, QUICK, Person, caller, postgres_uri, settings

__all__ = ["postgres_uri"]

GOOD = {
    "APP_ENV": "production",
    "DATABASE_URI": "postgresql://db.example/todos",
    "REDIS_URL": "redis://redis.example",
    "TODOS_JWT_SECRET": "kV9-something-chosen-and-long-enough",
}


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fixtures.services.todos.app.hasher_for", lambda _: QUICK)


def expect_unavailable(app: flask.Flask, *calls: tuple[str, str]) -> None:
    for method, path in calls:
        body = {"username": "grace.hopper", "password": PASSWORD}
        answer = caller(app).open(path, method=method, json=body)
        assert (answer.status_code, answer.get_json()["error"]) == (503, "Service Unavailable"), path
        assert int(answer.headers["Retry-After"]) > 0
        assert not {"sqlite", "sql", "psycopg", "127.0.0.1"} & set(answer.get_data(as_text=True).lower().split())


def test_production_starts_with_a_secret_of_its_own() -> None:
    assert from_environment("todos", GOOD).todos_jwt_secret == GOOD["TODOS_JWT_SECRET"]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"TODOS_JWT_SECRET": ""}, "TODOS_JWT_SECRET"),
        ({"TODOS_JWT_SECRET": Development("todos").todos_jwt_secret}, "TODOS_JWT_SECRET is an example"),
        ({"TODOS_JWT_SECRET": "change-me"}, "TODOS_JWT_SECRET is an example"),
        ({"TODOS_JWT_SECRET": "x" * 31}, "TODOS_JWT_SECRET is too short"),
        ({"REDIS_URL": ""}, "REDIS_URL"),
        ({"DATABASE_URI": ""}, "DATABASE_URI"),
        ({"TRUSTED_PROXIES": "all"}, "TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
    ],
)
def test_production_refuses_to_start_and_names_the_variable(changed: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        from_environment("todos", GOOD | changed)


@pytest.mark.parametrize("uri", ["todos", "nosuchdb://x/y", "sqlite://", "sqlite:///:memory:"])
def test_a_database_that_cannot_be_is_told_before_anything_is_served(uri: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URI"):
        app_for(settings(uri))


def test_a_secret_in_the_address_of_the_database_is_not_told() -> None:
    with pytest.raises(SettingsError) as caught:
        app_for(settings("nosuchdb://ada:hunter2@db/y"))
    assert "hunter2" not in str(caught.value)


def test_the_service_starts_without_its_database_and_is_well_when_it_comes(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    app = app_for(settings(f"sqlite:///{folder / 'todos.sqlite3'}"))
    expect_unavailable(app, ("GET", "/health"), ("POST", "/register"), ("POST", "/login"))
    folder.mkdir()
    assert caller(app).get("/health").status_code == 200
    assert Person(app, "ada").tasks() == []


def test_a_database_server_that_is_away_is_503() -> None:
    app = app_for(settings("postgresql://plumbline@127.0.0.1:1/todos"))
    expect_unavailable(app, ("GET", "/health"), ("POST", "/register"), ("POST", "/login"))


def test_connections_that_a_server_has_closed_are_not_used_again(postgres_uri: str) -> None:
    # A database that is restarted closes every connection; the next request must not pay for it.
    app = app_for(settings(postgres_uri))
    assert caller(app).get("/health").status_code == 200
    engine = create_engine(postgres_uri.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        connection.execute(text(f"{others} AND backend_type = 'client backend'"))
    engine.dispose()
    assert caller(app).get("/health").status_code == 200


def test_services_that_start_at_the_same_moment_make_their_tables_once(postgres_uri: str) -> None:
    made = database.Database(postgres_uri)
    with made.writing() as connection:
        database.metadata.drop_all(connection)
    made.close()
    apps = [app_for(settings(postgres_uri)) for _ in range(6)]
    together, statuses = threading.Barrier(6), []

    def ask(app: flask.Flask) -> None:
        together.wait(30)
        statuses.append(caller(app).get("/health").status_code)

    threads = [threading.Thread(target=ask, args=(app,)) for app in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 6


def test_a_writer_who_holds_the_file_for_too_long_is_503_for_writers_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    file = tmp_path / "todos.sqlite3"
    app = app_for(settings(f"sqlite:///{file}"))
    ada = Person(app, "ada")
    ada.notes("Read me")
    with closing(sqlite3.connect(file, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        expect_unavailable(app, ("POST", "/register"))
        assert ada.tasks() == ["Read me"]
        holder.execute("ROLLBACK")
    assert ada.notes("Write again") > 0
