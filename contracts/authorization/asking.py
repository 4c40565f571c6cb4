"""Knows how one operation is asked, as whom, and about what."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from contracts.authorization.promises import Promise
from fixtures.clients import Exchange, Redactor, Request, Response, Transport, curl_line

_PLACEHOLDERS = {"authorization": "Bearer $TOKEN"}


@dataclass(frozen=True, slots=True)
class Thing:
    """What an operation acts on: values for its path; `made` is what the maker answered."""

    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request with its answer."""

    request: Request
    response: Response

    @property
    def status(self) -> int:
        """Of the answer."""
        return self.response.status

    @property
    def body(self) -> Any:
        """As JSON, None where it is none."""
        return self.response.json()

    def curl(self, redactor: Redactor) -> str:
        """To send it again, secrets by name."""
        headers = {
            name: _PLACEHOLDERS.get(name.lower(), "$API_KEY" if "key" in name.lower() else value)
            for name, value in self.request.headers.items()
        }
        request = redactor.request(
            Request("", self.request.method, self.request.url, headers, self.request.params, json=self.request.json)
        )
        return curl_line(Exchange("", "", request, None, "", 0.0))


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks one service."""

    transport: Transport
    base_url: str
    timeout: float = 10.0

    def ask(self, promise: Promise, thing: Thing, headers: Mapping[str, str], body: Any = None) -> Asked:
        """One request; raises `UnreachableError` where no answer comes."""
        path = promise.path
        for name in promise.slots:
            path = path.replace(f"{{{name}}}", quote(thing.values.get(name, ""), safe=""))
        carried = {"X-Request-Id": f"plumb-{uuid.uuid4().hex}", "Accept": "application/json"}
        carried |= promise.sent.get("header", {})
        request = Request(
            promise.operation_id,
            promise.method,
            f"{self.base_url}{path}",
            {**carried, **headers},
            dict(promise.sent.get("query", {})),
            json=body,
            timeout=self.timeout,
        )
        return Asked(request, self.transport.send(request))


def found_by(expression: str, asked: Asked, thing: Thing) -> str | None:
    """What a runtime expression (OpenAPI 3.1, 4.8.20.4) stands for; None where there is nothing."""
    kind, _, pointer = expression.partition("#")
    if kind == "$response.body":
        return _at(asked.body, pointer)
    if kind == "$request.body":
        return _at(asked.request.json, pointer)
    if expression.startswith("$request.path."):
        return thing.values.get(expression.removeprefix("$request.path."))
    if expression.startswith("$response.header."):
        return asked.response.headers.get(expression.removeprefix("$response.header.").lower())
    return None if expression.startswith("$") else expression


def _at(value: Any, pointer: str) -> str | None:
    for part in pointer.strip("/").split("/"):
        if isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            value = value.get(part) if isinstance(value, dict) else None
    if value is None or isinstance(value, dict | list):
        return None
    return value if isinstance(value, str) else json.dumps(value)
