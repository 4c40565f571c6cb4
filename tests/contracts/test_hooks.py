"""What the hooks put into cases: aliases for tokens, names that are free."""

from pathlib import Path

import schemathesis
from schemathesis.wfc.escalation import EscalatingAuthProvider
from schemathesis.wfc.providers import FixedHeaderAuthProvider

from contracts.hooks.names import unheard_of
from contracts.hooks.roles import assign
from contracts.hooks.setting import Setting
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
