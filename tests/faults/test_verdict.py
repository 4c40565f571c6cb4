"""The exit code holds the floor on the rate; what could not be tried is no success, what is red on sound services 3."""

from pathlib import Path

import pytest

from fixtures.faults import scorecard
from fixtures.faults.__main__ import _conclude
from fixtures.faults.catalogue import Catalogue, Fault
from fixtures.faults.scorecard import Scorecard
from fixtures.faults.trial import KILLED, SURVIVED, Outcome, Trial

FAULTS = tuple(Fault(name, "links", "race", "Wrong.", "f", "a", "b") for name in ("A", "B"))
CAUGHT = Trial("A", {"features": Outcome(KILLED, 1.0, "why")})
CAUGHT_TOO = Trial("B", {"features": Outcome(KILLED, 1.0, "why")})
MISSED = Trial("B", {"features": Outcome(SURVIVED, 1.0)})
UNTRIED = Trial("B", invalid="it does not start")


@pytest.mark.parametrize(
    ("trial", "floor", "sound", "code"),
    [
        (CAUGHT_TOO, 1.0, True, 0),
        (MISSED, 1.0, True, 1),
        (MISSED, 0.5, True, 0),
        (UNTRIED, 0.5, True, 1),
        (CAUGHT_TOO, 1.0, False, 3),
    ],
)
def test_the_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trial: Trial, floor: float, sound: bool, code: int
) -> None:
    monkeypatch.setattr(scorecard, "digest", lambda _: "sources")
    catalogue = Catalogue(tmp_path, FAULTS, floor)
    score = Scorecard(catalogue, FAULTS, tmp_path)
    for each in (CAUGHT, trial):
        score.add(each)
    assert _conclude(score, catalogue, sound=sound) == code
