"""Claims: neither logging in nor asking for a new password tells which names exist (CWE-204), and guessing has an end
(OWASP API2:2023)."""

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import schemathesis
from schemathesis import Response
from schemathesis.checks import CheckContext

from contracts.claims.asking import AnyCase, Broken, is_excepted, is_first, json_in
from contracts.claims.probe import Probe, again, shown
from contracts.hooks.preparation import meant_body
from contracts.hooks.setting import current

NAMES = ("username", "user", "login", "loginname", "email", "emailaddress", "mail")
PASSWORDS = ("password", "passwd", "passphrase", "pwd")
"""Fields, in lower case without hyphens and underscores."""
RESET = re.compile(r"reset|forgot|recover", re.IGNORECASE)
GUESSES = 30
"""So many wrong passwords for one name within a moment; who allows more has no limit to speak of."""


class NamesTold(Broken):
    """The answer to a wrong password is another where the name is unknown."""

    kind_title = "Logging in tells which names exist"


class NamesToldByReset(Broken):
    """Whoever asks for a new password learns whether there is such an account."""

    kind_title = "Asking for a new password tells which names exist"


class GuessingUnlimited(Broken):
    """Nothing keeps anybody from trying passwords."""

    kind_title = "Passwords may be guessed without end"


@schemathesis.check
def log_in_tells_no_names(_: CheckContext, response: Response, case: AnyCase) -> None:
    """Tries a wrong password with a name that exists (an identity of the target) and with one that doesn't."""
    asked, claim = _logs_in(case, response), "log_in_tells_no_names"
    if asked and not is_excepted(case, claim):
        apart = _told_apart(case, response, claim, lambda name: _named(asked, name) | _wrong_password(asked))
        if apart:
            message = "A wrong password is answered otherwise for a name that is known (first) than for one that isn't."
            raise NamesTold(operation=case.operation.label, message=shown(message, *apart))


@schemathesis.check
def password_resets_tell_no_names(_: CheckContext, response: Response, case: AnyCase) -> None:
    """Asks for a new password for a name that exists and for one that doesn't. Opt-in: the first may get a mail."""
    asked, claim = _resets(case, response), "password_resets_tell_no_names"
    if asked and not is_excepted(case, claim):
        apart = _told_apart(case, response, claim, lambda name: _named(asked, name))
        if apart:
            message = "It is answered otherwise for a name that is known (first) than for one that isn't."
            raise NamesToldByReset(operation=case.operation.label, message=shown(message, *apart))


@schemathesis.check
def guessing_passwords_has_an_end(_: CheckContext, response: Response, case: AnyCase) -> None:
    """Tries wrong passwords on a name that nobody has, until it is told to wait. Opt-in: it may lock an address out."""
    asked, claim = _logs_in(case, response), "guessing_passwords_has_an_end"
    if not asked or is_excepted(case, claim) or not is_first(case, claim):
        return
    name = f"nobody-{secrets.token_hex(6)}"
    for _guess in range(GUESSES):
        answer = again(case, response, body=_named(asked, name) | _wrong_password(asked))
        if answer is None or answer.status_code in (429, 423, 403):
            return
    message = f"{GUESSES} wrong passwords in a row for one name, and no 429."
    raise GuessingUnlimited(operation=case.operation.label, message=shown(message, answer))


def _logs_in(case: AnyCase, response: Response) -> dict[str, Any]:
    """The body of a request that asks to be let in, and makes nothing; else nothing."""
    asked = _asked(case, response)
    makes = {str(status) for status in case.operation.definition.raw.get("responses", {})} & {"201", "202", "409"}
    return asked if _fields(asked, PASSWORDS) and not makes else {}


def _resets(case: AnyCase, response: Response) -> dict[str, Any]:
    """The body of a request for a new password, which brings no password itself; else nothing."""
    asked, raw = _asked(case, response), case.operation.definition.raw
    meant = RESET.search(f"{case.operation.path} {raw.get('operationId', '')}")
    return asked if meant and not _fields(asked, PASSWORDS) else {}


def _asked(case: AnyCase, response: Response) -> dict[str, Any]:
    """The JSON body of a POST that names somebody; nothing where it is wrong on purpose, and all would be refused."""
    sent = response.request.body
    body = json_in(sent if isinstance(sent, bytes | str) else None)
    if response.request.method != "POST" or not isinstance(body, dict) or meant_body(case) is None:
        return {}
    return body if any(isinstance(body[key], str) for key in _fields(body, NAMES)) else {}


def _told_apart(case: AnyCase, response: Response, claim: str, body: Callable[[str], object]) -> list[Probe]:
    """What was asked with a known name and with an unknown one, where the answers differ; else nothing."""
    known = _known(_asked(case, response))
    if not known or not is_first(case, claim):
        return []
    # As long as the known one, in the same form: nothing else may make the difference.
    unknown = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz") if c.isalnum() else c for c in known)
    answers = [(name, again(case, response, body=body(name))) for name in (known, unknown)]
    judged = [(name, one) for name, one in answers if one is not None and one.status_code not in (429, 503)]
    differ = len({repr(_without_ids(one, name)) for name, one in judged}) > 1
    return [one for _, one in judged] if differ else []


def _known(asked: Mapping[str, Any]) -> str:
    setting = current()
    people = setting.target.identities.values() if setting is not None else ()
    by_mail = all("mail" in key.lower() for key in _fields(asked, NAMES))
    return next((one.email if by_mail else one.username for one in people if one.password), "")


def _fields(asked: Mapping[str, Any], known: tuple[str, ...]) -> list[str]:
    return [key for key in asked if re.sub(r"[_-]", "", key).lower() in known]


def _named(asked: Mapping[str, Any], name: str) -> dict[str, Any]:
    return dict(asked) | dict.fromkeys(_fields(asked, NAMES), name)


def _wrong_password(asked: Mapping[str, Any]) -> dict[str, Any]:
    return dict.fromkeys(_fields(asked, PASSWORDS), f"wrong-{secrets.token_hex(8)}")


def _without_ids(answer: Probe, name: str) -> object:
    """Status, and the names and texts of the body without the name; ids of a request are new each time."""
    content = answer.content.replace(name.encode(), b"NAME")
    value = json_in(content)
    if isinstance(value, dict):
        kept = {key: inner for key, inner in value.items() if "id" not in key.lower() and "time" not in key}
        return answer.status_code, kept
    return answer.status_code, len(content)
