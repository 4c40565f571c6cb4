"""Claim: no answer tells a password hash, a private key or an access key (CWE-200, OWASP API3:2023)."""

import re
from collections.abc import Iterator
from typing import Any

import schemathesis
from schemathesis import Response
from schemathesis.checks import CheckContext

from contracts.claims.asking import AnyCase, Broken, is_excepted, json_in, sent

KINDS = {
    "an Argon2 hash": re.compile(r"\$argon2(?:id|i|d)\$v=\d+\$[^\s\"']+"),
    "a bcrypt hash": re.compile(r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}"),
    "a PBKDF2 hash": re.compile(r"pbkdf2[_:]sha\d+[:$]\d+\$[^\s\"']+"),
    "a scrypt hash": re.compile(r"scrypt:\d+:\d+:\d+\$[^\s\"']+"),
    "a crypt hash": re.compile(r"\$[156]\$[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{22,86}"),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
}
NAMES = re.compile(r"password([_-]?hash)?|passwd|pwd|private[_-]?key|secret[_-]?(access[_-]?)?key", re.IGNORECASE)


class SecretTold(Broken):
    """An answer holds what its service should keep."""

    kind_title = "An answer tells a secret"


@schemathesis.check
def answers_tell_no_secrets(_: CheckContext, response: Response, case: AnyCase) -> None:
    """Looks at every answer; what the request itself brought is no secret of the service's."""
    if is_excepted(case, "answers_tell_no_secrets"):
        return
    text = response.content.decode("utf-8", "replace")
    told = next(_told(text, json_in(response.content), sent(response)), None)
    if told:
        raise SecretTold(operation=case.operation.label, message=f"The answer holds {told}.")


def _told(text: str, value: Any, asked: str) -> Iterator[str]:
    for kind, pattern in KINDS.items():
        found = pattern.search(text)
        if found and found[0] not in asked:
            yield kind
    if isinstance(value, dict) and value.get("kty") and value.get("d"):
        yield "a private JSON Web Key"
    for name, held in _named(value):
        if held not in asked:
            yield f"a value named {name!r}"


def _named(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if NAMES.fullmatch(name) and isinstance(inner, str) and inner:
                yield name, inner
            yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)
