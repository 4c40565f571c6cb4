"""Every operation of every service keeps what its OpenAPI document promises."""

import pytest

from contracts.documents import Operation
from contracts.outcome import said
from contracts.suite import Suite
from reports.evidence import Status


def test_operation_keeps_its_contract(operation: Operation, suite: Suite) -> None:
    """Fuzzed with examples, at the edges of its schemas, and at random; allowed data and forbidden data."""
    if operation in suite.unread:
        pytest.skip(suite.skip(operation).title)
    result = suite.judge_operation(operation)
    if result.status >= Status.FAILED:
        pytest.fail(said(result), pytrace=False)
