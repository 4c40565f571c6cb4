"""Every mistake in a scenario file gives one line that names file, key and what is allowed, and exit code 2."""

from pathlib import Path

import pytest

from load.scenario import Arrivals, stage_at
from load.scenario_file import FOLDER, ScenarioError, load_scenario

GOOD = """
[[stages]]
seconds = 10
users = 4
[mix.orders]
weight = 1
[slo.overall]
error_rate = 0
"""


def scenario_line(tmp_path: Path, content: str) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(ScenarioError) as caught:
        load_scenario(str(path))
    assert caught.value.exit_code == 2
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith(str(path))
    return line


def test_a_scenario_is_read_by_path_with_defaults(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD)
    scenario = load_scenario(str(path))
    assert (scenario.name, scenario.seconds, scenario.saturation) == ("mine", 10, "broken")
    assert len(scenario.invariants) == 4
    assert "orderDecided" in scenario.operations


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_each_scenario_of_the_house_is_read_by_name(path: Path) -> None:
    scenario = load_scenario(path.stem)
    assert scenario.slos
    assert scenario.invariants


def test_smoke_takes_a_quarter_of_a_minute() -> None:
    assert 8 <= load_scenario("smoke").seconds <= 15


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("seconds = 10", "secnds = 10"), 'stages[0].secnds: unknown key; did you mean "seconds"?'),
        (("seconds = 10", 'seconds = "10"'), "stages[0].seconds: must be a number, not str '10'"),
        (("seconds = 10", "seconds = 0"), "stages[0].seconds: must be above 0"),
        (("seconds = 10", "seconds = inf"), "stages[0].seconds: must be a number"),
        (("seconds = 10", ""), "stages[0].seconds: is missing"),
        (("users = 4", "users = 1.5"), "stages[0].users: must be a whole number"),
        (("users = 4", "users = true"), "stages[0].users: must be a whole number"),
        (("[[stages]]\nseconds = 10\nusers = 4", "stages = []"), "stages: is empty"),
        (("[[stages]]", "[stages]"), "stages: must be an array of tables"),
        (("[mix.orders]", "[mix.order]"), 'mix.order: unknown persona; did you mean "orders"?'),
        (("[mix.orders]\nweight = 1", ""), "mix: is empty"),
        (("[mix.orders]", "[mix.orders]\npase = 2"), 'mix.orders.pase: unknown key; did you mean "pace"?'),
        (
            ("[slo.overall]", "[slo.createOrdr]"),
            'slo.createOrdr: unknown operation of these personas; did you mean "cr',
        ),
        (("[slo.overall]", "[slo.followLink]"), "slo.followLink: unknown operation of these personas"),
        (("error_rate = 0", "p98 = 0"), 'slo.overall.p98: unknown metric; did you mean "p9'),
        (("error_rate = 0", "error_rate = 1.1"), "slo.overall.error_rate: must be at most 1"),
        (("error_rate = 0", "throughput = 0"), "slo.overall.throughput: must be above 0"),
        (("[slo.overall]\nerror_rate = 0", ""), "slo: is empty"),
        (("error_rate = 0", 'error_rate = 0\n[invariants]\ncheck = ["one-outcom"]'), 'did you mean "one-outcome"?'),
        (("error_rate = 0", "error_rate = 0\n[invariants]\ncheck = 1"), "invariants.check: must be a list of text"),
        (("error_rate = 0", 'error_rate = 0\n[generator]\nsaturation = "brocken"'), 'did you mean "broken"?'),
        (("error_rate = 0", "error_rate = 0\n[given]\nlinks = 0"), "given.links: must be at least 1"),
        (
            ("error_rate = 0", "error_rate = 0\n[compare]\nmargn = 1"),
            'compare.margn: unknown key; did you mean "margin"',
        ),
        (("error_rate = 0", "error_rate = 0\n[compare]\nmargin = 0"), "compare.margin: must be above 0"),
        (("error_rate = 0", "error_rate = 0\n[compare]\nrounds = 4"), "compare.rounds: must be at least 8"),
        (("error_rate = 0", 'error_rate = 0\n[compare]\npercentiles = ["p98"]'), 'unknown percentile "p98"'),
        (("error_rate = 0", "error_rate = 0\n[compare]\npercentiles = []"), "compare.percentiles: is empty"),
        (("[[stages]]", "[[stage]]"), 'stage: unknown key; did you mean "stages"?'),
        (("[[stages]]", "[[stages"), "is not TOML"),
    ],
)
def test_a_mistake_is_one_clear_line(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    assert change[0] in GOOD
    assert says in scenario_line(tmp_path, GOOD.replace(*change))


OPEN = GOOD.replace("users = 4", "arrivals = 5")
CLOSED_STAGE, OPEN_STAGE = "[[stages]]\nseconds = 1\nusers = 1\n", "[[stages]]\nseconds = 1\narrivals = 1\n"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("arrivals = 5", "arrivals = -1"), "stages[0].arrivals: must be at least 0"),
        (("arrivals = 5", 'arrivals = "5"'), "stages[0].arrivals: must be a number"),
        (("arrivals = 5", "arrivals = 0"), "stages: nothing ever arrives"),
        (("arrivals = 5", "arrivals = 5\narrivals_too = 9"), 'unknown key; did you mean "arrivals_to"?'),
        (
            ("arrivals = 5", 'arrivals = 5\nprocess = "poison"'),
            'stages[0].process: unknown value "poison"; did you mean "po',
        ),
        (("arrivals = 5", "arrivals = 5\nusers = 4"), "stages[0].users: does not go with arrivals"),
        (("arrivals = 5", "users = 5\narrivals_to = 4"), "stages[0].arrivals_to: belongs to arrivals"),
        (("weight = 1", "weight = 1\npace = 2"), "mix.orders.pace: does not go with arrivals"),
        (("[mix.orders]", CLOSED_STAGE + "[mix.orders]"), "stages[1].users: this stage is closed, the first one open"),
        (("[mix.orders]", "[generator]\nmost_users = 0\n[mix.orders]"), "generator.most_users: must be at least 1"),
        (("[mix.orders]", "[checks]\nsample = 2\n[mix.orders]"), "checks.sample: must be at most 1"),
        (("[mix.orders]", "[checks]\nsampel = 1\n[mix.orders]"), 'checks.sampel: unknown key; did you mean "sample"?'),
    ],
)
def test_a_mistake_in_open_stages_is_one_clear_line(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    assert change[0] in OPEN
    assert says in scenario_line(tmp_path, OPEN.replace(*change))


def test_closed_stages_have_no_arrivals(tmp_path: Path) -> None:
    assert "stages[1].arrivals: this stage is open" in scenario_line(
        tmp_path, GOOD.replace("[mix.orders]", OPEN_STAGE + "[mix.orders]")
    )
    assert "generator.most_users: goes with arrivals only" in scenario_line(
        tmp_path, GOOD + "[generator]\nmost_users = 4\n"
    )


def test_open_stages_have_users_enough_for_iterations_of_two_seconds(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(OPEN.replace("arrivals = 5", 'arrivals = 5\narrivals_to = 30.2\nprocess = "poisson"'))
    scenario = load_scenario(str(path))
    assert scenario.open
    assert scenario.most_users == 61
    assert scenario.stages[0].arrivals == Arrivals(5, 30.2, "poisson")
    assert scenario.sample == 0.01


def test_a_file_that_is_not_text_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="is not TOML"):
        load_scenario(str(path))


def test_a_missing_name_or_path_says_what_there_is() -> None:
    with pytest.raises(ScenarioError, match='"smok": no such scenario; did you mean "smoke"'):
        load_scenario("smok")
    with pytest.raises(ScenarioError, match="no such scenario file"):
        load_scenario("no/where.toml")


def test_stages_follow_each_other_and_end() -> None:
    spike = load_scenario("spike")
    names = [stage.name if (stage := stage_at(spike, at)) else None for at in (0, 14.9, 15, 30, 50)]
    assert names == ["usual", "usual", "spike", "after", None]
