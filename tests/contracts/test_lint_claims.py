"""An exception from a claim is of one that there is, and says why; what would except nothing is told."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.lint.__main__ import SPECS
from contracts.lint.documents import lint

LINKS = yaml.safe_load((SPECS / "links.openapi.yaml").read_text())


def linted(tmp_path: Path, exceptions: Any, place: str = "operation") -> list[tuple[str, str, str]]:
    """Lints a document with these exceptions; who complains, and how."""
    changed = copy.deepcopy(LINKS)
    item = changed["paths"]["/shorten"]
    {"operation": item["post"], "path": item, "document": changed}[place]["x-claim-exceptions"] = exceptions
    file = tmp_path / "changed.openapi.yaml"
    file.write_text(yaml.safe_dump(changed))
    return [(finding.operation, finding.rule, finding.cure) for finding in lint([file])]


def test_a_known_claim_with_a_reason_passes(tmp_path: Path) -> None:
    assert linted(tmp_path, {"errors_keep_internals": "its errors are the product's own"}) == []


@pytest.mark.parametrize(
    ("exceptions", "cure"),
    [
        (
            {"error_keep_internals": "as is told above"},
            "x-claim-exceptions: no claim error_keep_internals. Did you mean 'errors_keep_internals'?",
        ),
        ({"errors_keep_internals": ""}, "x-claim-exceptions: say why errors_keep_internals is not for it"),
        ({"errors_keep_internals": "because"}, "x-claim-exceptions: say why errors_keep_internals is not for it"),
        ({"errors_keep_internals": None}, "x-claim-exceptions: say why errors_keep_internals is not for it"),
        (["errors_keep_internals"], "make x-claim-exceptions a table of claims with their reasons"),
    ],
)
def test_what_would_except_nothing_is_told(tmp_path: Path, exceptions: Any, cure: str) -> None:
    assert linted(tmp_path, exceptions) == [("shorten", "claim_exceptions_told", cure)]


def test_a_claim_like_none_gets_the_list(tmp_path: Path) -> None:
    ((_, _, cure),) = linted(tmp_path, {"xyz": "as is told above"})
    assert cure.startswith("x-claim-exceptions: no claim xyz. There are answers_tell_no_secrets, ")


@pytest.mark.parametrize("place", ["path", "document"])
def test_an_exception_in_another_place_is_told(tmp_path: Path, place: str) -> None:
    found = linted(tmp_path, {"errors_keep_internals": "its errors are the product's own"}, place)
    assert {(rule, cure) for _, rule, cure in found} == {
        ("claim_exceptions_told", "move x-claim-exceptions into the operations that it is about")
    }
