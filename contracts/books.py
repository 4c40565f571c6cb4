"""Knows how what doesn't go through the drivers is told to the ledger of the run: fuzzing, and curl in a shell."""

import json
import re
from collections.abc import Mapping
from typing import Any

import requests
from schemathesis import Response

from fixtures.clients.creations import Sent, may_tell
from fixtures.clients.ledger import ledger_of
from fixtures.clients.platform import redactor_of
from fixtures.target import Target

_METHOD = re.compile(r"-X ([A-Z]+)")
_HEADER = re.compile(r'-H "([^":]+): ([^"]*)"')
_BODY = re.compile(r'-d "((?:[^"\\]|\\.)*)"', re.DOTALL)
_NAMED = re.compile(r"\$([A-Z][A-Z_]*)")


def write_down(target: Target, operation_id: str, answer: Response | requests.Response) -> None:
    """An answer that Schemathesis or a claim got."""
    asked = answer.request
    method = str(asked.method)
    if target.ledger is None or not may_tell(operation_id, method):
        return
    headers = {str(name): str(value) for name, value in asked.headers.items()}
    answered = {name.lower(): _one(value) for name, value in answer.headers.items()}
    url, body = str(asked.url), _json(asked.body)
    _tell(target, Sent(operation_id, method, url, headers, body, answer.status_code, answered, _json(answer.content)))


def write_down_curl(
    target: Target, operation_id: str, *, command: str, url: str, known: Mapping[str, str], status: str, answer: str
) -> None:
    """An answer that curl got, by its command line; `known` are the variables in it."""
    method = (_METHOD.search(command) or ["", "GET"])[1]
    if target.ledger is None or not may_tell(operation_id, method) or not status.isdecimal():
        return

    def filled(text: str) -> str:
        return _NAMED.sub(lambda found: known.get(found[1], ""), text)

    headers = {name: filled(value) for name, value in _HEADER.findall(command)}
    found = _BODY.search(command)
    body = _json(filled(found[1].replace('\\"', '"'))) if found else None
    _tell(target, Sent(operation_id, method, filled(url), headers, body, int(status), {}, _json(answer)))


def _tell(target: Target, sent: Sent) -> None:
    ledger = ledger_of(target, redactor_of(target))
    if ledger is not None:
        ledger.answered(sent)


def _one(value: Any) -> str:
    """Schemathesis keeps a header's values as a list."""
    return str(value[0]) if isinstance(value, list) and value else str(value)


def _json(content: Any) -> Any:
    if not isinstance(content, (bytes, str)):
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
