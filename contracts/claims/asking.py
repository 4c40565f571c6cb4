"""Knows how a claim looks at an exchange, and whether it has asked about it before."""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from schemathesis import Case, Response
from schemathesis.core.failures import Failure

from contracts.lint.claims import EXCEPTIONS

AnyCase: TypeAlias = Case[Any]
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
    """Whether this claim asks about the operation for the first time; more often would cost much and say no more."""
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
