"""A renewed stack is as good as new, though only what has changed was started again."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from fixtures.errors import StackError
from fixtures.stack import renewal
from fixtures.stack.door import ask
from fixtures.stack.layout import ROOT, Layout
from fixtures.stack.renewal import renew, sources
from fixtures.stack.state import parts_of


def by_name(layout: Layout) -> dict[str, dict[str, Any]]:
    return {part["name"]: part for part in parts_of(layout)}


def test_a_parts_code_comes_from_its_service_and_the_shared_room() -> None:
    services = ROOT / "fixtures" / "services"
    assert list(sources("order-events")) == [services / "orders", services / "platform"]
    assert list(sources("users-lambda")) == [services / "users", services / "platform"]
    assert {folder.name for folder in sources("functions")} == {
        "monitor",
        "launcher",
        "processor",
        "logforwarder",
        "platform",
    }
    assert list(sources("aws")) == []


def test_what_changed_what_died_and_what_was_paused_is_well_again(
    stack: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(name: str) -> Iterator[Path]:
        yield tmp_path if name == "todos" else tmp_path / "none"

    monkeypatch.setattr(renewal, "sources", changed)
    requests.post(f"{stack.url('users')}/users", json={"username": "ada", "email": "a@example.com"}, timeout=5)
    before = by_name(stack)
    stack.todos_file.write_bytes(b"tables that are no more")
    (tmp_path / "rules.py").touch()
    ask(stack, "pause", "products")
    os.kill(before["links"]["pid"], signal.SIGKILL)
    deadline = time.monotonic() + 5
    while by_name(stack)["links"]["alive"]:
        assert time.monotonic() < deadline, "the supervisor doesn't notice a death"

    assert set(renew(stack)) == {"todos", "links", "collector"}

    after = by_name(stack)
    assert {name for name in after if after[name]["pid"] != before[name]["pid"]} == {"todos", "links", "collector"}
    assert [name for name in after if after[name]["deaths"] or not after[name]["alive"]] == []
    assert requests.get(f"{stack.url('todos')}/health", timeout=5).status_code == 200
    assert requests.get(f"{stack.url('products')}/products", timeout=5).status_code == 200
    assert requests.get(f"{stack.url('users')}/users/ada", timeout=5).status_code == 404


def test_calls_that_somebody_holds_are_let_go(stack: Layout) -> None:
    held = requests.post(f"{stack.url('control')}/aws/stalls", json={"action": "Scan", "match": "Users"}, timeout=5)
    renew(stack)
    assert requests.get(f"{stack.url('users')}/users", timeout=5).json() == []
    assert requests.get(f"{stack.url('control')}/aws/stalls/{held.json()['id']}", timeout=5).status_code == 404


def test_a_changed_template_needs_a_new_stack(stack: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = tmp_path / "template.yaml"
    template.touch()
    monkeypatch.setattr(renewal, "TEMPLATE", template)
    with pytest.raises(StackError, match="The template has changed"):
        renew(stack)


def test_a_stack_that_is_down_cannot_be_renewed(layout: Layout) -> None:
    with pytest.raises(StackError, match="doesn't answer"):
        renew(layout)
