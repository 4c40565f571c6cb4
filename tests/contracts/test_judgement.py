"""What can't be known is broken, a waived finding is waived, and a waiver for nothing fails."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from contracts.documents import Operation
from contracts.efforts import Effort
from contracts.fuzzing import Ended
from contracts.judgement import Judge
from contracts.recording import Recording, read_recording
from contracts.telling import Teller
from contracts.waivers import Waiver
from fixtures.clients import Redactor
from reports.evidence import Status

EFFORT = Effort("quick", 1, 1, 1, 10.0, 7)
READ = Operation("notes", "readNote", "get", "/notes/{note_id}", guarded=True)
CREATE = Operation("notes", "createNote", "post", "/notes", guarded=True, takes_body=True)
WAIVER = Waiver("readNote", "ServerError", "known", "ada", dt.date(2026, 3, 1))


def _judge(*waivers: Waiver) -> Judge:
    return Judge(EFFORT, waivers, Teller(Redactor(), lambda node: f"again {node}", lambda request_id: (request_id,)))


def _ended(folder: Path, code: int | None = 0, timed_out: bool = False) -> Ended:
    return Ended("notes", code, timed_out, 1.0, folder)


def _scenario(label: str, phase: str, *cases: tuple[str, str, int, str | None]) -> dict[str, Any]:
    """Cases: method, path, status, name of a failure."""
    recorder: dict[str, Any] = {"label": label, "cases": {}, "checks": {}, "interactions": {}}
    for number, (method, path, status, failure) in enumerate(cases):
        case = {"method": method, "path": path, "auth_identity": "ada", "meta": {"generation": {"mode": "positive"}}}
        recorder["cases"][str(number)] = {"value": case}
        check: dict[str, Any] = {"name": "not_a_server_error", "status": "failure" if failure else "success"}
        if failure:
            found = {"type": failure, "operation": f"{method} {path}", "title": "Bad", "message": "so bad"}
            check["failure_info"] = {"failure": found}
        recorder["checks"][str(number)] = [check]
        request = {"method": method, "uri": f"http://x{path}", "headers": {"Authorization": ["[Filtered]"]}}
        response = {"status_code": status, "headers": {"x-request-id": ["r-1"]}}
        recorder["interactions"][str(number)] = {"request": request, "response": response}
    return {"ScenarioFinished": {"phase": phase, "elapsed_time": 0.5, "recorder": recorder}}


def _recording(folder: Path, *events: dict[str, Any], whole: bool = True) -> Recording:
    path = folder / "events.ndjson"
    end = [{"EngineFinished": {"stop_reason": "completed", "payload": {"reauth_count": 1}}}] if whole else []
    path.write_text("".join(json.dumps(event) + "\n" for event in [*events, *end]))
    return read_recording(path)


def test_what_was_recorded_is_counted(tmp_path: Path) -> None:
    events = _scenario(READ.label, "coverage", ("GET", READ.path, 200, None), ("GET", READ.path, 404, None))
    result = _judge().operation(READ, _ended(tmp_path), _recording(tmp_path, events))
    assert result.status is Status.PASSED
    assert result.operations == ("readNote",)
    assert result.seconds == 0.5
    assert result.details["statuses"] == {"200": 1, "404": 1}
    assert result.details["cases"] == 2
    assert result.details["seed"] == 7


@pytest.mark.parametrize(
    ("code", "timed_out", "whole", "doubt"),
    [
        (None, False, True, "the engine ended before this service was fuzzed"),
        (70, False, True, "Schemathesis ended with exit code 70"),
        (-9, False, True, "Schemathesis ended with signal 9"),
        (-9, True, True, "stopped after 1 s, the bound of effort quick"),
        (0, False, False, "left no complete report"),
    ],
)
def test_a_run_that_went_wrong_is_broken(
    code: int | None, timed_out: bool, whole: bool, doubt: str, tmp_path: Path
) -> None:
    events = _scenario(READ.label, "coverage", ("GET", READ.path, 200, None))
    recording = _recording(tmp_path, events, whole=whole)
    ended = _ended(tmp_path, code, timed_out)
    for result in (_judge().operation(READ, ended, recording), _judge().sequences([READ], ended, recording)):
        assert result.status is Status.BROKEN
        assert doubt in result.failures[0].observed


def test_a_missing_report_is_broken(tmp_path: Path) -> None:
    recording = read_recording(tmp_path / "never-written.ndjson")
    assert _judge().operation(READ, _ended(tmp_path), recording).status is Status.BROKEN


def test_an_operation_without_a_case_is_broken(tmp_path: Path) -> None:
    events = _scenario(READ.label, "coverage", ("GET", READ.path, 200, None))
    result = _judge().operation(CREATE, _ended(tmp_path), _recording(tmp_path, events))
    assert result.status is Status.BROKEN
    assert "no case was sent to createNote" in result.failures[0].observed


def test_an_error_of_the_engine_is_broken(tmp_path: Path) -> None:
    events = _scenario(READ.label, "coverage", ("GET", READ.path, 200, None))
    error = {"NonFatalError": {"label": READ.label, "value": {"type": "InvalidSchema", "message": "no such thing"}}}
    result = _judge().operation(READ, _ended(tmp_path), _recording(tmp_path, events, error))
    assert result.status is Status.BROKEN
    assert "InvalidSchema: no such thing" in result.failures[0].observed


def test_mostly_refused_at_the_door_is_broken(tmp_path: Path) -> None:
    cases = [("POST", CREATE.path, status, None) for status in (201, 401, 401)]
    events = _scenario(CREATE.label, "coverage", *cases)
    result = _judge().operation(CREATE, _ended(tmp_path), _recording(tmp_path, events))
    assert result.status is Status.BROKEN
    assert "2 of 3 cases were answered 401" in result.failures[0].observed


def test_a_finding_fails_and_tells_everything(tmp_path: Path) -> None:
    events = _scenario(READ.label, "fuzzing", ("GET", READ.path, 500, "ServerError"))
    result = _judge().operation(READ, _ended(tmp_path, 1), _recording(tmp_path, events))
    assert result.status is Status.FAILED
    (failure,) = result.failures
    assert (failure.title, failure.operation_id) == ("ServerError", "readNote")
    assert failure.expected == "no answer of 500 or above"
    assert failure.observed == "Bad: so bad"
    assert failure.logs == ("r-1",)
    assert failure.replay == "again notes-readNote"
    assert "Bearer $TOKEN" in failure.curl


def test_a_waived_finding_is_waived_in_operations_and_in_sequences(tmp_path: Path) -> None:
    events = [
        _scenario(READ.label, "fuzzing", ("GET", READ.path, 500, "ServerError")),
        _scenario("Stateful tests", "stateful", ("GET", READ.path, 500, "ServerError")),
    ]
    recording = _recording(tmp_path, *events)
    assert _judge(WAIVER).operation(READ, _ended(tmp_path, 1), recording).status is Status.WAIVED
    assert _judge(WAIVER).sequences([READ], _ended(tmp_path, 1), recording).status is Status.WAIVED


def test_a_waiver_for_nothing_fails(tmp_path: Path) -> None:
    events = [
        _scenario(READ.label, "fuzzing", ("GET", READ.path, 200, None)),
        _scenario("Stateful tests", "stateful", ("GET", READ.path, 200, None)),
    ]
    result = _judge(WAIVER).operation(READ, _ended(tmp_path), _recording(tmp_path, *events))
    assert result.status is Status.FAILED
    assert [failure.title for failure in result.failures] == ["StaleWaiver"]


def test_a_part_of_a_run_says_nothing_about_waivers(tmp_path: Path) -> None:
    events = _scenario(READ.label, "fuzzing", ("GET", READ.path, 200, None))
    result = _judge(WAIVER).operation(READ, _ended(tmp_path), _recording(tmp_path, events))
    assert result.status is Status.PASSED
