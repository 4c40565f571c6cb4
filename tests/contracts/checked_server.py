"""A small shop for trying the checks on: true to its word, or bad in one named way."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request

from tests.contracts.notes_server import answer, refusal

STRONG = "0f3c9a5be7714f7c8f0d9b1c2e6a4d58b7"
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
    ):
        app.add_url_rule(path, f"{method}{path}", _answered(shop, view), methods=[method])
    return app


def _answered(shop: Shop, view: Any) -> Any:
    def answered(**path: str) -> Response:
        found: Response = view(shop, **path)
        if shop.fault == "cacheable":
            found.headers.pop("Cache-Control", None)
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
    extra = {"password": BCRYPT} if shop.fault == "hash" else {}
    extra |= {"key": "-----BEGIN EC PRIVATE KEY-----\nMHcCAQ"} if shop.fault == "pem" else {}
    return answer(200, {**shop.things[thing], **extra})


def _put(shop: Shop, thing: str) -> Response:
    shop.things[thing] = request.get_json()
    return answer(200, shop.things[thing])


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
