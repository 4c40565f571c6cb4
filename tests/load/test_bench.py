"""The bench of load: what can't be measured is told, and leaves the other figures."""

import json

import pytest

from load.bench import __main__ as bench
from load.bench.rows import BenchError, Row, count, row


def fails() -> list[Row]:
    raise BenchError("no server answered")


def test_a_part_that_cannot_be_measured_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measured = row("rate", "1/s", [(3, 2), (1, 2), (9, 2)], "a peer")
    monkeypatch.setattr(bench, "PARTS", {"first": fails, "second": lambda: [measured]})
    monkeypatch.setattr("sys.argv", ["bench", "--json"])
    assert bench.main() == 3
    said = capsys.readouterr()
    assert json.loads(said.out) == [measured]
    assert said.err == "load.bench first: no server answered\n"


def test_only_the_parts_asked_for_are_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = {name: (lambda name=name: [row(name, "s", [(1, 1)], "")]) for name in ("one", "two", "three")}
    monkeypatch.setattr(bench, "PARTS", parts)
    monkeypatch.setattr("sys.argv", ["bench", "--json", "--only", "three", "--only", "one"])
    assert bench.main() == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)] == ["three", "one"]


def test_a_row_has_medians_and_a_count_has_sums() -> None:
    pairs = [(3.0, 2.0), (1.0, 4.0), (9.0, 3.0)]
    medians, sums = row("r", "s", pairs, "peer"), count("c", "s", pairs)
    assert (medians["ours"], medians["peer"]) == (3.0, 3.0)
    assert medians["ratio"] == 1.5, "the median of the pairs' ratios, not the ratio of medians"
    assert (sums["ours"], sums["peer"], sums["ratio"]) == (13.0, 9.0, 1.444)
    assert medians["pairs"] == sums["pairs"] == [[3.0, 2.0], [1.0, 4.0], [9.0, 3.0]]
