"""What Schemathesis is called with."""

import tomllib
from pathlib import Path

import pytest

from contracts.documents import Operation
from contracts.efforts import Effort, effort_of
from contracts.plan import Run, Selection, plan_run, shared
from fixtures.target import Identity, RunSettings, Service, Target
from tests.contracts.conftest import SPEC

OPERATION = Operation("notes", "readNote", "get", "/notes/{note_id}", guarded=True)
EFFORT = Effort("ci", 60, 40, 6, 300.0, 7)


def _target(cap: float = 0) -> Target:
    people = {name: Identity(name, name, password="not in any file") for name in ("ada", "ben")}
    services = {"notes": Service("notes", "http://127.0.0.1:9", SPEC, "bearer")}
    return Target("notes", "deployed", Path("t.toml"), services, people, limits={"requests_per_second": cap})


def _run(folder: Path, selection: Selection, cap: float = 0) -> Run:
    return plan_run(_target(cap), selection, EFFORT, folder, Path("/tmp/auth.json"))


def test_a_whole_service_is_fuzzed_in_all_phases_with_all_checks(tmp_path: Path) -> None:
    arguments = " ".join(_run(tmp_path, Selection("notes", (OPERATION,), True, True)).arguments)
    assert "--phases" not in arguments
    assert "--include-operation-id" not in arguments
    assert "--checks" not in arguments, "all are on by default; naming them overrides the configuration"
    assert "--seed 7 " in arguments
    assert "--max-examples 60 " in arguments
    assert "--rate-limit" not in arguments


def test_a_selected_operation_is_fuzzed_alone(tmp_path: Path) -> None:
    arguments = " ".join(_run(tmp_path, Selection("notes", (OPERATION,), False, False)).arguments)
    assert "--phases examples,coverage,fuzzing" in arguments
    assert arguments.endswith("--include-name GET /notes/{note_id}")


def test_the_configuration_has_effort_peers_and_no_secret(tmp_path: Path) -> None:
    run = _run(tmp_path, Selection("notes", (OPERATION,), True, True))
    text = (Path(run.folder) / "schemathesis.toml").read_text()
    config = tomllib.loads(text)
    assert config["phases"]["stateful"] == {"max-steps": 6, "generation": {"max-examples": 40}}
    for auth in (config["auth"], *(project["auth"] for project in config["project"])):
        assert auth["wfc"] == {"path": "/tmp/auth.json", "peers": ["ada", "ben"]}
    assert config["hooks"] == "contracts.hooks"
    assert "not in any file" not in text


@pytest.mark.parametrize(("cap", "runs", "share"), [(30, 1, 15), (30, 2, 10), (10, 0, 10), (2, 2, 1), (0, 2, 0)])
def test_the_rate_of_a_target_is_shared_by_all_who_ask(cap: float, runs: int, share: float) -> None:
    assert shared(_target(cap), runs).limits["requests_per_second"] == share


def test_a_run_keeps_its_share_and_may_wait_for_it(tmp_path: Path) -> None:
    selection = Selection("notes", (OPERATION,), True, True)
    run = _run(tmp_path, selection, cap=2)
    assert run.arguments[run.arguments.index("--rate-limit") + 1] == "2/s"
    assert run.bound == _run(tmp_path, selection).bound + (160 + 240) / 2


def test_without_a_seed_a_run_is_the_same_every_time() -> None:
    first, second = effort_of(RunSettings(seed=1)), effort_of(RunSettings(seed=2))
    assert first.seed == second.seed
    assert effort_of(RunSettings(seed=3, seed_given=True)).seed == 3
