"""What every function that is invoked by name has in common: its request id, its log line, what a caller may see."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from fixtures.services.platform import correlation, invoked
from fixtures.services.platform.invoked import RefusedError, UnavailableError
from fixtures.services.platform.messages import Problem
from fixtures.stack.gateway import LambdaContext

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def run(work: Any, **custom: Any) -> Any:
    context = LambdaContext("Toy", client_context=SimpleNamespace(custom=custom) if custom else None)
    context.aws_request_id = "the-invocation"
    return invoked.handle("toy", "playToy", context, work)


def raising(error: Exception) -> Any:
    def work() -> dict[str, Any]:
        raise error

    return work


def test_the_request_id_is_the_callers_or_the_invocations() -> None:
    assert run(lambda: {"id": correlation.request_id.get()}) == {"id": "the-invocation"}
    given = run(correlation.outgoing_headers, **{"X-Request-Id": "mine", "traceparent": PARENT})
    assert given == {"X-Request-Id": "mine", "traceparent": PARENT}
    assert run(lambda: {"id": correlation.request_id.get()}, **{"X-Request-Id": 7}) == {"id": "7"}


@pytest.mark.parametrize("status", [400, 409])
def test_a_refusal_is_told_in_its_own_words(status: int) -> None:
    with pytest.raises(RefusedError, match=r"^views is required\.$"):
        run(raising(Problem(status, "views is required.")))


@pytest.mark.parametrize(
    "outage",
    [
        ClientError({"Error": {"Code": "RequestLimitExceeded", "Message": "secret"}}, "DescribeInstances"),
        ClientError({"Error": {"Code": "Throttling", "Message": "secret"}}, "GetMetricData"),
        EndpointConnectionError(endpoint_url="http://secret"),
        Problem(503, "The service is not available. Please try again later."),
    ],
)
def test_an_outage_is_told_without_what_is_behind_it(outage: Exception) -> None:
    with pytest.raises(UnavailableError) as caught:
        run(raising(outage))
    assert str(caught.value) == "The service is not available. Please try again later."


def test_anything_else_is_raised_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        run(lambda: {"n": 1 // 0})


def test_every_invocation_writes_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    run(lambda: {})
    with pytest.raises(RefusedError):
        run(raising(Problem(400, "No.")))
    with pytest.raises(ZeroDivisionError):
        run(lambda: {"n": 1 // 0})
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["status"], line["level"]) for line in lines] == [
        ("handled", "INFO"),
        ("refused", "INFO"),
        ("failed", "ERROR"),
    ]
    assert {(line["request_id"], line["route"], line["operation"]) for line in lines} == {
        ("the-invocation", "Lambda Toy", "playToy")
    }
    assert "ZeroDivisionError" in lines[2]["error"]


@pytest.mark.parametrize("event", [None, [], "x", 3])
def test_a_payload_that_is_no_object_is_refused(event: Any) -> None:
    with pytest.raises(Problem, match="must be a JSON object"):
        invoked.fields(event, ("a",))


def test_an_unknown_field_is_named() -> None:
    assert invoked.fields({"a": 1}, ("a",)) == {"a": 1}
    with pytest.raises(Problem, match=r"^Unknown field: b$"):
        invoked.fields({"a": 1, "b": 2}, ("a",))
