"""Claims that only read answers: each finds what it is for on a bad server, and nothing on a good one."""

from typing import Any

import pytest
import schemathesis
from schemathesis.core.failures import Failure

import contracts.hooks  # noqa: F401  (claims and hooks need each other: hooks are first)
from contracts.claims.caching import private_answers_are_not_kept
from contracts.claims.internals import errors_keep_internals
from contracts.claims.secrets import answers_tell_no_secrets
from tests.contracts.checked_server import STRONG, create_app, signed
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


def found(fault: str) -> set[str]:
    """Reads a thing that is there and one that is not; gives the findings."""
    url, stop = serve(create_app(fault))
    item = schemathesis.openapi.from_dict(DOCUMENT)["/things/{thing}"]
    headers = {"Authorization": f"Bearer {signed({'sub': 'ada'}, STRONG)}"}
    findings: set[str] = set()
    unused: Any = None  # claims take a context that these don't look at
    try:
        desk: Any = {"name": "desk", "stock": 3}
        put = item["PUT"].Case(path_parameters={"thing": "desk"}, body=desk, media_type="application/json")
        assert put.call(base_url=url).status_code == 200
        for thing in ("desk", "nothing-of-the-kind"):
            case = item["GET"].Case(path_parameters={"thing": thing}, headers=dict(headers))
            response = case.call(base_url=url)
            for claim in CLAIMS:
                try:
                    claim(unused, response, case)
                except Failure as failure:
                    findings.add(type(failure).__name__)
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
