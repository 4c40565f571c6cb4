"""Each Gherkin rule goes red on a feature that breaks it, and stays green on one that keeps them all."""

from pathlib import Path

import pytest

from features.lint import lint, main, told

GOOD = """
@orders
Feature: Placing orders
  Background:
    Given a shop

  Rule: A shopper cannot order more than there is

    @ORD-912
    Scenario: The last items go to the first shopper
      Given the shop has 3 "walnut desks" left
      When Ada orders 200 "walnut desks"
      Then Ada's order is refused
"""

BREACHES = {
    "no id": ("    @ORD-912\n", "", "0 id tags"),
    "two ids": ("    @ORD-912\n", "    @ORD-912 @ORD-913\n", "2 id tags"),
    "no rule": ("  Rule: A shopper cannot order more than there is\n", "", "stands in no Rule"),
    "two Whens": ("      Then Ada", "      When Ben orders\n      Then Ada", "2 Whens"),
    "no When": ('      When Ada orders 200 "walnut desks"\n', "", "0 Whens"),
    "no Then": ("      Then Ada's order is refused\n", "", "no Then"),
    "too many steps": ("      When", "      And more\n" * 5 + "      When", "8 steps"),
    "long background": ("    Given a shop\n", "    Given a shop\n" + "    And more\n" * 3, "Background of 4 steps"),
    "a URL": ("Ada's order is refused", "https://shop.test/orders is refused", "a URL"),
    "a path": ("Ada's order is refused", "GET /orders/7 is refused", "a path"),
    "JSON": ("Ada's order is refused", 'Ada gets {"status": "no"}', "JSON"),
    "a port": ("Ada's order is refused", "port 5001 is silent", "a port"),
    "a status code": ("Ada's order is refused", "Ada gets 409", "a status code"),
    "first person": ("Ada's order is refused", "I see a refusal", "first person"),
    "unknown fixture": ("@ORD-912\n", "@ORD-912 @fixture.nothing\n", "no such fixture"),
    "unknown function": ("@ORD-912\n", "@ORD-912 @function.applyOrdr\n", "Did you mean @function.applyOrder?"),
    "empty rule": ("  Rule:", "  Rule: Nothing\n\n  Rule:", "no scenario"),
    "unparsable": ("      When Ada", "      Wen Ada", "can't be parsed"),
}


def found_in(tmp_path: Path, *texts: str) -> list[str]:
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.feature").write_text(text, encoding="utf-8")
    return list(told(lint(tmp_path, frozenset({"fixture.known"}))))


def test_a_feature_that_keeps_the_rules_has_no_findings(tmp_path: Path) -> None:
    assert found_in(tmp_path, GOOD) == []


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_found_where_it_stands(tmp_path: Path, breach: str) -> None:
    old, new, said = BREACHES[breach]
    assert old in GOOD
    (line,) = found_in(tmp_path, GOOD.replace(old, new, 1))
    assert said in line
    assert "0.feature:" in line


def test_an_id_is_taken_once_over_all_files(tmp_path: Path) -> None:
    (line,) = found_in(tmp_path, GOOD, GOOD)
    assert line.endswith("0.feature:10; give it an id of its own")


def test_technical_words_are_the_matter_of_features_about_http(tmp_path: Path) -> None:
    assert found_in(tmp_path, GOOD.replace("@orders", "@http").replace("is refused", "gets 409")) == []


def test_example_addresses_are_words_of_a_feature_about_links(tmp_path: Path) -> None:
    assert found_in(tmp_path, GOOD.replace("is refused", 'leads to "https://example.com:8443/a?b=404"')) == []


def test_examples_of_an_outline_are_looked_at(tmp_path: Path) -> None:
    outline = (
        GOOD.replace("Scenario:", "Scenario Outline:") + "\n      Examples:\n        | x |\n        | localhost |\n"
    )
    (line,) = found_in(tmp_path, outline)
    assert "'localhost': a URL" in line


def test_the_command_tells_a_wrong_folder_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "missing")]) == 2
    assert "no such folder" in capsys.readouterr().err


def test_the_features_of_this_repository_keep_the_rules() -> None:
    assert main([]) == 0
