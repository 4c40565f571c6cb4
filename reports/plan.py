"""What a check is going to do: asked of `python -m fixtures.target` before anything starts."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reports.suite_process import Command

ROOT = Path(__file__).resolve().parents[1]
CLEAN_UP = "clean-up"
SUITES = {
    "features": "features",
    "contracts": "contracts",
    "load": "load",
    "messages": "contracts.messages",
    CLEAN_UP: "fixtures.clean",
}
"""The module behind each suite, in the order in which they run: messages over what all others made, clean-up last."""
LOCAL = ("messages",)  # only a local stack's bus has a tap
DEPLOYED = (CLEAN_UP,)  # a local stack is reset
BOUNDS = {"quick": 900.0, "ci": 1800.0, "deep": 86_400.0}  # seconds after which one suite counts as hanging
LOAD_BOUND = 3600.0  # seconds, for scenarios longer than the smoke one


class WrongCall(Exception):
    """The call is wrong; the message is one line."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The target, its stack's folder (None: a deployed target), and the variables that every suite gets."""

    target: str = "local"
    stack_home: Path | None = None
    services: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    ci: bool = False

    @property
    def effort(self) -> str:
        """quick, ci or deep."""
        return self.variables.get("EFFORT", "quick")

    def commands(self, run_dir: Path) -> tuple[Command, ...]:
        """The suites, in the order in which they run."""
        environ = {**os.environ, **self.variables, "PLUMBLINE_RUN_DIR": str(run_dir), "PYTHONUNBUFFERED": "1"}
        return tuple(
            Command(suite, (sys.executable, "-m", module), self._bound(suite), environ)
            for suite, module in SUITES.items()
            if suite not in (DEPLOYED if self.stack_home else LOCAL)
        )

    def _bound(self, suite: str) -> float:
        bound = BOUNDS[self.effort]
        longer = suite == "load" and self.variables.get("SCENARIO", "smoke") != "smoke"
        return max(bound, LOAD_BOUND) if longer else bound


def ask() -> Plan:
    """The plan for TARGET and the other variables. Raises `WrongCall` with one line where they can't be used."""
    told = json.loads(_asked("fixtures.target"))
    _ask_suites(told["variables"])
    return Plan(
        target=told["name"],
        stack_home=Path(told["stack_home"]) if told["stack_home"] else None,
        services=tuple(told["services"]),
        variables=told["variables"],
        ci=told["ci"],
    )


def _ask_suites(variables: Mapping[str, str]) -> None:
    """What only one suite can tell is asked of that suite, and only where it was given: loading it takes seconds."""
    if variables.get("SCENARIO", "smoke") != "smoke":
        _asked("load", "--only-ask")
    if variables.get("TAGS") or variables.get("SERVICE"):
        _asked("features", "--only-ask")


def _asked(module: str, *arguments: str) -> str:
    """What a command says; `WrongCall` with the last line of its complaint where it has one."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise WrongCall((done.stderr.strip() or f"{module} ended with exit {done.returncode}").splitlines()[-1])
    return done.stdout
