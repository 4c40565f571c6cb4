"""The bench of the contract suite: the speed of what did not pass means nothing, and what it said is kept."""

import sys
from pathlib import Path

import pytest

from contracts.bench import timed
from fixtures.errors import PlumblineError

FOUND = [sys.executable, "-c", "print('a promise is broken'); raise SystemExit(1)"]


def test_a_suite_that_found_something_has_no_speed_and_its_log_is_named(tmp_path: Path) -> None:
    log = tmp_path / "contracts.log"
    with pytest.raises(PlumblineError, match=rf"did not pass \(exit 1\), so its speed means nothing; see {log}$"):
        timed(FOUND, log, allowed=(0,))
    assert log.read_text() == "a promise is broken\n"


def test_plain_schemathesis_may_have_found_something(tmp_path: Path) -> None:
    assert timed(FOUND, tmp_path / "users.log", allowed=(0, 1)) > 0
