"""Knows how a token is taken apart and made wrong: what a forger can do without the key, and an issuer with it."""

import base64
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

import jwt

Claims = Mapping[str, Any]


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Header and claims, unverified; None where it is no JWT."""
    try:
        return dict(jwt.get_unverified_header(token)), dict(jwt.decode(token, options={"verify_signature": False}))
    except jwt.PyJWTError:
        return None


def tampered(token: str) -> str:
    """Other claims under the old signature; an opaque token with its end changed."""
    found = parts(token)
    if found is None:
        return token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    head, _, signature = token.split(".")
    return f"{head}.{_encoded(_another(found[1]))}.{signature}"


def unsigned(token: str) -> str | None:
    """`alg: none`, without a signature (RFC 8725, 2.1); None where it is no JWT."""
    found = parts(token)
    return None if found is None else f"{_encoded(found[0] | {'alg': 'none'})}.{_encoded(_another(found[1]))}."


def signed(token: str, flaw: str, key: str) -> str | None:
    """The same claims but for one flaw, signed with the issuer's key; None where it is no JWT."""
    found = parts(token)
    if found is None:
        return None
    head, claims = found
    now = int(time.time())
    flaws: dict[str, dict[str, Any]] = {
        "expired": {"iat": now - 960, "nbf": now - 960, "exp": now - 60},
        "wrong-audience": {"aud": "somebody-else"},
        "wrong-issuer": {"iss": "https://issuer.example"},
    }
    altered = _another(claims) | {k: v for k, v in flaws[flaw].items() if k != "nbf" or "nbf" in claims}
    return jwt.encode(altered, key, algorithm=head["alg"], headers={k: head[k] for k in ("kid",) if k in head})


def _another(claims: Claims) -> dict[str, Any]:
    """The claims under an id of their own: what becomes of them is nothing to the real token."""
    return {**claims, "jti": uuid.uuid4().hex} if "jti" in claims else {**claims, "plumbline": uuid.uuid4().hex}


def _encoded(value: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()
