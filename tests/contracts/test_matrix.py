"""The matrix: silent on a sound service, red on each kind of hole, broken where there is nothing to judge by."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.authorization.asking import Asked
from contracts.authorization.callers import Callers
from contracts.authorization.matrix import Matrix, rows_of
from contracts.authorization.probing import Effect, damage
from contracts.documents import promised
from fixtures.clients import Request, Response, connect
from fixtures.target import Identity, Service, Target
from reports.evidence import Result, Status
from tests.contracts.notes_server import PASSWORDS, serve
from tests.contracts.vault_server import KEY, create_app

SPEC = Path(__file__).with_name("vault.openapi.yaml")
PEOPLE = {
    name: Identity(name, name, password=word, roles=("admin",) if name == "admin" else ("customer",))
    for name, word in PASSWORDS.items()
}
Judged = Callable[..., Mapping[str, Result]]


@pytest.fixture
def judged() -> Iterator[Judged]:
    """Judges the vault with that fault; results by operation."""
    with ExitStack() as stack:

        def judge(fault: str = "", contract: Path = SPEC, **changed: Any) -> Mapping[str, Result]:
            url, stop = serve(create_app(fault))
            stack.callback(stop)
            services = {name: Service(name, url, contract, "bearer") for name in ("vault", "auth")}
            target = replace(Target("vault", "deployed", contract, services, PEOPLE), **changed)
            platform = connect(target)
            matrix = Matrix(platform, "contracts", Callers(platform, lambda: KEY))
            rows = rows_of(target, promised(target, ["vault"]))
            return {row.operation.operation_id: matrix.judge(row, "again") for row in rows}

        yield judge


def cells(result: Result) -> dict[str, str]:
    """Outcomes by identity."""
    return {cell["identity"]: cell["outcome"] for cell in result.details["cells"]}  # type: ignore[attr-defined]


def found(results: Mapping[str, Result]) -> set[tuple[str, str]]:
    """Operation and name of every finding."""
    return {(name, failure.title) for name, one in results.items() for failure in one.failures}


def test_a_sound_service_is_silent(judged: Judged) -> None:
    results = judged()
    assert found(results) == set()
    assert {name: one.status for name, one in results.items()} == dict.fromkeys(
        ("createBox", "listBoxes", "readBox", "writeBox", "deleteBox", "audit"), Status.PASSED
    )
    kept = {"owner", "nobody", "other", "expired", "tampered", "alg-none", "wrong-audience", "wrong-issuer", "revoked"}
    for name in ("listBoxes", "readBox", "writeBox", "deleteBox"):
        assert {identity for identity, outcome in cells(results[name]).items() if outcome == "kept"} == kept


@pytest.mark.parametrize(
    ("fault", "operation", "finding"),
    [
        ("read", "readBox", "OpenToOthers"),
        ("write", "writeBox", "OpenToOthers"),
        ("delete", "deleteBox", "OpenToOthers"),
        ("list", "listBoxes", "ListedToOthers"),
        ("role", "audit", "OpenToOthers"),
        ("half", "writeBox", "ChangedThoughRefused"),
    ],
)
def test_a_missing_check_is_found_where_it_is_missing(judged: Judged, fault: str, operation: str, finding: str) -> None:
    results = judged(fault)
    assert found(results) == {(operation, finding)}
    [failure] = results[operation].failures
    assert "Bearer $TOKEN" in failure.curl
    assert cells(results[operation])["other"] == "violated"


@pytest.mark.parametrize(
    ("fault", "finding"),
    [
        ("expired", "ExpiredAccepted"),
        ("tampered", "TamperedAccepted"),
        ("alg-none", "AlgNoneAccepted"),
        ("wrong-audience", "WrongAudienceAccepted"),
        ("wrong-issuer", "WrongIssuerAccepted"),
        ("revoked", "RevokedAccepted"),
    ],
)
def test_a_bad_token_that_is_accepted_is_found(judged: Judged, fault: str, finding: str) -> None:
    results = judged(fault)
    names = {name for name, title in found(results) if title == finding}
    assert names == {"createBox", "listBoxes", "readBox", "writeBox", "deleteBox", "audit"}
    if fault != "tampered":  # a signature nobody looks at lets everything else in, too
        assert {title for _, title in found(results)} == {finding}


def test_what_is_open_to_anybody_is_one_finding(judged: Judged) -> None:
    results = judged("public")
    assert {one for one in found(results) if one[0] != "audit"} == {
        (name, "OpenToAnybody") for name in results if name != "audit"
    }
    assert {title for name, title in found(results) if name == "audit"} == {"RefusedOtherwise"}
    assert cells(results["readBox"])["other"] == "skipped"


def test_a_dead_object_is_no_finding_but_is_not_passed(judged: Judged) -> None:
    results = judged("dead")
    assert {results[name].status for name in ("readBox", "writeBox", "deleteBox")} == {Status.BROKEN}
    assert {title for _, title in found(results)} == {"NotJudged"}


def test_an_identity_that_is_none_is_not_passed(judged: Judged) -> None:
    people = {**PEOPLE, "ben": replace(PEOPLE["ben"], password="placeholder")}
    results = judged(identities=people)
    assert results["readBox"].status is Status.BROKEN
    assert cells(results["readBox"])["other"] == "unjudged"
    assert "can't log in" in results["readBox"].failures[0].observed


def test_one_identity_is_too_few(judged: Judged) -> None:
    results = judged(identities={name: PEOPLE[name] for name in ("ada", "admin")})
    assert {one.status for one in results.values()} == {Status.SKIPPED}


@pytest.mark.parametrize(
    ("declared", "finding"),
    [
        ({"identity": "other", "expected": [403], "reason": "said twice"}, None),
        ({"identity": "other", "expected": "allowed", "reason": "boxes are shared"}, "StaleException"),
        ({"identity": "admin", "expected": "allowed", "reason": "they have a key"}, "RefusedThoughAllowed"),
        ({"identity": "admin", "expected": [403], "reason": "no master key"}, None),
    ],
)
def test_a_declared_exception_counts_and_is_noticed_when_stale(
    judged: Judged, tmp_path: Path, declared: dict[str, Any], finding: str | None
) -> None:
    document = yaml.safe_load(SPEC.read_text())
    document["paths"]["/boxes/{box_id}"]["get"]["x-authorization-exceptions"] = [declared]
    path = tmp_path / "vault.yaml"
    path.write_text(yaml.safe_dump(document))
    assert found(judged(contract=path)) == ({("readBox", finding)} if finding else set())


def test_where_nothing_may_be_changed_only_reading_is_probed() -> None:
    services = {"vault": Service("vault", "http://127.0.0.1:9", SPEC, "bearer")}
    target = Target("vault", "deployed", SPEC, services, PEOPLE, limits={"read_only": 1})
    rows = rows_of(target, promised(target, ["vault"]))
    assert {row.operation.operation_id for row in rows} == {"listBoxes", "audit"}


@pytest.mark.parametrize(
    ("after", "sent", "told"),
    [
        ({"quantity": 2, "status": "Confirmed"}, {"quantity": 3}, ""),
        ({"quantity": 3, "status": "Pending"}, {"quantity": 3}, "quantity was changed"),
        ({"quantity": 2, "status": "Cancelled"}, None, "status was changed"),
        ({"quantity": 2, "status": "Confirmed"}, None, ""),
    ],
)
def test_what_happens_by_itself_is_no_damage(after: dict[str, Any], sent: Any, told: str) -> None:
    # The owner's update was seen while the order was confirmed; the owner's cancelling while it was cancelled.
    effect = Effect({"status": "Confirmed", "quantity": 3} if sent else {"status": "Cancelled"})
    asked = Asked(Request("getOrder", "GET", "http://x"), Response(200, {}, json.dumps(after).encode(), 0.0))
    assert damage({"quantity": 2, "status": "Pending"}, asked, effect, sent) == told
