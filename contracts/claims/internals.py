"""Claim: an error says what the caller did wrong, not how the service is built (CWE-209, OWASP API8:2023)."""

import re

import schemathesis
from schemathesis import Response
from schemathesis.checks import CheckContext

from contracts.claims.asking import AnyCase, Broken, is_excepted, sent

KINDS = {
    "a Python traceback": re.compile(r'Traceback \(most recent call last\)|File "[^"\n]+\.py", line \d+'),
    "a Java stack trace": re.compile(r"\bat [\w$.<>]+\(\w+\.(?:java|kt|scala):\d+\)"),
    "a JavaScript stack trace": re.compile(r"\bat .{0,200}\.[cm]?[jt]s:\d+:\d+"),
    "a .NET stack trace": re.compile(r"\bat [\w.]+\(.{0,200}\) in .{0,200}\.cs:line \d+"),
    "a Go panic": re.compile(r"goroutine \d+ \[running\]"),
    "a database's error": re.compile(
        r"SQLSTATE\[?\w|\bsqlite3\.\w+Error|\bpsycopg2?\.\w|\bORA-\d{5}\b|syntax error at or near|"
        r"You have an error in your SQL syntax|sqlalchemy\.exc\.\w+"
    ),
    "a debug page": re.compile(r"Werkzeug Debugger|DEBUG = True|DJANGO_SETTINGS_MODULE|Whoops\\\\"),
    "a path of its machine": re.compile(r"(?:/(?:home|usr|var|opt|srv|root)/|[A-Z]:\\)[\w.\\/-]+\.\w{1,5}\b"),
}


class InternalsTold(Broken):
    """An error body holds something that helps attackers and nobody else."""

    kind_title = "An error tells how the service is built"


@schemathesis.check
def errors_keep_internals(_: CheckContext, response: Response, case: AnyCase) -> None:
    """Looks at every answer from 400 on; what the request itself brought is left out."""
    if response.status_code < 400 or is_excepted(case, "errors_keep_internals"):
        return
    text, asked = response.content.decode("utf-8", "replace"), sent(response)
    for kind, pattern in KINDS.items():
        found = pattern.search(text)
        if found and found[0] not in asked:
            raise InternalsTold(operation=case.operation.label, message=f"The answer holds {kind}: {found[0][:80]}")
