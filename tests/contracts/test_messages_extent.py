"""A type that was never seen counts against a check only where every feature ran."""

import time
from pathlib import Path

from contracts.messages.__main__ import _extent
from reports.evidence import Journal


def checked(folder: Path, variables: dict[str, str], *, ended: bool = True) -> Path:
    check = Journal(folder, "check")
    check.write("run", suites=["features", "messages"], variables=variables)
    features = Journal(folder, "features")
    features.started(plan=0)
    if ended:
        features.finished()
    return folder


def test_a_whole_check_begins_where_it_says(tmp_path: Path) -> None:
    since, whole = _extent(checked(tmp_path, {"EFFORT": "quick"}))
    assert whole
    assert 0 <= time.time() - since < 60


def test_a_narrowed_check_is_not_whole(tmp_path: Path) -> None:
    assert not _extent(checked(tmp_path / "tags", {"TAGS": "@smoke"}))[1]
    assert not _extent(checked(tmp_path / "service", {"SERVICE": "orders"}))[1]


def test_features_that_did_not_end_prove_nothing(tmp_path: Path) -> None:
    assert not _extent(checked(tmp_path, {}, ended=False))[1]


def test_a_run_by_hand_takes_all_that_was_seen(tmp_path: Path) -> None:
    assert _extent(tmp_path) == (0.0, False)
