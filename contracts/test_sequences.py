"""Calls of a service in sequence keep what its OpenAPI document promises."""

import pytest

from contracts.outcome import said
from contracts.suite import Suite
from reports.evidence import Status


def test_calls_in_sequence_keep_the_contract(service: str, suite: Suite) -> None:
    """What was created is there, for its owner only, until it is deleted; along the document's links."""
    result = suite.judge_sequences(service)
    if result.status >= Status.FAILED:
        pytest.fail(said(result), pytrace=False)
