"""Variables of a run: good ones become settings, wrong ones one clear line."""

from pathlib import Path

import pytest

from fixtures.errors import CallError
from fixtures.target import settings


def test_nothing_given_means_the_defaults() -> None:
    run = settings({})
    assert (run.target, run.jobs, run.effort, run.scenario, run.workers) == ("local", 2, "quick", "smoke", 0)
    assert (run.run_dir, run.ci, run.tags, run.service) == (None, False, "", "")


def test_what_is_given_is_kept() -> None:
    given = {"TARGET": "x", "JOBS": "4", "EFFORT": "deep", "SEED": "7", "PLUMBLINE_RUN_DIR": "/tmp/r", "CI": "true"}
    run = settings(given | {"TAGS": "@smoke", "SERVICE": "links", "SCENARIO": "steady", "WORKERS": "3"})
    assert (run.target, run.jobs, run.effort, run.seed) == ("x", 4, "deep", 7)
    assert (run.run_dir, run.ci) == (Path("/tmp/r"), True)
    assert (run.tags, run.service, run.scenario, run.workers) == ("@smoke", "links", "steady", 3)


def test_a_seed_that_was_drawn_stays_the_same_within_a_process() -> None:
    assert settings({}).seed == settings({}).seed


@pytest.mark.parametrize("value", ["", "0", "false"])
def test_these_values_do_not_mean_ci(value: str) -> None:
    assert not settings({"CI": value}).ci


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"EFFORT": "fast"}, "EFFORT=fast: allowed: quick, ci, deep."),
        ({"EFFORT": "quik"}, "Did you mean 'quick'?"),
        ({"JOBS": "two"}, "JOBS=two: must be a whole number from 1 to 64."),
        ({"JOBS": "0"}, "JOBS=0: must be"),
        ({"JOBS": "65"}, "JOBS=65: must be"),
        ({"WORKERS": "-1"}, "WORKERS=-1: must be"),
        ({"SEED": "1.5"}, "SEED=1.5: must be"),
        ({"SEED": "²"}, "SEED=²: must be"),
    ],
)
def test_a_wrong_value_is_an_error_of_the_call(given: dict[str, str], said: str) -> None:
    with pytest.raises(CallError) as caught:
        settings(given)
    assert said in str(caught.value)
    assert caught.value.exit_code == 2
