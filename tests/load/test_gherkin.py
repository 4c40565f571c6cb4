"""Scenarios as load are matched once, and refused at start with name, file and line where a step can't run so."""

from pathlib import Path

import pytest

from load.gherkin import GherkinError, read_scripts
from load.scenario_file import ScenarioError, load_scenario

FEATURE = """@links
Feature: Mine
  Rule: One
    @ABC-001 @load
    Scenario: One
      Given Ada has shortened "https://example.com/a"
      When {when}
      Then somebody is led to exactly "https://example.com/a"
"""


def refusal(folder: Path, when: str, scenario_id: str = "ABC-001") -> str:
    (folder / "mine.feature").write_text(FEATURE.format(when=when))
    with pytest.raises(GherkinError) as caught:
        read_scripts([scenario_id], folder)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_scenarios_of_the_house_are_matched_and_given_is_apart() -> None:
    scripts = read_scripts(load_scenario("gherkin").gherkin)
    assert [bound.text.split()[0] for bound in scripts["LNK-020"].given] == ["Given"]
    assert [bound.text.split()[0] for bound in scripts["LNK-020"].measured] == ["When", "Then"]


def test_weights_are_those_of_the_file() -> None:
    assert load_scenario("gherkin").gherkin == {"LNK-020": 3, "LNK-021": 1}


def test_a_step_with_threads_of_its_own_is_refused_with_its_line(tmp_path: Path) -> None:
    line = refusal(tmp_path, "3 readers follow the link at the same moment")
    assert "mine.feature:7: @ABC-001:" in line
    assert "can't run under load: it starts threads of its own; take @load away" in line


def test_a_step_nobody_wrote_is_refused(tmp_path: Path) -> None:
    assert "mine.feature:7: @ABC-001:" in (line := refusal(tmp_path, "somebody dreams"))
    assert "matches no step" in line


def test_an_unknown_id_names_the_nearest(tmp_path: Path) -> None:
    assert 'did you mean "ABC-001"?' in refusal(tmp_path, "somebody follows the link", "ABC-002")


def test_the_persona_needs_its_scenarios(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[[stages]]\nseconds = 1\nusers = 1\n[mix.gherkin]\nweight = 1\n[slo.overall]\nerror_rate = 0\n")
    with pytest.raises(ScenarioError, match="gherkin: goes with the persona"):
        load_scenario(str(path))
