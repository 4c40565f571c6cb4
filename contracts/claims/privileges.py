"""Claim: nobody gets rights by naming them in a body (mass assignment: OWASP API3:2023, CWE-915)."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any
from urllib.parse import urljoin

import schemathesis
from schemathesis import Response
from schemathesis.checks import CheckContext

from contracts.claims.asking import AnyCase, Broken, is_excepted, is_first, json_in
from contracts.claims.probe import Probe, again, shown

RIGHTS: Mapping[str, Any] = {
    "role": "admin",
    "roles": ["admin"],
    "is_admin": True,
    "isAdmin": True,
    "admin": True,
    "is_superuser": True,
    "permissions": ["*"],
    "verified": True,
}
"""What is asked for beside what the document names: all at once, and one by one of who refuses that."""

REFUSED_AS_UNKNOWN = (400, 422)


class PrivilegeTaken(Broken):
    """A right that was only asked for is there."""

    kind_title = "A right is taken from the body"


@schemathesis.check
def undeclared_rights_are_not_taken(_: CheckContext, response: Response, case: AnyCase) -> None:
    """Sends what went well once more, with rights that the document doesn't know: none may come back, in the answer or
    when the thing is read."""
    claim = "undeclared_rights_are_not_taken"
    went_well = response.request.method in ("POST", "PUT", "PATCH") and 200 <= response.status_code < 300
    body = json_in(response.request.body if isinstance(response.request.body, bytes | str) else None)
    if not went_well or not isinstance(body, dict) or is_excepted(case, claim) or not is_first(case, claim):
        return
    rights = {name: value for name, value in RIGHTS.items() if name not in body and name not in _declared(case)}
    answer = _asked_for(case, response, body, rights)
    if answer is not None and answer.status_code in REFUSED_AS_UNKNOWN:
        for name, value in rights.items():
            _asked_for(case, response, body, {name: value})


def _asked_for(case: AnyCase, response: Response, body: Mapping[str, Any], rights: Mapping[str, Any]) -> Probe | None:
    """The answer to the same with these rights; the finding where they are there afterwards."""
    answer = again(case, response, body=_another(body) | dict(rights))
    if answer is None or not 200 <= answer.status_code < 300:
        return answer
    for found in (None, _read(case, response, answer)):
        taken = _taken(json_in((found or answer).content), rights)
        if taken:
            message = f"Sent beside the body, and there afterwards: {', '.join(taken)}."
            raise PrivilegeTaken(operation=case.operation.label, message=shown(message, answer, found))
    return answer


def _declared(case: AnyCase) -> str:
    """The names that the answers' schemas know are told anyway."""
    return str(case.operation.definition.raw)


def _another(body: Mapping[str, Any]) -> dict[str, Any]:
    """The same thing under a name nobody has, as long as the given, where it goes by a name."""
    named = {key: body[key] for key in ("username", "login", "user") if isinstance(body.get(key), str)}
    named = {key: f"{name[:-4]}{token_hex(2)}" for key, name in named.items()}
    if isinstance(body.get("email"), str):
        named["email"] = f"{token_hex(2)}{body['email']}"
    return {**body, **named}


def _read(case: AnyCase, response: Response, answer: Probe) -> Probe | None:
    """The thing as it is now: at the address the answer gives, or where it was put."""
    told = json_in(answer.content)
    links = told.get("_links") if isinstance(told, dict) else None
    own = links.get("self") if isinstance(links, dict) else None
    where = answer.headers.get("location", "") or (own.get("href") if isinstance(own, dict) else "")
    if not isinstance(where, str) or (not where and response.request.method == "POST"):
        return None
    found = again(case, response, method="GET", url=urljoin(str(response.request.url), where))
    return found if found is not None and found.status_code == 200 else None


def _taken(value: Any, rights: Mapping[str, Any]) -> list[str]:
    if isinstance(value, list):
        return [name for inner in value for name in _taken(inner, rights)]
    if not isinstance(value, dict):
        return []
    here = [name for name, wanted in rights.items() if value.get(name) == wanted]
    return here + [name for inner in value.values() for name in _taken(inner, rights)]
