"""A small shop for trying the checks on: true to its word, or bad in one named way."""

import base64
import hashlib
import hmac
import itertools
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request

from tests.contracts.notes_server import answer, refusal

STRONG = "0f3c9a5be7714f7c8f0d9b1c2e6a4d58b7"
PASSWORD = "a password of the shop"
MOST_FAILURES = 5
BCRYPT = "$2b$12$" + "C6UzMDM.H6dfI/f/IKcEe.7s0dX1q7Yb3mR8lQn2oWvT5kZyPuJ4a"


def signed(claims: dict[str, Any], secret: str) -> str:
    """A JWT, HS256."""
    parts = [_b64(json.dumps(one).encode()) for one in ({"alg": "HS256", "typ": "JWT"}, claims)]
    return ".".join([*parts, _b64(hmac.new(secret.encode(), ".".join(parts).encode(), hashlib.sha256).digest())])


@dataclass(slots=True)
class Shop:
    """Things by name; `fault` names what is broken."""

    fault: str
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    looks: "itertools.count[int]" = field(default_factory=itertools.count)
    failures: Counter[str] = field(default_factory=Counter)

    def caller(self) -> str:
        """Whose token it is, empty for nobody."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        head, _, signature = token.rpartition(".")
        if not head or _b64(hmac.new(STRONG.encode(), head.encode(), hashlib.sha256).digest()) != signature:
            return ""
        return str(json.loads(base64.urlsafe_b64decode(head.partition(".")[2] + "=="))["sub"])


def create_app(fault: str = "") -> Flask:
    """The service. Faults are those that `test_claims.py` names."""
    app, shop = Flask("shop"), Shop(fault)
    for path, method, view in (
        ("/things/<thing>", "GET", _read),
        ("/things/<thing>", "PUT", _put),
        ("/login", "POST", _log_in),
        ("/accounts", "POST", _sign_up),
        ("/password-resets", "POST", _reset),
    ):
        app.add_url_rule(path, f"{method}{path}", _answered(shop, view), methods=[method])
    return app


def _answered(shop: Shop, view: Any) -> Any:
    def answered(**path: str) -> Response:
        found: Response = view(shop, **path)
        if shop.fault == "cacheable":
            found.headers.pop("Cache-Control", None)
        if shop.fault == "any origin":
            found.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")
            found.headers["Access-Control-Allow-Credentials"] = "true"
        return found

    return answered


def _read(shop: Shop, thing: str) -> Response:
    caller = shop.caller()
    if not caller:
        return refusal(401, "Who are you?")
    if thing not in shop.things:
        told = {
            "trace": 'Traceback (most recent call last):\n  File "/srv/shop/app.py", line 7, in read',
            "sql": "You have an error in your SQL syntax; check the manual",
            "path": "cannot open /var/www/shop/models.php",
        }
        return refusal(404, told.get(shop.fault, f"No such thing: {thing}"))
    extra: dict[str, Any] = {"password": BCRYPT} if shop.fault == "hash" else {}
    extra |= {"key": "-----BEGIN EC PRIVATE KEY-----\nMHcCAQ"} if shop.fault == "pem" else {}
    if shop.fault == "counting looks":
        shop.things[thing]["looks"] = next(shop.looks)
    if shop.fault == "busy":  # no fault: others come meanwhile
        extra["visitors"] = ["somebody"] * next(shop.looks)
    return answer(200, {**shop.things[thing], **extra})


def _put(shop: Shop, thing: str) -> Response:
    given = {name: request.get_json()[name] for name in ("name", "stock")}
    before = shop.things.get(thing, {})
    if shop.fault == "put adds" and before:
        given["stock"] += before["stock"]
    if shop.fault == "put once" and before:
        return refusal(422, "It is there already")
    shop.things[thing] = given
    return answer(200, given)


def _log_in(shop: Shop) -> Response:
    given = request.get_json()
    name = given["username"]
    if shop.failures[name] >= MOST_FAILURES and shop.fault != "endless":
        return refusal(429, "Wait a minute")
    if name == "ada" and given["password"] == PASSWORD:
        secret = "changeme" if shop.fault == "weak" else STRONG
        return answer(200, {"access_token": signed({"sub": "ada"}, secret)}, Cache_Control="no-store")
    shop.failures[name] += 1
    if shop.fault == "names" and name != "ada":
        return refusal(401, "There is nobody of that name")
    return refusal(401, "Wrong name or password")


def _reset(shop: Shop) -> Response:
    name = request.get_json()["userName"]
    if shop.fault == "reset names" and name != "ada":
        return refusal(404, "There is nobody of that name")
    return answer(202, {"message": f"If there is a {name}, a mail is on its way"})


def _sign_up(shop: Shop) -> Response:
    given = request.get_json()
    known = ("username", "password", "role") if shop.fault == "one right" else ("username", "password")
    if shop.fault in ("strict", "one right") and set(given) - set(known):
        return refusal(400, "Unknown field")
    taken = given if shop.fault == "rights" else {name: given[name] for name in known if name in given}
    account = {name: value for name, value in taken.items() if name != "password"}
    return answer(201, account)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
