"""The deployed form of etl: every path through its state machine, walked with the real steps."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from fixtures.services.etl import handler, steps, store
from fixtures.services.platform import aws
from tests.services.etl_world import Etl, etl, rows, told_of

__all__ = ["etl"]

TEMPLATE = Path(__file__).parents[2] / "fixtures" / "services" / "template.yaml"
ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:EtlLoad"


class _Loader(yaml.SafeLoader):
    """CloudFormation's short tags as text: here only their names matter."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: f"{suffix} {node.value}")


def resources() -> dict[str, Any]:
    document: Any = yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader=_Loader)
    found: dict[str, Any] = document["Resources"]
    return found


DEFINITION = resources()["EtlLoad"]["Properties"]["Definition"]
STATES: dict[str, Any] = DEFINITION["States"]
TASKS = sorted(name for name, state in STATES.items() if state["Type"] == "Task")


def leads_to(state: Any) -> Iterator[str]:
    for at in (state, *state.get("Choices", []), *state.get("Catch", [])):
        yield from (at[key] for key in ("Next", "Default") if key in at)


def test_every_state_is_reached_and_every_next_exists() -> None:
    reached, waiting = set(), [DEFINITION["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += leads_to(STATES[name])
    assert reached == set(STATES)


def test_every_state_goes_on_or_ends() -> None:
    stuck = [
        name
        for name, state in STATES.items()
        if not (state.get("Next") or state.get("End") or state.get("Default") or state["Type"] in {"Fail", "Succeed"})
    ]
    assert stuck == []


@pytest.mark.parametrize("name", TASKS)
def test_every_task_is_a_step_with_retries_and_a_way_out(name: str) -> None:
    task = STATES[name]
    assert task["Parameters"]["Payload"]["step"] == name
    assert task["Parameters"]["FunctionName"] == "GetAtt EtlStepsFunction.Arn"
    assert [each["ErrorEquals"] for each in task["Retry"]] == [["States.ALL"]]
    assert all(each["MaxAttempts"] >= 1 and each["BackoffRate"] > 1 for each in task["Retry"])
    assert [each["ErrorEquals"] for each in task["Catch"]] == [["States.ALL"]]
    assert task["TimeoutSeconds"] < DEFINITION["TimeoutSeconds"]


def test_the_tasks_are_the_steps() -> None:
    assert sorted(steps.STEPS) == TASKS


def test_a_step_has_the_time_its_task_gives_it() -> None:
    allowed = resources()["EtlStepsFunction"]["Properties"]["Timeout"]
    assert max(STATES[name]["TimeoutSeconds"] for name in TASKS) > allowed >= 900


def test_it_is_a_state_machine_by_the_books_of_cfn_lint(tmp_path: Path) -> None:
    """cfn-lint reads no definition inside SAM's own type; inside CloudFormation's it does."""
    assert lint(tmp_path, DEFINITION) == ""
    broken = DEFINITION | {"States": STATES | {"Announce": STATES["Announce"] | {"Type": "Tusk"}}}
    assert "Tusk" in lint(tmp_path, broken)


def lint(folder: Path, definition: Any) -> str:
    plain = re.sub(r"GetAtt \w+\.Arn", "arn:aws:lambda:us-east-1:123456789012:function:steps", json.dumps(definition))
    role = "arn:aws:iam::123456789012:role/states"
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"RoleArn": role}}
    machine["Properties"]["Definition"] = json.loads(plain)  # type: ignore[index]
    file = folder / "machine.json"
    file.write_text(json.dumps({"Resources": {"EtlLoad": machine}}))
    done = subprocess.run([Path(sys.executable).parent / "cfn-lint", file], capture_output=True, text=True, check=False)
    return done.stdout


class Walk:
    """Runs an execution as Step Functions would; `broken` names the steps that always raise."""

    def __init__(self, broken: set[str]) -> None:
        self.broken = broken
        self.path: list[str] = []

    def run(self, state: Any) -> str:
        """The name of the state in which it ended."""
        name: str = DEFINITION["StartAt"]
        while True:
            self.path.append(name)
            machine = STATES[name]
            if machine["Type"] == "Task":
                name, state = self._task(name, machine, state)
            elif machine["Type"] == "Choice":
                [choice] = machine["Choices"]
                assert choice["IsPresent"]
                name = choice["Next"] if choice["Variable"].removeprefix("$.") in state else machine["Default"]
            else:
                return name
            if not name:
                return self.path[-1]

    def _task(self, name: str, machine: Any, state: Any) -> tuple[str, Any]:
        payload = machine["Parameters"]["Payload"]
        try:
            if name in self.broken:
                raise RuntimeError("broken on purpose")
            # What goes between states is JSON.
            answer = json.loads(json.dumps(handler.handle_step({"step": payload["step"], "state": state}, None)))
        except RuntimeError as error:
            [caught] = machine["Catch"]
            return caught["Next"], state | {"error": {"Error": "RuntimeError", "Cause": str(error)}}
        return machine.get("Next", ""), answer


def walk(etl: Etl, key: str, body: bytes, *broken: str) -> tuple[list[str], str]:
    event = etl.drop(key, body)
    execution = Walk(set(broken))
    ended = execution.run({"bucket": "etl-raw", "key": key, "etag": event["s3"]["object"]["eTag"]})
    return execution.path, ended


def test_a_good_object_goes_all_the_way(etl: Etl) -> None:
    path, _ = walk(etl, "x.csv", rows("a", "b") + b"bad\n")
    assert path == ["Extract", "IsDecided", "TransformAndLoad", "Announce"]
    assert (len(etl.records()), len(etl.rejects("x.csv") or [])) == (2, 1)
    assert etl.announced() == [{"key": "x.csv", "status": "Loaded", "loaded": 2, "rejected": 1}]


def test_the_same_object_goes_straight_to_its_announcement(etl: Etl) -> None:
    walk(etl, "x.csv", rows("a"))
    path, _ = walk(etl, "x.csv", rows("a"))
    assert path == ["Extract", "IsDecided", "Announce"]
    assert len(etl.announced()) == 2


def test_what_cant_be_loaded_goes_straight_to_its_announcement(etl: Etl) -> None:
    path, _ = walk(etl, "x.txt", b"")
    assert path == ["Extract", "IsDecided", "Announce"]
    assert etl.announced()[0]["reason"] == "neither CSV nor JSON lines"


@pytest.mark.parametrize("step", ["Extract", "TransformAndLoad"])
def test_a_load_that_comes_to_no_end_is_told_and_fails(etl: Etl, step: str) -> None:
    path, ended = walk(etl, "x.csv", rows("a"), step)
    assert (path[-2:], ended) == (["AnnounceFailure", "LoadFailed"], "LoadFailed")
    assert etl.announced() == [
        {"key": "x.csv", "status": "Failed", "loaded": 0, "rejected": 0, "reason": "the load did not end"}
    ]


@pytest.mark.parametrize("broken", [("Announce",), ("Extract", "AnnounceFailure")])
def test_what_cant_be_told_fails(etl: Etl, broken: tuple[str, ...]) -> None:
    assert walk(etl, "x.csv", rows("a"), *broken)[1] == "NotAnnounced"
    assert etl.announced() == []


def test_the_request_id_goes_through_the_states(etl: Etl) -> None:
    event = etl.drop("x.csv", rows("a"), Metadata={"x-request-id": "ada-17"})
    Walk(set()).run({"bucket": "etl-raw", "key": "x.csv", "etag": event["s3"]["object"]["eTag"]})
    [envelope] = etl.envelopes()
    assert envelope["MessageAttributes"]["X-Request-Id"]["Value"] == "ada-17"


class FakeStates:
    """Step Functions as far as starting an execution goes: a name is taken once."""

    class exceptions:
        class ExecutionAlreadyExists(Exception):
            pass

    def __init__(self) -> None:
        self.started: dict[str, Any] = {}

    def start_execution(self, stateMachineArn: str, name: str, input: str) -> None:
        assert stateMachineArn == ARN
        if name in self.started:
            raise self.exceptions.ExecutionAlreadyExists
        self.started[name] = json.loads(input)


def test_deployed_the_queue_starts_one_execution_for_each_object(etl: Etl, monkeypatch: pytest.MonkeyPatch) -> None:
    states = FakeStates()
    really = aws.client
    monkeypatch.setattr(aws, "client", lambda name: states if name == "stepfunctions" else really(name))
    monkeypatch.setenv("ETL_STATE_MACHINE_ARN", ARN)
    event = told_of("a b.csv", "e1")
    again = told_of("a b.csv", "e1", s3=event["s3"] | {"object": event["s3"]["object"] | {"sequencer": "0066"}})
    assert etl.deliver(event, event, told_of("c.csv", "e1"), again) == []
    assert [state["key"] for state in states.started.values()] == ["a b.csv", "c.csv", "a b.csv"]
    assert states.started
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name) for name in states.started)
    assert store.outcome_of("a b.csv", '"e1"') is None
