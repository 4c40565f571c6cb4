"""Knows how the launcher is run with a configuration of the scenario's own, and what it has launched."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from features.support.expect import Unmet, expect_status, expect_that
from features.support.machines import Machines
from features.support.world import World
from fixtures.clients import Response
from fixtures.clients.functions import failed

ROOT = Path(__file__).resolve().parents[2]
TAG = "plumbline"
# The function's own entry, as Lambda starts it: in a process of its own, told by its environment.
SCRIPT = """
import json, uuid
from types import SimpleNamespace
from fixtures.services.launcher.handler import handle
try:
    answer = handle({}, SimpleNamespace(aws_request_id=str(uuid.uuid4()), function_name="LaunchInstance"))
except Exception as error:
    answer = {"errorType": type(error).__name__, "errorMessage": str(error)}
print(json.dumps(answer))
"""


@dataclass(slots=True)
class Launches:
    """`variables` are the scenario's own configuration; `tokens` the client tokens by the words of the feature."""

    variables: dict[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)


def launch(world: World, payload: Any) -> Response:
    """Invokes the function; what it launched is taken away after the scenario."""
    answer = expect_status(world.platform.functions.invoke("LaunchInstance", payload), 200)
    world.notes(Launches).said = answer.json()
    if not failed(answer):
        keep(world, str(answer.json().get("instance_id", "")))
    return answer


def keep(world: World, instance_id: str) -> None:
    """One more instance was launched."""
    world.notes(Launches).ids.append(instance_id)
    world.notes(Machines).all.append(instance_id)


def configured(world: World, **changes: str) -> None:
    """A whole configuration, but for the changes; an empty value is left out."""
    fleet = world.platform.fleet
    whole = {
        "LAUNCH_IMAGE_ID": fleet.image(),
        "LAUNCH_INSTANCE_TYPE": "t3.micro",
        "LAUNCH_SUBNET_ID": fleet.subnet(),
        "LAUNCH_TAGS": f"{TAG}={world.name('launch')}",
    }
    world.notes(Launches).variables = {name: value for name, value in (whole | changes).items() if value}


def launch_as_configured(world: World) -> None:
    """Runs the function with the scenario's configuration."""
    aws = world.platform.target.aws
    assert aws is not None
    variables = {
        "PATH": os.defpath,
        "AWS_ACCESS_KEY_ID": "platform",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": aws.region,
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        "LOG_LEVEL": "CRITICAL",
    } | world.notes(Launches).variables
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unmet("the launcher", "ends by itself", done.stderr[-2000:])
    world.notes(Launches).said = json.loads(done.stdout.splitlines()[-1])
    if "instance_id" in world.notes(Launches).said:
        keep(world, world.notes(Launches).said["instance_id"])


def expect_launched(world: World) -> dict[str, Any]:
    """The instance that was launched last, as EC2 describes it."""
    said = world.notes(Launches).said
    expect_that("answer", set(said) == {"instance_id"}, "the instance's id alone", said)
    found = world.platform.fleet.instance(said["instance_id"])
    state = found["State"]["Name"]
    expect_that("state of the instance", state in ("pending", "running"), "pending or running", state)
    return found
