"""A small service with a door for each way to prove who asks, and a document for each door."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from flask import Flask, Response, jsonify, request

WORDS = {"mia": "an umbrella for mia", "noah": "a raincoat for noah"}
TOKENS = {name: f"token-of-{name}-{index:024x}" for index, name in enumerate(WORDS)}
COOKIES = {name: f"cookie-of-{name}-{index:024x}" for index, name in enumerate(WORDS)}
GRANTED = {name: f"granted-to-{name}-{index:024x}" for index, name in enumerate(WORDS)}
AUDIENCE = "an audience that is a secret"
SCHEMES: dict[str, dict[str, Any]] = {
    "told": {"type": "openIdConnect", "openIdConnectUrl": "https://id.example/.well-known/openid-configuration"},
    "granted": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {}}}},
    "handed": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
}
"""Doors that one logs in at come first: a cookie that was got there must open no other."""
LOGINS = {
    "granted": """
[services.granted.login]
url = "{url}/oauth/token"
form = { grant_type = "client_credentials", audience = "{env.AUDIENCE}" }
basic = true
""",
    "told": """
[services.told.login]
url = "/log-in"
json = { emailAddress = "{email}", passPhrase = "{password}" }
token = "/session/key"
send = "Token {token}"
""",
}


def create_app() -> Flask:
    """Behind each door `/me` says who asks; whoever logs in also gets a cookie, as browsers do."""
    app = Flask("doors")
    app.add_url_rule("/oauth/token", view_func=_grant, methods=["POST"])
    app.add_url_rule("/told/log-in", view_func=_log_in, methods=["POST"])
    for door, caller in CALLERS.items():
        view = _me(caller)
        app.add_url_rule(f"/{door}/me", door, view, methods=["GET"], provide_automatic_options=False)
    app.register_error_handler(405, _not_allowed)
    return app


def write_document(folder: Path, door: str) -> Path:
    """One operation, behind the door."""
    person = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    shown = {"description": "You", "content": {"application/json": {"schema": person}}}
    refused = {"description": "Who?", "content": {"application/json": {}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": door, "version": "1"},
        "paths": {"/me": {"get": {"security": [{"door": []}], "responses": {"200": shown, "401": refused}}}},
        "components": {"securitySchemes": {"door": SCHEMES[door]}},
    }
    path = folder / f"{door}.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


def _whose(values: dict[str, str], value: str) -> str:
    return next((name for name, one in values.items() if one == value), "")


CALLERS: dict[str, Callable[[], str]] = {
    "handed": lambda: _whose(TOKENS, request.headers.get("Authorization", "").removeprefix("Bearer ")),
    "session": lambda: _whose(COOKIES, request.cookies.get("sid", "")),
    "granted": lambda: _whose(GRANTED, request.headers.get("Authorization", "").removeprefix("Bearer ")),
    "told": lambda: _whose(TOKENS, request.headers.get("Authorization", "").removeprefix("Token ")),
}


def _me(caller: Callable[[], str]) -> Callable[[], Response]:
    def me() -> Response:
        return _said(200, name=caller()) if caller() else _said(401, detail="who are you?")

    return me


def _grant() -> Response:
    pair = request.headers.get("Authorization", "").removeprefix("Basic ")
    known = {name: base64.b64encode(f"{name}:{word}".encode()).decode() for name, word in WORDS.items()}
    name, asked = _whose(known, pair), request.form
    if not name or asked.get("grant_type") != "client_credentials" or asked.get("audience") != AUDIENCE:
        return _said(400, detail="invalid_grant")
    return _said(200, name, access_token=GRANTED[name], expires_in=600)


def _log_in() -> Response:
    given = request.get_json(silent=True) or {}
    name = _whose(WORDS, given.get("passPhrase", ""))
    if not name or given != {"emailAddress": f"{name}@people.example", "passPhrase": WORDS[name]}:
        return _said(422, detail="no")
    return _said(201, name, session={"key": TOKENS[name]})


def _said(status: int, logged_in: str = "", **body: Any) -> Response:
    answer = jsonify(**body)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Something"
    if logged_in:
        answer.set_cookie("sid", COOKIES[logged_in])
    return answer


def _not_allowed(error: Any) -> Response:
    answer = _said(405, detail="not like that")
    answer.headers["Allow"] = ", ".join(error.valid_methods)
    return answer
