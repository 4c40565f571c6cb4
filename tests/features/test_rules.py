"""The table of rules is whole: each rule has scenarios, each of them exists, each scenario shows some rule."""

import re
from pathlib import Path

from behave.parser import parse_file

from features.support.identity import ID_TAG

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (?P<rule>[A-Z]+-\d+) \| (?P<words>.+?) \| (?P<scenarios>[^|]*) \|$")


def rows() -> list[tuple[str, str, list[str]]]:
    table = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8").splitlines()
    found = [match for line in table if (match := ROW.match(line))]
    return [(m["rule"], m["words"], re.findall(r"[^\s,]+", m["scenarios"])) for m in found]


def scenario_ids() -> set[str]:
    features = [parse_file(str(file)) for file in sorted((ROOT / "features").rglob("*.feature"))]
    scenarios = [scenario for feature in features for scenario in feature.walk_scenarios(with_outlines=True)]
    return {str(tag) for scenario in scenarios for tag in scenario.tags if ID_TAG.fullmatch(tag)}


def test_every_line_of_a_table_is_a_row() -> None:
    lines = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("|") and not line.startswith(("|---", "| rule |"))]
    assert [line for line in table if not ROW.match(line)] == []


def test_every_service_has_its_rules() -> None:
    kinds = {rule.partition("-")[0] for rule, _, _ in rows()}
    first = {"HTTP", "USERS", "AUTH", "PRODUCTS", "INVENTORY", "ORDERS", "LINKS", "MONITOR", "LAUNCHER"}
    assert kinds >= first | {"ETL", "MEDIA", "PROCESSOR", "TODOS"}


def test_a_rule_stands_in_the_table_once() -> None:
    rules = [rule for rule, _, _ in rows()]
    assert sorted({rule for rule in rules if rules.count(rule) > 1}) == []


def test_every_rule_has_a_scenario() -> None:
    assert [rule for rule, _, scenarios in rows() if not scenarios] == []


def test_every_scenario_of_the_table_exists() -> None:
    known = scenario_ids()
    assert [(rule, one) for rule, _, scenarios in rows() for one in scenarios if one not in known] == []


def test_every_scenario_shows_a_rule() -> None:
    shown = {one for _, _, scenarios in rows() for one in scenarios}
    assert sorted(scenario_ids() - shown) == []
