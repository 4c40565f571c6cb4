"""Claim: what was answered to one caller is kept by nobody on the way (RFC 9111, 5.2.2; CWE-525)."""

import schemathesis
from schemathesis import Response
from schemathesis.checks import CheckContext

from contracts.claims.asking import AnyCase, Broken, definition, is_excepted

KEEPING_OUT = {"no-store", "private", "no-cache"}


class PrivateAnswerCacheable(Broken):
    """A cache may keep an answer that was for one caller."""

    kind_title = "A private answer may be kept by caches"


@schemathesis.check
def private_answers_are_not_kept(_: CheckContext, response: Response, case: AnyCase) -> None:
    """Looks at what guarded operations answer to GET; the key in a header of its own protects from no cache."""
    if response.request.method != "GET" or not 200 <= response.status_code < 300:
        return
    guarded = definition(case).get("security", case.operation.schema.raw_schema.get("security"))
    if not guarded or {} in guarded or is_excepted(case, "private_answers_are_not_kept"):
        return
    said = ", ".join(response.headers.get("cache-control", []))
    directives = {part.split("=")[0].strip().lower() for part in said.split(",")}
    if not directives & KEEPING_OUT or "public" in directives:
        raise PrivateAnswerCacheable(
            operation=case.operation.label,
            message=f"Cache-Control is {said!r}; it must hold one of {', '.join(sorted(KEEPING_OUT))}, and not public.",
        )
