"""A small service of boxes that only their owners open, for trying the matrix on: sound, or bad in one named way."""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import jwt
from flask import Flask, Response, request

from tests.contracts.notes_server import PASSWORDS, answer, refusal

KEY = "a key for the tests of the matrix, and nothing else"
ISSUER, AUDIENCE = "vault-tests", "boxes"
LAX = {
    "expired": "verify_exp",
    "wrong-audience": "verify_aud",
    "wrong-issuer": "verify_iss",
    "tampered": "verify_signature",
}


@dataclass(slots=True)
class Boxes:
    """What is in each box, and whose it is."""

    fault: str
    kept: dict[str, tuple[str, str]] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)

    def caller(self) -> dict[str, Any]:
        """The claims of whoever asks; empty for nobody."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        options: Any = {LAX[self.fault]: False} if self.fault in LAX else {}
        try:
            if self.fault == "alg-none" and token.endswith("."):
                return dict(jwt.decode(token, options={"verify_signature": False}))
            given = {"audience": AUDIENCE, "issuer": ISSUER, "options": options}
            if self.fault == "tampered":
                given = {"options": options}
            claims = dict(jwt.decode(token, KEY, algorithms=["HS256"], **given))
        except jwt.PyJWTError:
            return {}
        return {} if claims["jti"] in self.revoked and self.fault != "revoked" else claims


def create_app(fault: str = "") -> Flask:
    """The service. Faults: `read`, `write`, `delete`, `list`, `role`, `public`, `dead`, `half`, and those of tokens."""
    app, boxes = Flask("vault"), Boxes(fault)
    app.add_url_rule("/login", view_func=_login, methods=["POST"])
    for path, method, view in (
        ("/logout", "POST", _logout),
        ("/boxes", "POST", _create),
        ("/boxes", "GET", _list),
        ("/boxes/<box_id>", "GET", _read),
        ("/boxes/<box_id>", "PUT", _write),
        ("/boxes/<box_id>", "DELETE", _delete),
        ("/audit", "GET", _audit),
    ):
        app.add_url_rule(path, f"{method}{path}", _guarded(boxes, view), methods=[method])
    return app


def _login() -> Response:
    given = request.get_json()
    if PASSWORDS.get(given["username"]) != given["password"]:
        return refusal(401, "Invalid credentials.")
    now = int(time.time())
    claims = {"sub": given["username"], "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 900}
    return answer(200, {"access_token": jwt.encode(claims | {"jti": uuid.uuid4().hex}, KEY), "expires_in": 900})


def _guarded(boxes: Boxes, view: Any) -> Any:
    def guarded(**path: str) -> Response:
        claims = boxes.caller()
        if not claims and boxes.fault != "public":
            return refusal(401, "Who are you?")
        found: Response = view(boxes, claims or {"sub": "ada", "jti": ""}, **path)
        return found

    return guarded


def _logout(boxes: Boxes, claims: Any) -> Response:
    boxes.revoked.add(claims["jti"])
    return answer(204)


def _create(boxes: Boxes, claims: Any) -> Response:
    box_id = uuid.uuid4().hex
    if boxes.fault != "dead":
        boxes.kept[box_id] = (claims["sub"], request.get_json()["content"])
    return answer(201, {"box_id": box_id})


def _list(boxes: Boxes, claims: Any) -> Response:
    own = [i for i, (owner, _) in boxes.kept.items() if owner == claims["sub"] or boxes.fault == "list"]
    return answer(200, {"items": [{"box_id": box_id} for box_id in own]})


def _refused(boxes: Boxes, claims: Any, box_id: str, action: str) -> Response | None:
    if box_id not in boxes.kept:
        return refusal(404, "No such box")
    theirs = boxes.kept[box_id][0] not in (claims["sub"],) and boxes.fault != action
    return refusal(403, "Not yours") if theirs else None


def _read(boxes: Boxes, claims: Any, box_id: str) -> Response:
    refused = _refused(boxes, claims, box_id, "read")
    return refused or answer(200, {"box_id": box_id, "content": boxes.kept[box_id][1]})


def _write(boxes: Boxes, claims: Any, box_id: str) -> Response:
    refused = _refused(boxes, claims, box_id, "write")
    if box_id in boxes.kept and (refused is None or boxes.fault == "half"):
        boxes.kept[box_id] = (boxes.kept[box_id][0], request.get_json()["content"])
    return refused or answer(200, {"box_id": box_id, "content": boxes.kept[box_id][1]})


def _delete(boxes: Boxes, claims: Any, box_id: str) -> Response:
    refused = _refused(boxes, claims, box_id, "delete")
    if refused is None:
        del boxes.kept[box_id]
    return refused or answer(204)


def _audit(boxes: Boxes, claims: Any) -> Response:
    allowed = claims["sub"] == "admin" or boxes.fault == "role"
    return answer(200, {"boxes": len(boxes.kept)}) if allowed else refusal(403, "Not for you")
