"""A renewed stack is as good as new, though only what has changed was started again."""

import os
import signal
import subprocess
import sys
import time
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


def told(name: str) -> set[str]:
    services = ROOT / "fixtures" / "services"
    return {str(file.relative_to(services)) for file in sources(name) if file.is_relative_to(services)}


def test_a_parts_code_is_what_it_runs_and_all_that_this_imports() -> None:
    assert {"orders/events.py", "orders/store.py", "platform/sqs_batch.py", "platform/aws.py"} <= told("order-events")
    assert not told("order-events") & {"orders/app.py", "platform/flask_front.py", "platform/lambda_front.py"}
    assert {"users/handler.py", "users/routes.py", "platform/lambda_front.py"} <= told("users-lambda")
    rooms = {name.split("/")[0] for name in told("functions") if "/" in name}
    assert rooms == {"monitor", "launcher", "processor", "logforwarder", "platform"}
    assert told("aws") == set()


def test_everything_a_part_has_imported_is_known() -> None:
    """An import that this overlooks would leave a part with the old source."""
    asked = """if True:
        import sys, fixtures.services.orders.app
        print(*(getattr(module, "__file__", None) or "" for module in sys.modules.values()), sep="\\n")
    """
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    services = ROOT / "fixtures" / "services"
    loaded = {Path(file) for file in done.stdout.split("\n") if Path(file).is_relative_to(services)}
    assert loaded
    assert loaded <= sources("orders")


def test_what_changed_what_died_and_what_was_paused_is_well_again(
    stack: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "rules.py"
    monkeypatch.setattr(renewal, "sources", lambda name: frozenset({changed} if name == "todos" else ()))
    monkeypatch.setattr(renewal, "_services", lambda: iter([changed]))
    requests.post(f"{stack.url('users')}/users", json={"username": "ada", "email": "a@example.com"}, timeout=5)
    before = by_name(stack)
    stack.todos_file.write_bytes(b"tables that are no more")
    changed.touch()
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
