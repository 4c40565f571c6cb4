"""Each SLO missed turns the verdict red, all of them are told, and a run that never was is broken, not green."""

from collections import Counter
from dataclasses import replace

import pytest

from load.crossings import crossings_of
from load.figures import series_of, statistics_of
from load.judge import Judgement, exit_code, judge_operations, judge_run, judge_scripts, judge_slos
from load.scenario import Arrivals, Played, Scenario, Share, Slo, Stage
from load.tally import Sample, Tally
from load.wire import from_wire, to_wire
from reports.evidence import Status

SCENARIO = Scenario("mine", "Mine", (Stage("only", 10, 4, 4),), {"redirects": Share(1)}, (), ())


def loaded(*, wrong: int = 0) -> Tally:
    """Ten seconds of 10 requests a second of 1 to 100 ms, the first ones wrong."""
    tally = Tally()
    for number in range(100):
        failure = "wrong Location" if number < wrong else ""
        tally.answered("followLink", 1000 + number // 10, number + 1, failure, {"observed": str(number)})
    tally.iterations["redirects"] = 100
    return tally


def judged(metric: str, limit: float, operation: str = "followLink", *, wrong: int = 0) -> Judgement:
    return judge_slos([Slo(operation, metric, limit)], statistics_of(loaded(wrong=wrong)))[0]


@pytest.mark.parametrize("operation", ["followLink", "overall"])
@pytest.mark.parametrize(
    ("metric", "held", "missed"),
    [
        ("p50", 50.1, 49.9),
        ("p90", 90.1, 89.9),
        ("p95", 95.1, 94.9),
        ("p99", 99.1, 98.9),
        ("p99.9", 100.1, 99.8),
        ("max", 100.1, 99.8),
        ("error_rate", 0.05, 0.04),
        ("throughput", 10, 10.1),
    ],
)
def test_each_metric_is_red_just_past_its_limit(operation: str, metric: str, held: float, missed: float) -> None:
    assert judged(metric, held, operation, wrong=5).status is Status.PASSED
    breach = judged(metric, missed, operation, wrong=5)
    assert breach.status is Status.FAILED
    assert exit_code([breach]) == 1


def test_an_slo_of_what_nobody_asked_is_broken() -> None:
    judgement = judged("p50", 100, "getLink")
    assert judgement.status is Status.BROKEN
    assert judgement.observed == "was never asked"


STEP = '@ABC-001 Then "it" holds'


def played(whole: int, fell: int, *, disturbed: bool = False, told: bool = True) -> Judgement:
    tally = Tally(played=Counter({"ABC-001": whole}), fell=Counter({"ABC-001": fell}))
    for _ in range(fell * told):
        tally.failed("followLink", 1000, STEP, {"curl": "curl x"})
    scenario = replace(SCENARIO, played={"ABC-001": Played("Mine", "mine.feature:4", ("followLink",), "mark")})
    (judgement,) = judge_scripts(scenario, tally, disturbed=disturbed)
    return judgement


def test_each_scenario_of_the_features_is_judged_by_its_steps() -> None:
    assert played(5, 0).status is Status.PASSED
    fallen = played(5, 2)
    assert fallen.status is Status.FAILED
    assert fallen.observed == f"5 times whole, 2 times not; 2 × {STEP}"
    assert [example["curl"] for example in fallen.examples] == ["curl x"]
    assert "mine.feature:4" in fallen.expected


def test_a_scenario_that_was_never_played_is_broken() -> None:
    assert played(0, 0).status is Status.BROKEN


def test_steps_that_fell_while_it_was_disturbed_are_no_failure() -> None:
    assert played(5, 2, disturbed=True, told=False).status is Status.PASSED
    assert played(5, 2, disturbed=True).status is Status.FAILED


@pytest.mark.parametrize("metric", ["p50", "p95", "p99", "error_rate"])
def test_a_limit_of_zero_is_missed_by_any_real_run(metric: str) -> None:
    assert judged(metric, 0, wrong=1).status is Status.FAILED


def test_every_breach_is_told_and_there_is_one_exit_code() -> None:
    slos = [Slo("followLink", "p50", 1), Slo("followLink", "p99", 1000), Slo("overall", "p95", 1)]
    judgements = judge_slos(slos, statistics_of(loaded()))
    assert [judgement.status for judgement in judgements] == [Status.FAILED, Status.PASSED, Status.FAILED]
    assert exit_code(judgements) == 1


def test_an_slo_on_an_operation_nobody_called_is_broken() -> None:
    breach = judged("p50", 1000, "shorten")
    assert breach.status is Status.BROKEN
    assert exit_code([breach, judged("p50", 0)]) == 3


def test_wrong_answers_fail_their_operation_and_keep_examples() -> None:
    judgement = judge_operations(["followLink"], statistics_of(loaded(wrong=7)))[0]
    assert judgement.status is Status.FAILED
    assert "7 × wrong Location" in judgement.observed
    assert [example["observed"] for example in judgement.examples] == ["0", "1", "2"]


def test_an_operation_never_called_is_broken() -> None:
    assert judge_operations(["shorten"], statistics_of(loaded()))[0].status is Status.BROKEN


def run_statuses(tally: Tally, scenario: Scenario = SCENARIO) -> dict[str, Status]:
    return {j.id: j.status for j in judge_run(scenario, tally, statistics_of(tally))}


def test_a_run_with_load_is_judged() -> None:
    assert set(run_statuses(loaded()).values()) == {Status.PASSED}


def test_a_run_without_requests_is_broken() -> None:
    statuses = run_statuses(Tally())
    assert statuses["run:requests"] is Status.BROKEN
    assert exit_code(judge_run(SCENARIO, Tally(), statistics_of(Tally()))) == 3


def test_nothing_judged_is_broken() -> None:
    assert exit_code([]) == 3


def test_a_persona_that_finished_nothing_is_broken() -> None:
    scenario = replace(SCENARIO, mix={"redirects": Share(1), "orders": Share(1)})
    assert run_statuses(loaded(), scenario)["run:persona:orders"] is Status.BROKEN


def test_an_error_in_a_personas_code_is_broken() -> None:
    tally = loaded()
    tally.crashes["TypeError: 'NoneType' object is not subscriptable"] += 1
    assert run_statuses(tally)["run:personas"] is Status.BROKEN


def samples(seconds: int, cpu: float, lag_ms: float) -> list[Sample]:
    return [Sample("w1", at, cpu, lag_ms) for at in range(seconds)]


@pytest.mark.parametrize(
    ("generator", "status"),
    [
        (samples(10, 0.97, 80), Status.BROKEN),
        (samples(9, 0.97, 80), Status.PASSED),
        (samples(60, 0.97, 5), Status.PASSED),
        # Somebody else has the cores: late greenlets, but not for want of CPU of our own.
        (samples(60, 0.5, 900), Status.PASSED),
        (
            [*samples(9, 0.97, 80), Sample("w1", 9, 0.5, 80), *(Sample("w1", at, 0.97, 80) for at in range(10, 19))],
            Status.PASSED,
        ),
    ],
)
def test_a_generator_at_its_limit_is_broken_and_a_noisy_machine_is_not(generator: list[Sample], status: Status) -> None:
    tally = loaded()
    tally.samples = generator
    assert run_statuses(tally)["run:generator"] is status


def test_a_short_scenario_only_notes_a_generator_at_its_limit() -> None:
    tally = loaded()
    tally.samples = samples(12, 1.0, 80)
    judgement = judge_run(replace(SCENARIO, saturation="note"), tally, statistics_of(tally))[-1]
    assert judgement.status is Status.PASSED
    assert "more WORKERS" in judgement.observed


OPEN = replace(
    SCENARIO,
    stages=(Stage("rise", 4, arrivals=Arrivals(10, 10)), Stage("hold", 6, arrivals=Arrivals(10, 10))),
    most_users=7,
)


def arrived(**changes: object) -> Tally:
    tally = loaded()
    tally.due["redirects"] = 100
    tally.late.record([1000] * 98)
    for name, value in changes.items():
        getattr(tally, name).update({"redirects": value})
    return tally


def test_arrivals_that_all_began_in_time_are_judged() -> None:
    assert set(run_statuses(arrived(), OPEN).values()) == {Status.PASSED}
    assert "run:arrivals" not in run_statuses(loaded())


def test_one_arrival_without_a_free_user_is_broken_and_says_what_to_raise() -> None:
    tally = arrived(starved=3, never_begun=1)
    found = {j.id: j for j in judge_run(OPEN, tally, statistics_of(tally))}["run:arrivals"]
    assert found.status is Status.BROKEN
    assert "3 of 100 redirects found no user free, 1 never began: raise generator.most_users (now 7)" in found.observed


def test_arrivals_that_begin_late_are_broken_unless_users_were_wanting() -> None:
    tally = arrived()
    tally.late.record([80_000, 80_000])
    assert run_statuses(tally, OPEN)["run:punctual"] is Status.BROKEN
    assert run_statuses(tally, replace(OPEN, saturation="note"))["run:punctual"] is Status.PASSED
    tally.starved["redirects"] = 1
    assert run_statuses(tally, OPEN)["run:punctual"] is Status.PASSED


def test_latency_from_due_is_judged_and_both_are_told() -> None:
    tally = Tally()
    tally.timed("followLink", 1000, [1_000] * 10, [1_000] * 9 + [901_000])
    stats = statistics_of(tally)["followLink"]
    assert (stats.service["max"], stats.percentiles["max"]) == (1, 901)
    assert judge_slos([Slo("followLink", "max", 100)], {"followLink": stats})[0].status is Status.FAILED


def test_percentiles_of_many_workers_are_those_of_all_values_together() -> None:
    values = [number * 37 % 100_003 + 1 for number in range(100_003)]  # each of 1 to 100,003 µs once
    merged = Tally()
    for index in range(3):
        part = Tally()
        part.timed("followLink", 1000 + index, values[index::3], values[index::3])
        merged.add(from_wire(to_wire(part)))
    found = statistics_of(merged)["followLink"].percentiles
    assert (found["min"], found["max"]) == (0.001, 100.003)
    for name, share in {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99.9": 0.999, "p99.99": 0.9999}.items():
        assert found[name] == pytest.approx(share * 100.003, rel=0.001)


def test_an_slo_says_in_which_second_and_stage_it_was_crossed() -> None:
    tally = loaded()  # second n has 10n+1 to 10n+10 ms
    slo = Slo("followLink", "p50", 55)
    crossing = crossings_of(replace(OPEN, slos=(slo,)), tally)[slo]
    assert (crossing.seconds, crossing.stage, crossing.worst_second) == ((6, 7, 8, 9), "hold", 9)
    assert crossing.worst == pytest.approx(95, rel=0.02)
    assert "first in second 6 (hold)" in judge_slos([slo], statistics_of(tally), {slo: crossing})[0].crossed


@pytest.mark.parametrize(
    ("metric", "limit", "seconds"), [("throughput", 10.5, 10), ("error_rate", 0.4, 1), ("max", 101, 0)]
)
def test_each_kind_of_slo_has_its_seconds(metric: str, limit: float, seconds: int) -> None:
    slo = Slo("overall", metric, limit)
    found = crossings_of(replace(SCENARIO, slos=(slo,)), loaded(wrong=5))
    assert len(found[slo].seconds if slo in found else ()) == seconds


def test_time_to_a_decision_is_no_request_in_the_overall_figures() -> None:
    tally = loaded()
    tally.answered("orderDecided", 1003, 9000, "", None)
    stats = statistics_of(tally)
    assert stats["overall"].count == 100
    assert stats["overall"].percentiles["max"] < 101
    assert stats["orderDecided"].percentiles["p50"] == pytest.approx(9000, rel=0.001)


def test_tallies_of_two_workers_add_up_exactly() -> None:
    one, two = loaded(wrong=2), loaded(wrong=1)
    one.redirected("abc", answered=False)
    two.redirected("abc", answered=False)
    two.redirected("abc", answered=True)
    merged = Tally()
    for part in (one, two):
        merged.add(from_wire(to_wire(part)))
    stats = statistics_of(merged)["followLink"]
    assert (stats.count, stats.failures, stats.rate) == (200, {"wrong Location": 3}, 20)
    assert stats.percentiles == statistics_of(one)["followLink"].percentiles
    assert merged.redirects == {"abc": (2, 1)}
    assert len(stats.examples) == 3


def test_the_series_has_a_row_for_every_second() -> None:
    tally = loaded(wrong=1)
    del tally.seconds[1004]
    rows = series_of(tally)
    assert [row["rps"] for row in rows] == [10] * 4 + [0] + [10] * 5
    assert rows[0]["failures"] == 1
    assert rows[0]["p50"] == pytest.approx(5, rel=0.01)
    assert rows[4]["p50"] is None
