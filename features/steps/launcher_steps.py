"""Steps about launching instances."""

from functools import partial
from typing import Any

from behave import given, then, when

from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.expect import expect, expect_that
from features.support.launches import TAG, Launches, configured, expect_launched, launch, launch_as_configured
from features.support.refused_calls import refusing
from features.support.world import World

ATTEMPTS = 3
"""How often a service makes a call to AWS before it gives up."""

FLAWED: dict[str, Any] = {
    "an empty token": {"client_token": ""},
    "a token of 65 characters": {"client_token": "a" * 65},
    "a token that is no text": {"client_token": 7},
    "a field nobody knows": {"colour": "red"},
    "nothing but a list": [],
}


def request(world: World, words: str) -> dict[str, str]:
    """The payload of the request behind words of the feature."""
    return {"client_token": world.name(words).replace(" ", "-")[:64]}


def expect_error(world: World, kinds: tuple[str, ...], message: str) -> None:
    said = world.notes(Launches).said
    expect("error message", said.get("errorMessage"), message)
    expect_that("error type", said.get("errorType") in kinds, " or ".join(kinds), said)


@given('the launcher is configured for the type "{kind}", with a tag of its own')
def configured_for(context: Context, kind: str) -> None:
    configured(context.world, LAUNCH_INSTANCE_TYPE=kind)


@given("the launcher is configured without {setting}")
def configured_without(context: Context, setting: str) -> None:
    configured(context.world, **{setting: ""})


@given("the launcher is configured with an image that doesn't exist")
def configured_without_image(context: Context) -> None:
    configured(context.world, LAUNCH_IMAGE_ID="ami-00000000000000000")


@given("the launcher is configured with a subnet that doesn't exist")
def configured_without_subnet(context: Context) -> None:
    configured(context.world, LAUNCH_SUBNET_ID="subnet-00000000000000000")


@given('an instance was launched for the request "{words}"')
@when('an instance is launched for the request "{words}"')
def launched_for(context: Context, words: str) -> None:
    context.world.response = launch(context.world, request(context.world, words))


@given('EC2 did not answer the request "{words}"')
def not_answered(context: Context, words: str) -> None:
    with refusing(context.world, "RunInstances", "", ATTEMPTS):
        launch(context.world, request(context.world, words))
    expect_error(context.world, ("UnavailableError",), "The service is not available. Please try again later.")


@when("an instance is launched")
def launched(context: Context) -> None:
    context.world.response = launch(context.world, {})


@when("an instance is launched as configured")
def launched_as_configured(context: Context) -> None:
    launch_as_configured(context.world)


@when("an instance is launched while EC2 is away")
def launched_without_ec2(context: Context) -> None:
    with refusing(context.world, "RunInstances", "", ATTEMPTS):
        context.world.response = launch(context.world, {})


@when('{count:d} callers launch an instance for the request "{words}" at the same moment')
def launched_by_many(context: Context, count: int, words: str) -> None:
    at_the_same_moment([partial(launch, context.world, request(context.world, words))] * count)


@when("an instance is launched for a request with {flaw}")
def launched_for_flawed(context: Context, flaw: str) -> None:
    context.world.response = launch(context.world, FLAWED[flaw])


@then("the answer is the id of an instance that runs")
def id_of_instance(context: Context) -> None:
    expect_launched(context.world)


@then('the instance is of the type "{kind}", from the configured image, in the configured subnet')
def as_configured(context: Context, kind: str) -> None:
    found, wanted = expect_launched(context.world), context.world.notes(Launches).variables
    observed = (found["InstanceType"], found["ImageId"], found["SubnetId"])
    expect("type, image, subnet", observed, (kind, wanted["LAUNCH_IMAGE_ID"], wanted["LAUNCH_SUBNET_ID"]))


@then("the instance and its volume carry the configured tag")
def tagged(context: Context) -> None:
    world = context.world
    found = expect_launched(world)
    wanted = [{"Key": TAG, "Value": world.name("launch")}]
    expect("tags of the instance", found.get("Tags"), wanted)
    expect(
        "tags of the volume", [each.get("Tags") for each in world.platform.fleet.volumes(found["InstanceId"])], [wanted]
    )


@then("its metadata is given to those with a token only")
def metadata_guarded(context: Context) -> None:
    options = expect_launched(context.world)["MetadataOptions"]
    expect("tokens", (options["HttpTokens"], options["HttpEndpoint"]), ("required", "enabled"))


@then("its root volume, the only one, is encrypted")
def disk_encrypted(context: Context) -> None:
    found = expect_launched(context.world)
    devices = [mapping["DeviceName"] for mapping in found["BlockDeviceMappings"]]
    expect("devices", devices, [found["RootDeviceName"]])
    volumes = context.world.platform.fleet.volumes(found["InstanceId"])
    expect("encrypted volumes", [volume["Encrypted"] for volume in volumes], [True])


@then("the answer is the same instance as before")
def same_instance(context: Context) -> None:
    first, second = context.world.notes(Launches).ids
    expect("instance", second, first)


@then("the answer is another instance than before")
def another_instance(context: Context) -> None:
    first, second = context.world.notes(Launches).ids
    expect_that("instance", second != first, f"not {first}", second)


@then("all of them are told of one instance")
def one_instance(context: Context) -> None:
    ids = context.world.notes(Launches).ids
    expect_that("instances", len(ids) == 5 and len(set(ids)) == 1, "one, told five times", ids)


@then('the launch is refused with "{message}"')
def launch_refused(context: Context, message: str) -> None:
    expect_error(context.world, ("RefusedError",), message)


@then('it is not launched because "{message}"')
def not_launched(context: Context, message: str) -> None:
    expect_error(context.world, ("RefusedError", "SettingsError", "UnavailableError"), message)
    expect(
        "instances with the configured tag", context.world.platform.fleet.tagged(TAG, context.world.name("launch")), []
    )
