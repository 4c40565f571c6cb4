"""The template watches what it deploys: an alarm for every dead-letter queue and for every function."""

import pytest

from fixtures.services.platform.settings import Production
from fixtures.stack.parts import CONSUMERS as POLLED
from fixtures.stack.parts import FUNCTIONS as INVOKED
from fixtures.stack.parts import HANDLERS, TEMPLATE
from fixtures.stack.provision import read_template

DOCUMENT = read_template(TEMPLATE)
RESOURCES = DOCUMENT["Resources"]
FUNCTIONS = {name: each for name, each in RESOURCES.items() if each["Type"] == "AWS::Serverless::Function"}
# Settings know these entries by names of their own.
SETTINGS_OF = {"fixtures.services.links.mover": "links-mover", "fixtures.services.orders.events": "order-events"}
# As the documentation of the platform names them.
NAMES = {
    "AWS::DynamoDB::Table": (
        "TableName",
        "Users AuthUsers AuthTokens Products Inventory InventoryOrders Orders OrderOutbox OrderIdempotency URLMappings "
        "S3FileMetadata EtlRecords",
    ),
    "AWS::SQS::Queue": (
        "QueueName",
        "OrderQueue OrderDLQ StockReleaseQueue StockReleaseDLQ OrderEventsQueue OrderEventsDLQ UploadQueue UploadDLQ "
        "EtlQueue EtlDLQ LogDLQ",
    ),
    "AWS::SNS::Topic": ("TopicName", "OrderEvents EmailTopic EtlTopic HighCPUAlerts"),
    "AWS::S3::Bucket": ("BucketName", "user-uploaded-images processed-thumbnails etl-raw etl-rejects"),
    "AWS::SecretsManager::Secret": ("Name", "AuthSigningKey LinksApiKeys"),
}


def watched(metric: str) -> set[str]:
    """The resources that alarms of this metric look at."""
    found = set()
    for resource in RESOURCES.values():
        if resource["Type"] == "AWS::CloudWatch::Alarm" and resource["Properties"].get("MetricName") == metric:
            (dimension,) = resource["Properties"]["Dimensions"]
            ((_, target),) = dimension["Value"].items()
            found.add(str(target).partition(".")[0])
    return found


def test_every_dead_letter_queue_has_an_alarm() -> None:
    letters = {
        resource["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"].partition(".")[0]
        for resource in RESOURCES.values()
        if "RedrivePolicy" in resource.get("Properties", {})
    } | {name for name in RESOURCES if name.endswith("DLQ")}
    assert len(letters) >= 5
    assert sorted(letters - watched("ApproximateNumberOfMessagesVisible")) == []


def test_every_function_has_an_alarm_for_its_errors() -> None:
    functions = {name for name, resource in RESOURCES.items() if resource["Type"] == "AWS::Serverless::Function"}
    assert len(functions) >= 11
    assert sorted(functions - watched("Errors")) == []


def test_executions_that_come_to_no_good_end_have_an_alarm() -> None:
    counted = RESOURCES["EtlLoadFailed"]["Properties"]["Metrics"]
    names = {each["MetricStat"]["Metric"]["MetricName"] for each in counted if "MetricStat" in each}
    assert names == {"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"}


def test_the_forwarder_gets_what_the_state_machine_logs() -> None:
    subscription = RESOURCES["EtlLoadLogsToSplunk"]["Properties"]
    assert subscription["DestinationArn"] == {"Fn::GetAtt": "LogForwarderFunction.Arn"}
    (group,) = RESOURCES["EtlLoad"]["Properties"]["Logging"]["Destinations"]
    assert group["CloudWatchLogsLogGroup"]["LogGroupArn"] == {
        "Fn::GetAtt": f"{subscription['LogGroupName']['Ref']}.Arn"
    }


def test_every_http_service_has_an_address() -> None:
    stages = {each["Properties"]["Name"] for each in RESOURCES.values() if each["Type"] == "AWS::Serverless::Api"}
    assert stages >= {"users", "auth", "products", "inventory", "orders", "links"}


def test_every_function_that_a_schedule_starts_says_how_often() -> None:
    events = RESOURCES["WatchInstancesFunction"]["Properties"]["Events"].values()
    assert [event["Properties"]["Schedule"] for event in events] == ["rate(1 minute)"]


@pytest.mark.parametrize("kind", NAMES)
def test_everything_the_platform_keeps_is_in_the_template(kind: str) -> None:
    key, names = NAMES[kind]
    deployed = {each["Properties"][key] for each in RESOURCES.values() if each["Type"] == kind}
    assert sorted(set(names.split()) - deployed) == []


def test_every_function_that_runs_locally_is_deployed() -> None:
    handlers = {each["Properties"]["Handler"] for each in FUNCTIONS.values()}
    local = {f"{module}.{name}" for module, name in INVOKED.values()}
    local |= {f"{module}.{name}" for _, module, name in POLLED.values()}
    local |= {f"{module}.handle" for module in HANDLERS.values()}
    assert sorted(local - handlers) == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_gets_what_production_does_not_start_without(name: str) -> None:
    properties = FUNCTIONS[name]["Properties"]
    module = properties["Handler"].rpartition(".")[0]
    service = SETTINGS_OF.get(module, module.split(".")[2])
    given = {**DOCUMENT["Globals"]["Function"]["Environment"]["Variables"]}
    given |= properties.get("Environment", {}).get("Variables", {})
    assert sorted({each.upper() for each in Production.needed.get(service, ())} - set(given)) == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_use_the_queue_that_sets_it_off(name: str) -> None:
    """SAM gives a function with an SQS event the right to receive; a batch must be able to fail in part."""
    for event in FUNCTIONS[name]["Properties"].get("Events", {}).values():
        if event["Type"] == "SQS":
            assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
