"""The driver of the functions: signed, recorded as the function's operation, the request id in its context."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from fixtures.clients import Exchange, FakeTransport, connect
from fixtures.clients.fake_transport import answered
from fixtures.clients.functions import failed
from fixtures.errors import TargetError
from fixtures.target import Aws, Service, Target

LOCAL = Aws("us-east-1", "http://aws.test", "http://functions.test")


def a_target(aws: Aws | None) -> Target:
    return Target("here", "local", Path("here.toml"), {"users": Service("users", "http://u.test", Path("s"))}, {}, aws)


def test_an_invocation_is_recorded_under_the_functions_operation() -> None:
    kept: list[Exchange] = []
    transport = FakeTransport({"watchInstances": [answered(200, {"alerts": 0})]})
    answer = connect(a_target(LOCAL), lambda: transport, kept.append).functions.invoke("WatchInstances", {"a": 1})
    (exchange,) = kept
    assert (exchange.operation_id, exchange.service, answer.json()) == ("watchInstances", "monitor", {"alerts": 0})
    assert exchange.request.url == "http://functions.test/2015-03-31/functions/WatchInstances/invocations"
    assert transport.sent[0].body == b'{"a": 1}'


def test_the_request_id_of_the_record_is_the_one_in_the_client_context() -> None:
    kept: list[Exchange] = []
    transport = FakeTransport()
    connect(a_target(LOCAL), lambda: transport, kept.append).functions.invoke("ProcessData")
    context: Any = json.loads(base64.b64decode(transport.sent[0].headers["X-Amz-Client-Context"]))
    assert kept[0].request_id
    assert context == {"custom": {"X-Request-Id": kept[0].request_id}}


def test_a_local_stack_is_never_shown_real_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "REAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    for aws, key in ((LOCAL, "suite"), (Aws("eu-west-1"), "REAL")):
        transport = FakeTransport()
        connect(a_target(aws), lambda transport=transport: transport).functions.invoke("ProcessData")  # type: ignore[misc]
        assert transport.sent[0].headers["Authorization"].startswith(f"AWS4-HMAC-SHA256 Credential={key}/")
    assert transport.sent[0].url.startswith("https://lambda.eu-west-1.amazonaws.com/2015-03-31/")


def test_a_function_that_raised_is_told_apart() -> None:
    raised = answered(200, {"errorType": "ValueError"}, {"x-amz-function-error": "Unhandled"})
    assert failed(raised)
    assert not failed(answered(200, {"errorType": "a word of the payload"}))


@pytest.mark.parametrize(("aws", "said"), [(None, "aws: missing"), (Aws("r", "http://aws.test"), "aws.functions_url")])
def test_a_target_that_cannot_invoke_says_what_is_missing(aws: Aws | None, said: str) -> None:
    with pytest.raises(TargetError, match=said):
        connect(a_target(aws), FakeTransport).functions.invoke("ProcessData")
