"""What a part needs and doesn't find is said in a sentence."""

import importlib.util
import shutil

import pytest

from fixtures.errors import StackError
from fixtures.stack import parts
from fixtures.stack.layout import Layout


def test_a_machine_without_any_redis_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(StackError, match="install redis-server, or name one in REDIS_URL"):
        parts.run("redis", Layout(0))


def test_a_redis_of_ones_own_is_used_and_none_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/3")
    assert parts.redis_url(Layout(0)) == "redis://127.0.0.1:1/3"
    assert "redis" not in parts.wanted(Layout(0))
    monkeypatch.delenv("REDIS_URL")
    assert "redis" in parts.wanted(Layout(0))


def test_only_auth_is_given_the_admins_password() -> None:
    assert told("PLUMBLINE_ADMIN_PASSWORD") == ["auth"]


def test_only_todos_is_given_the_key_of_its_tokens() -> None:
    assert told("PLUMBLINE_TODOS_JWT_SECRET") == ["todos"]


def test_whoever_logs_is_given_the_collectors_token_and_nobody_else() -> None:
    assert set(parts.wanted(Layout(0))) - set(told("PLUMBLINE_HEC_TOKEN")) == {"aws", "redis", "control", "collector"}


def told(secret: str) -> list[str]:
    values = {"PLUMBLINE_ADMIN_PASSWORD": "", "PLUMBLINE_HEC_TOKEN": "", "PLUMBLINE_TODOS_JWT_SECRET": ""} | {
        secret: "the-secret"
    }
    given = {name: parts.environment(name, Layout(0), values) for name in parts.wanted(Layout(0))}
    return [name for name, variables in given.items() if "the-secret" in variables.values()]
