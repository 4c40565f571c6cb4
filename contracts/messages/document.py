"""Knows the AsyncAPI document: channels, their messages with schemas ready to use, the operations on them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from contracts.documents import Loader
from fixtures.errors import CallError

PATH = Path(__file__).resolve().parents[1] / "specs" / "events.asyncapi.yaml"
CONTENT = "x-content"
INVOKED = "lambda"
"""The protocol of functions that are called, by name or by AWS."""


@dataclass(frozen=True, slots=True)
class Message:
    """One type of message on one channel. `added_*` are what older messages lack; `at_setup`: not in every run."""

    channel: str
    name: str
    title: str
    payload: Mapping[str, Any]
    headers: Mapping[str, Any]
    is_json: bool = True
    added_headers: tuple[str, ...] = ()
    added_fields: tuple[str, ...] = ()
    at_setup: bool = False
    examples: tuple[Mapping[str, Any], ...] = ()

    @property
    def id(self) -> str:
        """As results name it: `OrderQueue.orderPlaced`."""
        return f"{self.channel}.{self.name}"


@dataclass(frozen=True, slots=True)
class Channel:
    """One queue, topic or collector; `kind` is the protocol of its server: `sqs`, `sns`, `https`, `lambda`."""

    name: str
    kind: str
    messages: tuple[Message, ...]
    dead_letters: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """What a service does with a channel's messages: `send` or `receive`. `by` are the operations that lead to it."""

    id: str
    action: str
    service: str
    channel: str
    messages: tuple[str, ...]
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Events:
    """The whole document."""

    channels: Mapping[str, Channel]
    operations: tuple[Operation, ...] = field(default=())

    def messages(self) -> Iterator[Message]:
        """Every type on every channel that carries messages; invocations of functions are not carried anywhere."""
        for channel in self.channels.values():
            yield from channel.messages if channel.kind != INVOKED else ()

    def functions(self) -> dict[str, list[str]]:
        """The operations that a message or an invocation sets off, by service."""
        found: dict[str, list[str]] = {}
        for operation in self.operations:
            if operation.action == "receive":
                found.setdefault(operation.service, []).append(operation.id)
        return found

    def about(self, message: Message) -> tuple[str, ...]:
        """The operations, of HTTP or of functions, that lead to a type being sent; then those that it sets off."""
        mine = [o for o in self.operations if o.channel == message.channel and message.name in o.messages]
        by = [name for operation in mine if operation.action == "send" for name in operation.by]
        return (*by, *(operation.id for operation in mine if operation.action == "receive"))

    def service_of(self, message: Message) -> str:
        """The service that sends a type; of what nobody here sends, the one that receives it."""
        mine = [o for o in self.operations if o.channel == message.channel and message.name in o.messages]
        return next((o.service for o in sorted(mine, key=lambda o: o.action != "send")), "")


def read(path: Path = PATH) -> Events:
    """The document, references followed. Raises `CallError` where it can't be read."""
    try:
        root = yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506 - a safe loader, in C where there is one
        return Events(
            {name: _channel(name, inlined(root, raw)) for name, raw in root["channels"].items()},
            tuple(_operation(name, raw) for name, raw in root["operations"].items()),
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise CallError(
            f"{path}: not a usable AsyncAPI document ({error!r}). `python -m contracts.lint` says more."
        ) from None


def inlined(root: Mapping[str, Any], value: Any) -> Any:
    """`value` with every local reference replaced by what it points to. Raises KeyError where it points nowhere."""
    if isinstance(value, list):
        return [inlined(root, item) for item in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("$ref"), str):
        found: Any = root
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        return inlined(root, found)
    # In ECMA-262, `$` is the end; in Python also what stands before a last line break.
    return {
        key: f"{item[:-1]}\\Z"
        if key == "pattern" and isinstance(item, str) and item.endswith("$")
        else inlined(root, item)
        for key, item in value.items()
    }


def validator(schema: Mapping[str, Any]) -> Validator:
    """Judges by a schema of the document, formats and JSON inside strings included."""
    made: Validator = _kind()(dict(schema), format_checker=Draft7Validator.FORMAT_CHECKER)
    return made


@cache
def _kind() -> Any:
    return extend(Draft7Validator, {CONTENT: _content})  # type: ignore[no-untyped-call]


def _content(judge: Any, schema: Any, instance: Any, _: Any) -> Iterator[ValidationError]:
    if not isinstance(instance, str):
        return
    try:
        value = json.loads(instance)
    except ValueError:
        yield ValidationError(f"{instance[:80]!r} is not JSON")
        return
    yield from judge.descend(value, schema)


def _channel(name: str, raw: Mapping[str, Any]) -> Channel:
    queue = raw.get("bindings", {}).get("sqs", {}).get("queue", {})
    return Channel(
        name=name,
        kind=raw["servers"][0]["protocol"],
        messages=tuple(_message(name, key, each) for key, each in raw["messages"].items()),
        dead_letters=queue.get("redrivePolicy", {}).get("deadLetterQueue", {}).get("name", ""),
    )


def _message(channel: str, name: str, raw: Mapping[str, Any]) -> Message:
    added = raw.get("x-added", {})
    return Message(
        channel=channel,
        name=name,
        title=raw.get("title", name),
        payload=raw["payload"],
        headers=raw.get("headers", {}),
        is_json=raw.get("contentType", "application/json") == "application/json",
        added_headers=tuple(added.get("headers", ())),
        added_fields=tuple(added.get("fields", ())),
        at_setup=bool(raw.get("x-setup")),
        examples=tuple(raw.get("examples", ())),
    )


def _operation(name: str, raw: Mapping[str, Any]) -> Operation:
    return Operation(
        id=name,
        action=raw["action"],
        service=raw.get("x-service", ""),
        channel=raw["channel"]["$ref"].rpartition("/")[2],
        messages=tuple(each["$ref"].rpartition("/")[2] for each in raw.get("messages", ())),
        by=tuple(raw.get("x-by", ())),
    )
