"""Claims: logging in doesn't tell which names exist (CWE-204), and guessing has an end (OWASP API2:2023)."""

import secrets
from typing import Any

import schemathesis
from schemathesis import Response
from schemathesis.checks import CheckContext

from contracts.claims.asking import AnyCase, Broken, is_excepted, is_first, json_in
from contracts.claims.probe import again, shown
from contracts.hooks.setting import current

NAMES = ("username", "user", "login", "email")
GUESSES = 30
"""So many wrong passwords for one name within a moment; who allows more has no limit to speak of."""


class NamesTold(Broken):
    """The answer to a wrong password is another where the name is unknown."""

    kind_title = "Logging in tells which names exist"


class GuessingUnlimited(Broken):
    """Nothing keeps anybody from trying passwords."""

    kind_title = "Passwords may be guessed without end"


@schemathesis.check
def log_in_tells_no_names(_: CheckContext, response: Response, case: AnyCase) -> None:
    """Tries a wrong password with a name that exists (an identity of the target) and with one that doesn't."""
    asked, claim = _logs_in(case, response), "log_in_tells_no_names"
    known = _known(asked)
    if not asked or not known or is_excepted(case, claim) or not is_first(case, claim):
        return
    # As long as the known one, in the same form: nothing else may make the difference.
    unknown = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz") if c.isalnum() else c for c in known)
    answers = [again(case, response, body=asked | _wrong(asked, name)) for name in (known, unknown)]
    seen = [
        (answer.status_code, answer.content.replace(name.encode(), b"NAME"))
        for answer, name in zip(answers, (known, unknown), strict=True)
        if answer is not None and answer.status_code not in (429, 503)
    ]
    if len(seen) == 2 and _without_ids(seen[0]) != _without_ids(seen[1]):
        message = "A wrong password is answered otherwise for a name that is known (first) than for one that isn't."
        raise NamesTold(operation=case.operation.label, message=shown(message, *answers))


@schemathesis.check
def guessing_passwords_has_an_end(_: CheckContext, response: Response, case: AnyCase) -> None:
    """Tries wrong passwords on a name that nobody has, until it is told to wait. Opt-in: it may lock an address out."""
    asked, claim = _logs_in(case, response), "guessing_passwords_has_an_end"
    if not asked or is_excepted(case, claim) or not is_first(case, claim):
        return
    name = f"nobody-{secrets.token_hex(6)}"
    for _guess in range(GUESSES):
        answer = again(case, response, body=asked | _wrong(asked, name))
        if answer is None or answer.status_code in (429, 423, 403):
            return
    message = f"{GUESSES} wrong passwords in a row for one name, and no 429."
    raise GuessingUnlimited(operation=case.operation.label, message=shown(message, answer))


def _logs_in(case: AnyCase, response: Response) -> dict[str, Any]:
    """The body of a request that asks to be let in, and makes nothing; else nothing."""
    body = json_in(response.request.body if isinstance(response.request.body, bytes | str) else None)
    if response.request.method != "POST" or not isinstance(body, dict) or "password" not in body:
        return {}
    makes = {str(status) for status in case.operation.definition.raw.get("responses", {})} & {"201", "202", "409"}
    return body if any(isinstance(body.get(name), str) for name in NAMES) and not makes else {}


def _known(asked: dict[str, Any]) -> str:
    setting = current()
    people = setting.target.identities.values() if setting is not None else ()
    by_email = "email" in asked and "username" not in asked
    return next((one.email if by_email else one.username for one in people if one.password), "")


def _wrong(asked: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: name for key in NAMES if key in asked} | {"password": f"wrong-{secrets.token_hex(8)}"}


def _without_ids(seen: tuple[int, bytes]) -> object:
    """Status, and the names and texts of the body; ids of a request are new each time."""
    value = json_in(seen[1])
    if isinstance(value, dict):
        return seen[0], {key: inner for key, inner in value.items() if "id" not in key.lower() and "time" not in key}
    return seen[0], len(seen[1])
