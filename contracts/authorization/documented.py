"""Knows what callers prove themselves with where only the document says how, and how such a proof is made wrong."""

import base64
from secrets import token_hex

from contracts.authorization import tokens
from contracts.schemes import Scheme

WHY_NOT = {
    "expired": "no key to sign such a token with",
    "wrong-audience": "no key to sign such a token with",
    "wrong-issuer": "no key to sign such a token with",
    "revoked": "nobody can log out there",
    "foreign-token": "no other service of the target has tokens of its own",
}
"""What nobody can make who knows no more than the document."""


def wrong(kind: str, scheme: Scheme, value: str, username: str) -> str | None:
    """The header's value with that flaw; None where this proof can't have it."""
    if scheme.proof == "key":
        return scheme.carried(token_hex(20)) if kind == "unknown-key" else None
    if scheme.proof == "basic":
        pair = base64.b64encode(f"{username}:{token_hex(12)}".encode()).decode()
        return f"Basic {pair}" if kind == "wrong-password" else None
    before, blank, token = value.rpartition(" ")
    made = {"tampered": tokens.tampered, "alg-none": tokens.unsigned}.get(kind)
    flawed = made(token) if made is not None else None
    return None if flawed is None else f"{before}{blank}{flawed}"
