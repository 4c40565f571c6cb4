"""The gateway speaks API Gateway's REST proxy format, both ways."""

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from fixtures.stack.gateway import Gateway, http_answer, proxy_event


class Headers:
    """Headers as granian's RSGI gives them."""

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        self._values = values

    def keys(self) -> list[str]:
        return list(self._values)

    def get_all(self, name: str) -> list[str]:
        return self._values[name]


@dataclass
class Scope:
    path: str = "/"
    query_string: str = ""
    method: str = "GET"
    http_version: str = "1.1"
    client: str = "127.0.0.1:5555"
    headers: Headers = field(default_factory=lambda: Headers({}))


class Protocol:
    """Takes a body, remembers the answer."""

    def __init__(self, body: bytes = b"") -> None:
        self._body = body
        self.answer: tuple[int, list[tuple[str, str]], bytes] | None = None

    async def __call__(self) -> bytes:
        return self._body

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answer = (status, headers, body)


def answer_of(handler: Any, body: bytes = b"") -> tuple[int, dict[str, str], Any]:
    protocol = Protocol(body)
    asyncio.run(Gateway("svc", handler, 1)(Scope(), protocol))
    assert protocol.answer is not None
    status, headers, data = protocol.answer
    return status, dict(headers), json.loads(data)


def test_a_query_parameter_sent_twice_keeps_both_values_and_shows_the_last() -> None:
    event = proxy_event(Scope(query_string="a=1&a=2&empty="), b"")
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "empty": [""]}
    assert event["queryStringParameters"] == {"a": "2", "empty": ""}


def test_a_header_sent_twice_keeps_both_values_and_shows_the_last() -> None:
    event = proxy_event(Scope(headers=Headers({"x-tag": ["1", "2"]})), b"")
    assert event["multiValueHeaders"] == {"X-Tag": ["1", "2"]}
    assert event["headers"] == {"X-Tag": "2"}


def test_nothing_sent_is_null_not_empty() -> None:
    event = proxy_event(Scope(), b"")
    nulls = ("headers", "multiValueHeaders", "queryStringParameters", "pathParameters", "body")
    assert {name: event[name] for name in nulls} == dict.fromkeys(nulls)


def test_the_path_is_the_greedy_parameter() -> None:
    event = proxy_event(Scope(path="/links/a b"), b"")
    assert (event["path"], event["pathParameters"]) == ("/links/a b", {"proxy": "links/a b"})
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("body", "expected"), [(b"{}", ("{}", False)), (b"\xff", (base64.b64encode(b"\xff").decode(), True))]
)
def test_a_body_that_is_not_text_comes_as_base64(body: bytes, expected: tuple[str, bool]) -> None:
    event = proxy_event(Scope(), body)
    assert (event["body"], event["isBase64Encoded"]) == expected


def test_multi_value_headers_of_the_answer_replace_single_ones() -> None:
    status, headers, body = http_answer(
        {"statusCode": 200, "headers": {"X-A": "0"}, "multiValueHeaders": {"x-a": ["1", "2"]}, "body": "é"}, "GET"
    )
    assert (status, body) == (200, "é".encode())
    assert [value for name, value in headers if name.lower() == "x-a"] == ["1", "2"]


def test_a_base64_answer_is_decoded() -> None:
    assert http_answer({"statusCode": 200, "body": "/w==", "isBase64Encoded": True}, "GET")[2] == b"\xff"


def raises(_event: Any, _context: Any) -> Any:
    raise RuntimeError("a secret inside")


@pytest.mark.parametrize(
    "handler",
    [
        raises,
        lambda *_: None,
        lambda *_: {"statusCode": "200"},
        lambda *_: {"statusCode": 99},
        lambda *_: {"statusCode": 200, "body": {}},
    ],
    ids=["raises", "answers nothing", "status is text", "status is no status", "body is no text"],
)
def test_a_handler_that_fails_is_a_502_without_a_word_about_why(handler: Any, caplog: pytest.LogCaptureFixture) -> None:
    status, _, body = answer_of(handler)
    assert (status, sorted(body)) == (502, ["error", "message"])
    assert "secret" not in json.dumps(body)
    assert "the handler raised" in caplog.text


def test_a_body_over_ten_megabytes_never_reaches_the_handler() -> None:
    status, _, body = answer_of(raises, b"x" * (10 * 1024 * 1024 + 1))
    assert (status, body["error"]) == (413, "Request Entity Too Large")


def test_the_context_counts_the_time_down() -> None:
    _, _, body = answer_of(lambda _, context: {"statusCode": 200, "body": str(context.get_remaining_time_in_millis())})
    assert 0 < body <= 29_000
