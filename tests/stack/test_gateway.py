"""The gateway speaks API Gateway's REST proxy format, both ways."""

import base64
import io
import json
from typing import Any

import pytest

from fixtures.stack.gateway import Gateway, http_answer, proxy_event


def environ(path: str = "/", query: str = "", body: bytes = b"", **headers: str) -> dict[str, Any]:
    """A request as a WSGI server tells it."""
    length = {"CONTENT_LENGTH": str(len(body))} if body else {}
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(body),
        **length,
        **headers,
    }


def answer_of(handler: Any, body: bytes = b"") -> tuple[int, dict[str, str], Any]:
    seen: list[Any] = []
    data = b"".join(Gateway("svc", handler)(environ(body=body), lambda *told: seen.extend(told)))
    return int(seen[0].split()[0]), dict(seen[1]), json.loads(data)


def test_a_query_parameter_sent_twice_keeps_both_values_and_shows_the_last() -> None:
    event = proxy_event(environ(query="a=1&a=2&empty="), b"")
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "empty": [""]}
    assert event["queryStringParameters"] == {"a": "2", "empty": ""}


def test_headers_are_named_as_clients_do_and_the_process_s_own_variables_are_none() -> None:
    event = proxy_event(environ(HTTP_X_TAG="1", CONTENT_TYPE="a/b", HTTP_PROXY="http://p"), b"", {"HTTP_PROXY"})
    assert event["headers"] == {"X-Tag": "1", "Content-Type": "a/b"}
    assert event["multiValueHeaders"] == {"X-Tag": ["1"], "Content-Type": ["a/b"]}


def test_nothing_sent_is_null_not_empty() -> None:
    event = proxy_event(environ(), b"")
    nulls = ("headers", "multiValueHeaders", "queryStringParameters", "pathParameters", "body")
    assert {name: event[name] for name in nulls} == dict.fromkeys(nulls)


def test_the_path_is_the_greedy_parameter() -> None:
    event = proxy_event(environ("/links/a b"), b"")
    assert (event["path"], event["pathParameters"]) == ("/links/a b", {"proxy": "links/a b"})
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("body", "expected"), [(b"{}", ("{}", False)), (b"\xff", (base64.b64encode(b"\xff").decode(), True))]
)
def test_a_body_that_is_not_text_comes_as_base64(body: bytes, expected: tuple[str, bool]) -> None:
    event = proxy_event(environ(), body)
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
