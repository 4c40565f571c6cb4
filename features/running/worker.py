"""Knows what one forked worker does: takes units until none is left, runs them with behave, tells its parent."""

import os
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from behave.configuration import Configuration
from behave.formatter._registry import make_formatters
from behave.runner import Runner
from behave.step_registry import registry

from features.running.private import private_target, require_no_deaths, save_bus
from features.running.programme import Unit, prune
from features.support.stage import set_up
from fixtures.target import Target
from reports.evidence import Result

ALLURE = "features.support.allure_rules:AllureRulesFormatter"


@dataclass(frozen=True, slots=True)
class Work:
    """What the workers of one phase share: the loaded runner, the units, and which is next."""

    loaded: Any
    units: tuple[Unit, ...]
    next_unit: "Synchronized[int]"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a worker leaves its files; `name` is its own within the run (`beside-1`)."""

    run_dir: Path
    name: str

    @property
    def junit(self) -> Path:
        """behave names JUnit files after features, so each worker needs a folder of its own."""
        return self.run_dir / "junit" / f".{self.name}"

    @property
    def log(self) -> Path:
        """What behave itself prints."""
        return self.run_dir / "logs" / f"features-{self.name}.log"


def run_units(work: Work, target: Target, place: Place, told: Connection, *, private: tuple[int, int] | None) -> None:
    """Runs in the fork, and never returns; `private` means on a stack of its own, which of how many."""
    code = 3
    try:
        _redirect(place.log)
        target = private_target(*private) if private else target
        config = _config(place)
        stage = set_up(target, place.run_dir)

        def heard(result: Result) -> None:
            stage.journal.result(result)
            told.send(result)

        config.userdata["stage"] = replace(stage, heard=heard)
        runner = Runner(config)
        runner.base_dir, runner.hooks, runner.step_registry = work.loaded.base_dir, work.loaded.hooks, registry
        config.base_dir = work.loaded.config.base_dir
        runner.formatters = make_formatters(config, config.outputs)
        runner.run_model(_taken(work))
        if private:
            save_bus(target, place.run_dir)
        require_no_deaths(target)
        told.send(None)
        code = 0
    except BaseException:
        traceback.print_exc()  # into the log of this worker, which the parent names
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # A fork must not run the exit handlers of its parent.
        os._exit(code)


def _taken(work: Work) -> Iterator[Any]:
    while True:
        with work.next_unit.get_lock():
            number = work.next_unit.value
            work.next_unit.value += 1
        if number >= len(work.units):
            return
        yield prune(work.units[number])


def _config(place: Place) -> Any:
    arguments = ["--no-color", "-f", ALLURE, "-o", str(place.run_dir / "allure-results"), "-f", "plain", "-o", "-"]
    arguments += ["--junit", "--junit-directory", str(place.junit), "--no-snippets", "--show-skipped", "features"]
    return Configuration(arguments, load_config=False)


def _redirect(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(file, 1)
    os.dup2(file, 2)
