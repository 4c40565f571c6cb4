"""The contract suite is green on a service that keeps its word, red on one that doesn't, and broken on neither."""

import base64
from pathlib import Path

from reports.evidence import Status
from tests.contracts.conftest import Judge
from tests.contracts.notes_server import PASSWORDS, TOKENS


def test_a_service_that_keeps_its_word_passes(judge: Judge) -> None:
    done = judge()
    assert done.code == 0, done.output
    operations = ("notes-createNote", "notes-readNote", "notes-deleteNote")
    assert {id_: result.status for id_, result in done.results.items()} == dict.fromkeys(
        (*operations, "notes-sequences", *(f"authorization-{one}" for one in operations)), Status.PASSED
    )
    details = [result.details for id_, result in done.results.items() if not id_.startswith("authorization")]
    checks = {name for one in details for name in one["checks"]}  # type: ignore[attr-defined]
    assert {"object_level_authorization", "ignored_auth", "use_after_free", "negative_data_rejection"} <= checks
    assert sum(int(str(one["peer_probes"])) for one in details) >= 1, "nobody tried to read the other's notes"
    assert set(done.results["notes-createNote"].details["phases"]) == {"examples", "coverage", "fuzzing"}  # type: ignore[call-overload]
    assert done.evidence.problems == []
    for report in ("events.ndjson", "summary.json", "exchanges.har", "html/index.html", "schemathesis.toml"):
        assert (done.run_dir / "contracts" / "notes" / report).is_file(), report
    assert (done.run_dir / "junit" / "contracts-notes.xml").is_file()
    assert list((done.run_dir / "allure-results").glob("*-result.json"))
    assert _leaks(done.run_dir) == []


def test_every_broken_promise_is_found(judge: Judge) -> None:
    done = judge("status", "schema", "accepts", "owner")
    assert done.code == 1, done.output
    assert done.titles >= {
        "UndefinedStatusCode",
        "AcceptedNegativeData",
        "ObjectLevelAuthorizationViolation",
    }
    found = next(f for f in done.results["notes-createNote"].failures if f.title == "UndefinedStatusCode")
    assert found.operation_id == "createNote"
    assert "Received: 202" in found.observed
    assert found.curl.startswith("curl -sS -i -X POST http://127.0.0.1:")
    assert "$TOKEN" in found.curl
    assert found.response.startswith("202\n")
    assert found.replay.endswith("-m contracts -k notes-createNote")
    assert "SEED=7" in found.replay
    assert _leaks(done.run_dir) == []


def test_a_note_that_outlives_its_deletion_is_found(judge: Judge) -> None:
    done = judge("zombie")
    assert done.code == 1, done.output
    assert done.titles == {"UseAfterFree"}


def test_an_open_door_and_a_leaked_field_are_found(judge: Judge) -> None:
    done = judge("auth", "schema", arguments=("-k", "createNote"))
    assert done.code == 1, done.output
    assert done.titles >= {"IgnoredAuth", "JsonSchemaError"}
    assert set(done.results) == {"notes-createNote", "authorization-notes-createNote"}, (
        "only what was selected is judged"
    )


def test_a_door_closed_to_everybody_is_broken(judge: Judge) -> None:
    done = judge("closed")
    assert done.code == 3, done.output
    assert {result.status for result in done.results.values()} == {Status.BROKEN}
    assert "no login was accepted" in done.output


def test_a_selection_of_nothing_is_exit_2(judge: Judge) -> None:
    done = judge(arguments=("-k", "createNotr"))
    assert done.code == 2, done.output
    assert "nothing is selected" in done.output


def _leaks(folder: Path) -> list[tuple[str, str]]:
    """Files that hold a canary, as it is or inside base64."""
    canaries = [*PASSWORDS.values(), *TOKENS.values()]
    wanted = {canary: [canary.encode(), *_inside_base64(canary.encode())] for canary in canaries}
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 5
    return [(str(f), c) for f in files for c, forms in wanted.items() if any(form in f.read_bytes() for form in forms)]


def _inside_base64(secret: bytes) -> list[bytes]:
    """What base64 makes of the secret at each of the three offsets, without what depends on its neighbours."""
    return [base64.b64encode(b"\0" * pad + secret)[4 if pad else 0 : -4] for pad in range(3)]
