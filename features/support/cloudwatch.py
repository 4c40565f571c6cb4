"""Knows what CloudWatch Logs hands on, well and badly formed, and what may not be in it when it arrives.

Source of the form: "Using subscription filters", CloudWatch Logs user guide.
"""

import base64
import gzip
import json
import time
from dataclasses import dataclass, field
from typing import Any

from features.support.world import World
from fixtures.clients import Response
from fixtures.clients.mailbox import Message

FUNCTION = "ForwardLogs"
DEAD_LETTERS = "LogDLQ"
LIMIT = 256 * 1024
"""Bytes that every SQS queue takes, whatever its own limit."""

CARD = "4111 1111 1111 1111"  # passes Luhn's check; the networks keep it for tests
SECRETS = {
    "an e-mail address": ("cleo@example.com", "mail to cleo@example.com sent", {"to": "cleo@example.com"}),
    "a card number": ("1111 1111", f"paid with {CARD} today", {"paid": f"with {CARD}"}),
    "a phone number": ("151 234", "called +49 151 2345678 back", {}),
    "a client's address": ("8.8.4.4", "request of 8.8.4.4 refused", {"client": "8.8.4.4"}),
    "a bearer token": ("s3cr3t", "sent Authorization: Bearer s3cr3t.abc", {"headers": {"Authorization": "s3cr3t"}}),
    "an access key": ("AKIAIOSFODNN7EXAMPLE", "with AKIAIOSFODNN7EXAMPLE now", {}),
    "a password": ("hunter22", "login password=hunter22 failed", {"user": {"password": "hunter22"}}),
    "an API key": ("k-12345", "X-Api-Key: k-12345", {"api_key": "k-12345"}),
}
"""What may not arrive, and a plain and a JSON line around it."""

HARMLESS = {
    "an order number of sixteen digits": "order 4111111111111112 placed",
    "a time in milliseconds": "done at 1700000000000",
    "a machine's private address": "asked 10.0.3.7 and 127.0.0.1",
    "a status, a duration and a request id": '{"status": 200, "duration_ms": 1.5, "request_id": "plumb-1"}',
}


@dataclass(slots=True)
class HandedOn:
    """What was handed on: a mark that is in every line, the lines, what may not arrive, when."""

    lines: list[str] = field(default_factory=list)
    secret: str = ""
    timestamp: int = field(default_factory=lambda: int(time.time() * 1000) - 5000)


def group(world: World) -> str:
    """The scenario's own log group, by which everything of it is found."""
    return "/aws/lambda/" + world.name("group")


def packed(document: Any) -> dict[str, Any]:
    """A document as it comes in an event."""
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(document).encode())).decode()}}


def event(world: World, lines: list[str], kind: str = "DATA_MESSAGE") -> dict[str, Any]:
    """The event for these lines."""
    kept = world.notes(HandedOn)
    kept.lines = lines
    events = [{"id": f"{n:056d}", "timestamp": kept.timestamp + n, "message": line} for n, line in enumerate(lines)]
    origin = {"owner": "123456789012", "logGroup": group(world), "logStream": "stream", "subscriptionFilters": ["all"]}
    return packed({"messageType": kind, **origin, "logEvents": events})


def hand_on(world: World, lines: list[str], kind: str = "DATA_MESSAGE") -> Response:
    """Invokes the forwarder with these lines."""
    answer: Response = world.platform.functions.invoke(FUNCTION, event(world, lines, kind))
    return answer


def malformed(flaw: str) -> dict[str, Any]:
    """An event with one flaw, by the words of the feature."""

    def of(data: bytes | str) -> dict[str, Any]:
        return {"awslogs": {"data": data if isinstance(data, str) else base64.b64encode(data).decode()}}

    timeless = {"messageType": "DATA_MESSAGE", "logGroup": "g", "logStream": "s", "logEvents": [{"id": "1"}]}
    return {
        "nothing at all": {},
        "data in no Base64": of("!"),
        "data that isn't packed": of(b"plain"),
        "packed data cut off": of(gzip.compress(b"{}" * 50)[:-9]),
        "packed words": of(gzip.compress(b"hello")),
        "an unknown kind": packed({"messageType": "LOVE_LETTER"}),
        "lines without a time": packed(timeless),
    }[flaw]


def dead_letters(world: World) -> list[Message]:
    """Every letter of the scenario's group among the dead letters, taken out of them."""
    messages = world.platform.messages
    found: list[Message] = []
    while letter := messages.find(DEAD_LETTERS, group(world)):
        messages.discard(DEAD_LETTERS, letter)
        found.append(letter)
    return found
