"""Knows the cursors that lists have given out: a cursor is opaque, so no document can say what one looks like."""

import json
import re
from urllib.parse import parse_qs, urlsplit

from schemathesis import Response

from contracts.hooks.preparation import AnyCase, after, before, query_is_meant
from contracts.hooks.setting import Setting

_given_out: dict[tuple[str, str | None], str] = {}
_NEXT = re.compile(r'<([^>]*)>; rel="next"')
LISTS = ("listUsers", "listProducts", "listOrders")


@before(*LISTS)
def with_a_cursor_of_the_service(_: Setting, case: AnyCase) -> None:
    """A cursor the list gave to this caller before, or none; one that is meant to be wrong stays."""
    if query_is_meant(case) and "cursor" in case.query:
        cursor = _given_out.get((case.operation.label, case.auth_identity))
        if cursor is None:
            del case.query["cursor"]
        else:
            case.query["cursor"] = cursor


@after(*LISTS)
def note_the_next_page(_: Setting, case: AnyCase, response: Response) -> None:
    """From the body, or from the Link header."""
    if response.status_code != 200:
        return
    found = _NEXT.search(", ".join(response.headers.get("link", [])))
    cursors = parse_qs(urlsplit(found[1]).query).get("cursor", []) if found else []
    try:
        body = json.loads(response.content)
    except ValueError:
        body = None
    cursor = body.get("next_cursor") if isinstance(body, dict) else next(iter(cursors), None)
    if isinstance(cursor, str):
        _given_out[case.operation.label, case.auth_identity] = cursor
