"""Builds of one service answer alike."""

import pytest

from contracts.outcome import said
from contracts.parity.twins import Twins
from contracts.suite import Suite
from reports.evidence import Status


def test_builds_answer_alike(twins: Twins, suite: Suite) -> None:
    """Good and bad requests from their document, to both: status, body, and the headers that the service says."""
    result = suite.judge_twins(twins)
    if result.status >= Status.FAILED:
        pytest.fail(said(result), pytrace=False)
