"""An instance is launched as configured, once per client token, and a refusal says what to mend."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from fixtures.services.launcher import handler, rules
from fixtures.services.platform import aws
from fixtures.services.platform.invoked import RefusedError, UnavailableError
from fixtures.services.platform.messages import Problem
from fixtures.services.platform.settings import SettingsError, from_environment
from fixtures.stack import instances
from fixtures.stack.gateway import LambdaContext

CONFIGURED = {
    "LAUNCH_IMAGE_ID": instances.IMAGE,
    "LAUNCH_INSTANCE_TYPE": "t3.micro",
    "LAUNCH_SUBNET_ID": instances.SUBNET,
    "LAUNCH_TAGS": "Name=worker, Team=shop",
}


@pytest.fixture
def account(clients: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """EC2 as the local stack has it: one image, one subnet, launches that know their client token."""
    for name, value in CONFIGURED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        instances.prepare("/ec2/")
        instances.empty()
        yield


def launch(event: Any = None, context: LambdaContext | None = None) -> str:
    answer = handler.handle({} if event is None else event, context or LambdaContext("LaunchInstance"))
    assert list(answer) == ["instance_id"]
    return str(answer["instance_id"])


def described(instance_id: str) -> dict[str, Any]:
    found: Any = aws.client("ec2").describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]
    return dict(found)


def test_the_instance_is_as_configured(account: None) -> None:
    found = described(launch())
    assert (found["ImageId"], found["InstanceType"], found["SubnetId"]) == (
        instances.IMAGE,
        "t3.micro",
        instances.SUBNET,
    )
    assert {tag["Key"]: tag["Value"] for tag in found["Tags"]} == {"Name": "worker", "Team": "shop"}


def test_the_instance_has_its_metadata_behind_a_token_and_its_one_volume_encrypted(account: None) -> None:
    found = described(launch())
    assert found["MetadataOptions"]["HttpTokens"] == "required"
    (device,) = found["BlockDeviceMappings"]
    (volume,) = aws.client("ec2").describe_volumes(VolumeIds=[device["Ebs"]["VolumeId"]])["Volumes"]
    assert (device["DeviceName"], volume["Encrypted"]) == (found["RootDeviceName"], True)
    assert {tag["Key"] for tag in volume["Tags"]} == {"Name", "Team"}


def test_one_client_token_is_one_instance(account: None) -> None:
    first = launch({"client_token": "order-7"})
    assert launch({"client_token": "order-7"}) == first
    assert launch({"client_token": "order-8"}) != first


def test_without_a_token_an_invocation_is_one_launch_however_often_it_is_tried(account: None) -> None:
    context = LambdaContext("LaunchInstance")
    assert launch({}, context) == launch({}, context)
    assert launch({}) != launch({})


def test_a_token_of_another_configuration_is_refused(account: None, monkeypatch: pytest.MonkeyPatch) -> None:
    launch({"client_token": "order-7"})
    monkeypatch.setenv("LAUNCH_INSTANCE_TYPE", "t3.small")
    with pytest.raises(RefusedError, match="this client token was used with another configuration"):
        launch({"client_token": "order-7"})


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("LAUNCH_IMAGE_ID", "ami-00000000000000000", "the configured image doesn't exist"),
        ("LAUNCH_SUBNET_ID", "subnet-00000000000000000", "the configured subnet doesn't exist"),
    ],
)
def test_what_ec2_refuses_is_told_without_its_own_words(
    account: None, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(RefusedError) as caught:
        launch()
    assert str(caught.value) == f"EC2 refused to launch the instance: {said}."


def test_an_unknown_refusal_says_nothing_of_its_reason() -> None:
    assert rules.refusal("PendingVerification").message == (
        "EC2 refused to launch the instance: the request was not accepted."
    )


def test_no_room_is_an_outage(account: None) -> None:
    assert rules.refusal("InsufficientInstanceCapacity").status == 503


def test_throttling_is_an_outage(account: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def throttled(_name: str) -> Any:
        raise ClientError({"Error": {"Code": "RequestLimitExceeded", "Message": ""}}, "RunInstances")

    monkeypatch.setattr(aws, "client", throttled)
    with pytest.raises(UnavailableError):
        launch()


@pytest.mark.parametrize("variable", ["LAUNCH_IMAGE_ID", "LAUNCH_INSTANCE_TYPE", "LAUNCH_SUBNET_ID"])
def test_missing_configuration_is_named(variable: str) -> None:
    given = {name: value for name, value in CONFIGURED.items() if name != variable}
    with pytest.raises(SettingsError, match=rf"^launcher can't launch: set {variable}\.$"):
        rules.plan(from_environment("launcher", given))


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError, match="set LAUNCH_IMAGE_ID, LAUNCH_INSTANCE_TYPE, LAUNCH_SUBNET_ID"):
        rules.plan(from_environment("launcher", {}))


@pytest.mark.parametrize(
    "tags", ["Name", "=x", "aws:x=1", "Name=a,Name=b", "Na$me=a", ",".join(f"k{n}=" for n in range(51))]
)
def test_tags_that_no_resource_can_carry_are_refused(tags: str) -> None:
    with pytest.raises(SettingsError, match="LAUNCH_TAGS"):
        rules.plan(from_environment("launcher", {**CONFIGURED, "LAUNCH_TAGS": tags}))


@pytest.mark.parametrize("token", ["", "a" * 65, "ü", "a b", 7, True, ["a"]])
def test_a_malformed_token_is_refused(token: Any) -> None:
    with pytest.raises(Problem, match="client_token must be"):
        rules.client_token({"client_token": token}, "own")


def test_a_token_has_up_to_64_characters() -> None:
    assert rules.client_token({"client_token": "a" * 64}, "own") == "a" * 64
    assert rules.client_token({"client_token": None}, "own") == "own"


def test_a_volume_under_another_name_than_the_root_is_no_root_volume() -> None:
    mapping = {"DeviceName": "/dev/sdb", "Ebs": {"VolumeSize": 8}}
    assert rules.root_volume({"RootDeviceName": "/dev/xvda", "BlockDeviceMappings": [mapping]}) is None
