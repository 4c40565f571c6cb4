"""What a comparison is judged by: regressions fail by name, a spoilt round breaks, what is open is never green."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from fixtures.target import RunSettings
from load.compared.base import Commit, Stored
from load.compared.findings import judge_promises, judge_ratios, judge_sittings
from load.compared.ratios import Ratio, Side
from load.compared.session import Session, show_beside
from load.compared.sittings import Part, pairs_of, place_of, play_together, read_part
from load.judge import Judgement, exit_code
from load.scenario_file import load_scenario
from load.troupe import Troupe
from load.turns import OFF
from load.wire import rounds_to_wire
from reports.evidence import Journal, Result, Status
from tests.load.test_base import STATS, stored_run

SLOW = Ratio("followLink", "p95", 20.0, 22.0, 1.1, "regression", 1.07, 1.13, 10)
HELD = Ratio("getLink", "p50", 20.0, 20.0, 1.0, "held", 0.98, 1.02, 10)
OPEN = Ratio("getLink", "p95", 20.0, 21.0, 1.05, "undecided", 1.01, 1.09, 10)
SHORT = Ratio("getLink", "p99", 20.0, 21.0, 1.05, "too little data", why="9 and 9 values")


def by_id(judgements: list[Judgement]) -> dict[str, Judgement]:
    return {judgement.id: judgement for judgement in judgements}


def test_a_regression_fails_and_names_operation_percentile_ratio_interval_and_margin() -> None:
    judgements = judge_ratios([SLOW, HELD], 0.05)
    assert exit_code(judgements) == 1
    found = by_id(judgements)["compare:followLink:p95"]
    assert found.status is Status.FAILED
    assert found.title == "followLink p95: no slower than the base by more than 5.0%"
    assert (
        "1.100 times the base's (1.070 to 1.130), 20 → 22 ms: slower by more than the margin of 5.0%" in found.observed
    )


def test_what_is_open_is_skipped_and_said() -> None:
    judgements = by_id(judge_ratios([HELD, OPEN, SHORT], 0.05))
    assert exit_code(judgements.values()) == 0
    assert judgements["compare:getLink:p95"].status is Status.SKIPPED
    assert "slower, but undecided" in judgements["compare:getLink:p95"].observed
    assert judgements["compare:getLink:p99"].status is Status.SKIPPED
    assert "too little data for an interval: 9 and 9 values" in judgements["compare:getLink:p99"].observed


@pytest.mark.parametrize("ratios", [[], [OPEN, SHORT]])
def test_where_nothing_is_decided_the_comparison_is_broken(ratios: list[Ratio]) -> None:
    judgements = judge_ratios(ratios, 0.05)
    assert exit_code(judgements) == 3
    assert "give compare.rounds more of them" in by_id(judgements)["compare:decided"].observed


def played(number: int, side: Side, unusable: str = "", **broken: str) -> Part:
    return Part(number, side, {}, broken, unusable)


def test_a_part_that_tells_of_the_generator_is_broken_and_no_regression() -> None:
    judgement = judge_sittings([played(1, "base"), played(1, "candidate", "the generator was at its limit")], 0)
    assert judgement.status is Status.BROKEN
    assert judgement.observed == "01-candidate: the generator was at its limit"
    assert judge_sittings([played(1, "base"), played(1, "candidate")], 9).observed == "1 sittings, 9 pairs of rounds"


def test_only_a_promise_that_the_base_keeps_is_held_against_the_candidate() -> None:
    old = judge_promises([played(1, "base", oneOutcome="2"), played(2, "candidate", oneOutcome="3")])
    assert old.status is Status.PASSED
    assert "the base breaks oneOutcome" in old.observed
    new = judge_promises([played(1, "base"), played(2, "candidate", oneOutcome="3 orders")])
    assert new.status is Status.FAILED
    assert new.observed == "oneOutcome: 3 orders"


def test_what_both_sides_have_of_a_round_is_a_pair_and_the_first_only_warms_up() -> None:
    def part(number: int, side: Side, *rounds: int) -> Part:
        return Part(number, side, {at: {side: Counter({at: 1})} for at in rounds}, {})

    parts = [part(1, "base", 5, 6, 7), part(1, "candidate", 4, 5, 6, 7), part(2, "candidate", 31), part(2, "base", 31)]
    assert [(base["base"], candidate["candidate"]) for base, candidate in pairs_of(parts)] == [
        ({at: 1}, {at: 1}) for at in (6, 7, 31)
    ]


def test_sides_change_places_from_sitting_to_sitting() -> None:
    places = [(place_of("base", number), place_of("candidate", number)) for number in (1, 2, 3)]
    assert places == [("outer", "inner"), ("inner", "outer"), ("outer", "inner")]


def test_sittings_are_as_many_as_the_rounds_need() -> None:
    def most(scenario: str) -> int:
        return Session(RunSettings(), load_scenario(scenario), Commit("main", "c0ffee"), Path()).most

    assert (most("smoke"), most("steady")) == (8, 2)


def test_a_side_that_cannot_begin_is_told_and_the_other_one_does_not_wait(tmp_path: Path) -> None:
    (tmp_path / "meeting").mkdir()
    environment = {"SCENARIO": "no-such-scenario", "PATH": ""}
    troupes: dict[Side, Troupe] = {
        side: Troupe(tmp_path / side, 0, environment, quiet=True) for side in ("base", "candidate")
    }
    found = play_together(troupes, tmp_path / "meeting", 60)
    assert found == dict.fromkeys(troupes, "Locust ended with exit code 2")
    assert (tmp_path / "meeting" / OFF).exists()


def left(folder: Path, generator: dict[str, Any], *results: Result) -> Path:
    """A folder as one side leaves it."""
    (folder / "load").mkdir()
    (folder / "load" / "rounds.json").write_text(json.dumps(rounds_to_wire({7: {"followLink": Counter({2000: 2})}})))
    (folder / "load" / "stats.json").write_text(json.dumps({"generator": {"saturated": {}} | generator}))
    journal = Journal(folder, "load")
    journal.started()
    for result in results:
        journal.result(result)
    journal.finished()
    journal.close()
    return folder


def result(name: str, kind: str, status: Status) -> Result:
    return Result("load", name, name, status, details={"kind": kind, "observed": "seen"})


def test_a_part_is_read_with_its_histograms_and_what_it_broke(tmp_path: Path) -> None:
    broken = result("invariant:one-outcome", "invariant", Status.FAILED)
    slow = result("slo:overall:p99", "slo", Status.FAILED)  # what ratios are for
    uncalled = result("operation:shorten", "operation", Status.BROKEN)  # a short round: not asked, so not compared
    found = read_part(left(tmp_path, {}, broken, slow, uncalled), 3, "candidate")
    assert (found.name, found.unusable) == ("03-candidate", "")
    assert found.broken_promises == {"invariant:one-outcome": "seen"}
    assert found.rounds == {7: {"followLink": {2000: 2}}}


@pytest.mark.parametrize(
    ("generator", "results", "says"),
    [
        ({"saturated": {"worker 7": 12}}, (), "worker 7 for 12 s): use more WORKERS"),
        ({"late_ms": {"p99": 80.0}}, (), "iterations began late (p99 80 ms): use more WORKERS"),
        ({}, (result("run:arrivals", "run", Status.BROKEN),), "run:arrivals: seen"),
    ],
)
def test_a_generator_that_cannot_keep_up_makes_a_part_unusable(
    tmp_path: Path, generator: dict[str, Any], results: tuple[Result, ...], says: str
) -> None:
    assert says in read_part(left(tmp_path, generator, *results), 1, "base").unusable


def test_a_part_that_left_nothing_says_what_was_said_last(tmp_path: Path) -> None:
    (tmp_path / "load").mkdir()
    (tmp_path / "load" / "locust.out").write_text("begun\nlinks: nothing answers\n\n")
    found = read_part(tmp_path, 1, "base")
    assert found.unusable == "it ended before anything was measured: links: nothing answers"


def test_a_stored_run_is_shown_beside_and_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine, other = stored_run(tmp_path / "mine"), stored_run(tmp_path / "other")
    changed = json.dumps(STATS).replace("4.0", "8.0").replace('"smoke"', '"steady"')
    (mine / "load" / "stats.json").write_text(changed)
    show_beside(Stored("other", other), mine)
    told = json.loads((mine / "load" / "compare.json").read_text())
    assert told["side_by_side"] is False
    assert told["base"]["run"] == "other"
    ratios = {row["percentile"]: row["ratio"] for row in told["rows"]}
    assert ratios == {"p50": 1.0, "p95": 2.0}
    said = capsys.readouterr().err
    assert "Not side by side" in said
    assert "It played another scenario: smoke." in said
