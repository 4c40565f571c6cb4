"""Each rule of the AsyncAPI lint goes red on a document that breaks it."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.lint.events import lint_events
from contracts.messages.document import PATH

Break = Callable[[dict[str, Any]], None]
EVENTS = yaml.safe_load(PATH.read_text())
TEMPLATE = """
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: OrderQueue
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
  Dead: {Type: AWS::SQS::Queue, Properties: {QueueName: OrderDLQ}}
  Said: {Type: AWS::SNS::Topic, Properties: {TopicName: EmailTopic}}
"""
CHANNELS = ("OrderQueue", "OrderDLQ", "EmailTopic")


def small() -> dict[str, Any]:
    """The document, cut down to what the small template has."""
    document: dict[str, Any] = copy.deepcopy(EVENTS)
    document["channels"] = {name: document["channels"][name] for name in CHANNELS}
    kept = {f"#/channels/{name}" for name in CHANNELS}
    document["operations"] = {n: o for n, o in document["operations"].items() if o["channel"]["$ref"] in kept}
    messages = ("orderPlaced", "deadLetter", "orderConfirmation")
    document["components"]["messages"] = {name: document["components"]["messages"][name] for name in messages}
    return document


def findings(document: dict[str, Any], folder: Path, template: str = TEMPLATE) -> set[str]:
    (folder / "template.yaml").write_text(template)
    (folder / "events.asyncapi.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    return {found.rule for found in lint_events(folder / "events.asyncapi.yaml", folder / "template.yaml")}


def _message(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["messages"]["orderPlaced"]
    return found


def _other_version(document: dict[str, Any]) -> None:
    document["asyncapi"] = "2.6.0"


def _misspelt(document: dict[str, Any]) -> None:
    _message(document)["exmaples"] = []


def _no_description(document: dict[str, Any]) -> None:
    del document["channels"]["OrderQueue"]["description"]


def _other_name(document: dict[str, Any]) -> None:
    _message(document)["name"] = "orderPalced"


def _publishes(document: dict[str, Any]) -> None:
    document["operations"]["applyOrder"]["action"] = "publish"


def _nobody_s(document: dict[str, Any]) -> None:
    del document["operations"]["applyOrder"]["x-service"]


def _foreign_message(document: dict[str, Any]) -> None:
    document["operations"]["applyOrder"]["channel"]["$ref"] = "#/channels/OrderDLQ"


def _no_example(document: dict[str, Any]) -> None:
    del _message(document)["examples"]


def _no_schema(document: dict[str, Any]) -> None:
    _message(document)["payload"]["type"] = "order"


def _wrong_payload(document: dict[str, Any]) -> None:
    _message(document)["examples"][0]["payload"]["quantity"] = 0


def _wrong_header(document: dict[str, Any]) -> None:
    _message(document)["examples"][0]["headers"]["revision"] = "first"


def _unused(document: dict[str, Any]) -> None:
    document["components"]["messages"]["spare"] = {**_message(document), "name": "spare"}


def _unread(document: dict[str, Any]) -> None:
    del document["operations"]["applyOrder"]


def _unsent(document: dict[str, Any]) -> None:
    del document["operations"]["confirmByEmail"]


def _unknown_queue(document: dict[str, Any]) -> None:
    document["channels"]["OtherQueue"] = document["channels"]["OrderDLQ"]


def _undescribed(document: dict[str, Any]) -> None:
    del document["channels"]["OrderDLQ"]


def _four_receives(document: dict[str, Any]) -> None:
    document["channels"]["OrderQueue"]["bindings"]["sqs"]["queue"]["redrivePolicy"]["maxReceiveCount"] = 4


def _dead_reference(document: dict[str, Any]) -> None:
    _message(document)["headers"]["properties"]["revision"]["$ref"] = "#/components/schemas/version"


BREAKS: list[tuple[Break, str]] = [
    (_other_version, "asyncapi_3"),
    (_misspelt, "asyncapi_3"),
    (_no_description, "channel_complete"),
    (_other_name, "channel_complete"),
    (_publishes, "operation_complete"),
    (_nobody_s, "operation_complete"),
    (_foreign_message, "operation_complete"),
    (_no_example, "message_complete"),
    (_no_schema, "message_complete"),
    (_wrong_payload, "example_valid"),
    (_wrong_header, "example_valid"),
    (_unused, "message_used"),
    (_unread, "message_used"),
    (_unsent, "message_used"),
    (_unknown_queue, "template_agrees"),
    (_undescribed, "template_agrees"),
    (_four_receives, "template_agrees"),
    (_dead_reference, "references_lead_somewhere"),
]


@pytest.mark.parametrize(("broken", "rule"), BREAKS, ids=[entry[0].__name__ for entry in BREAKS])
def test_a_broken_document_is_found(broken: Break, rule: str, tmp_path: Path) -> None:
    document = small()
    broken(document)
    assert rule in findings(document, tmp_path)


def test_a_whole_document_has_nothing_to_correct(tmp_path: Path) -> None:
    assert findings(small(), tmp_path) == set()


def test_json_inside_a_string_is_judged_too(tmp_path: Path) -> None:
    document = copy.deepcopy(EVENTS)
    example = document["components"]["messages"]["orderSettledNotification"]["examples"][0]
    example["payload"]["Message"] = '{"order_id": "o-1", "status": "Perhaps"}'
    assert "example_valid" in findings(document, tmp_path)
