"""The template watches what it deploys: an alarm for every dead-letter queue and for every function."""

from fixtures.stack.parts import TEMPLATE
from fixtures.stack.provision import read_template

RESOURCES = read_template(TEMPLATE)["Resources"]


def watched(metric: str) -> set[str]:
    """The resources that alarms of this metric look at."""
    found = set()
    for resource in RESOURCES.values():
        if resource["Type"] == "AWS::CloudWatch::Alarm" and resource["Properties"]["MetricName"] == metric:
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


def test_every_function_that_a_schedule_starts_says_how_often() -> None:
    events = RESOURCES["WatchInstancesFunction"]["Properties"]["Events"].values()
    assert [event["Properties"]["Schedule"] for event in events] == ["rate(1 minute)"]
