"""behave's hooks: they only call."""

from typing import Any

from behave.model import Scenario, Step

from features.support import hooks


def before_all(context: Any) -> None:
    """See `features.support.hooks`."""
    hooks.open_stage(context)


def after_all(context: Any) -> None:
    """See `features.support.hooks`."""
    hooks.close_stage(context)


def before_scenario(context: Any, scenario: Scenario) -> None:
    """See `features.support.hooks`."""
    hooks.enter_scenario(context, scenario)


def after_scenario(context: Any, scenario: Scenario) -> None:
    """See `features.support.hooks`."""
    hooks.leave_scenario(context, scenario)


def before_step(context: Any, step: Step) -> None:
    """See `features.support.hooks`."""
    hooks.enter_step(context, step)


def after_step(context: Any, step: Step) -> None:
    """See `features.support.hooks`."""
    hooks.leave_step(context, step)
