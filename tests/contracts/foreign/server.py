"""Small services that have nothing of the platform's habits, for pointing a target file at: sound, or with one hole."""

import base64
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import jwt
from flask import Flask, Response, jsonify, request

PEOPLE = {"mia": "an umbrella for mia", "noah": "a raincoat for noah"}
KEYS = {"key-of-mia-0123456789": "mia", "key-of-noah-0123456789": "noah"}
SIGNING = "a key for these tests, and nothing else at all"


@dataclass(frozen=True, slots=True)
class Habits:
    """How a service differs: who asks, what it says to bad input and to strangers, which text a thing has."""

    caller: Callable[[], str]
    invalid: int
    stranger: int
    text: str
    longest: int


@dataclass(slots=True)
class Shelf:
    """Things by place and number; each with its owner."""

    habits: Habits
    hole: str
    kept: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def find(self, place: str, number: int, action: str) -> tuple[str, str] | Response:
        """The thing and its owner, or the refusal."""
        found = self.kept.get((place, number))
        if found is None:
            return said(404, "no such thing")
        if found[0] != self.habits.caller() and self.hole != action:
            return said(self.habits.stranger, "not for you")
        return found

    def given(self) -> str | Response:
        """The text in the body, or what is wrong with it."""
        if request.mimetype != "application/json":
            return said(415, "JSON, please")
        body = request.get_json(silent=True)
        text = body.get(self.habits.text) if isinstance(body, dict) and len(body) == 1 else None
        if not isinstance(text, str) or not 1 <= len(text) <= self.habits.longest:
            return said(self.habits.invalid, "that won't do")
        return text


def said(status: int, detail: str) -> Response:
    """A refusal, in these services' form."""
    answer = jsonify(detail=detail)
    answer.status_code = status
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Something"
    return answer


def by_token() -> str:
    """Whose token it is."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        return str(jwt.decode(token, SIGNING, algorithms=["HS256"])["sub"]) if kind == "Bearer" else ""
    except jwt.PyJWTError:
        return ""


def by_basic() -> str:
    """Whose name and password these are."""
    kind, _, pair = request.headers.get("Authorization", "").partition(" ")
    known = {base64.b64encode(f"{name}:{word}".encode()).decode(): name for name, word in PEOPLE.items()}
    return known.get(pair, "") if kind == "Basic" else ""


def by_key() -> str:
    """Whose key it is."""
    return KEYS.get(request.headers.get("X-Depot-Key", ""), "")


HABITS = {
    "invoices": Habits(by_token, 422, 404, "purpose", 30),
    "journal": Habits(by_basic, 400, 403, "entry", 50),
    "depot": Habits(by_key, 422, 403, "label", 12),
}


def create_app(name: str, hole: str = "") -> Flask:
    """One of the services. Holes: `read`, `write`, `delete`, where the owner is not looked at."""
    app, shelf = Flask(name), Shelf(HABITS[name], hole)
    app.add_url_rule("/oauth/token", view_func=_token, methods=["POST"])
    for path, place in (("/accounts", "accounts"), ("/accounts/<int:parent>/bills", "bills")):
        _add(app, shelf, path, place)
    for status in (400, 404):
        app.register_error_handler(status, lambda _, code=status: said(code, "no"))
    app.register_error_handler(405, _not_allowed)

    @app.after_request
    def private(answer: Response) -> Response:
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return app


def _add(app: Flask, shelf: Shelf, path: str, place: str) -> None:
    for rule, method, view in (
        (path, "POST", _make),
        (f"{path}/<int:number>", "GET", _read),
        (f"{path}/<int:number>", "PUT", _write),
        (f"{path}/<int:number>", "DELETE", _delete),
    ):
        options: Any = {"methods": [method], "provide_automatic_options": False}
        app.add_url_rule(rule, f"{method} {rule}", _guarded(shelf, view, place), **options)


def _guarded(shelf: Shelf, view: Callable[..., Any], place: str) -> Callable[..., Any]:
    def guarded(parent: int | None = None, number: int = 0) -> Any:
        if not shelf.habits.caller():
            return said(401, "who are you?")
        if parent is not None:
            above = shelf.find("accounts", parent, "any")
            if isinstance(above, Response):
                return above
        return view(shelf, place if parent is None else f"{place} of {parent}", number)

    return guarded


def _token() -> Any:
    given = request.form
    if given.get("grant_type") != "password" or PEOPLE.get(given.get("username", "")) != given.get("password"):
        return said(400, "invalid_grant")
    return jsonify(data={"jwt": jwt.encode({"sub": given["username"]}, SIGNING)})


def _make(shelf: Shelf, place: str, _: int) -> Any:
    text = shelf.given()
    if isinstance(text, Response):
        return text
    number = next(shelf.numbers)
    shelf.kept[place, number] = (shelf.habits.caller(), text)
    return jsonify(id=number, **{shelf.habits.text: text}), 201


def _read(shelf: Shelf, place: str, number: int) -> Any:
    found = shelf.find(place, number, "read")
    return found if isinstance(found, Response) else jsonify(id=number, **{shelf.habits.text: found[1]})


def _write(shelf: Shelf, place: str, number: int) -> Any:
    found = shelf.find(place, number, "write")
    if isinstance(found, Response):
        return found
    text = shelf.given()
    if isinstance(text, Response):
        return text
    shelf.kept[place, number] = (found[0], text)
    return jsonify(id=number, **{shelf.habits.text: text})


def _delete(shelf: Shelf, place: str, number: int) -> Any:
    found = shelf.find(place, number, "delete")
    if isinstance(found, Response):
        return found
    del shelf.kept[place, number]
    return "", 204


def _not_allowed(error: Any) -> Response:
    answer = said(405, "not like that")
    answer.headers["Allow"] = ", ".join(error.valid_methods)
    return answer
