"""The local Lambda Invoke API answers as AWS documents it, to boto3's own client and to plain HTTP."""

import base64
import io
import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import boto3
import pytest

from fixtures.stack import invocation
from fixtures.stack.gateway import LambdaContext
from fixtures.stack.invocation import Background, Function, Outcome, execute
from fixtures.stack.lambda_api import LambdaApi

MODULE = "toy_functions"


class Toys(ModuleType):
    """Functions to invoke; `seen` are their events."""

    def __init__(self) -> None:
        super().__init__(MODULE)
        self.seen: list[Any] = []
        self.contexts: list[Any] = []
        self.done = threading.Event()

    def echo(self, event: Any, context: Any) -> Any:
        self.seen.append(event)
        self.contexts.append(context)
        self.done.set()
        return event

    def crash(self, event: Any, _context: Any) -> Any:
        self.seen.append(event)
        if len(self.seen) == 3:
            self.done.set()
        raise ValueError("no good")

    def unspeakable(self, _event: Any, _context: Any) -> Any:
        return object()

    def huge(self, _event: Any, _context: Any) -> Any:
        return "x" * (invocation.LARGEST_ANSWER + 1)

    def chatty(self, _event: Any, _context: Any) -> None:
        print("a line of its own")


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> Toys:
    module = Toys()
    monkeypatch.setitem(sys.modules, MODULE, module)
    return module


@pytest.fixture
def api(toys: Toys) -> LambdaApi:
    names = ("echo", "crash", "unspeakable", "huge", "chatty")
    return LambdaApi(
        {name: Function(MODULE, name) for name in names} | {"lost": Function("fixtures.nowhere", "handle")}
    )


def invoke(
    api: LambdaApi, name: str, payload: bytes = b"{}", *, query: str = "", method: str = "POST", **headers: str
) -> Said:
    seen: list[Any] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": f"/2015-03-31/functions/{name}/invocations",
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(payload)),
        "HTTP_AUTHORIZATION": "AWS4-HMAC-SHA256 …",
        "wsgi.input": io.BytesIO(payload),
    } | {f"HTTP_X_AMZ_{key.upper()}": value for key, value in headers.items()}
    body = b"".join(api(environ, lambda *given: seen.extend(given)))
    return Said(int(seen[0].split()[0]), dict(seen[1]), body)


def refused(said: Said, status: int, kind: str) -> str:
    assert (said.status, said.headers["X-Amzn-ErrorType"]) == (status, kind)
    assert said.json()["Type"] == "User"
    return str(said.json()["Message"])


def test_a_function_gets_the_payload_and_its_answer_goes_back(api: LambdaApi, toys: Toys) -> None:
    said = invoke(api, "echo", '{"data": "ü"}'.encode())
    assert (said.status, said.json(), toys.seen) == (200, {"data": "ü"}, [{"data": "ü"}])
    assert said.headers["X-Amz-Executed-Version"] == "$LATEST"
    assert said.headers["X-Amzn-RequestId"] == toys.contexts[0].aws_request_id
    assert "X-Amz-Function-Error" not in said.headers


def test_no_payload_is_an_empty_object(api: LambdaApi, toys: Toys) -> None:
    invoke(api, "echo", b"")
    assert toys.seen == [{}]


def test_what_a_function_raises_is_answered_in_lambdas_own_form(api: LambdaApi) -> None:
    said = invoke(api, "crash")
    assert (said.status, said.headers["X-Amz-Function-Error"]) == (200, "Unhandled")
    error = said.json()
    assert (error["errorMessage"], error["errorType"]) == ("no good", "ValueError")
    assert [frame for frame in error["stackTrace"] if "in crash" in frame]
    assert not [frame for frame in error["stackTrace"] if "invocation.py" in frame]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("unspeakable", "Runtime.MarshalError"),
        ("huge", "Function.ResponseSizeTooLarge"),
        ("lost", "Runtime.ImportModuleError"),
    ],
)
def test_errors_of_the_runtime_carry_its_names(api: LambdaApi, name: str, kind: str) -> None:
    said = invoke(api, name)
    assert (said.status, said.headers["X-Amz-Function-Error"], said.json()["errorType"]) == (200, "Unhandled", kind)


def test_an_event_is_accepted_and_executed_later(api: LambdaApi, toys: Toys) -> None:
    said = invoke(api, "echo", b'{"n": 1}', invocation_type="Event")
    assert (said.status, said.body) == (202, b"")
    assert toys.done.wait(5)
    assert toys.seen == [{"n": 1}]


def test_an_event_is_tried_three_times_with_one_request_id_then_dropped(
    toys: Toys, caplog: pytest.LogCaptureFixture
) -> None:
    background = Background(pauses=(0.0, 0.0))
    context = LambdaContext("crash")
    background.take(Function(MODULE, "crash"), {"n": 1}, context)
    assert toys.done.wait(5)
    background.stop()
    assert toys.seen == [{"n": 1}] * 3
    (line,) = [record.getMessage() for record in caplog.records]
    assert f"crash: event {context.aws_request_id} dropped after its last attempt" in line


def test_a_dry_run_runs_nothing(api: LambdaApi, toys: Toys) -> None:
    assert invoke(api, "echo", invocation_type="DryRun").status == 204
    assert refused(invoke(api, "nobody", invocation_type="DryRun"), 404, "ResourceNotFoundException")
    assert toys.seen == []


@pytest.mark.parametrize(("name", "query"), [("nobody", ""), ("echo:7", ""), ("echo", "Qualifier=live")])
def test_an_unknown_function_or_version_is_not_found(api: LambdaApi, name: str, query: str) -> None:
    message = refused(invoke(api, name, query=query), 404, "ResourceNotFoundException")
    assert message.startswith("Function not found: arn:aws:lambda:us-east-1:123456789012:function:")


@pytest.mark.parametrize(
    "name",
    ["echo:$LATEST", "123456789012:function:echo", "arn:aws:lambda:us-east-1:123456789012:function:echo"],
)
def test_a_function_may_be_named_by_its_arn(api: LambdaApi, name: str) -> None:
    assert invoke(api, name).status == 200


@pytest.mark.parametrize("payload", [b"{", b"\xff", b"NaN", b'{"a":', b"[" * 100_000])
def test_a_payload_that_is_no_json_is_refused(api: LambdaApi, toys: Toys, payload: bytes) -> None:
    refused(invoke(api, "echo", payload), 400, "InvalidRequestContentException")
    assert toys.seen == []


@pytest.mark.parametrize(("kind", "limit"), [("RequestResponse", 6 * 1024 * 1024), ("Event", 1024 * 1024)])
def test_a_payload_over_the_limit_is_refused_and_one_at_the_limit_is_not(
    api: LambdaApi, toys: Toys, kind: str, limit: int
) -> None:
    largest = b'"' + b"x" * (limit - 2) + b'"'
    message = refused(invoke(api, "echo", largest + b" ", invocation_type=kind), 413, "RequestEntityTooLargeException")
    assert f"(limit {limit} bytes)" in message
    assert toys.seen == []
    assert invoke(api, "echo", largest, invocation_type=kind).status in (200, 202)
    assert toys.done.wait(5)


def test_what_is_outside_the_documented_values_is_refused(api: LambdaApi) -> None:
    assert "'invocationType'" in refused(invoke(api, "echo", invocation_type="Later"), 400, "ValidationException")
    assert "'logType'" in refused(invoke(api, "echo", log_type="All"), 400, "ValidationException")
    assert "'functionName'" in refused(invoke(api, "ec ho"), 400, "ValidationException")
    refused(invoke(api, "echo", client_context="e30"), 400, "InvalidRequestContentException")
    refused(invoke(api, "echo", method="GET"), 404, "UnknownOperationException")


def test_the_client_context_reaches_the_handler(api: LambdaApi, toys: Toys) -> None:
    given = base64.b64encode(b'{"custom": {"X-Request-Id": "abc"}}').decode()
    invoke(api, "echo", client_context=given)
    assert toys.contexts[0].client_context.custom == {"X-Request-Id": "abc"}


def test_an_event_has_no_client_context(api: LambdaApi, toys: Toys) -> None:
    given = base64.b64encode(b'{"custom": {"X-Request-Id": "abc"}}').decode()
    invoke(api, "echo", client_context=given, invocation_type="Event")
    assert toys.done.wait(5)
    assert toys.contexts[0].client_context is None


def test_a_request_that_nobody_signed_is_refused(api: LambdaApi, toys: Toys) -> None:
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/2015-03-31/functions/echo/invocations"}
    seen: list[Any] = []
    b"".join(api(environ, lambda *given: seen.extend(given)))
    assert seen[0] == "403 Forbidden"
    assert dict(seen[1])["X-Amzn-ErrorType"] == "MissingAuthenticationTokenException"
    assert toys.seen == []


def test_the_end_of_the_log_is_given_to_those_who_ask(api: LambdaApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    invocation.keep_logs()
    said = invoke(api, "chatty", log_type="Tail")
    assert base64.b64decode(said.headers["X-Amz-Log-Result"]) == b"a line of its own\n"
    assert "X-Amz-Log-Result" not in invoke(api, "chatty").headers


def test_executions_do_not_see_each_others_log(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    invocation.keep_logs()
    outcomes: list[Outcome] = [execute(Function(MODULE, "chatty"), {}, LambdaContext("chatty")) for _ in range(2)]
    assert [outcome.log for outcome in outcomes] == ["a line of its own\n"] * 2


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def client(api: LambdaApi) -> Iterator[Any]:
    with make_server("127.0.0.1", 0, api, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield boto3.client(
            "lambda",
            "us-east-1",
            endpoint_url=f"http://127.0.0.1:{server.server_port}",
            aws_access_key_id="suite",
            aws_secret_access_key="local",
        )
        server.shutdown()
        thread.join()


def test_boto3_invokes_and_understands_every_kind_of_answer(client: Any, toys: Toys) -> None:
    done = client.invoke(FunctionName="echo", Payload=b'{"n": 1}')
    assert (done["StatusCode"], done["ExecutedVersion"], json.load(done["Payload"])) == (200, "$LATEST", {"n": 1})
    failed = client.invoke(FunctionName="crash")
    assert (failed["FunctionError"], json.load(failed["Payload"])["errorType"]) == ("Unhandled", "ValueError")
    assert client.invoke(FunctionName="echo", InvocationType="DryRun")["StatusCode"] == 204
    assert client.invoke(FunctionName="echo", InvocationType="Event")["StatusCode"] == 202
    with pytest.raises(client.exceptions.ResourceNotFoundException, match="Function not found"):
        client.invoke(FunctionName="nobody")
    with pytest.raises(client.exceptions.InvalidRequestContentException):
        client.invoke(FunctionName="echo", Payload=b"{")
