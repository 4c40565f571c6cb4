"""Every result of the features has an id of its own; two with one id would hide each other."""

from collections import Counter
from pathlib import Path

from behave.parser import parse_file

from features.support.identity import evidence_id

FEATURES = Path(__file__).parents[2] / "features"


def test_no_two_scenarios_or_rows_share_an_id() -> None:
    ids = Counter(
        evidence_id(scenario)
        for path in sorted(FEATURES.rglob("*.feature"))
        for scenario in parse_file(str(path)).walk_scenarios()
    )
    assert len(ids) > 100
    assert [name for name, count in ids.items() if count > 1] == []
