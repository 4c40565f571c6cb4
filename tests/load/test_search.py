"""The search finds the knee of a known latency curve, in spite of noise, and tells the generator's limit from it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from load.gherkin import matched
from load.judge_knee import in_words, judge_knee, outcome_of, told
from load.scenario import Scenario, Slo
from load.scenario_file import ScenarioError, load_scenario
from load.search import Climb, Outcome, Step, find_knee, knee_of, next_rate
from load.search_file import step_file
from reports.evidence import Result, Status

CLIMB = Climb("redirects", first=10, most=2000)
SLOW = "followLink p95 was 400 ms, the limit is 100"


def forever() -> bool:
    return True


def curve(capacity: float, limit: float = 100.0, noise: float = 0.0, seed: int = 0) -> Callable[[float], Step]:
    """A server of 10 ms an answer that queues as M/M/1 does: the limit is met at nine tenths of its capacity."""
    random = Random(seed)

    def measure(rate: float) -> Step:
        idle = max(1 - rate / capacity, 0.001)
        p95 = 10 / idle * random.lognormvariate(0, noise)
        return Step(rate, "held" if p95 <= limit else "broke", "" if p95 <= limit else SLOW)

    return measure


def script(*outcomes: Outcome) -> tuple[Callable[[float], Step], list[float]]:
    """Outcomes in their order, whatever the rate; and the rates that were asked for."""
    left: Iterator[Outcome] = iter(outcomes)
    asked: list[float] = []

    def measure(rate: float) -> Step:
        asked.append(rate)
        return Step(rate, next(left))

    return measure, asked


@pytest.mark.parametrize("capacity", [13.0, 50.0, 400.0, 1500.0])
def test_a_known_knee_is_found_and_both_its_ends_are_seen_twice(capacity: float) -> None:
    knee = find_knee(CLIMB, curve(capacity), forever)
    true = 0.9 * capacity
    assert knee.rate is not None
    assert knee.next is not None
    assert knee.rate <= true < knee.next.rate <= knee.rate * (1 + CLIMB.precision)
    assert (knee.limited_by, knee.confirmed) == ("system", True)
    for rate in (knee.rate, knee.next.rate):
        assert sum(step.rate == rate for step in knee.steps) == 2
    assert len(knee.steps) <= 20


def test_noise_moves_the_knee_a_little_and_never_far() -> None:
    found = [find_knee(CLIMB, curve(400, noise=0.25, seed=seed), forever).rate or 0.0 for seed in range(200)]
    assert all(0.7 * 360 <= rate <= 1.15 * 360 for rate in found), sorted(found)
    assert sum(0.85 * 360 <= rate <= 1.1 * 360 for rate in found) >= 150


def test_one_hiccup_on_the_way_up_is_outvoted() -> None:
    steady, hiccups = curve(400), iter([False, True])

    def measure(rate: float) -> Step:
        return Step(rate, "broke", "a hiccup") if next(hiccups, False) else steady(rate)

    knee = find_knee(CLIMB, measure, forever)
    assert knee.rate is not None
    assert 300 < knee.rate <= 360


def test_a_last_good_step_that_does_not_hold_again_twice_is_no_knee() -> None:
    climb = Climb("redirects", 10, 2000, growth=1.1)
    measure, asked = script("held", "held", "broke", "broke", "broke", "broke", "held")
    knee = find_knee(climb, measure, forever)
    assert asked == [10, 11, 12.1, 12.1, 11, 11, 10]
    assert (knee.rate, knee.next and knee.next.rate) == (10, 11)


def test_the_generators_limit_is_no_knee_but_at_least() -> None:
    def measure(rate: float) -> Step:
        return Step(rate, "held") if rate < 100 else Step(rate, "generator", "no user free")

    knee = find_knee(CLIMB, measure, forever)
    assert knee.limited_by == "generator"
    assert judge_knee(knee).status is Status.BROKEN
    assert in_words(knee).startswith(f"at least {knee.rate:g} arrivals/s: the generator's own limit; at ")
    promised = Climb("redirects", 10, 2000, at_least=50)
    assert judge_knee(find_knee(promised, measure, forever)).status is Status.PASSED


def test_steps_that_agree_on_nothing_say_nothing_of_the_system() -> None:
    steps = [Step(10, "held"), Step(10, "broke"), Step(10, "generator")]
    assert knee_of(CLIMB, [*steps, Step(6.25, "held"), Step(6.25, "held")]).next == steps[2]


def test_all_that_was_to_be_tried_held() -> None:
    climb = Climb("orders", 10, 30)
    knee = find_knee(climb, lambda rate: Step(rate, "held"), forever)
    assert (knee.rate, knee.next, knee.limited_by, knee.confirmed) == (30, None, "most", True)
    assert "at least 30 arrivals/s" in in_words(knee)
    assert judge_knee(knee).status is Status.PASSED


def test_a_search_that_finds_nothing_gives_up_below_a_sixteenth() -> None:
    knee = find_knee(CLIMB, lambda rate: Step(rate, "broke", SLOW), forever)
    assert knee.rate is None
    assert min(step.rate for step in knee.steps) >= 10 / 16
    assert knee.limited_by == "none held"
    assert judge_knee(knee).status is Status.FAILED


def test_no_time_left_is_said_and_no_knee() -> None:
    budget = iter([True] * 4)
    knee = find_knee(CLIMB, curve(400), lambda: next(budget, False))
    assert len(knee.steps) == 4
    assert (knee.confirmed, knee.limited_by) == (False, "budget")
    assert judge_knee(knee).status is Status.BROKEN
    assert "raise search.budget" in in_words(knee)


def test_less_than_was_promised_fails_with_both_figures() -> None:
    judged = judge_knee(find_knee(Climb("redirects", 10, 2000, at_least=500), curve(400), forever))
    assert judged.status is Status.FAILED
    assert judged.limit == 500
    assert judged.value == pytest.approx(360, rel=0.15)


def test_the_next_rate_follows_from_the_steps_alone() -> None:
    assert next_rate(CLIMB, []) == 10
    assert next_rate(CLIMB, [Step(10, "held")]) == 16
    assert next_rate(CLIMB, [Step(10, "held"), Step(16, "broke")]) == 16
    assert next_rate(CLIMB, [Step(10, "held"), Step(16, "broke"), Step(16, "broke")]) == 12.6


def result(name: str, status: Status, kind: str, **details: object) -> Result:
    return Result("load", name, name, status, details={"kind": kind, "observed": f"{name} seen", **details})


P95 = result("slo:followLink:p95", Status.FAILED, "slo", metric="p95", value=400.0, limit=100.0, unit="ms")
P50 = result("slo:followLink:p50", Status.FAILED, "slo", metric="p50", value=60.0, limit=50.0, unit="ms")
FINE = result("slo:overall:error_rate", Status.PASSED, "slo", metric="error_rate", value=0.0, limit=0.0, unit="share")
HELD = result("slo:followLink:p50", Status.PASSED, "slo", metric="p50", value=40.0, limit=50.0, unit="ms")
NO_USER = result("run:arrivals", Status.BROKEN, "run")
EXHAUSTED = result("run:generator", Status.BROKEN, "run")
LATE = result("run:punctual", Status.BROKEN, "run")
LOST = result("invariant:redirects-counted-once", Status.FAILED, "invariant")
SLOW_ANSWERS, QUICK_ANSWERS = {"followLink": {"p95": 380.0, "p50": 55.0}}, {"followLink": {"p95": 20.0, "p50": 5.0}}


@pytest.mark.parametrize(
    ("results", "service", "outcome", "says"),
    [
        ([FINE, HELD, LATE], QUICK_ANSWERS, "held", "the wait included: iterations began late: run:punctual seen"),
        ([FINE, HELD, NO_USER], QUICK_ANSWERS, "held", "the wait included: run:arrivals seen"),
        ([FINE, HELD, P95, LATE], QUICK_ANSWERS, "generator", "run:punctual seen"),
        ([FINE, HELD, EXHAUSTED], QUICK_ANSWERS, "generator", "run:generator seen"),
        ([FINE, HELD, LATE, LOST], QUICK_ANSWERS, "broke", "invariant:redirects-counted-once"),
        ([FINE], QUICK_ANSWERS, "held", ""),
        ([FINE, P50, P95], SLOW_ANSWERS, "broke", "followLink p95 was 400 ms, the limit is 100"),
        ([FINE, P95, NO_USER], SLOW_ANSWERS, "broke", "followLink p95 was 400 ms"),
        ([FINE, P95, NO_USER], QUICK_ANSWERS, "generator", "run:arrivals seen"),
        ([FINE, NO_USER], QUICK_ANSWERS, "generator", "run:arrivals seen"),
        ([FINE, P95, LATE], SLOW_ANSWERS, "broke", "followLink p95 was 400 ms"),
        ([FINE, P95, LATE], {"followLink": {"p95": 155.0}}, "generator", "iterations began late: run:punctual seen"),
        ([FINE, LATE], QUICK_ANSWERS, "generator", "run:punctual seen"),
        ([FINE, P95, EXHAUSTED], SLOW_ANSWERS, "generator", "run:generator seen"),
        ([FINE, LOST], QUICK_ANSWERS, "broke", "invariant:redirects-counted-once"),
        ([FINE, result("operation:shorten", Status.BROKEN, "operation")], QUICK_ANSWERS, "held", ""),
        ([FINE, result("run:personas", Status.BROKEN, "run")], QUICK_ANSWERS, None, "run:personas seen"),
    ],
)
def test_what_limits_a_step_is_told_apart(
    results: list[Result], service: dict[str, dict[str, float]], outcome: str | None, says: str
) -> None:
    found = outcome_of(results, service, late=60.0)
    assert found.outcome == outcome
    assert says in found.why


def test_a_rate_with_iterations_that_never_began_was_not_made() -> None:
    assert outcome_of([FINE, HELD, NO_USER], QUICK_ANSWERS, late=60.0, never_begun=1).outcome == "generator"


def test_a_knee_is_told_with_what_broke_next_and_every_step() -> None:
    def measure(rate: float) -> Step:
        latencies = {"followLink": {"p50": 1.0, "p95": rate, "p99": 9.0}}
        if rate <= 100:
            return Step(rate, "held", latencies=latencies)
        return Step(rate, "broke", SLOW, "followLink p95", rate, 100, "ms", latencies)

    entry = json.loads(json.dumps(told(find_knee(CLIMB, measure, forever), [Slo("followLink", "p95", 100)])))
    assert entry["persona"] == "redirects"
    assert entry["knee"] < 100 < entry["next"]["rate"]
    assert (entry["next"]["slo"], entry["next"]["limit"], entry["next"]["unit"]) == ("followLink p95", 100, "ms")
    assert {step["outcome"] for step in entry["steps"]} == {"held", "broke"}
    assert entry["steps"][0]["latencies_ms"]["followLink"]["p95"] == 10


GOOD = """
[search]
seconds = 5
budget = 60
[search.redirects]
first = 10
most = 100
[search.orders]
first = 2
most = 20
at_least = 4
busy = 4
[slo.overall]
error_rate = 0
[slo.createOrder]
p95 = 500
"p99.9" = 900
"""


def read(tmp_path: Path, content: str) -> Scenario:
    path = tmp_path / "mine.toml"
    path.write_text(content)
    return load_scenario(str(path))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("seconds = 5", "secnds = 5"), 'search.secnds: unknown key; did you mean "seconds"?'),
        (("[search.orders]", "[search.order]"), 'search.order: unknown key; did you mean "orders"?'),
        (("busy = 4", "bussy = 4"), 'search.orders.bussy: unknown key; did you mean "busy"?'),
        (("budget = 60", "budget = 10"), "search.budget: must be at least 20, four steps of 5 s, not 10"),
        (("most = 20\n", "most = 1\n"), "search.orders.most: must be at least 2, not 1"),
        (("at_least = 4", "at_least = 40"), "search.orders.at_least: must be at most 20"),
        (("first = 10", "first = 0"), "search.redirects.first: must be above 0"),
        (("first = 10", "growth = 1\nfirst = 10"), "search.redirects.growth: must be at least 1.1"),
        (
            ("[search]", '[search]\nprocess = "poison"'),
            'search.process: unknown value "poison"; did you mean "poisson"?',
        ),
        (("[search]", "[mix.orders]\nweight = 1\n[search]"), "mix: does not go with [search]"),
        (("[slo.createOrder]", "[slo.createOrdr]"), 'did you mean "createOrder"?'),
    ],
)
def test_a_mistake_in_a_search_is_one_clear_line(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, GOOD.replace(*change))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_search_for_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="search: names nobody"):
        read(tmp_path, "[search]\nseconds = 5\nbudget = 60\n[slo.overall]\nerror_rate = 0\n")


def test_a_step_is_a_scenario_of_its_own_with_what_is_about_its_persona(tmp_path: Path) -> None:
    path, step = tmp_path / "mine.toml", tmp_path / "step.toml"
    path.write_text(GOOD)
    scenario = load_scenario(str(path))
    assert scenario.search is not None
    redirects, orders = scenario.search.climbs
    step.write_text(step_file(scenario, orders, 12.5))
    made = load_scenario(str(step))
    assert made.stages[0].arrivals is not None
    assert (made.stages[0].seconds, made.stages[0].arrivals.first, made.most_users) == (5, 12.5, 50)
    assert made.slos == scenario.slos
    assert (set(made.mix), made.search) == ({"orders"}, None)
    assert set(made.invariants) == {"stock-balances", "orders-decided", "one-outcome"}
    step.write_text(step_file(scenario, redirects, 80))
    made = load_scenario(str(step))
    assert made.slos == (Slo("overall", "error_rate", 0),)
    assert made.invariants == ("redirects-counted-once",)


GHERKIN = """
[search]
seconds = 5
budget = 60
[search.gherkin]
first = 2
most = 20
[gherkin]
ORD-074 = 3
[slo.overall]
error_rate = 0
[slo.orderDecided]
p95 = 2_000
"""


def test_a_step_of_scenarios_of_the_features_has_these_and_what_they_can_be_judged_by(tmp_path: Path) -> None:
    path, step = tmp_path / "mine.toml", tmp_path / "step.toml"
    path.write_text(GHERKIN)
    scenario, _ = matched(load_scenario(str(path)))
    assert scenario.search is not None
    step.write_text(step_file(scenario, scenario.search.climbs[0], 4))
    made, scripts = matched(load_scenario(str(step)))
    assert made.gherkin == {"ORD-074": 3}
    assert list(scripts) == ["ORD-074"]
    assert made.slos == scenario.slos
    assert made.invariants == ("stock-balances", "orders-decided", "one-outcome")
