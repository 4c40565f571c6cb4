"""Claim: pages of any origin can't read answers with the user's own credentials (CWE-942, Fetch standard, CORS)."""

import schemathesis
from schemathesis import Response
from schemathesis.checks import CheckContext

from contracts.claims.asking import AnyCase, Broken, is_excepted


class AnyOriginTrusted(Broken):
    """Whoever gets a user to open a page reads what the user may read."""

    kind_title = "Any origin may use credentials"


@schemathesis.check
def credentials_stay_with_known_origins(_: CheckContext, response: Response, case: AnyCase) -> None:
    """Looks at every answer, all of which were asked for from an unknown origin."""
    allowed = ", ".join(response.headers.get("access-control-allow-origin", []))
    trusted = ", ".join(response.headers.get("access-control-allow-credentials", [])).strip().lower() == "true"
    asked = response.request.headers.get("Origin", "")
    if trusted and allowed in {asked, "*", "null"} and not is_excepted(case, "credentials_stay_with_known_origins"):
        raise AnyOriginTrusted(
            operation=case.operation.label,
            message=f"Asked from {asked}: Access-Control-Allow-Origin is {allowed!r}, with credentials.",
        )
