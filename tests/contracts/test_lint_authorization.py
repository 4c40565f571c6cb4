"""What a document says of authorization is held to: each slip is told, what is well said passes."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.lint.__main__ import SPECS
from contracts.lint.documents import lint

ORDERS = yaml.safe_load((SPECS / "orders.openapi.yaml").read_text())
LINKS = yaml.safe_load((SPECS / "links.openapi.yaml").read_text())
GOOD = {"identity": "other", "expected": [404], "reason": "orders are hidden"}


def linted(tmp_path: Path, document: dict[str, Any], path: str, **said: Any) -> list[str]:
    """Lints the document with this said of the path's GET; the rules that complain."""
    changed = copy.deepcopy(document)
    changed["paths"][path]["get"].update(said)
    file = tmp_path / "changed.openapi.yaml"
    file.write_text(yaml.safe_dump(changed))
    return [finding.rule for finding in lint([file])]


def test_what_is_well_said_passes(tmp_path: Path) -> None:
    said = {"x-authorization-exceptions": [GOOD], "x-owned-by": "caller"}
    assert linted(tmp_path, ORDERS, "/orders/{order_id}", **said) == []
    assert linted(tmp_path, ORDERS, "/orders/{order_id}", **{"x-authorization": {"admin-only": True}}) == []


@pytest.mark.parametrize(
    "exceptions",
    [
        GOOD,
        ["other"],
        [{**GOOD, "reason": ""}],
        [{**GOOD, "reason": "because"}],
        [{"identity": "other", "expected": [404]}],
        [{**GOOD, "identity": "somebody"}],
        [{**GOOD, "identity": "unknown-key"}],
        [{**GOOD, "expected": [418]}],
        [{**GOOD, "expected": "refused"}],
        [{**GOOD, "until": "2027-01-01"}],
        [GOOD, GOOD],
    ],
)
def test_a_wrong_exception_is_told(tmp_path: Path, exceptions: Any) -> None:
    said = {"x-authorization-exceptions": exceptions}
    assert linted(tmp_path, ORDERS, "/orders/{order_id}", **said) == ["exceptions_told"]


@pytest.mark.parametrize(
    "said", [{"x-owned-by": "ada"}, {"x-owned-by": "$request.body#/username"}, {"x-authorization": {"admin-only": 1.5}}]
)
def test_a_wrong_owner_or_role_is_told(tmp_path: Path, said: dict[str, Any]) -> None:
    assert linted(tmp_path, ORDERS, "/orders/{order_id}", **said) == ["owner_told"]


def test_what_anybody_may_call_has_neither(tmp_path: Path) -> None:
    assert linted(tmp_path, ORDERS, "/health", **{"x-owned-by": "caller"}) == ["owner_told"]
    assert "exceptions_told" in linted(tmp_path, ORDERS, "/health", **{"x-authorization-exceptions": [GOOD]})


def test_whoever_takes_keys_has_other_callers(tmp_path: Path) -> None:
    key = {"identity": "unknown-key", "expected": [404], "reason": "links are hidden"}
    assert linted(tmp_path, LINKS, "/links/{short_code}", **{"x-authorization-exceptions": [key]}) == []
    key = {**key, "identity": "expired"}
    assert linted(tmp_path, LINKS, "/links/{short_code}", **{"x-authorization-exceptions": [key]}) == [
        "exceptions_told"
    ]
