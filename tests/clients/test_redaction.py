"""No planted secret survives in an exchange that is kept, nor in its curl line; the rest stays readable."""

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from fixtures.clients import (
    Channel,
    Exchange,
    FakeTransport,
    Operation,
    Redactor,
    Request,
    Response,
    curl_line,
)
from fixtures.clients.fake_transport import answered
from fixtures.target import Service

CANARY = "canary-5f2d8c"
JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"
OPERATION = Operation("login", "POST", "/login")


def recorded(request: Request, response: Response, known: tuple[str, ...] = ()) -> Exchange:
    kept: list[Exchange] = []
    service = Service("auth", "http://auth.test", Path("spec"))
    transport = FakeTransport({"login": [response]})
    Channel(service, {"login": OPERATION}, transport, Redactor(known), kept.append).send(request)
    (exchange,) = kept
    return exchange


def request_with(headers: dict[str, str] | None = None, json_body: object = None, body: bytes | None = None) -> Request:
    return Request("login", "POST", "http://auth.test/login", headers or {}, json=json_body, body=body)


@pytest.mark.parametrize(
    "request_",
    [
        request_with({"Authorization": f"Bearer {CANARY}"}),
        request_with({"authorization": CANARY}),
        request_with({"X-API-Key": CANARY}),
        request_with({"Cookie": CANARY}),
        request_with({"X-Anything": f"before {JWT}{CANARY} after"}),
        request_with(json_body={"username": "ada", "password": CANARY}),
        request_with(json_body={"nested": [{"Password": CANARY}], "refresh_token": CANARY}),
        request_with(body=json.dumps({"password": CANARY}).encode()),
        request_with(body=f'{{"password": "{CANARY}", broken'.encode()),
        request_with(body=f'{{"password": "{CANARY}'.encode()),
        request_with(body=f'{{"password": "\xe9 {CANARY}"'.encode("latin-1")),
        Request("login", "POST", f"http://auth.test/login/{JWT}{CANARY}", params={"t": f"{JWT}{CANARY}"}),
    ],
)
def test_no_canary_of_a_request_is_kept(request_: Request) -> None:
    exchange = recorded(request_, answered(200))
    assert CANARY not in repr(exchange)
    assert CANARY not in curl_line(exchange)


@pytest.mark.parametrize(
    "response",
    [
        answered(200, {"access_token": CANARY, "refresh_token": CANARY, "token_type": "Bearer"}),
        answered(200, {"items": [{"api_key": CANARY}]}),
        answered(200, {"message": f"{JWT}{CANARY}"}),
        answered(200, {}, {"set-cookie": CANARY}),
        Response(500, {}, f'"token": "{CANARY}" <html>'.encode(), 0.1),
    ],
)
def test_no_canary_of_a_response_is_kept(response: Response) -> None:
    assert CANARY not in repr(recorded(request_with(), response))


def test_a_secret_known_by_value_is_found_anywhere() -> None:
    exchange = recorded(request_with(json_body={"note": f"it is {CANARY}!"}), answered(200, {"a": CANARY}), (CANARY,))
    assert CANARY not in repr(exchange)
    assert exchange.request.json == {"note": "it is $SECRET!"}


def test_a_secret_that_json_writes_otherwise_is_found() -> None:
    secret = 'say "friend" \\ enter'
    body = json.dumps({"note": secret}).encode()
    for request in (request_with(json_body={"note": secret}), request_with(body=body)):
        assert "friend" not in repr(recorded(request, Response(200, {}, body, 0.1), (secret,)))


def test_what_is_sent_is_not_redacted() -> None:
    transport = FakeTransport({"login": [answered(200, {"access_token": CANARY})]})
    service = Service("auth", "http://auth.test", Path("spec"))
    channel = Channel(service, {"login": OPERATION}, transport, Redactor(), lambda _: None)
    answer = channel.perform("login", json={"password": CANARY}, token=CANARY)
    assert transport.sent[0].json == {"password": CANARY}
    assert transport.sent[0].headers["Authorization"] == f"Bearer {CANARY}"
    assert answer.json() == {"access_token": CANARY}


def test_what_is_no_secret_stays_as_it_is() -> None:
    body = {"username": "ada", "password": None, "token_type": "Bearer", "expires_in": 900}
    exchange = recorded(request_with({"Accept": "text/plain"}, body), answered(200, body))
    assert exchange.request.json == body
    assert exchange.response is not None
    assert exchange.response.json() == body
    assert exchange.request.headers == {"Accept": "text/plain"}


def test_bytes_that_are_no_text_stay_as_they_are() -> None:
    assert recorded(request_with(body=b"\xff\x00\xfe"), answered(200)).request.body == b"\xff\x00\xfe"


def test_a_shell_fills_in_the_placeholders_and_nothing_else() -> None:
    headers = {"Authorization": f"Bearer {CANARY}", "X-Odd": 'a\'b $HOME `id` \\ "q"'}
    line = curl_line(recorded(request_with(headers, {"password": CANARY, "n": "$(id)"}), answered(200)))
    script = f"set -- {line.removeprefix('curl ')}; printf '%s\\n' \"$@\""
    environ = {"TOKEN": "T", "PASSWORD": "P", "HOME": "/wrong"}
    words = subprocess.run(["sh", "-c", script], env=environ, capture_output=True, text=True, check=True).stdout
    assert "Authorization: Bearer T\n" in words
    assert 'X-Odd: a\'b $HOME `id` \\ "q"\n' in words
    assert json.loads(words.splitlines()[-1]) == {"password": "P", "n": "$(id)"}


def test_a_curl_line_holds_method_url_query_and_body() -> None:
    request = Request("x", "PUT", "http://a.test/b c", {"A": "1"}, {"q": "ü&"}, json={"k": "ü"})
    words = shlex.split(curl_line(Exchange("x", "s", request, None, "", 0.0)))
    assert words == [
        "curl",
        "-sS",
        "-i",
        "-X",
        "PUT",
        "http://a.test/b c?q=%C3%BC%26",
        "-H",
        "A: 1",
        "--data-raw",
        '{"k": "ü"}',
    ]


def test_a_body_too_long_to_show_is_counted() -> None:
    request = Request("x", "POST", "http://a.test/", body=b"x" * 5000)
    assert curl_line(Exchange("x", "s", request, None, "", 0.0)).endswith(
        "--data-binary @body.bin  # 5000 bytes, not shown"
    )
