"""What `docs/examples.md` says is what a client gets."""

import pytest

from contracts.examples.running import Examples
from contracts.outcome import said
from contracts.suite import Suite
from reports.evidence import Status


def test_examples_are_true(examples: Examples, suite: Suite) -> None:
    """Each line with curl, as it stands: status, the headers named, the body."""
    result = suite.judge_examples(examples)
    if result.status >= Status.FAILED:
        pytest.fail(said(result), pytrace=False)
    if result.status is Status.SKIPPED:
        pytest.skip(result.title)
