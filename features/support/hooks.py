"""Knows what happens around each scenario and step: world, fixtures, what is shown of a failure, evidence."""

import os
import sys
from importlib.metadata import version
from typing import Any

import allure
from behave.model import Scenario, Step
from behave.model_core import Status

from features.support import builds, failure, fixtures, functions, identity, stage
from features.support.outcome import result_of
from features.support.words import register_words
from fixtures.clean import ended, take_away_own
from fixtures.errors import PlumblineError
from fixtures.target import settings
from reports.evidence import EvidenceError

VERSIONS = ("behave", "allure-behave", "requests")


def open_stage(context: Any) -> None:
    """Before everything: a stage on a target that is up, and the features of every build once for each.

    Where there is no target, one line and out; nothing has run.
    """
    if "stage" in context.config.userdata:
        context.stage = context.config.userdata["stage"]
        return
    runner = context._runner
    runner.features[:] = builds.with_builds(runner.features, runner.feature_locations())
    try:
        context.stage = stage.set_up()
        context.stage.journal.started(
            target=context.stage.target.name,
            seed=settings().seed,
            versions={name: version(name) for name in VERSIONS},
            operations=functions.OPERATIONS,
        )
    except (PlumblineError, EvidenceError) as error:
        print(f"features: {error}", file=sys.stderr, flush=True)
        sys.stdout.flush()
        # behave would turn every error of this hook into exit 1, "a scenario failed".
        os._exit(error.exit_code)


def close_stage(context: Any) -> None:
    """After everything: the evidence is whole, unless a parent that runs several of us says so."""
    if "stage" not in context.config.userdata:
        context.stage.journal.finished()
        ended(settings(), context.stage.target, context.stage.run_dir, 0)


def enter_scenario(context: Any, scenario: Scenario) -> None:
    """A new world, and what the tags ask for; what only a local stack can show is skipped elsewhere."""
    target, build = context.stage.target, builds.build_of(scenario)
    standing = not build or build in target.services
    context.world = context.stage.world(identity.id_tag(scenario), build if standing else "")
    context.failures = []
    if not standing:
        scenario.skip(f"the target has no {build}")
        return
    if target.read_only and "reads" not in scenario.effective_tags:
        scenario.skip("may write, and limits.read_only keeps the target as it is")
        return
    if "control" in scenario.effective_tags and not target.control_url:
        scenario.skip("needs the control door of a local stack")
        return
    fixtures.use_tagged(context, scenario.effective_tags)


def enter_step(context: Any, step: Step) -> None:
    """Remembers which exchanges were made before the step; only what a Then looks at counts as asserted."""
    context.made_before = len(context.world.exchanges)
    context.world.witness.looking = step.step_type == "then"


def leave_step(context: Any, step: Step) -> None:
    """Shows a failed step: on the terminal (behave keeps what is printed here), in Allure, in the evidence."""
    context.world.witness.looking = False
    if step.status not in (Status.failed, Status.error):
        return
    world = context.world
    exchanges = failure.telling(world, context.made_before)
    views = [failure.shown(world, exchange) for exchange in exchanges]
    for exchange, view in zip(exchanges, views, strict=True):
        print(f"\n--- {exchange.operation_id} ---\n{view.text()}")
        allure.attach(view.text(), f"{exchange.operation_id} (curl, answer, logs)", allure.attachment_type.TEXT)
    replay = identity.replay(context.scenario, settings().target)
    print(f"\nreplay: {replay}")
    operation = exchanges[0].operation_id if exchanges else ""
    context.failures.append(failure.finding(step, step.exception, views, operation, replay))


def leave_scenario(context: Any, scenario: Scenario) -> None:
    """Takes away what only this process can, and hands the result over."""
    take_away_own(context.stage.target)
    context.stage.heard(
        result_of(stage.SUITE, scenario, context.world.exchanges, context.world.witness.seen, context.failures)
    )


register_words()
fixtures.load_rooms()
