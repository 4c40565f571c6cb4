"""The rules over the AsyncAPI document: its form, its references, its examples, and its agreement with the template.

The form is AsyncAPI 3.0's, as far as the document uses it: an unknown key is a finding, so that nothing is misspelt.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator
from jsonschema.exceptions import SchemaError

from contracts.lint.finding import Finding
from contracts.messages.document import inlined, validator

TEMPLATE = Path(__file__).resolve().parents[2] / "fixtures" / "services" / "template.yaml"
QUEUE, TOPIC = "AWS::SQS::Queue", "AWS::SNS::Topic"
ROOT = {"asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"}
CHANNEL = {"address", "messages", "title", "summary", "description", "servers", "parameters", "tags", "bindings"}
OPERATION = {"action", "channel", "title", "summary", "description", "messages", "reply", "tags", "bindings"}
MESSAGE = {"headers", "payload", "correlationId", "contentType", "name", "title", "summary", "description", "tags"}
MESSAGE |= {"bindings", "examples", "traits", "externalDocs"}
SERVER = {"host", "protocol", "protocolVersion", "pathname", "description", "title", "summary", "variables", "security"}
PROTOCOLS = {"sqs", "sns", "https", "lambda"}

Cure = tuple[str, str]
"""Where, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The document as it is written, and whole: with its references followed."""

    raw: Mapping[str, Any]
    whole: Mapping[str, Any]
    template: Mapping[str, Any]


def lint_events(path: Path, template: Path = TEMPLATE) -> list[Finding]:
    """Everything to be done about the document at `path`."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        subject = Subject(raw, inlined(raw, raw), read_template(template))
    except (OSError, yaml.YAMLError) as error:
        return [Finding(path.name, "-", "readable", str(error).splitlines()[0])]
    except (KeyError, TypeError, AttributeError) as error:
        return [Finding(path.name, "-", "references_lead_somewhere", f"mend the reference to {error}")]
    return [Finding(path.name, where, rule.__name__, cure) for rule in RULES for where, cure in rule(subject)]


def read_template(path: Path) -> dict[str, Any]:
    """The SAM template as data; CloudFormation's short tags become plain values."""
    return dict(yaml.load(path.read_text(encoding="utf-8"), _Loader))  # noqa: S506 - a SafeLoader


def asyncapi_3(subject: Subject) -> Iterator[Cure]:
    """The version, the information, and no key that AsyncAPI doesn't know."""
    if not str(subject.raw.get("asyncapi", "")).startswith("3.0."):
        yield "-", "set `asyncapi: 3.0.0`"
    for name in ("title", "version"):
        if not isinstance(subject.raw.get("info", {}).get(name), str):
            yield "info", f"give it a {name}"
    yield from _unknown("-", subject.raw, ROOT)
    for part, known in (("servers", SERVER), ("channels", CHANNEL), ("operations", OPERATION)):
        for name, each in subject.whole.get(part, {}).items():
            yield from _unknown(name, each, known)
    for name, each in subject.whole.get("components", {}).get("messages", {}).items():
        yield from _unknown(name, each, MESSAGE)


def channel_complete(subject: Subject) -> Iterator[Cure]:
    """A channel says where it is, what for, and what is on it."""
    for name, channel in subject.whole.get("channels", {}).items():
        for key in ("address", "description", "servers", "messages"):
            if not channel.get(key):
                yield name, f"give it {key}"
        protocols = {server.get("protocol") for server in channel.get("servers", ())}
        if not protocols <= PROTOCOLS:
            yield name, f"its server's protocol is one of {', '.join(sorted(PROTOCOLS))}"
        for key, message in channel.get("messages", {}).items():
            if message.get("name") != key:
                yield name, f"let its message {key} be named {key}"


def operation_complete(subject: Subject) -> Iterator[Cure]:
    """An operation says who does what with which messages of which channel."""
    for name, raw in subject.raw.get("operations", {}).items():
        if raw.get("action") not in ("send", "receive"):
            yield name, "its action is send or receive"
        for key in ("summary", "x-service", "messages"):
            if not raw.get(key):
                yield name, f"give it {key}"
        channel = raw.get("channel", {}).get("$ref", "")
        for message in raw.get("messages", ()):
            if not message.get("$ref", "").startswith(f"{channel}/messages/"):
                yield name, f"let its messages be of {channel}"


def message_complete(subject: Subject) -> Iterator[Cure]:
    """A message has a title, a type, a payload with a usable schema, and examples."""
    for name, message in _messages(subject):
        for key in ("title", "contentType", "payload", "examples"):
            if key not in message:
                yield name, f"give it {key}"
        for part in ("payload", "headers"):
            try:
                Draft7Validator.check_schema(message.get(part, {}))
            except SchemaError as error:
                yield name, f"correct the schema of its {part}: {error.message[:160]}"


def example_valid(subject: Subject) -> Iterator[Cure]:
    """Every example keeps its own schema."""
    for name, message in _messages(subject):
        for example in message.get("examples", ()):
            for part in ("payload", "headers"):
                for error in _errors(message.get(part), example.get(part)):
                    yield name, f"its example {example.get('name')}: {part}: {error}"


def message_used(subject: Subject) -> Iterator[Cure]:
    """No message without a channel; every topic is sent to, every queue that isn't for dead letters is worked on."""
    channels = subject.whole.get("channels", {})
    used = {key for channel in channels.values() for key in channel.get("messages", {})}
    for name, _ in _messages(subject):
        if name not in used:
            yield name, "put it on a channel, or take it out"
    operations = subject.raw.get("operations", {}).values()
    touched = {(o.get("action"), o.get("channel", {}).get("$ref", "").rpartition("/")[2]) for o in operations}
    for name, channel in channels.items():
        wanted = "receive" if channel.get("bindings", {}).get("sqs", {}).get("queue", {}).get("redrivePolicy") else ""
        wanted = "send" if "sns" in channel.get("bindings", {}) else wanted
        if wanted and (wanted, name) not in touched:
            yield name, f"give it an operation that does `{wanted}`"


def template_agrees(subject: Subject) -> Iterator[Cure]:
    """Every queue and topic of the template is a channel, and the other way round; dead letters go where it says."""
    resources = subject.template.get("Resources", {})
    for kind, protocol, key in ((QUEUE, "sqs", "QueueName"), (TOPIC, "sns", "TopicName")):
        deployed = {r["Properties"][key] for r in resources.values() if r["Type"] == kind}
        told = {
            name
            for name, channel in subject.whole.get("channels", {}).items()
            if protocol in {server.get("protocol") for server in channel.get("servers", ())}
        }
        for name in sorted(deployed - told):
            yield name, "describe it: the template has it"
        for name in sorted(told - deployed):
            yield name, "the template has no such resource"
    for resource in resources.values():
        if resource["Type"] == QUEUE and "RedrivePolicy" in resource["Properties"]:
            yield from _redrive(subject, resources, resource["Properties"])


RULES: tuple[Callable[[Subject], Iterator[Cure]], ...] = (
    asyncapi_3,
    channel_complete,
    operation_complete,
    message_complete,
    example_valid,
    message_used,
    template_agrees,
)


def _redrive(subject: Subject, resources: Mapping[str, Any], queue: Mapping[str, Any]) -> Iterator[Cure]:
    policy = queue["RedrivePolicy"]
    target = str(policy["deadLetterTargetArn"]).removesuffix(".Arn")
    meant = (resources[target]["Properties"]["QueueName"], policy["maxReceiveCount"])
    channel = subject.whole.get("channels", {}).get(queue["QueueName"], {})
    told = channel.get("bindings", {}).get("sqs", {}).get("queue", {}).get("redrivePolicy", {})
    if (told.get("deadLetterQueue", {}).get("name"), told.get("maxReceiveCount")) != meant:
        yield queue["QueueName"], f"let its redrivePolicy be the template's: {meant[0]} after {meant[1]} receives"


def _messages(subject: Subject) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from subject.whole.get("components", {}).get("messages", {}).items()


def _errors(schema: Any, value: Any) -> Iterator[str]:
    usable = isinstance(schema, dict) and Draft7Validator(Draft7Validator.META_SCHEMA).is_valid(schema)
    if usable and value is not None:
        for error in validator(schema).iter_errors(value):
            yield f"{'/'.join(map(str, error.absolute_path)) or 'it'}: {error.message[:160]}"


def _unknown(where: str, found: Mapping[str, Any], known: set[str]) -> Iterator[Cure]:
    for key in found:
        if key not in known and not str(key).startswith("x-"):
            yield where, f"AsyncAPI knows no `{key}` here; known are {', '.join(sorted(known))}"


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags, read as the plain values they stand before."""


def _tagged(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else None


_Loader.add_multi_constructor("!", _tagged)
