"""A small service with accounts, for trying the contract suite on: true to its word, or bad in one named way."""

import itertools
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, Response, request
from werkzeug.serving import WSGIRequestHandler, make_server

PASSWORDS = {"ada": "correct horse", "ben": "battery staple", "admin": "tr0ub4dor and 3"}
TOKENS = {name: f"{name}-token-{index:032x}" for index, name in enumerate(PASSWORDS)}


@dataclass(slots=True)
class Notes:
    """The notes by id, each with its owner; `faults` names what is broken."""

    faults: frozenset[str]
    kept: dict[str, tuple[str, str]] = field(default_factory=dict)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))


def answer(status: int, body: object = None, **headers: str) -> Response:
    """A JSON answer; `headers` with underscores for hyphens."""
    text = b"" if body is None else json.dumps(body).encode()
    response = Response(text, status, content_type="application/json" if text else None)
    response.headers["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def refusal(status: int, message: str, **headers: str) -> Response:
    """An error body."""
    return answer(status, {"error": "Refused", "message": message}, **headers)


def create_app(*faults: str) -> Flask:
    """The service. Faults: `status`, `schema`, `auth`, `owner`, `accepts`, `crash`, `closed`."""
    app = Flask("notes")
    notes = Notes(frozenset(faults))
    app.add_url_rule("/login", view_func=_login, methods=["POST"])
    app.add_url_rule("/health", view_func=lambda: answer(200, {"status": "ok"}), methods=["GET"])
    app.add_url_rule("/notes", "create", _guarded(notes, _create), methods=["POST"], provide_automatic_options=False)
    for method, view in (("GET", _read), ("DELETE", _delete)):
        app.add_url_rule(
            "/notes/<note_id>", method, _guarded(notes, view), methods=[method], provide_automatic_options=False
        )
    app.register_error_handler(404, lambda _: refusal(404, "Not found"))
    app.register_error_handler(405, lambda error: refusal(405, "Not allowed", Allow=", ".join(error.valid_methods)))
    return app


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Fuzzing sends thousands of requests; none of them is news."""


def serve(app: Flask) -> tuple[str, Callable[[], None]]:
    """Serves on a free port of the loopback; gives the base URL and what stops it."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown()
        thread.join()
        server.server_close()

    return f"http://127.0.0.1:{server.port}", stop


def _login() -> Response:
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or PASSWORDS.get(str(given.get("username"))) != given.get("password"):
        return refusal(401, "Invalid credentials.", WWW_Authenticate="Bearer")
    return answer(200, {"access_token": TOKENS[given["username"]], "expires_in": 900})


def _guarded(notes: Notes, view: Callable[..., Response]) -> Callable[..., Response]:
    def guarded(**path: str) -> Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        caller = next((name for name, value in TOKENS.items() if value == token), "")
        if "closed" in notes.faults or (not caller and "auth" not in notes.faults):
            return refusal(401, "Who are you?", WWW_Authenticate="Bearer")
        return view(notes, caller, **path)

    return guarded


def _create(notes: Notes, caller: str) -> Response:
    if "crash" in notes.faults:
        return refusal(500, "Boom")
    if request.mimetype != "application/json":
        return refusal(415, "Not JSON")
    given = request.get_json(silent=True)
    text = given.get("text") if isinstance(given, dict) and set(given) == {"text"} else None
    if not isinstance(text, str) or not 1 <= len(text) <= 20:
        if "accepts" not in notes.faults:
            return refusal(400, "text is 1 to 20 characters")
        text = "anything"
    note_id = f"note-{next(notes.numbers)}"
    notes.kept[note_id] = (caller, text)
    body = {"note_id": note_id, "text": text}
    if "schema" in notes.faults:
        body["internal"] = "leaked"
    return answer(202 if "status" in notes.faults else 201, body)


def _read(notes: Notes, caller: str, note_id: str) -> Response:
    if note_id not in notes.kept:
        return refusal(404, "Not found")
    owner, text = notes.kept[note_id]
    if caller not in (owner, "admin") and "owner" not in notes.faults:
        return refusal(403, "Not yours")
    return answer(200, {"note_id": note_id, "text": text})


def _delete(notes: Notes, caller: str, note_id: str) -> Response:
    if note_id not in notes.kept:
        return refusal(404, "Not found")
    if caller not in (notes.kept[note_id][0], "admin"):
        return refusal(403, "Not yours")
    if "zombie" not in notes.faults:
        del notes.kept[note_id]
    return answer(204)
