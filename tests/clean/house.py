"""A small deployed platform: real HTTP, each service under a path of its own, and owners who are asked for."""

import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from flask import Flask, Response, request
from werkzeug.serving import make_server

PASSWORDS = {"admin": "admin-of-the-house", "ada": "ada-of-the-house", "ben": "ben-of-the-house"}
KEYS = ("key-one-of-ada-0001", "key-two-of-ada-0002")
SECRETS = {"HOUSE_ADMIN": PASSWORDS["admin"], "HOUSE_ADA": PASSWORDS["ada"], "HOUSE_KEYS": ",".join(KEYS)}
TARGET = """
name = "house"
kind = "deployed"
{services}
[identities.admin]
password_env = "HOUSE_ADMIN"
roles = ["admin"]
[identities.ada]
password_env = "HOUSE_ADA"
email = "ada@example.com"
api_keys_env = "HOUSE_KEYS"
create = true
[limits]
{limits}
"""
SERVICES = {
    "users": "none",
    "auth": "bearer",
    "products": "bearer",
    "inventory": "bearer",
    "orders": "bearer",
    "links": "api-key",
    "todos": "own",
}


KINDS = {  # kind → (service, path of all, member of the answer, who may delete)
    "user": ("users", "users", "username", "anybody"),
    "product": ("products", "products", "product_id", "admin"),
    "order": ("orders", "orders", "order_id", "admin"),
    "link": ("links", "links", "short_code", "owner"),
    "todo": ("todos", "todos", "id", "owner"),
}


@dataclass
class House:
    """What is in the house (kind → id → owner), what was asked, and how it answers: `statuses` by operation;
    what is `silent` is done, and never answered."""

    things: dict[str, dict[str, str]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    passwords: dict[str, str] = field(default_factory=lambda: dict(PASSWORDS))
    asked: list[tuple[str, str]] = field(default_factory=list)
    statuses: dict[str, list[int]] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)
    url: str = ""
    numbers: Any = field(default_factory=lambda: count(1))

    @property
    def deletions(self) -> list[str]:
        """The paths that were to be deleted."""
        return [path for method, path in self.asked if method == "DELETE"]

    def target(self, limits: str = "") -> str:
        """The target file."""
        services = "".join(
            f'[services.{name}]\nbase_url = "{self.url}/{name}"\n'
            f'contract = "contracts/specs/{name}.openapi.yaml"\nauth = "{auth}"\n'
            for name, auth in SERVICES.items()
        )
        return TARGET.format(services=services, limits=limits)


def token_for(name: str) -> str:
    """A token that says whom it is for."""
    claims = base64.urlsafe_b64encode(json.dumps({"sub": name}).encode()).decode().rstrip("=")
    return f"e30.{claims}.c2lnbmVk"


def _caller() -> str:
    if key := request.headers.get("X-API-Key"):
        return key
    parts = request.headers.get("Authorization", "").removeprefix("Bearer ").split(".")
    return str(json.loads(base64.urlsafe_b64decode(parts[1] + "==="))["sub"]) if len(parts) == 3 else ""


def create_app(house: House) -> Flask:
    """The house over HTTP."""
    app = Flask(__name__)

    @app.before_request
    def note() -> Response | None:
        house.asked.append((request.method, request.path))
        waiting = house.statuses.get(f"{request.method} {request.path.split('/')[2]}", [])
        return _answer(waiting.pop(0), {"message": "not now"}) if waiting else None

    @app.after_request
    def say(answer: Response) -> Response:
        if f"{request.method} {request.path.split('/')[2]}" in house.silent:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return answer

    @app.post("/<service>/login")
    def login(service: str) -> Response:
        body = request.get_json()
        if house.passwords.get(body["username"]) != body["password"]:
            return _answer(401, {})
        return _answer(200, {"access_token": token_for(body["username"]), "expires_in": 900})

    @app.post("/<service>/register")
    def register(service: str) -> Response:
        body = request.get_json()
        house.passwords[body["username"]] = body["password"]
        return _answer(201, {"message": "registered"})

    @app.put("/inventory/inventory/<product>")
    def stock(product: str) -> Response:
        return _answer(200, {"product_id": product, **request.get_json()})

    @app.post("/links/shorten")
    def shorten() -> Response:
        return _make(house, "link", "short_code")

    for kind, (service, plural, member, may) in KINDS.items():
        _rest(app, house, kind, f"/{service}/{plural}", member, may)
    return app


def _rest(app: Flask, house: House, kind: str, path: str, member: str, may: str) -> None:
    def make() -> Response:
        return _make(house, kind, member)

    def remove(name: str) -> Response:
        if name not in house.things[kind]:
            return _answer(404, {})
        if may == "admin" and _caller() != "admin":
            return _answer(403, {})
        if may == "owner" and _caller() != house.things[kind][name]:
            return _answer(403, {})
        del house.things[kind][name]
        return _answer(204, None)

    app.add_url_rule(path, f"make-{kind}", make, methods=["POST"])
    app.add_url_rule(f"/{path.split('/')[1]}/v1/{path.split('/')[2]}", f"make-{kind}-v1", make, methods=["POST"])
    app.add_url_rule(f"{path}/<name>", f"remove-{kind}", remove, methods=["DELETE"])


def _make(house: House, kind: str, member: str) -> Response:
    body = request.get_json()
    number = next(house.numbers)
    name = body.get(member) or (number if kind == "todo" else f"{kind}-{number}")
    house.things[kind][str(name)] = _caller()
    return _answer(201, {**body, member: name})


def _answer(status: int, body: Any) -> Response:
    text = "" if body is None else json.dumps(body)
    return Response(text, status, {"Content-Type": "application/json", "Retry-After": "0"})


@contextmanager
def standing() -> Iterator[House]:
    """The house on a free port."""
    house = House()
    server = make_server("127.0.0.1", 0, create_app(house), threaded=True)
    house.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield house
    finally:
        server.shutdown()
        thread.join()
