"""The [checks] table of a target file: which checks of our own run there."""

import re
from pathlib import Path

import pytest

from fixtures.errors import TargetError
from fixtures.target.checks import BY_DEFAULT, KNOWN, OPT_IN, chosen
from fixtures.target.section import Section


def section(**table: object) -> Section:
    return Section(Path("x.toml"), "checks", table, ("enabled", "disabled"))


def test_what_is_opt_in_runs_only_where_it_is_enabled() -> None:
    assert chosen(section()) == BY_DEFAULT
    assert chosen(section(enabled=list(OPT_IN))) == (*BY_DEFAULT, *OPT_IN)


def test_what_is_disabled_does_not_run() -> None:
    assert chosen(section(disabled=[BY_DEFAULT[0]])) == BY_DEFAULT[1:]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"disabled": ["answer_tell_no_secrets"]}, "checks.disabled: .*Did you mean 'answers_tell_no_secrets'"),
        ({"enabled": [BY_DEFAULT[0]], "disabled": [BY_DEFAULT[0]]}, "stands in disabled, too"),
        ({"enabled": "all"}, "must be a list of strings"),
    ],
)
def test_what_nobody_knows_is_refused_with_the_nearest(table: dict[str, object], told: str) -> None:
    with pytest.raises(TargetError, match=told):
        chosen(section(**table))


def test_the_example_names_checks_that_there_are_and_all_that_are_opt_in() -> None:
    example = Path(__file__).parents[2] / "fixtures" / "target" / "deployed.example.toml"
    named = set(re.findall(r'"([a-z_]+)"', example.read_text().partition("\n[checks]")[2]))
    assert set(OPT_IN) <= named <= set(KNOWN)
