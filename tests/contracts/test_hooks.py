"""What the hooks put into cases: aliases for tokens, names that are free."""

from contracts.hooks.names import unheard_of
from contracts.hooks.vault import Vault

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
