"""A planned disturbance: what a file may say of it, what clients may see, and when it is over."""

from pathlib import Path

import pytest

from fixtures.errors import CallError
from load.disturbance import Carried, Disturbance
from load.disturbance_file import require_known
from load.judge import judge_operations, judge_slos
from load.judge_disturbed import judge_disturbances, judge_parts, told
from load.recovery import Impact, calm, impacts_of
from load.scenario import Scenario, Share, Slo, Stage
from load.scenario_file import FOLDER, ScenarioError, load_scenario
from load.tally import Tally
from load.wire import from_wire, to_wire
from reports.evidence import Status

GOOD = """
[[stages]]
seconds = 20
users = 4
[mix.orders]
weight = 1
[slo.overall]
error_rate = 0
[[disturbances]]
"""
KILL = 'kind = "kill"\npart = "links"\nat = 5\nfor = 2\n'
SLOS = (Slo("overall", "error_rate", 0), Slo("followLink", "p95", 100))
SCENARIO = Scenario("mine", "Mine", (Stage("only", 20, 4, 4),), {"redirects": Share(1)}, SLOS, ())


def scenario_of(tmp_path: Path, disturbance: str) -> Scenario:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD + disturbance)
    return load_scenario(str(path))


def test_a_disturbance_is_read_with_defaults_and_in_the_order_of_time(tmp_path: Path) -> None:
    later = KILL + '[[disturbances]]\nkind = "duplicate"\nqueue = "OrderQueue"\nat = 0\nfor = 6\n'
    first, second = scenario_of(tmp_path, later).disturbances
    assert (first.kind, first.part, first.number) == ("duplicate", "OrderQueue", 2)
    assert second == Disturbance(1, "kill", "links", 5, 2, errors=("no answer", "502", "503"), recover_within=10)
    assert second.title == "kill links at 5 s for 2 s"


@pytest.mark.parametrize(
    ("disturbance", "said"),
    [
        ('kind = "kil"\n', 'disturbances[0].kind: unknown kind "kil"; did you mean "kill"?'),
        ('part = "links"\n', "disturbances[0].kind: is missing"),
        ('kind = "kill"\nat = 5\nfor = 2\n', "disturbances[0].part: is missing"),
        (KILL + "delay = 1\n", "delay: unknown key of kind kill"),
        (KILL + "recover = 1\n", 'did you mean "recover_within"?'),
        (KILL.replace("for = 2", "for = 13"), "ends 18 s after the start, but the stages end after 20 s"),
        (
            KILL + "[[disturbances]]\n" + KILL.replace("at = 5", "at = 10"),
            "begins 3 s after the end of kill links at 5 s",
        ),
        (KILL.replace("for = 2", "for = 0"), "for: must be above 0"),
        (KILL.replace("links", "control"), "is the door"),
        (KILL.replace("links", "aws"), "keeps its data in memory"),
        (KILL.replace("kill", "refuse"), 'only "aws" can refuse; kill "links"'),
        (KILL.replace("kill", "slow"), "delay: is missing"),
        (KILL.replace("kill", "slow") + 'delay = 1\naction = "PutItem"\n', 'chooses calls to "aws"'),
        (KILL + 'errors = ["504"]\n', 'errors: unknown error "504"'),
        (KILL + "error_rate = 30\n", "error_rate: must be at most 1"),
        (KILL + "recover_within = 0\n", "recover_within: must be above 0"),
    ],
)
def test_each_mistake_is_one_line_and_exit_2(tmp_path: Path, disturbance: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario_of(tmp_path, disturbance)
    assert caught.value.exit_code == 2
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_part_is_told_with_the_nearest() -> None:
    with pytest.raises(CallError) as caught:
        require_known("mine.toml", [Disturbance(1, "kill", "linkz", 1, 1)], "part", ["aws", "links"])
    assert str(caught.value).startswith('mine.toml: disturbances[0].part: unknown part "linkz"; did you mean "links"?')
    assert caught.value.exit_code == 2


def test_the_disturbed_scenario_takes_about_a_minute_and_kills_pauses_slows_and_doubles() -> None:
    scenario = load_scenario("disturbed")
    assert 50 <= scenario.seconds <= 75
    assert {each.kind for each in scenario.disturbances} >= {"kill", "pause", "slow", "duplicate"}
    assert {"redis", "inventory-consumer", "orders", "links"} <= {each.part for each in scenario.disturbances}
    assert not [path for path in FOLDER.glob("*.toml") if path.stem == "smoke" and "disturbances" in path.read_text()]


def disturbed(failures: dict[int, str], slow: tuple[int, ...] = ()) -> Tally:
    """Twenty seconds from epoch second 1000 of 10 requests each; in those of `failures` half of them fail so."""
    tally = Tally()
    for at in range(1000, 1020):
        for number in range(10):
            failure = failures.get(at, "") if number < 5 else ""
            tally.operation("followLink").statuses[503 if failure.startswith("status 503") else 302] += 1
            tally.answered("followLink", at, 500 if at in slow else 10, failure, {"observed": failure})
    return from_wire(to_wire(tally))


def impact_of(tally: Tally, promised: Disturbance, *others: Carried, end: float = 1020) -> Impact:
    carried = Carried(promised, 1000.4 + promised.at, 1000.4 + promised.at + promised.seconds)
    return impacts_of(SCENARIO, tally, [carried, *others], end)[0]


def judged(impact: Impact) -> dict[str, Status]:
    return {judgement.id.rpartition(":")[2]: judgement.status for judgement in judge_disturbances([impact])}


LINKS = Disturbance(1, "kill", "links", 5, 2, error_rate=0.5, recover_within=2)
REFUSED = dict.fromkeys((1005, 1006, 1007), "status 503")


def test_recovery_counts_from_the_end_to_the_first_of_three_calm_seconds() -> None:
    impact = impact_of(disturbed(REFUSED), LINKS)
    assert impact.recovered_after == pytest.approx(0.6)  # it ended at 1007.4, and second 1008 is calm
    assert (impact.began, impact.ended, impact.over) == pytest.approx((5.4, 7.4, 8))
    assert (impact.requests, impact.error_rate) == (30, 0.5)
    assert judged(impact) == {"carried-out": Status.PASSED, "seen": Status.PASSED, "recovered": Status.PASSED}


def test_no_calm_second_is_time_to_recover_zero() -> None:
    assert impact_of(disturbed({1005: "status 503"}), LINKS).recovered_after == 0


@pytest.mark.parametrize("relapse", [{1009: "status 503"}, {1010: "status 503"}])
def test_a_second_of_calm_between_two_errors_is_no_recovery(relapse: dict[int, str]) -> None:
    late = impact_of(disturbed(REFUSED | relapse), LINKS)
    assert late.recovered_after == pytest.approx(max(relapse) + 1 - 1007.4)
    assert judged(late)["recovered"] is Status.FAILED
    assert judged(impact_of(disturbed(REFUSED | relapse), replace_within(LINKS, 5)))["recovered"] is Status.PASSED


def replace_within(disturbance: Disturbance, seconds: float) -> Disturbance:
    values = {name: getattr(disturbance, name) for name in disturbance.__slots__}
    return Disturbance(**values | {"recover_within": seconds})


def test_slow_answers_are_no_recovery_though_all_are_right() -> None:
    impact = impact_of(disturbed(REFUSED, slow=(1008, 1009)), LINKS)
    assert impact.recovered_after == pytest.approx(2.6)
    assert judged(impact)["recovered"] is Status.FAILED


def test_a_second_without_any_answer_is_not_calm() -> None:
    tally = disturbed(REFUSED)
    del tally.seconds[1008]
    assert impact_of(tally, LINKS).recovered_after == pytest.approx(1.6)


def test_what_has_not_recovered_before_the_next_disturbance_or_the_end_has_not_recovered() -> None:
    following = Carried(Disturbance(2, "kill", "orders", 9, 1), 1010.0, 1011.0)
    unseen = impact_of(disturbed(REFUSED), LINKS, following)
    assert unseen.recovered_after is None
    assert judged(unseen)["recovered"] is Status.FAILED
    assert impact_of(disturbed(REFUSED), LINKS, end=1010.9).recovered_after is None


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        ("status 503", Status.PASSED),
        ("status 502", Status.PASSED),
        ("no answer (UnreachableError)", Status.PASSED),
        ("status 503 without Retry-After", Status.FAILED),
        ("status 500", Status.FAILED),
        ("wrong Location", Status.FAILED),
    ],
)
def test_a_client_may_be_told_to_come_again_and_nothing_else(failure: str, status: Status) -> None:
    impact = impact_of(disturbed(dict.fromkeys((1005, 1006), failure)), LINKS)
    assert judged(impact)["seen"] is status
    assert (failure in str(told(impact)["wrong"])) == (status is Status.FAILED)


def test_more_errors_than_the_scenario_allows_are_red() -> None:
    strict = Disturbance(1, "kill", "links", 5, 2, error_rate=0.4)
    assert judged(impact_of(disturbed(REFUSED), strict))["seen"] is Status.FAILED


def test_other_times_are_judged_without_the_disturbance_and_nothing_else_is_forgiven() -> None:
    for at, status in ((1007, Status.PASSED), (1012, Status.FAILED)):
        tally = disturbed(REFUSED | {at: "status 503"}, slow=(1005, 1006))
        left, stats = calm(tally, [impact_of(tally, LINKS)])
        (operation,) = judge_operations(["followLink"], stats)
        assert operation.status is status
        assert [slo.status for slo in judge_slos(SLOS, stats)] == [status, Status.PASSED]
        assert stats["overall"].count == 170
        assert stats["overall"].rate == 10
        assert left.operations["followLink"].statuses[503] == (0 if status is Status.PASSED else 5)
        assert tally.operations["followLink"].failures["status 503"] == (15 if at == 1007 else 20)  # nothing is hidden


def test_what_could_not_be_carried_out_is_broken_and_says_why() -> None:
    carried = Carried(LINKS, 1005, 1007, problem="the control door refused")
    (only,) = judge_disturbances(impacts_of(SCENARIO, disturbed({}), [carried], 1020))
    assert (only.status, only.observed) == (Status.BROKEN, "the control door refused")


def test_a_part_that_died_by_itself_makes_the_run_broken() -> None:
    assert judge_parts(["orders"]).status is Status.BROKEN
    assert judge_parts([]).status is Status.PASSED
