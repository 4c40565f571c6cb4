"""Claims: each finds what it is for on a bad server, and nothing on a good one."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from schemathesis.core.failures import Failure

import contracts.hooks  # noqa: F401  (claims and hooks need each other: hooks are first)
from contracts.claims import asking, tokens
from contracts.claims.caching import private_answers_are_not_kept
from contracts.claims.internals import errors_keep_internals
from contracts.claims.log_in import (
    guessing_passwords_has_an_end,
    log_in_tells_no_names,
    password_resets_tell_no_names,
)
from contracts.claims.origins import credentials_stay_with_known_origins
from contracts.claims.privileges import undeclared_rights_are_not_taken
from contracts.claims.safety import put_is_idempotent, reading_changes_nothing
from contracts.claims.secrets import answers_tell_no_secrets
from contracts.claims.tokens import look_for_tokens, token_secrets_are_no_words
from contracts.hooks import setting
from fixtures.target import Identity, Target
from tests.contracts.checked_server import PASSWORD, STRONG, create_app, signed
from tests.contracts.notes_server import serve

CLAIMS = (answers_tell_no_secrets, errors_keep_internals, private_answers_are_not_kept)
READ = {"operationId": "readThing", "security": [{"bearer": []}], "responses": {"200": {"description": "It"}}}
PUT = {"operationId": "putThing", "responses": {"200": {"description": "Put"}}}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    "paths": {"/things/{thing}": {"get": READ, "put": PUT}},
}


def told(claims: Iterable[Any], response: Any, case: Any) -> set[str]:
    """The findings of these claims about one answer."""
    findings, unused = set(), None  # claims take a context that these don't look at
    for claim in claims:
        try:
            claim(unused, response, case)
        except Failure as failure:
            findings.add(type(failure).__name__)
    return findings


def found(fault: str, document: dict[str, Any] = DOCUMENT) -> set[str]:
    """Reads a thing that is there and one that is not; gives the findings."""
    url, stop = serve(create_app(fault))
    item = schemathesis.openapi.from_dict(document)["/things/{thing}"]
    headers = {"Authorization": f"Bearer {signed({'sub': 'ada'}, STRONG)}"}
    findings: set[str] = set()
    try:
        desk: Any = {"name": "desk", "stock": 3}
        put = item["PUT"].Case(path_parameters={"thing": "desk"}, body=desk, media_type="application/json")
        assert put.call(base_url=url).status_code == 200
        for thing in ("desk", "nothing-of-the-kind"):
            case = item["GET"].Case(path_parameters={"thing": thing}, headers=dict(headers))
            response = case.call(base_url=url)
            findings |= told(CLAIMS, response, case)
    finally:
        stop()
    return findings


@pytest.mark.parametrize(
    ("fault", "findings"),
    [
        ("", set()),
        ("hash", {"SecretTold"}),
        ("pem", {"SecretTold"}),
        ("trace", {"InternalsTold"}),
        ("sql", {"InternalsTold"}),
        ("path", {"InternalsTold"}),
        ("cacheable", {"PrivateAnswerCacheable"}),
    ],
)
def test_only_what_is_wrong_is_found(fault: str, findings: set[str]) -> None:
    assert found(fault) == findings


LOG_IN = {"operationId": "logIn", "responses": {"200": {"description": "In"}, "401": {"description": "Out"}}}
SIGN_UP = {"operationId": "signUp", "responses": {"201": {"description": "Made"}}}
RESET = {"responses": {"202": {"description": "A mail is on its way"}}}
POSTS = {"/login": LOG_IN, "/accounts": SIGN_UP, "/password-resets": RESET}
SHOP: dict[str, Any] = {
    **DOCUMENT,
    "paths": {"/things/{thing}": {"get": READ, "put": PUT}, **{path: {"post": one} for path, one in POSTS.items()}},
}
ACTIVE: tuple[Any, ...] = (
    undeclared_rights_are_not_taken,
    log_in_tells_no_names,
    password_resets_tell_no_names,
    token_secrets_are_no_words,
    reading_changes_nothing,
    put_is_idempotent,
    credentials_stay_with_known_origins,
    guessing_passwords_has_an_end,
)


@pytest.fixture
def shop_of_ada(tmp_path: Path) -> Iterator[None]:
    """The hooks know a target with one identity."""
    ada = Identity("ada", "ada", password=PASSWORD)
    setting.use(Target("shop", "deployed", tmp_path / "target.toml", {}, {"ada": ada}))
    for known in (asking._asked, tokens._tried, tokens._guessed):  # once a process is once for all of these servers
        known.clear()
    yield
    setting._current.clear()


def found_by_asking(fault: str) -> set[str]:
    """Makes, reads, signs up and logs in, right and wrong; gives the findings of claims that ask once more."""
    url, stop = serve(create_app(fault))
    schema = schemathesis.openapi.from_dict(SHOP)
    headers = {"Authorization": f"Bearer {signed({'sub': 'ada'}, STRONG)}", "Origin": "https://elsewhere.example"}
    bodies: list[tuple[str, str, Any]] = [
        ("/things/{thing}", "PUT", {"name": "desk", "stock": 3}),
        ("/things/{thing}", "GET", None),
        ("/accounts", "POST", {"username": "ben", "password": "a new password"}),
        ("/login", "POST", {"username": "ada", "password": PASSWORD}),
        ("/login", "POST", {"username": "ada", "password": "not this one"}),
        ("/password-resets", "POST", {"userName": "somebody"}),
    ]
    findings: set[str] = set()
    try:
        for path, method, body in bodies:
            place: Any = {"path_parameters": {"thing": "desk"}} if "{" in path else {}
            sent: Any = {"body": body, "media_type": "application/json"} if body else {}
            case = schema[path][method].Case(headers=dict(headers), **place, **sent)
            response = case.call(base_url=url)
            look_for_tokens(case, response)
            findings |= told(ACTIVE, response, case)
    finally:
        stop()
    return findings


@pytest.mark.usefixtures("shop_of_ada")
@pytest.mark.parametrize(
    ("fault", "findings"),
    [
        ("", set()),
        ("strict", set()),
        ("busy", set()),
        ("rights", {"PrivilegeTaken"}),
        ("one right", {"PrivilegeTaken"}),
        ("names", {"NamesTold"}),
        ("reset names", {"NamesToldByReset"}),
        ("weak", {"WeakTokenSecret"}),
        ("counting looks", {"ReadingChanged"}),
        ("put adds", {"PutNotIdempotent"}),
        ("put once", {"PutNotIdempotent"}),
        ("any origin", {"AnyOriginTrusted"}),
        ("endless", {"GuessingUnlimited"}),
    ],
)
def test_only_what_is_wrong_is_found_by_asking_again(fault: str, findings: set[str]) -> None:
    assert found_by_asking(fault) == findings


@pytest.mark.parametrize(("reason", "findings"), [("a kiosk's, on purpose", set()), ("", {"PrivateAnswerCacheable"})])
def test_an_exception_counts_where_it_says_why(reason: str, findings: set[str]) -> None:
    excepted = {**READ, "x-claim-exceptions": {"private_answers_are_not_kept": reason}}
    paths = {"/things/{thing}": {"get": excepted, "put": PUT}}
    assert found("cacheable", {**DOCUMENT, "paths": paths}) == findings
