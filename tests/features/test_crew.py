"""A toy suite run as the real one is: same results at any JOBS, and nothing that breaks goes unseen."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

SCRIPT = """
import json, sys
from pathlib import Path
from features.running import crew
from features.running.programme import programme
from fixtures.errors import PlumblineError
from fixtures.target import Target

folder, jobs, tags, service = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
heard = []
try:
    chosen = programme(tags, service, folder / "features")
    target = Target("toy", "deployed", folder / "toy.toml", {}, {}, deadlines={"eventually": 1.0})
    crew.run(chosen, jobs, target, folder / "run", lambda result: heard.append([result.id, result.status.name]))
    error = code = None
except PlumblineError as caught:
    error, code = str(caught), caught.exit_code
print(json.dumps({"heard": heard, "error": error, "code": code}))
"""

ENVIRONMENT = """
from features.environment import *
"""

STEPS = """
import os
from behave import given, then, when
from features.support.expect import expect
from fixtures.errors import StackError

@given("a start")
def a_start(context): pass

@when("it goes well")
def goes_well(context): pass

@when("the harness breaks")
def breaks(context): raise StackError("the stack is gone")

@when("the process dies")
def dies(context): os._exit(9)

@then("it is {result}")
def is_(context, result): expect("result", "good", result)
"""


def feature(number: int, *scenarios: tuple[str, str, str], tags: str = "@links") -> str:
    parts = [f"{tags}\nFeature: Number {number}\n  Rule: It works\n"]
    for name, act, result in scenarios:
        parts.append(f"    @TOY-{name}\n    Scenario: Scenario {name}\n      When {act}\n      Then it is {result}\n")
    return "\n".join(parts)


GOOD = ("it goes well", "good")


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    (tmp_path / "features" / "steps").mkdir(parents=True)
    (tmp_path / "features" / "environment.py").write_text(ENVIRONMENT, encoding="utf-8")
    (tmp_path / "features" / "steps" / "toy_steps.py").write_text(STEPS, encoding="utf-8")
    write(tmp_path, 1, feature(1, ("001", *GOOD), ("002", "it goes well", "bad"), ("003", *GOOD)))
    write(tmp_path, 2, feature(2, ("004", *GOOD), tags="@users"))
    write(tmp_path, 3, feature(3, ("005 @serial", *GOOD), ("006", *GOOD)))
    return tmp_path


def write(folder: Path, number: int, text: str) -> None:
    (folder / "features" / f"number{number}.feature").write_text(text, encoding="utf-8")


def run(folder: Path, jobs: int = 2, tags: str = "", service: str = "") -> dict[str, Any]:
    command = [sys.executable, "-c", SCRIPT, str(folder), str(jobs), tags, service]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_any_number_of_jobs_gives_the_same_results(toy: Path) -> None:
    results = [sorted(run(toy, jobs)["heard"]) for jobs in (1, 3)]
    assert results[0] == results[1]
    assert results[0] == [
        ["TOY-001", "PASSED"],
        ["TOY-002", "FAILED"],
        ["TOY-003", "PASSED"],
        ["TOY-004", "PASSED"],
        ["TOY-005", "PASSED"],
        ["TOY-006", "PASSED"],
    ]


def test_what_must_run_alone_runs_after_the_others(toy: Path) -> None:
    assert run(toy, 3)["heard"][-1] == ["TOY-005", "PASSED"]


def test_every_scenario_leaves_evidence_junit_and_an_allure_result(toy: Path) -> None:
    run(toy)
    lines = [json.loads(line) for file in (toy / "run" / "evidence").iterdir() for line in file.open()]
    assert sorted(line["id"] for line in lines) == [f"TOY-00{number}" for number in range(1, 7)]
    assert len(list((toy / "run" / "allure-results").glob("*-result.json"))) == 6
    junit = sorted(file.name for file in (toy / "run" / "junit").iterdir())
    assert [name.rpartition("number")[2] for name in junit] == ["1.xml", "2.xml", "3-serial.xml", "3.xml"]
    assert sum(file.read_text().count("<testcase") for file in (toy / "run" / "junit").iterdir()) == 6


def test_the_functions_that_tags_name_are_operations_of_the_evidence(toy: Path) -> None:
    write(toy, 2, feature(2, ("004 @function.settleOrder", *GOOD), tags="@orders @function.applyOrder"))
    run(toy)
    lines = [json.loads(line) for file in (toy / "run" / "evidence").iterdir() for line in file.open()]
    operations = {line["id"]: sorted(line["operations"]) for line in lines}
    assert operations["TOY-004"] == ["applyOrder", "settleOrder"]
    assert operations["TOY-001"] == []


def test_tags_and_service_choose(toy: Path) -> None:
    assert run(toy, tags="@TOY-002 or @TOY-004")["heard"].__len__() == 2
    assert [one for one, _ in run(toy, service="users")["heard"]] == ["TOY-004"]


def test_a_harness_error_in_a_step_is_broken_not_failed(toy: Path) -> None:
    write(toy, 4, feature(4, ("007", "the harness breaks", "good")))
    assert ["TOY-007", "BROKEN"] in run(toy)["heard"]


def test_a_worker_that_dies_is_missed(toy: Path) -> None:
    write(toy, 4, feature(4, ("007", "the process dies", "good")))
    told = run(toy)
    assert told["code"] == 3
    assert "a worker died" in told["error"]


WRONG = {
    "undefined step": ("it goes well", "it goes nowhere", "no step matches: When it goes nowhere"),
    "parse error": ("      Then", "      Thn", "features can't be loaded: ParserError"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_feature_is_an_error_of_the_call(toy: Path, wrong: str) -> None:
    old, new, said = WRONG[wrong]
    write(toy, 2, feature(2, ("004", *GOOD)).replace(old, new))
    told = run(toy)
    assert (told["code"], told["heard"]) == (2, [])
    assert said in told["error"]
    assert "number2.feature" in told["error"]


def test_an_ambiguous_step_is_an_error_of_the_call(toy: Path) -> None:
    more = 'from behave import when\n@when("it goes {how}")\ndef goes(context, how): pass\n'
    (toy / "features" / "steps" / "aa_steps.py").write_text(more, encoding="utf-8")
    told = run(toy)
    assert told["code"] == 2
    assert "AmbiguousStep" in told["error"]


@pytest.mark.parametrize(
    ("tags", "service", "said"),
    [
        ("@TOY-00", "", "no scenario is selected. Did you mean @TOY-00"),
        ("(@a", "", "not a tag expression"),
        ("", "link", "SERVICE=link: allowed: users, auth"),
        ("", "auth", "SERVICE=auth: no scenario is selected"),
    ],
)
def test_a_wrong_choice_is_an_error_of_the_call(toy: Path, tags: str, service: str, said: str) -> None:
    told = run(toy, tags=tags, service=service)
    assert told["code"] == 2
    assert said in told["error"]
    assert "\n" not in told["error"]
