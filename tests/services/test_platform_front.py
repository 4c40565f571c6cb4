"""Whatever comes in over HTTP, the answer is ours: JSON, correlated, logged once, never a 500 by a client's doing."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from flask.testing import FlaskClient

from fixtures.services.platform import flask_front, lambda_front
from fixtures.services.platform.messages import Problem, Request, Response, Route
from fixtures.services.platform.requests_in import MAX_BODY_BYTES, json_object

TRACEPARENT = f"00-{'1' * 32}-{'2' * 16}-01"


def echo(request: Request) -> Response:
    return Response(200, {"path": dict(request.path_params), "query": {k: list(v) for k, v in request.query.items()}})


def store(request: Request) -> Response:
    return Response(201, json_object(request, ("thing",)))


def raising(error: Exception) -> Callable[[Request], Response]:
    def handler(_request: Request) -> Response:
        raise error

    return handler


def aws_error(code: str, status: int = 400) -> ClientError:
    response: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "GetItem")


ROUTES = [
    Route("echoThing", "GET", "/things/{thing_id}", echo),
    Route("deleteThing", "DELETE", "/things/{thing_id}", lambda _: Response(204)),
    Route("storeThing", "POST", "/things", store),
    Route("crash", "GET", "/crash", raising(RuntimeError("password=hunter2 for ada@example.com"))),
    Route("refuse", "GET", "/refuse", raising(Problem(401, "No.", {"WWW-Authenticate": "Bearer"}))),
    Route("noAws", "GET", "/no-aws", raising(EndpointConnectionError(endpoint_url="http://db"))),
    Route("noTable", "GET", "/no-table", raising(aws_error("ResourceNotFoundException"))),
    Route("brokenAws", "GET", "/broken-aws", raising(aws_error("Oops", 500))),
    Route("wrongCall", "GET", "/wrong-call", raising(aws_error("ValidationException"))),
]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.delenv("APP_ENV", raising=False)
    return flask_front.create_app("demo", ROUTES, lambda: None).test_client()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "QUERY", "get"])
def test_a_method_the_path_lacks_is_405_and_names_those_it_has(client: FlaskClient, method: str) -> None:
    answer = client.open("/v1/things/1", method=method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "DELETE, GET")
    assert answer.content_type == "application/json"


@pytest.mark.parametrize("path", ["/", "/nothing", "/things/", "/things/1/2", "//things", "/v1", "/v1/v1/things/1"])
def test_a_path_nobody_offers_is_404_in_json(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.get_json()["error"]) == (404, "Not Found")


def test_junk_in_path_and_query_is_data(client: FlaskClient) -> None:
    answer = client.get("/things/%ff%00%F0%9F%92%A9?a=%ff&a=2&b&%00=%zz")
    assert answer.get_json() == {
        "path": {"thing_id": "\ufffd\x00💩"},
        "query": {"a": ["\ufffd", "2"], "b": [""], "\x00": ["%zz"]},
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "Request body is not valid JSON."),
        (b"{", "Request body is not valid JSON."),
        (b"\xff", "Request body is not valid JSON."),
        (b'\xef\xbb\xbf{"thing": 1}', "Request body is not valid JSON."),
        (b'{"thing": NaN}', "Request body is not valid JSON."),
        (b'{"thing": -Infinity}', "Request body is not valid JSON."),
        (b'{"thing": 1, "thing": 2}', "Request body is not valid JSON."),
        (b'{"thing": "\\ud800"}', "Request body is not valid JSON."),
        (b'{"\\uD800": 1}', "Request body is not valid JSON."),
        (b'{"thing": ' + b"9" * 5000 + b"}", "Request body is not valid JSON."),
        (b'{"thing": ' + b"[" * 100_000, "Request body is not valid JSON."),
        (b"[]", "Request body must be a JSON object."),
        (b"null", "Request body must be a JSON object."),
        (b'{"' + b"x" * 100 + b'": 1}', f"Unknown field: {'x' * 64}"),
    ],
)
def test_a_body_that_is_no_such_object_is_400(client: FlaskClient, body: bytes, message: str) -> None:
    answer = client.post("/things", data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()) == (400, {"error": "Bad Request", "message": message})


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/jsonx", "application/json; charset=latin-1", ";;=", "application/json; charset*=x"],
)
def test_a_body_that_is_not_json_by_its_header_is_415(client: FlaskClient, content_type: str) -> None:
    assert client.post("/things", data=b"{}", content_type=content_type).status_code == 415


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON; Charset=UTF-8", 'application/json;charset="utf-8"']
)
def test_json_in_utf_8_is_taken_however_it_is_spelled(client: FlaskClient, content_type: str) -> None:
    answer = client.post("/things", data='{"thing": "é💩\\ud83d\\ude00"}'.encode(), content_type=content_type)
    assert (answer.status_code, answer.get_json()) == (201, {"thing": "é💩😀"})


@pytest.mark.parametrize(("over", "status"), [(0, 400), (1, 413)])
def test_a_body_may_have_one_mebibyte_and_no_more(client: FlaskClient, over: int, status: int) -> None:
    body = b" " * (MAX_BODY_BYTES + over)
    assert client.post("/things", data=body, content_type="application/json").status_code == status


def test_an_answer_without_a_body_has_no_content_type(client: FlaskClient) -> None:
    answer = client.delete("/things/1")
    assert (answer.status_code, answer.data, answer.headers.get("Content-Type")) == (204, b"", None)


def test_ids_are_taken_and_returned(client: FlaskClient) -> None:
    answer = client.get("/health", headers={"X-Request-Id": "abc.1_-", "traceparent": TRACEPARENT})
    assert (answer.headers["X-Request-Id"], answer.headers["traceparent"]) == ("abc.1_-", TRACEPARENT)
    assert answer.get_json() == {"status": "ok", "service": "demo"}


@pytest.mark.parametrize("path", ["/no-aws", "/no-table", "/broken-aws"])
def test_an_outage_of_aws_is_503_with_retry_after(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.get_json()["error"]) == (503, "Service Unavailable")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/crash", "/wrong-call"])
def test_a_crash_tells_the_client_nothing_and_the_log_everything_but_secrets(
    client: FlaskClient, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 500
    assert answer.get_json() == {"error": "Internal Server Error", "message": "An unexpected error occurred."}
    [line] = lines(capsys)
    assert (line["level"], line["route"], line["status"]) == ("ERROR", f"GET {path}", 500)
    assert "Traceback" in line["error"]
    assert "hunter2" not in json.dumps(line)
    assert "ada@example.com" not in json.dumps(line)


def test_every_request_is_one_line_with_the_route_template(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    client.get("/things/secret-id", headers={"X-Request-Id": "r1"})
    client.put("/things/secret-id")
    client.get("/nowhere/secret-id")
    client.get("/refuse")
    told = lines(capsys)
    assert [(line["route"], line["operation"], line["status"]) for line in told] == [
        ("GET /things/{thing_id}", "echoThing", 200),
        ("/things/{thing_id}", "(none)", 405),
        ("(none)", "(none)", 404),
        ("GET /refuse", "refuse", 401),
    ]
    assert told[0]["request_id"] == "r1"
    assert {"time", "level", "service", "request_id", "route", "status", "duration_ms"} <= told[0].keys()
    assert "secret-id" not in json.dumps(told)


def event(**parts: Any) -> dict[str, Any]:
    return {"httpMethod": "GET", "path": "/things/1", "headers": None, "body": None, "isBase64Encoded": False, **parts}


def handled(**parts: Any) -> dict[str, Any]:
    return lambda_front.handle("demo", ROUTES, lambda: None, event(**parts))


def test_a_proxy_event_is_answered_as_over_flask() -> None:
    answer = handled(multiValueQueryStringParameters={"a": ["1", "2"]}, queryStringParameters={"a": "2"})
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False)
    assert json.loads(answer["body"]) == {"path": {"thing_id": "1"}, "query": {"a": ["1", "2"]}}
    assert answer["headers"]["Content-Type"] == "application/json"


@pytest.mark.parametrize("encoded", [True, False])
def test_a_proxy_body_comes_as_text_or_base64(encoded: bool) -> None:
    body = '{"thing": "é"}'
    sent = base64.b64encode(body.encode()).decode() if encoded else body
    answer = handled(
        httpMethod="POST",
        path="/things",
        body=sent,
        isBase64Encoded=encoded,
        multiValueHeaders={"Content-Type": ["application/json"]},
    )
    assert (answer["statusCode"], json.loads(answer["body"])) == (201, {"thing": "é"})


def test_half_a_surrogate_pair_in_a_proxy_body_is_400() -> None:
    answer = handled(httpMethod="POST", path="/things", body="\ud800", headers={"content-type": "application/json"})
    assert answer["statusCode"] == 400


def test_a_crash_is_raised_to_the_gateway_and_logged(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError):
        handled(path="/crash")
    assert [line["status"] for line in lines(capsys)] == [500]


def test_an_outage_is_answered_not_raised() -> None:
    assert handled(path="/no-aws")["statusCode"] == 503


def test_a_proxy_answer_without_a_body_is_empty() -> None:
    answer = handled(httpMethod="DELETE")
    assert (answer["statusCode"], answer["body"], "Content-Type" in answer["headers"]) == (204, "", False)
