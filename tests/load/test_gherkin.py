"""Scenarios as load are matched once, and refused at start with name, file and line where a step can't run so."""

import os
import re
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from load.gherkin import GherkinError, matched, read_scripts, unfit
from load.reach import FEATURES, operations_of, reached_by
from load.scenario_file import ScenarioError, load_scenario
from reports.evidence import Result, Status, read
from tests.load.standin import KEYS, Shop, order_events, secrets_of_target, served, shop_app, target_file

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


def test_a_scenario_without_the_tag_is_named_with_its_place() -> None:
    with pytest.raises(GherkinError, match=r"ORD-001: it has no tag @load; give it one at .*placing.feature:\d+"):
        read_scripts(["ORD-001"])


def test_what_is_no_gherkin_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "mine.feature").write_text("@load\nScenario: nowhere\n  Whenever it rains\n")
    with pytest.raises(GherkinError, match=r"mine.feature: can't be read as Gherkin: ") as caught:
        read_scripts(["ABC-001"], tmp_path)
    assert "\n" not in str(caught.value)


def test_no_features_are_told(tmp_path: Path) -> None:
    with pytest.raises(GherkinError, match=r"no such folder: .* take the whole checkout"):
        read_scripts(["ABC-001"], tmp_path / "features")


def test_rows_of_an_outline_are_all_played_and_have_one_name() -> None:
    scripts = read_scripts(["ORD-008"])
    assert list(scripts) == ["ORD-008 row 1", "ORD-008 row 2"]
    assert {script.title for script in scripts.values()} == {"<quantity> pieces are accepted"}


def test_what_steps_can_ask_is_known_before(tmp_path: Path) -> None:
    scenario, _ = matched(load_scenario("gherkin-orders"))
    assert scenario.played["ORD-008"].asks == ("createOrder",)
    assert scenario.played["ORD-074"].asks == ("createOrder", "getOrder")
    file = tmp_path / "mine.toml"
    file.write_text(SHORT + "[slo.folowLink]\np95 = 100\n")
    with pytest.raises(GherkinError, match=r'mine.toml: slo.folowLink: .* did you mean "followLink"'):
        matched(load_scenario(str(file)))


def test_a_step_that_waits_by_the_world_is_fit_and_one_that_waits_by_itself_is_not(tmp_path: Path) -> None:
    assert read_scripts(["ORD-074"])["ORD-074"].measured[1].text.endswith("soon confirmed")
    source = "def waits(context): eventually(context, 1)\n"
    file = FEATURES / "steps" / "none.py"  # never written: where code is from decides whether it is looked into
    room: dict[str, Any] = {"eventually": lambda *_: None}
    exec(compile(source, str(file), "exec"), room)
    assert unfit(room["waits"]) == "waits by itself instead of by world.eventually"
    room["nap"] = time.sleep
    exec(compile("def step(context): return [nap(1) for _ in '1']\n", "features/steps/none.py", "exec"), room)
    exec(compile("def calls(context): step(context)\n", "features/steps/none.py", "exec"), room)
    assert unfit(room["calls"]) == "sleeps"


def test_a_step_is_followed_into_its_own_module_and_into_methods() -> None:
    scripts = read_scripts(["LNK-020"])
    follow = scripts["LNK-020"].measured[0].match.func
    assert operations_of(follow.__globals__["looks"]) == {"getLink", "getLinkClicks"}
    method = import_module("features.support.world").World.name  # stands for any method of the features
    assert method in reached_by(follow.__globals__["somebody_looks"])


def test_the_persona_needs_its_scenarios(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[[stages]]\nseconds = 1\nusers = 1\n[mix.gherkin]\nweight = 1\n[slo.overall]\nerror_rate = 0\n")
    with pytest.raises(ScenarioError, match="gherkin: goes with the persona"):
        load_scenario(str(path))


SHORT = """
[[stages]]
seconds = 2
users = 2
[mix.gherkin]
weight = 1
pace = 10
[gherkin]
LNK-020 = 1
[slo.overall]
error_rate = 0
[invariants]
check = []
[given]
links = 1
"""


def played(
    folder: Path, *faults: str, content: str = SHORT, aws: str = "", eventually: float = 1.0
) -> tuple[int, dict[str, Result]]:
    """A short run of `python -m load` over a small platform: exit code, and results by id. What comes in the end is
    waited for `eventually` seconds."""
    file = folder / "mine.toml"
    file.write_text(content)
    publish = order_events(aws) if aws else lambda _: None
    with served(shop_app(Shop(frozenset(faults), publish))) as url:
        target = target_file(folder, url, aws)
        ada = '[identities.ada]\nusername = "ada"\napi_keys_env = "STANDIN_KEYS"\n'
        target.write_text(target.read_text().replace("eventually = 1.0", f"eventually = {eventually}") + ada)
        variables = {"SEED": "7", "SCENARIO": str(file), "TARGET": str(target), "WORKERS": "0"}
        environment = os.environ | secrets_of_target() | variables | {"PLUMBLINE_RUN_DIR": str(folder / "run")}
        command = [sys.executable, "-m", "load"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90, check=False)
    return done.returncode, {result.id: result for result in read(folder / "run")["load"].results}


def test_a_then_that_fails_is_red_with_scenario_step_and_curl_line(tmp_path: Path) -> None:
    code, results = played(tmp_path, "wrong location")
    assert code == 1
    result = results["operation:followLink"]
    assert result.status is Status.FAILED
    failure = result.failures[0]
    assert "@LNK-020 Then somebody is led to exactly" in str(result)
    assert "following.feature:" in failure.expected
    assert "&more=1" in failure.observed
    assert failure.curl.startswith("curl ")
    fallen = results["scenario:LNK-020"]
    assert fallen.status is Status.FAILED
    assert fallen.failures[0].curl == failure.curl
    assert "0 times whole" in str(fallen.details["observed"])
    assert not [key for key in KEYS.split(",") if key in str(result)]


def test_a_service_that_breaks_is_red(tmp_path: Path) -> None:
    code, results = played(tmp_path, "broken links")
    assert code == 1
    assert "status 500" in str(results["operation:followLink"])
    assert "@LNK-020" not in str(results["operation:followLink"]), "counted once, as what it is"


OPEN = SHORT.replace("users = 2", "arrivals = 5").replace("pace = 10", "") + "[generator]\nmost_users = 1\n"


def test_a_given_that_failed_once_is_told_though_it_came_right_when_it_was_tried_again(tmp_path: Path) -> None:
    code, results = played(tmp_path, "no links yet", content=OPEN + 'saturation = "note"\n')
    assert code == 3
    told = str(results["run:personas"].details["observed"])
    assert told.startswith("1 × gherkin: StepError: @LNK-020 Given Ada has shortened")
    assert results["scenario:LNK-020"].status is Status.PASSED, "it was tried again, and played"


def test_a_given_that_fails_is_tried_again_with_a_pause(tmp_path: Path) -> None:
    code, results = played(tmp_path, "no links", content=SHORT.replace("pace = 10", ""))
    assert code == 3
    observed = str(results["run:personas"].details["observed"])
    times = [int(number) for number in re.findall(r"(\d+) × gherkin: StepError", observed)]
    assert 2 < sum(times) < 20, "again and again by two users in two seconds, and not as fast as they can"
    assert results["scenario:LNK-020"].status is Status.BROKEN
