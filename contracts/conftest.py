"""What pytest needs to know: the items, the fuzzing that goes on beside them, and the exit code."""

import pytest

from contracts.authorization.matrix import Row
from contracts.documents import Operation
from contracts.examples.running import Examples
from contracts.parity.twins import Twins
from contracts.plan import Selection
from contracts.suite import Suite, open_suite
from fixtures.errors import PlumblineError
from reports.evidence import EvidenceError

_SUITE = pytest.StashKey[Suite]()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """An item per operation, service's sequences, pair of builds, list of examples, row of the matrix."""
    if "operation" in metafunc.fixturenames:
        operations = _opened(metafunc.config).operations
        metafunc.parametrize("operation", operations, ids=[operation.node for operation in operations])
    elif "twins" in metafunc.fixturenames:
        twins = _opened(metafunc.config).twins
        metafunc.parametrize("twins", twins, ids=[one.node for one in twins])
    elif "examples" in metafunc.fixturenames:
        examples = _opened(metafunc.config).examples
        metafunc.parametrize("examples", examples, ids=[one.node for one in examples])
    elif "row" in metafunc.fixturenames:
        rows = _opened(metafunc.config).rows
        metafunc.parametrize("row", rows, ids=[one.node for one in rows])
    elif "service" in metafunc.fixturenames:
        metafunc.parametrize("service", _opened(metafunc.config).sequenced)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fuzzes what was selected, and nothing else."""
    suite = session.config.stash.get(_SUITE, None)
    if suite is None or session.config.option.collectonly:
        return
    chosen, others = _selections(suite, session.items), _others(suite, session.items)
    if not chosen and not others:
        return
    try:
        folder = suite.start(chosen, others)
    except (PlumblineError, EvidenceError) as error:
        pytest.exit(str(error), returncode=error.exit_code)
    effort = suite.effort
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(f"target {suite.target.name} · effort {effort.name} · seed {effort.seed} · {folder}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """The exit code says whether the system broke a promise (1) or could not be judged (3)."""
    suite = session.config.stash.get(_SUITE, None)
    if suite is None:
        return
    ours = suite.close(complete=exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED))
    if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        session.exitstatus = max(ours, exitstatus)


@pytest.fixture(scope="session")
def suite(request: pytest.FixtureRequest) -> Suite:
    """The run at hand."""
    return request.config.stash[_SUITE]


def _opened(config: pytest.Config) -> Suite:
    if _SUITE not in config.stash:
        try:
            config.stash[_SUITE] = open_suite()
        except PlumblineError as error:
            pytest.exit(str(error), returncode=error.exit_code)
    return config.stash[_SUITE]


def _selections(suite: Suite, items: list[pytest.Item]) -> list[Selection]:
    params = _params(items)
    unread = suite.unread
    operations = [one for given in params if isinstance(one := given.get("operation"), Operation) and one not in unread]
    sequences = {given["service"] for given in params if "service" in given}
    selections = []
    for service in suite.services:
        chosen = tuple(operation for operation in operations if operation.service == service)
        whole = len(chosen) == sum(operation.service == service for operation in suite.operations)
        if chosen or service in sequences:
            selections.append(Selection(service, chosen, whole, service in sequences))
    return selections


def _others(suite: Suite, items: list[pytest.Item]) -> int:
    # Where a target has none of them, pytest makes one item of it that is skipped.
    values = [value for given in _params(items) for value in given.values()]
    return sum(isinstance(value, (Twins, Examples, Row)) or value in suite.unread for value in values)


def _params(items: list[pytest.Item]) -> list[dict[str, object]]:
    return [item.callspec.params for item in items if isinstance(item, pytest.Function) and hasattr(item, "callspec")]
