"""Knows how a claim looks at an exchange, and how it asks once more with one thing changed."""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

import requests
from schemathesis import Case, Response
from schemathesis.core.failures import Failure

from contracts.documents import SAFE_METHODS
from contracts.hooks.setting import current

AnyCase: TypeAlias = Case[Any]
EXCEPTIONS = "x-claim-exceptions"
BODY_HEADERS = ("Content-Length", "Content-Type", "Transfer-Encoding")
TIMEOUT = 10.0  # seconds for one more question
_asked: set[tuple[str, str]] = set()


class Broken(Failure):
    """A claim that does not hold; each has a kind of its own."""


def definition(case: AnyCase) -> Mapping[str, Any]:
    """The operation as its document has it."""
    raw = case.operation.definition.raw
    return raw if isinstance(raw, Mapping) else {}


def is_excepted(case: AnyCase, claim: str) -> bool:
    """Whether the document names the operation as an exception, and says why."""
    excepted = definition(case).get(EXCEPTIONS)
    reason = excepted.get(claim) if isinstance(excepted, Mapping) else None
    return isinstance(reason, str) and bool(reason.strip())


def is_first(case: AnyCase, claim: str) -> bool:
    """Whether this claim asks about the operation for the first time: more than once would cost much and say no more.
    On a target that is only to be read, only reading operations are asked again."""
    setting = current()
    if setting is not None and setting.target.read_only and case.method.lower() not in SAFE_METHODS:
        return False
    key = (claim, f"{case.operation.base_url} {case.operation.label}")
    new = key not in _asked
    _asked.add(key)
    return new


def sent(response: Response) -> str:
    """Everything the request held, as text: what comes back from there tells nothing new."""
    request = response.request
    body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
    return f"{request.url} {dict(request.headers)} {body.decode('utf-8', 'replace')}"


def json_in(content: bytes | str | None) -> Any:
    """The JSON value, None where it is none."""
    try:
        return json.loads(content or b"")
    except (ValueError, RecursionError):
        return None


def again(response: Response, *, method: str = "", url: str = "", body: object = None) -> requests.Response | None:
    """The same request once more, with another method, address or JSON body; None where nobody answers."""
    asked = response.request.copy()
    asked.method = method or asked.method
    asked.url = url or asked.url
    if body is not None:
        asked.prepare_body(None, None, json=body)
    elif method == "GET":
        asked.body = None
        for name in BODY_HEADERS:  # a length without a body is waited for
            asked.headers.pop(name, None)
    try:
        with requests.Session() as session:
            return session.send(asked, timeout=TIMEOUT, allow_redirects=False)
    except requests.RequestException:
        return None
