"""Knows how a finished scenario becomes one result of the evidence."""

from behave.model import Scenario
from behave.model_core import Status as BehaveStatus

from features.support import functions
from features.support.identity import evidence_id, service_of
from features.support.witness import asserted
from fixtures.clients import Exchange
from fixtures.errors import PlumblineError
from reports.evidence import Failure, Result, Status


def result_of(
    suite: str, scenario: Scenario, exchanges: list[Exchange], seen: list[Exchange], failures: list[Failure]
) -> Result:
    """The result; `operations` are those whose answer a Then looked at, or whose function it shows. `details` say where
    it stands, which operations it called at all, and which statuses and parameters it asserted something about."""
    status = status_of(scenario)
    if status is Status.BROKEN and not failures:
        failures = [Failure(scenario.name, "", "the scenario runs to its end", _broken_by(scenario), "")]
    return Result(
        suite=suite,
        id=evidence_id(scenario),
        title=scenario.name,
        status=status,
        seconds=scenario.duration,
        service=service_of(scenario),
        operations=_operations(seen, scenario.effective_tags),
        failures=tuple(failures),
        details={
            "feature": scenario.feature.name,
            "location": str(scenario.location),
            "exchanges": len(exchanges),
            "called": list(_operations(exchanges, [])),
            "asserted": asserted(seen),
            "skip_reason": scenario.skip_reason or "",
        },
    )


def _operations(exchanges: list[Exchange], tags: list[str]) -> tuple[str, ...]:
    """Each operation once; a request that belongs to none is named by its method and path, and left out."""
    called = [exchange.operation_id for exchange in exchanges]
    return tuple(dict.fromkeys(name for name in [*called, *functions.shown_by(tags)] if name.isidentifier()))


def status_of(scenario: Scenario) -> Status:
    """Failed is what the system did; broken is whatever kept us from judging."""
    status = scenario.status
    if status == BehaveStatus.passed:
        return Status.PASSED
    if status == BehaveStatus.skipped:
        return Status.SKIPPED
    if status == BehaveStatus.failed:
        return Status.FAILED
    return Status.BROKEN


def is_harness_error(error: BaseException | None) -> bool:
    """Whether an error says that the harness or the stack could not go on."""
    return isinstance(error, PlumblineError)


def _broken_by(scenario: Scenario) -> str:
    messages = [scenario.error_message, *(step.error_message for step in scenario.all_steps)]
    return next((str(message) for message in messages if message), f"status {scenario.status.name}")
