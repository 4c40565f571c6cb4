"""`python -m load` with disturbances, against a small platform with a control door: carried out, judged, undone."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from reports.evidence import Status, read
from tests.load.standin import Shop, door_app, secrets_of_target, served, shop_app, target_file

SCENARIO = """
[[stages]]
seconds = 7
users = 3
[mix.redirects]
weight = 1
pace = 10
[slo.overall]
error_rate = 0
[invariants]
check = ["redirects-counted-once"]
[given]
links = 2
"""
KILL = '[[disturbances]]\nkind = "kill"\npart = "links"\nat = 1.5\nfor = 1\nerror_rate = 1\n'
SELDOM = {"operation:shorten", "operation:getLink"}  # in so short a run, nobody may have made a link


class Stage:
    """One run and what came of it."""

    def __init__(self, folder: Path, stack: ExitStack, *faults: str) -> None:
        self._folder = folder
        self.shop = Shop(frozenset(faults), lambda _: None)
        self._url = stack.enter_context(served(shop_app(self.shop)))
        self._door = stack.enter_context(served(door_app(self.shop)))

    def play(self, disturbances: str, *, door: bool = True, scenario: str = SCENARIO) -> tuple[int, str]:
        """Exit code, and what was said on stderr."""
        file = self._folder / "mine.toml"
        file.write_text(scenario + disturbances)
        target = target_file(self._folder, self._url, door=self._door if door else "")
        variables = {"SEED": "7", "SCENARIO": str(file), "TARGET": str(target), "WORKERS": "0", "CI": "1"}
        environment = os.environ | secrets_of_target() | variables
        environment |= {"PLUMBLINE_RUN_DIR": str(self._folder / "run")}
        command = [sys.executable, "-m", "load"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90, check=False)
        return done.returncode, done.stderr

    def red(self) -> dict[str, Status]:
        results = read(self._folder / "run")["load"].results
        return {r.id: r.status for r in results if r.status > Status.WAIVED and r.id not in SELDOM}

    def told(self) -> list[dict[str, Any]]:
        return list(json.loads((self._folder / "run/load/disturbances.json").read_text()))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Puts up a platform with these faults."""
    with ExitStack() as stack:
        yield lambda *faults: Stage(tmp_path, stack, *faults)


def test_a_part_is_killed_and_back_and_what_clients_saw_is_told_and_forgiven(stage: Callable[..., Stage]) -> None:
    run = stage()
    _, said = run.play(KILL)
    assert run.red() == {}, said
    assert run.shop.disturbed[:2] == ["kill links", "start links"]
    (told,) = run.told()
    assert told["errors"]["followLink"]["status 503"] > 0
    assert told["status"] == "passed"
    assert told["began"] >= 1.4
    assert 0 <= told["recovered_after"] <= told["recover_within"]
    assert "kill links at 1.5 s for 1 s: recovered" in said


def test_errors_without_advice_a_death_and_what_cannot_be_carried_out_are_all_told(
    stage: Callable[..., Stage],
) -> None:
    run = stage("no advice", "dies")
    jammed = '[[disturbances]]\nkind = "pause"\npart = "jammed"\nat = 7\nfor = 0.5\n'
    code, said = run.play(KILL + jammed, scenario=SCENARIO.replace("seconds = 7", "seconds = 11"))
    assert code == 3, said
    assert run.red() == {
        "disturbance:1:kill:links:seen": Status.FAILED,
        "disturbance:2:pause:jammed:carried-out": Status.BROKEN,
        "run:parts": Status.BROKEN,
    }, said
    assert "what no client may see: followLink" in said
    assert "it is jammed" in said


@pytest.mark.parametrize(
    ("disturbances", "door", "said"),
    [
        (KILL, False, "is no local stack, and nothing else may be disturbed; choose TARGET=local"),
        (KILL.replace("links", "linx"), True, 'unknown part "linx"; did you mean "links"?'),
    ],
)
def test_what_may_not_or_cannot_be_disturbed_is_one_line_and_exit_2(
    stage: Callable[..., Stage], disturbances: str, door: bool, said: str
) -> None:
    run = stage()
    code, stderr = run.play(disturbances, door=door)
    assert code == 2
    assert said in stderr
    assert "Traceback" not in stderr
    assert run.shop.disturbed == [] or not [each for each in run.shop.disturbed if each.startswith("kill")]
