"""Where the services' quick calls to AWS arrive in these tests: at moto in the process, one at a time, as on AWS."""

from collections.abc import Callable, Iterable
from threading import RLock
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from moto.core.models import botocore_stubber

from fixtures.services.platform import aws_calls
from fixtures.services.platform.http_calls import Reply

ONE_CALL = RLock()  # moto loses updates under threads


def send(url: str, headers: Iterable[str], *, body: bytes, **_how: Any) -> Reply:
    """As `http_calls.send`."""
    given = HTTPHeaders.from_dict(dict(line.split(":", 1) for line in headers))
    with ONE_CALL:
        answer = botocore_stubber("before-send", AWSPreparedRequest("POST", url, given, body, False))
    assert answer is not None, "a call outside mock_aws"
    return Reply(answer.status_code, answer.content)


@pytest.fixture(autouse=True)
def quick_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """No quick call leaves the process."""
    monkeypatch.setattr(aws_calls, "send", send)


def watch(monkeypatch: pytest.MonkeyPatch, before: Callable[[str], None]) -> None:
    """Tell `before` the operation of each call to AWS that is about to be made, whichever way it goes."""
    quick, long = aws_calls.Call.__call__, BaseClient._make_api_call  # type: ignore[attr-defined]

    def quickly(call: aws_calls.Call, **parameters: Any) -> Any:
        before(call.operation)
        return quick(call, **parameters)

    def at_length(client: Any, operation: str, parameters: Any) -> Any:
        before(operation)
        return long(client, operation, parameters)

    monkeypatch.setattr(aws_calls.Call, "__call__", quickly)
    monkeypatch.setattr(BaseClient, "_make_api_call", at_length)
