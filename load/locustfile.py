"""Locust's way in: `locust -f load/locustfile.py`, with web UI or `--headless`, alone or with master and workers.

Variables: SCENARIO (name or path, default smoke), TARGET, SEED. The stages of the scenario are the load shape.
"""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from greenlet import GreenletExit  # type: ignore[import-untyped]
from locust import LoadTestShape, constant, constant_pacing, events
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from fixtures.errors import PlumblineError
from fixtures.target import settings, standing
from load.conductor import Conductor
from load.ensembles import Alone, Distributed, play_for_master
from load.gherkin import GherkinError, matched
from load.performer import Performer
from load.persona import Persona
from load.progress import show_progress
from load.scenario import Scenario, Share
from load.scenario_file import load_scenario
from load.turns import ORDER, Place, Turns
from load.users.gherkin import Gherkin
from load.users.orders import Orders
from load.users.redirects import Redirects
from load.visitor import Visitor
from load.watchdog import leave_with

PERSONAS: dict[str, type[Persona]] = {"redirects": Redirects, "orders": Orders, "gherkin": Gherkin}
GRACE = 15.0  # seconds that a user has to finish when a stage has fewer users than the one before


def _scenario() -> tuple[Scenario, GherkinError | None]:
    """The scenario, and what is wrong with the features that it plays: a worker tells that to its master."""
    problem = None
    try:
        scenario = load_scenario(settings().scenario)
        try:
            scenario, Gherkin.scripts = matched(scenario)
        except GherkinError as error:
            problem = error
    except PlumblineError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    if scenario.search:
        print(f"{scenario.name}: a search is many runs; start it with make load SCENARIO=", file=sys.stderr)
        sys.exit(2)
    for name, persona in PERSONAS.items():
        share = scenario.mix.get(name, Share(weight=0))
        persona.abstract = scenario.open or name not in scenario.mix
        persona.weight = share.weight
        persona.wait_time = constant_pacing(1 / share.pace) if share.pace else constant(0)
    Visitor.abstract, Visitor.cast = not scenario.open, PERSONAS
    return scenario, problem


SCENARIO, PROBLEM = _scenario()
conductors: dict[int, Conductor] = {}


class Stages(LoadTestShape):
    """The scenario's stages."""

    def tick(self) -> tuple[int, float] | None:
        """See Locust."""
        assert self.runner is not None
        conductor = conductors[id(self.runner.environment)]
        step = conductor.tick(self.get_run_time(), self.runner.user_count)  # type: ignore[no-untyped-call]
        self.runner.environment.process_exit_code = conductor.code
        return step


def add_options(parser: ArgumentParser, **_: Any) -> None:
    """The options that `python -m load` adds to Locust's own."""
    options: dict[str, Any] = {"include_in_web_ui": False}
    parser.add_argument("--supervised", type=int, default=0, help="end with this process, and show progress", **options)
    parser.add_argument("--turns", default="", metavar="PLACE:FOLDER", help="make load by turns", **options)


def attach(environment: Environment, **_: Any) -> None:
    """Makes Locust's process a generator of load, the conductor of a run, or both."""
    runner = environment.runner
    assert runner is not None
    supervised = environment.parsed_options.supervised if environment.parsed_options else 0
    if supervised:
        runner.greenlet.spawn(leave_with, supervised)
    turns = _turns(environment.parsed_options.turns if environment.parsed_options else "")
    if PROBLEM is not None and not isinstance(runner, WorkerRunner):
        print(PROBLEM, file=sys.stderr)
        sys.exit(PROBLEM.exit_code)
    environment.stop_timeout = environment.stop_timeout or GRACE
    if not isinstance(runner, MasterRunner):
        name = runner.client_id if isinstance(runner, WorkerRunner) else f"process {os.getpid()}"
        performer = Performer(environment, SCENARIO, name, PROBLEM, turns)
        runner.greenlet.spawn(performer.watch)
    if isinstance(runner, WorkerRunner):
        play_for_master(environment, runner, performer)
        return
    try:
        target = standing()
    except PlumblineError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    run = settings()
    ensemble = Distributed(runner, run.seed) if isinstance(runner, MasterRunner) else Alone(performer, run.seed)
    conductor = conductors[id(environment)] = Conductor(target, SCENARIO, run.seed, run.run_dir, ensemble, turns)

    def begin(**_: Any) -> None:
        environment.process_exit_code = conductor.code
        conductor.begin()
        if conductor.refused:
            environment.process_exit_code = conductor.code
            raise GreenletExit  # Locust logs any other error and spawns users all the same
        if environment.shape_class is not None:
            environment.shape_class.reset_time()

    environment.events.test_start.add_listener(begin)
    runner.greenlet.spawn(conductor.listen)
    if supervised:
        runner.greenlet.spawn(show_progress, SCENARIO, runner, ensemble)


def _turns(told: str) -> Turns | None:
    place, _, folder = told.partition(":")
    places: dict[str, Place] = {each: each for each in ORDER}
    return Turns(places[place], Path(folder)) if told else None


events.init_command_line_parser.add_listener(add_options)
events.init.add_listener(attach)
