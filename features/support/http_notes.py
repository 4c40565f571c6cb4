"""What the steps about HTTP remember, and the awkward things they send."""

import json
from dataclasses import dataclass, field
from typing import Any

from fixtures.clients import Response

INSIDE = (
    "traceback",
    "exception",
    "boto",
    "dynamo",
    "moto",
    ".py",
    "flask",
    "lambda",
    "127.0.0.1",
    "localhost",
    "redis",
)
"""Words of an answer that would tell how a service is made."""


@dataclass(slots=True)
class HttpNotes:
    """Answers by service, the id and the trace a request was given, how a process ended."""

    answers: dict[str, Response] = field(default_factory=dict)
    pair: list[Response] = field(default_factory=list)
    request_id: str = ""
    trace_id: str = ""
    secrets: list[str] = field(default_factory=list)
    exit_code: int = 0
    said: str = ""


def awkward_body(kind: str, good: dict[str, Any]) -> bytes:
    """A body no well-meaning client sends, by the words of the feature; the first text field is where it goes."""
    name = next(iter(good))
    number = next((key for key, value in good.items() if isinstance(value, int)), name)
    raw = {
        "bytes that are no UTF-8": b'{"%s": "\xff\xfe"}' % name.encode(),
        "a NUL character": json.dumps(good | {name: "a\0b"}).encode(),
        "half a surrogate pair": b'{"%s": "\\ud800"}' % name.encode(),
        "100,000 opening brackets": b"[" * 100_000,
        "a number of 5,000 digits": json.dumps(good).encode().replace(json.dumps(good[number]).encode(), b"9" * 5000),
        "a number that is infinite": b'{"%s": 1e999}' % number.encode(),
    }
    return raw[kind]
