"""A service in the manner of the Swagger Petstore, with cookies; no links, no examples; sound, or with holes."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from flask import Flask, Response, jsonify, request
from jsonschema import Draft202012Validator

DOCUMENT = Path(__file__).with_name("kennel.openapi.yaml")
SCHEMAS: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text())["components"]["schemas"]
COOKIES = {"mia": "kennel-cookie-of-mia-00", "noah": "kennel-cookie-of-noah-0"}
MOST = 2**63 - 1


@dataclass(slots=True)
class Kennel:
    """Pets by number with their owners, profiles by owner. Holes: `read` (others' pets), `rights` (whatever a
    profile is given is kept)."""

    holes: frozenset[str]
    pets: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))


def create_app(*holes: str) -> Flask:
    """The service."""
    app, kennel = Flask("kennel"), Kennel(frozenset(holes))
    for rule, method, view in (
        ("/pet", "POST", _add),
        ("/pet/findByStatus", "GET", _find),
        ("/pet/<int:number>", "GET", _get),
        ("/pet/<int:number>", "PUT", _update),
        ("/pet/<int:number>", "DELETE", _delete),
        ("/owner_profile", "PUT", _profile),
    ):
        options: Any = {"methods": [method], "provide_automatic_options": False}
        app.add_url_rule(rule, f"{method} {rule}", _guarded(kennel, view), **options)
    hours = {"monday": "8-18"}
    app.add_url_rule("/store/opening_hours", "hours", lambda: hours, methods=["GET"], provide_automatic_options=False)
    app.register_error_handler(404, lambda _: _said(404, "not found"))
    app.register_error_handler(405, _not_allowed)
    return app


def _guarded(kennel: Kennel, view: Callable[..., Response]) -> Callable[..., Response]:
    def guarded(**path: int) -> Response:
        held = request.cookies.get("KENNELSESSION", "")
        caller = next((name for name, cookie in COOKIES.items() if cookie == held), "")
        if not caller:
            return _said(401, "not logged in")
        answer = view(kennel, caller, **path)
        answer.headers["Cache-Control"] = "private, max-age=0"
        return answer

    return guarded


def _add(kennel: Kennel, caller: str) -> Response:
    given = _given("NewPet")
    if isinstance(given, Response):
        return given
    number = next(kennel.numbers)
    kennel.pets[number] = (caller, _known("NewPet", given))
    return jsonify(id=number, **kennel.pets[number][1])


def _find(kennel: Kennel, caller: str) -> Response:
    status, size = request.args.getlist("status"), request.args.get("page_size", "20")
    usable = len(status) == 1 and status[0] in SCHEMAS["Status"]["enum"] and size.isascii() and size.isdigit()
    if not usable or not 1 <= int(size) <= 50:
        return _said(400, "invalid status or page_size")
    seen = [
        {"id": number, **pet}
        for number, (owner, pet) in kennel.pets.items()
        if pet.get("status") == status[0] and owner == caller
    ]
    return jsonify(seen[: int(size)])


def _get(kennel: Kennel, caller: str, number: int) -> Response:
    refused = None if "read" in kennel.holes and number in kennel.pets else _refused(kennel, caller, number)
    return refused or jsonify(id=number, **kennel.pets[number][1])


def _update(kennel: Kennel, caller: str, number: int) -> Response:
    refused = _refused(kennel, caller, number)
    given = refused or _given("NewPet")
    if isinstance(given, Response):
        return given
    kennel.pets[number] = (caller, _known("NewPet", given))
    return jsonify(id=number, **kennel.pets[number][1])


def _delete(kennel: Kennel, caller: str, number: int) -> Response:
    refused = _refused(kennel, caller, number)
    if refused is None:
        del kennel.pets[number]
    return refused or _said(200, "deleted")


def _profile(kennel: Kennel, caller: str) -> Response:
    given = _given("OwnerProfile")
    if isinstance(given, Response):
        return given
    kept = given if "rights" in kennel.holes else _known("OwnerProfile", given)
    kennel.profiles[caller] = kept
    return jsonify(**kept)


def _refused(kennel: Kennel, caller: str, number: int) -> Response | None:
    if number not in kennel.pets:
        return _said(404, "no such pet")
    return _said(403, "not yours") if kennel.pets[number][0] != caller else None


def _given(name: str) -> dict[str, Any] | Response:
    """The body, or what is wrong with it."""
    if request.mimetype != "application/json":
        return _said(415, "JSON only")
    body: Any = request.get_json(silent=True)
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    checked = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return dict(body) if checked.is_valid(body) else _said(400, "invalid input")


def _known(name: str, body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key in SCHEMAS[name]["properties"]}


def _said(status: int, message: str) -> Response:
    answer = jsonify(code=status, type="error" if status >= 400 else "ok", message=message)
    answer.status_code = status
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Cookie"
    return answer


def _not_allowed(error: Any) -> Response:
    answer = _said(405, "method not allowed")
    answer.headers["Allow"] = ", ".join(error.valid_methods)
    return answer
