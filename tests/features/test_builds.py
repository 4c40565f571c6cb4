"""A feature for every build runs once on each: told apart in evidence, Allure and JUnit, and sent to the right one."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from behave.model_type import FileLocation
from behave.runner_util import parse_features

from features.running.programme import programme
from features.support import hooks
from features.support.builds import build_of, service_behind, with_builds
from features.support.identity import evidence_id, replay, service_of
from features.support.people import People
from features.support.stage import Stage
from fixtures.clients import Sessions, connect
from fixtures.clients.fake_transport import FakeTransport
from fixtures.target import Service, Target
from reports.evidence import Journal

FEATURE = """\
@users {tag}
Feature: Joining

  Rule: Anybody may

    @USR-901
    Scenario Outline: <who> joins
      When "cleo" joins the directory with the address "<who>@example.com"
      Then the directory confirms that it added "cleo"

      Examples:
        | who  |
        | cleo |
        | dora |
"""


def doubled(folder: Path, tag: str = "@every-build") -> list[Any]:
    file = folder / "joining.feature"
    file.write_text(FEATURE.format(tag=tag))
    locations = [FileLocation(str(file))]
    return with_builds(parse_features(locations), locations)


def test_it_runs_once_more_for_the_further_build(tmp_path: Path) -> None:
    first, again = doubled(tmp_path)
    assert [build_of(scenario) for scenario in first.walk_scenarios()] == ["", ""]
    assert [build_of(scenario) for scenario in again.walk_scenarios()] == ["users-lambda"] * 2


def test_what_is_not_for_every_build_runs_once(tmp_path: Path) -> None:
    assert len(doubled(tmp_path, tag="@smoke")) == 1


def test_ids_names_and_files_tell_the_builds_apart(tmp_path: Path) -> None:
    features = doubled(tmp_path)
    ids = [evidence_id(scenario) for feature in features for scenario in feature.walk_scenarios()]
    assert ids == ["USR-901#1.1", "USR-901#1.2", "USR-901#1.1@users-lambda", "USR-901#1.2@users-lambda"]
    assert len({feature.name for feature in features}) == len({feature.filename for feature in features}) == 2


def test_a_failure_is_blamed_on_its_build_and_replayed_there(tmp_path: Path) -> None:
    scenario = next(iter(doubled(tmp_path)[1].walk_scenarios()))
    assert service_of(scenario) == "users-lambda"
    command = replay(scenario, "local")
    assert command.startswith("behave --tags=@USR-901 --tags=@build.users-lambda ")
    assert command.endswith("/joining.feature")


def test_the_build_answers_for_its_service() -> None:
    contract = Path("users.openapi.yaml")
    services = {name: Service(name, f"http://{name}", contract) for name in ("users", "users-lambda")}
    wire = FakeTransport()
    platform = connect(Target("two", "deployed", Path("two.toml"), services, {}), lambda: wire)
    platform.users.get_user("ada")
    platform.with_build(service_behind("users-lambda"), "users-lambda").users.get_user("ada")
    assert [request.url for request in wire.sent] == ["http://users/users/ada", "http://users-lambda/users/ada"]


@pytest.mark.parametrize("service", ["users", "users-lambda"])
def test_a_build_can_be_asked_for_alone(service: str) -> None:
    chosen = programme("@USR-001", service)
    builds = {build_of(scenario) for unit in chosen.beside for scenario in unit.scenarios}
    assert builds == ({"users-lambda"} if service == "users-lambda" else {"", "users-lambda"})


def entered(tmp_path: Path, tags: str, services: tuple[str, ...], *, read_only: bool = False) -> list[str]:
    """Why the scenarios of each build are skipped, empty where they run."""
    given = {name: Service(name, f"http://{name}", Path("users.openapi.yaml")) for name in services}
    target = Target("far", "deployed", Path("far.toml"), given, {}, limits={"read_only": float(read_only)})
    platform = connect(target, FakeTransport)
    journal = Journal(tmp_path, "features")
    stage = Stage(target, platform, Sessions(platform), People(platform), tmp_path, journal, journal.result)
    reasons = []
    for feature in doubled(tmp_path, tag=f"@every-build {tags}"):
        scenario = next(iter(feature.walk_scenarios()))
        hooks.enter_scenario(SimpleNamespace(stage=stage), scenario)
        reasons.append(scenario.skip_reason or "")
    return reasons


def test_a_target_without_the_build_skips_it_and_says_so(tmp_path: Path) -> None:
    assert entered(tmp_path, "", ("users",)) == ["", "the target has no users-lambda"]
    assert entered(tmp_path, "", ("users", "users-lambda")) == ["", ""]


def test_a_target_that_is_only_read_skips_what_writes_and_says_so(tmp_path: Path) -> None:
    both = ("users", "users-lambda")
    said = "may write, and limits.read_only keeps the target as it is"
    assert entered(tmp_path, "", both, read_only=True) == [said, said]
    assert entered(tmp_path, "@reads", both, read_only=True) == ["", ""]
