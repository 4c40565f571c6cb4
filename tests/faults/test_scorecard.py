"""The score is written after each trial, survivors first, and an interrupted run is taken up where it stopped."""

import json
from pathlib import Path

import pytest

from fixtures.faults import scorecard
from fixtures.faults.catalogue import FILE, Catalogue, Fault
from fixtures.faults.scorecard import Scorecard, unfinished
from fixtures.faults.trial import KILLED, SURVIVED, Outcome, Trial

FAULTS = tuple(Fault(name, "links", "race", "Wrong.", "f", "a", "b") for name in ("A", "B", "C", "D"))
CAUGHT = Trial("A", {"features": Outcome(SURVIVED, 2.0), "contracts": Outcome(KILLED, 1.0, "why")}, seconds=5.0)
MISSED = Trial("B", {"features": Outcome(SURVIVED, 1.0)}, seconds=2.0)
UNSTARTED = Trial("C", invalid="it does not start", seconds=1.0)


@pytest.fixture(autouse=True)
def sources(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The digest of the sources, changeable."""
    now = ["as they are"]
    monkeypatch.setattr(scorecard, "digest", lambda _: now[0])
    return now


def scored(folder: Path) -> Scorecard:
    folder.mkdir(exist_ok=True)
    score = Scorecard(Catalogue(folder, FAULTS), FAULTS, folder)
    for trial in (CAUGHT, MISSED, UNSTARTED):
        score.add(trial)
    return score


def test_the_score(tmp_path: Path) -> None:
    scored(tmp_path)
    said = json.loads((tmp_path / "faults.json").read_text())
    assert [said[key] for key in ("killed", "survived", "invalid", "untried", "rate")] == [1, 1, 1, 1, 0.5]
    assert [row["id"] for row in said["faults"]] == ["B", "C", "A", "D"]
    caught = said["faults"][2]
    assert (caught["suite"], caught["evidence"], caught["seconds"]) == ("contracts", "why", 5.0)
    assert caught["suites"]["features"]["status"] == SURVIVED


def test_an_interrupted_run_is_taken_up(tmp_path: Path) -> None:
    scored(tmp_path / "20260101-000000-aaaa")
    assert unfinished(tmp_path, FILE) == tmp_path / "20260101-000000-aaaa"
    again = Scorecard(Catalogue(tmp_path, FAULTS), FAULTS, tmp_path / "20260101-000000-aaaa")
    assert again.take_up() == 3
    assert [fault.id for fault in again.left] == ["D"]
    assert again.trials["A"] == CAUGHT
    assert (again.survivors, again.invalid) == ([FAULTS[1]], [FAULTS[2]])


def test_a_run_of_other_sources_is_not_taken_up(tmp_path: Path, sources: list[str]) -> None:
    scored(tmp_path / "20260101-000000-aaaa")
    sources[0] = "changed"
    assert unfinished(tmp_path, FILE) is None
    again = Scorecard(Catalogue(tmp_path, FAULTS), FAULTS, tmp_path / "20260101-000000-aaaa")
    assert again.take_up() == 0


def test_a_finished_run_is_not_taken_up(tmp_path: Path) -> None:
    score = scored(tmp_path / "20260101-000000-aaaa")
    score.add(Trial("D", {"features": Outcome(KILLED, 1.0, "why")}))
    assert unfinished(tmp_path, FILE) is None


def test_a_score_that_cannot_be_read_is_no_score(tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text("{")
    assert Scorecard(Catalogue(tmp_path, FAULTS), FAULTS, tmp_path).take_up() == 0


def test_another_text_in_the_same_catalogue_is_another_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    mine = tmp_path / "mine.toml"
    mine.write_text("floor = 1.0")
    before = scorecard.digest(mine)
    mine.write_text("floor = 0.9")
    assert scorecard.digest(mine) != before
