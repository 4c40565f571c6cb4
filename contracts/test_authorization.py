"""Every guarded operation lets in whom it should, and nobody else."""

import pytest

from contracts.authorization.matrix import Row
from contracts.outcome import said
from contracts.suite import Suite
from reports.evidence import Status


def test_only_those_entitled_are_let_in(row: Row, suite: Suite) -> None:
    """Each identity, on things made for the purpose; nobody and the owner first, as controls."""
    result = suite.judge_authorization(row)
    if result.status is Status.SKIPPED:
        pytest.skip(result.title)
    if result.status >= Status.FAILED:
        pytest.fail(said(result), pytrace=False)
