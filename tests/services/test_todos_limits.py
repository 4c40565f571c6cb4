"""Who may ask todos how often, and with which tokens: by client address, by user, and by nothing a caller can forge."""

import time
from pathlib import Path
from typing import Any

import flask
import jwt
import pytest
from werkzeug.test import TestResponse

from fixtures.services.todos.app import app_for
from tests.services.todos_app import PASSWORD, QUICK, SECRET, Person, caller, settings

TOO_MANY = {
    "error": "Too Many Requests",
    "message": "You have exceeded your request rate limit. Please try again later.",
}
CREDENTIALS = {"username": "nobody.at.all", "password": PASSWORD}


def service(folder: Path, monkeypatch: pytest.MonkeyPatch, **changed: object) -> flask.Flask:
    monkeypatch.setattr("fixtures.services.todos.app.hasher_for", lambda _: QUICK)
    return app_for(settings(f"sqlite:///{folder / 'todos.sqlite3'}", **changed))


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> flask.Flask:
    return service(tmp_path, monkeypatch)


def expect_too_many(answer: TestResponse, limit: int, seconds: int) -> None:
    assert (answer.status_code, answer.get_json()) == (429, TOO_MANY)
    wait, reset = int(answer.headers["Retry-After"]), int(answer.headers["X-RateLimit-Reset"])
    assert seconds - 10 <= wait <= seconds
    assert abs(reset - time.time() - wait) <= 2
    assert (answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]) == (str(limit), "0")


@pytest.mark.parametrize(("path", "limit", "status"), [("/register", 5, 400), ("/login", 10, 401)])
def test_an_address_is_refused_after_so_many(app: flask.Flask, path: str, limit: int, status: int) -> None:
    # What is refused for another reason counts as well: guesses are what the limit is for.
    body = {"username": "nobody.at.all", "password": "short" if status == 400 else PASSWORD}
    one = caller(app)
    answers = [one.post(path if number % 2 else f"/v1{path}", json=body) for number in range(limit)]
    assert [answer.status_code for answer in answers] == [status] * limit
    expect_too_many(one.post(path, json=body), limit, 60)
    expect_too_many(one.post(path, data=b"not even JSON"), limit, 60)
    assert caller(app).post(path, json=body).status_code == status, "another address goes on"


def test_registering_uses_up_nothing_of_logging_in(app: flask.Flask) -> None:
    one = caller(app)
    for _ in range(5):
        one.post("/register", json=CREDENTIALS)
    assert one.post("/login", json=CREDENTIALS).status_code == 200


def test_each_answer_says_what_is_left(app: flask.Flask) -> None:
    one = caller(app)
    assert one.post("/register", json=CREDENTIALS).headers["X-RateLimit-Remaining"] == "4"
    assert one.post("/login", json=CREDENTIALS).headers["X-RateLimit-Remaining"] == "9"
    ada = Person(app, "ada")
    left = [ada.browser.get("/todos", headers=ada.headers).headers["X-RateLimit-Remaining"] for _ in range(3)]
    assert left == ["99", "98", "97"]


def test_a_user_lists_100_times_an_hour_from_wherever_it_is(app: flask.Flask) -> None:
    ada, ben = Person(app, "ada"), Person(app, "ben")
    for _ in range(50):
        assert ada.browser.get("/todos", headers=ada.headers).status_code == 200
        assert caller(app).get("/v1/todos?page=1", headers=ada.headers).status_code == 200
    another_token = {"Authorization": f"Bearer {ada.log_in()}"}
    expect_too_many(ada.browser.get("/todos", headers=another_token), 100, 3600)
    assert ben.browser.get("/todos", headers=ben.headers).status_code == 200
    assert ada.notes("Everything else goes on") > 0


def test_a_forwarded_address_is_not_believed(app: flask.Flask) -> None:
    one = caller(app)
    statuses = [
        one.post("/login", json=CREDENTIALS, headers={"X-Forwarded-For": f"203.0.113.{number}"}).status_code
        for number in range(11)
    ]
    assert statuses == [401] * 10 + [429]


def test_behind_a_proxy_only_what_it_has_added_is_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proxied = service(tmp_path, monkeypatch, trusted_proxies=1)
    proxy = caller(proxied)

    def log_in(forwarded: str) -> int:
        return proxy.post("/login", json=CREDENTIALS, headers={"X-Forwarded-For": forwarded}).status_code

    assert [log_in(f"198.51.100.{number}, 203.0.113.9") for number in range(11)] == [401] * 10 + [429]
    assert log_in("203.0.113.9, 203.0.113.10") == 401, "another client of the same proxy goes on"


def test_without_the_storage_of_limits_it_is_503(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Letting everybody through would be no limit; a 500 would say nothing.
    lost = service(tmp_path, monkeypatch, redis_url="redis://127.0.0.1:1/0")
    for answer in (caller(lost).post("/login", json=CREDENTIALS), caller(lost).get("/health")):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "redis" not in answer.get_data(as_text=True).lower()


def claims(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def test_a_token_is_hs256_for_a_quarter_of_an_hour(app: flask.Flask) -> None:
    ada = Person(app, "ada")
    assert jwt.get_unverified_header(ada.token)["alg"] == "HS256"
    own = claims(ada.token)
    assert own["exp"] - own["iat"] == 900
    assert own["sub"] != "ada", "a name may be given to somebody else one day"


def altered(token: str, flaw: str) -> str:
    own = claims(token)
    now = int(time.time())
    changes: dict[str, tuple[dict[str, Any], str]] = {
        "expired": (own | {"exp": now - 60}, SECRET),
        "never expires": ({name: value for name, value in own.items() if name != "exp"}, SECRET),
        "another issuer": (own | {"iss": "plumbline-auth"}, SECRET),
        "another audience": (own | {"aud": "plumbline"}, SECRET),
        "another kind": (own | {"type": "refresh"}, SECRET),
        "another secret": (own, "x" * 40),
        "nobody's": (own | {"sub": "0" * 32}, SECRET),
    }
    if flaw == "unsigned":
        return jwt.encode(own, "", algorithm="none")
    if flaw == "another algorithm":
        return jwt.encode(own, SECRET * 2, algorithm="HS512")
    if flaw == "too long":
        return token + "A" * 5000
    payload, secret = changes[flaw]
    return jwt.encode(payload, secret, algorithm="HS256")


FLAWS = ["expired", "never expires", "another issuer", "another audience", "another kind", "another secret"]


@pytest.mark.parametrize("flaw", [*FLAWS, "nobody's", "unsigned", "another algorithm", "too long"])
def test_a_token_that_is_not_good_is_refused(app: flask.Flask, flaw: str) -> None:
    ada = Person(app, "ada")
    assert caller(app).get("/todos", headers={"Authorization": f"Bearer {ada.token}"}).status_code == 200
    answer = caller(app).get("/todos", headers={"Authorization": f"Bearer {altered(ada.token, flaw)}"})
    assert (answer.status_code, answer.get_json()["message"]) == (401, "Invalid or expired token.")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YWRhOmFkYQ==", "just-a-word"])
def test_without_a_token_one_is_asked_for(app: flask.Flask, header: str) -> None:
    answer = caller(app).get("/todos", headers={"Authorization": header})
    assert (answer.status_code, answer.get_json()["message"]) == (401, "Authentication required.")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("token", ["a b c", "a.b.c", "é", "eyJhbGciOiJIUzI1NiJ9.e30.", "." * 100])
def test_what_is_no_token_is_refused(app: flask.Flask, token: str) -> None:
    assert caller(app).get("/todos", headers={"Authorization": f"Bearer {token}"}).status_code == 401
