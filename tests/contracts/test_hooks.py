"""What the hooks put into cases: aliases for tokens, names that are free."""

import json
from pathlib import Path

import requests
import schemathesis
from schemathesis import HookContext, Response
from schemathesis.openapi.checks import EnsureResourceAvailability
from schemathesis.wfc.escalation import EscalatingAuthProvider
from schemathesis.wfc.providers import FixedHeaderAuthProvider

from contracts.hooks import before_call, filter_failure
from contracts.hooks.names import unheard_of
from contracts.hooks.preparation import note, prepare
from contracts.hooks.roles import assign
from contracts.hooks.setting import Setting, use
from contracts.hooks.vault import Vault
from fixtures.target import Identity, Target

TOKENS = {"access_token": "eyJhbGciOi.eyJzdWIi.c2ln", "refresh_token": "r" * 32, "token_type": "Bearer"}


def test_tokens_are_recorded_under_aliases_that_lead_back() -> None:
    vault = Vault()
    body = vault.closed(TOKENS)
    assert TOKENS["access_token"] not in body.values()
    alias = str(body["refresh_token"])
    assert alias != TOKENS["refresh_token"]
    assert vault.opened(alias) == TOKENS["refresh_token"]
    assert vault.alias_of(TOKENS["refresh_token"]) == alias
    assert body["token_type"] == "Bearer"
    assert vault.closed(TOKENS) == body


def test_what_is_no_token_is_left_for_the_checks_to_complain_of() -> None:
    wrong = {"access_token": "", "refresh_token": 7}
    assert Vault().closed(wrong) == wrong
    assert Vault().opened("never seen") == "never seen"


def test_a_free_name_has_the_length_that_was_drawn() -> None:
    assert len(unheard_of("x" * 64, "test")) == 64
    assert unheard_of("x" * 64, "test") != unheard_of("x" * 64, "test")


def test_a_short_length_is_used_once_since_short_names_run_out() -> None:
    assert [len(unheard_of("abc", "short")) for _ in range(3)] == [3, 10, 10]


def test_what_asks_for_a_role_is_fuzzed_by_its_holder_from_the_first_case() -> None:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Roles", "version": "1"},
        "security": [{"bearer": []}],
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
        "paths": {"/x": {"get": {"responses": {}}, "put": {"security": [{"bearer": ["admin"]}], "responses": {}}}},
    }
    schema = schemathesis.openapi.from_dict(document)
    people = {
        "ada": Identity("ada", "ada"),
        "ben": Identity("ben", "ben"),
        "root": Identity("root", "root", roles=("admin",)),
    }
    provider = EscalatingAuthProvider([FixedHeaderAuthProvider([]) for _ in people], list(people), peers=("ada", "ben"))
    schema.auth.providers.append(provider)
    assign(Setting(Target("x", "deployed", Path("x.toml"), {}, people)), schema)
    assert provider.snapshot() == {"PUT /x": "root"}


_SHOP = schemathesis.openapi.from_dict(
    {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "paths": {
            "/users": {"post": {"operationId": "createUser", "responses": {}}},
            "/users/{username}": {
                "parameters": [{"name": "username", "in": "path", "required": True, "schema": {"type": "string"}}],
                "get": {"operationId": "getUser", "responses": {}},
                "delete": {"operationId": "deleteUser", "responses": {}},
            },
        },
    }
)
_ANYWHERE = Setting(Target("x", "deployed", Path("x.toml"), {}, {}))


def _created(username: str) -> None:
    case = _SHOP["/users"]["POST"].Case(body={"username": username}, media_type="application/json")
    note(_ANYWHERE, case, _answer(201, json.dumps({"username": username}).encode()))


def _answer(status: int, content: bytes) -> Response:
    request = requests.Request("POST", "http://127.0.0.1/users").prepare()
    return Response(status_code=status, headers={}, content=content, request=request, elapsed=0.0, verify=True)


def _name_sent(method: str, username: str) -> str:
    case = _SHOP["/users/{username}"][method].Case(path_parameters={"username": username})
    prepare(_ANYWHERE, case)
    return str(case.path_parameters["username"])


def test_only_what_was_made_here_is_changed_whoever_a_listing_tells_of() -> None:
    _created("made.by.this.run")
    assert _name_sent("DELETE", "made.by.this.run") == "made.by.this.run"
    asked = _name_sent("DELETE", "somebody.else.there")
    assert asked != "somebody.else.there"
    assert len(asked) == len("somebody.else.there")
    assert _name_sent("GET", "somebody.else.there") == "somebody.else.there"


def test_what_a_hook_put_in_place_of_a_name_is_not_missed_by_the_check_for_what_was_created() -> None:
    use(_ANYWHERE.target)
    _created("there.by.a.link")
    failure = EnsureResourceAvailability(
        operation="DELETE", message="404", created_with="POST", not_available_with="DELETE"
    )
    answer = _answer(404, b"")
    for name, is_kept in (("there.by.a.link", True), ("drawn.by.chance", False)):
        case = _SHOP["/users/{username}"]["DELETE"].Case(path_parameters={"username": name})
        before_call(HookContext(), case, {})
        assert filter_failure(HookContext(), failure, case, answer) is is_kept
