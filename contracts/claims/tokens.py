"""Claim: nobody can guess what tokens are signed with (RFC 8725, 3.5; CWE-521)."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator

import schemathesis
from schemathesis import Response
from schemathesis.checks import CheckContext

from contracts.claims.asking import AnyCase, Broken, is_excepted, json_in

WORDS = """
secret secretkey secret-key secret_key mysecret my-secret my_secret jwt jwtsecret jwt-secret jwt_secret jwt-key
jwt-secret-key jwt_secret_key your-256-bit-secret your-384-bit-secret your-512-bit-secret your-secret-key
your_secret_key changeme change-me change_me change-this super-secret supersecret super_secret topsecret password
passw0rd password123 admin administrator root test testing dev development default example letmein qwerty 123456
12345678 1234567890 key private privatekey token access_token auth hmac s3cr3t none null flask
"""
"""What is found in tutorials, examples and lists of common passwords; also tried: with !, 1 and 123 after it."""

_HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
_JWT = re.compile(rb"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_guessed: dict[str, str] = {}
_tried: set[tuple[str, ...]] = set()


class WeakTokenSecret(Broken):
    """Whoever has one token can make tokens for anybody."""

    kind_title = "Tokens are signed with a word that is known"


def look_for_tokens(case: AnyCase, response: Response) -> None:
    """Tries the words on the tokens of an answer; to be called before anything is redacted. One token of an operation
    and algorithm is enough."""
    for token in _JWT.findall(response.content):
        signed, _, signature = token.rpartition(b".")
        header = json_in(_decoded(token.split(b".")[0]))
        algorithm = str(header.get("alg")) if isinstance(header, dict) else ""
        key = (case.operation.label, algorithm)
        if algorithm in _HASHES and key not in _tried:
            _tried.add(key)
            word = next(_words_of(algorithm, signed, _decoded(signature)), None)
            if word is not None:
                _guessed[case.operation.label] = word


@schemathesis.check
def token_secrets_are_no_words(_: CheckContext, response: Response, case: AnyCase) -> None:  # noqa: ARG001
    """Tells of what was guessed, without the word: a report is read by many."""
    if case.operation.label in _guessed and not is_excepted(case, "token_secrets_are_no_words"):
        length = len(_guessed[case.operation.label])
        message = f"The secret behind its tokens is a common word of {length} characters. Choose 32 random bytes."
        raise WeakTokenSecret(operation=case.operation.label, message=message)


def _words_of(algorithm: str, signed: bytes, signature: bytes) -> Iterator[str]:
    for word in WORDS.split():
        for tried in (word, f"{word}!", f"{word}1", f"{word}123"):
            if hmac.compare_digest(hmac.digest(tried.encode(), signed, _HASHES[algorithm]), signature):
                yield tried


def _decoded(part: bytes) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except ValueError:
        return b""
