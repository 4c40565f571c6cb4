"""Each rule of the OpenAPI lint goes red on a document that breaks it, and the documents at hand break none."""

import copy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.lint.__main__ import SPECS, main
from contracts.lint.documents import lint

Break = Callable[[dict[str, Any]], None]
LINKS = yaml.safe_load((SPECS / "links.openapi.yaml").read_text())


def _shorten(document: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"]["/shorten"]["post"]
    return operation


def _no_operation_id(document: dict[str, Any]) -> None:
    del _shorten(document)["operationId"]


def _no_summary(document: dict[str, Any]) -> None:
    del _shorten(document)["summary"]


def _no_request_example(document: dict[str, Any]) -> None:
    del _shorten(document)["requestBody"]["content"]["application/json"]["example"]


def _no_path_example(document: dict[str, Any]) -> None:
    del document["components"]["parameters"]["Code"]["example"]


def _no_response_example(document: dict[str, Any]) -> None:
    del _shorten(document)["responses"]["201"]["content"]["application/json"]["example"]


def _no_success_schema(document: dict[str, Any]) -> None:
    del _shorten(document)["responses"]["201"]["content"]


def _no_success(document: dict[str, Any]) -> None:
    del _shorten(document)["responses"]["201"]


def _own_error_form(document: dict[str, Any]) -> None:
    _shorten(document)["responses"]["429"]["content"]["application/json"]["schema"] = {"type": "object"}


def _open_error_schema(document: dict[str, Any]) -> None:
    del document["components"]["schemas"]["Error"]["additionalProperties"]


def _open_request(document: dict[str, Any]) -> None:
    del _shorten(document)["requestBody"]["content"]["application/json"]["schema"]["additionalProperties"]


def _security_unsaid(document: dict[str, Any]) -> None:
    del document["security"]


def _unknown_scheme(document: dict[str, Any]) -> None:
    document["security"] = [{"cookie": []}]


def _no_401(document: dict[str, Any]) -> None:
    del _shorten(document)["responses"]["401"]


def _no_413(document: dict[str, Any]) -> None:
    del _shorten(document)["responses"]["413"]


def _no_retry_after(document: dict[str, Any]) -> None:
    del _shorten(document)["responses"]["429"]["headers"]["Retry-After"]


def _optional_challenge(document: dict[str, Any]) -> None:
    del document["components"]["headers"]["WWW-Authenticate"]["required"]


def _header_without_schema(document: dict[str, Any]) -> None:
    del document["components"]["headers"]["X-Request-Id"]["schema"]


def _other_version(document: dict[str, Any]) -> None:
    document["openapi"] = "3.0.3"


def _not_openapi(document: dict[str, Any]) -> None:
    document["components"]["parameters"]["Code"]["in"] = "nowhere"


def _dead_link(document: dict[str, Any]) -> None:
    _shorten(document)["responses"]["201"]["links"]["read"]["operationId"] = "getLnik"


BREAKS: list[tuple[Break, str]] = [
    (_no_operation_id, "operation_id"),
    (_no_summary, "summary"),
    (_no_request_example, "request_example"),
    (_no_path_example, "request_example"),
    (_no_response_example, "response_example"),
    (_no_success_schema, "success_schema"),
    (_no_success, "success_schema"),
    (_own_error_form, "error_schema"),
    (_open_error_schema, "error_form"),
    (_open_request, "closed_request"),
    (_security_unsaid, "security_declared"),
    (_unknown_scheme, "security_declared"),
    (_no_401, "security_declared"),
    (_no_413, "refusals_listed"),
    (_no_retry_after, "promised_headers"),
    (_optional_challenge, "promised_headers"),
    (_header_without_schema, "promised_headers"),
    (_other_version, "openapi_3_1"),
    (_not_openapi, "valid_openapi"),
    (_dead_link, "link_leads_somewhere"),
]


@pytest.mark.parametrize(("broken", "rule"), BREAKS, ids=[entry[0].__name__ for entry in BREAKS])
def test_a_broken_document_is_found(broken: Break, rule: str, tmp_path: Path) -> None:
    document = copy.deepcopy(LINKS)
    broken(document)
    path = tmp_path / "broken.openapi.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    assert rule in {finding.rule for finding in lint([path])}


def test_one_operation_id_in_two_documents_is_found(tmp_path: Path) -> None:
    path = tmp_path / "copy.openapi.yaml"
    path.write_text(yaml.safe_dump(LINKS))
    found = {finding.operation for finding in lint([SPECS / "links.openapi.yaml", path])}
    assert {"shorten", "getLink", "getLinksHealth"} <= found


def test_the_documents_at_hand_have_nothing_to_correct(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "nothing to do" in capsys.readouterr().out


def test_the_command_says_one_line_a_finding_and_exits_2(tmp_path: Path) -> None:
    path = tmp_path / "torn.openapi.yaml"
    path.write_text("openapi: [3.1\npaths: {")
    done = subprocess.run(
        [sys.executable, "-m", "contracts.lint", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    (line,) = done.stdout.splitlines()
    assert line.startswith("torn.openapi.yaml: -: readable: not YAML at line ")
