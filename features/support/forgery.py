"""Knows how access tokens are taken apart, altered, and signed anew: what a forger, or a careless issuer, makes."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fixtures.clients import Platform

Claims = dict[str, Any]


def header(token: str) -> dict[str, Any]:
    """The header, unverified."""
    return dict(jwt.get_unverified_header(token))


def claims(token: str) -> Claims:
    """The payload, unverified."""
    return dict(jwt.decode(token, options={"verify_signature": False}))


def proved_by(token: str, keys: list[Mapping[str, Any]]) -> bool:
    """Whether one of the published keys, the one the token names, proves its signature."""
    named = [key for key in keys if key.get("kid") == header(token).get("kid")]
    try:
        for key in named:
            options: Any = {"verify_aud": False}
            jwt.decode(token, jwt.PyJWK(dict(key)), algorithms=[header(token)["alg"]], options=options)
    except jwt.InvalidTokenError:
        return False
    return bool(named)


def forged(token: str, flaw: str, keys: list[Mapping[str, Any]]) -> str:
    """The token as somebody without the signing key can alter it."""
    head, payload, signature = token.split(".")
    own = claims(token)
    if flaw == "is not a token":
        return "abc.def.ghi"
    if flaw == "has another subject than was signed":
        return f"{head}.{_part(own | {'sub': 'somebody.else'})}.{signature}"
    if flaw == "claims to be an admin":
        return f"{head}.{_part(own | {'roles': ['admin']})}.{signature}"
    if flaw == "is not signed at all":
        return f"{_part(header(token) | {'alg': 'none'})}.{payload}."
    if flaw == "is signed with another key":
        another: Any = ec.generate_private_key(ec.SECP256R1())
        return jwt.encode(own, another, algorithm="ES256", headers={"kid": header(token).get("kid")})
    return _confused(token, keys)


def signed_with_a_secret(token: str, secret: str) -> str:
    """The same claims under HS256 and a secret of the forger's choice."""
    return jwt.encode(claims(token), secret, algorithm="HS256")


def well_signed_with(secret: str, token: str, flaw: str) -> str:
    """The token with other claims, signed with the service's own secret."""
    return jwt.encode(_ALTERATIONS[flaw](claims(token)), secret, algorithm="HS256")


def well_signed(platform: Platform, token: str, flaw: str) -> str:
    """The token with other claims, signed with the platform's own key."""
    altered = _ALTERATIONS[flaw](claims(token))
    key = platform.vault.secret("AuthSigningKey")
    return jwt.encode(altered, key, algorithm="ES256", headers={"kid": header(token).get("kid")})


def _without(name: str) -> Callable[[Claims], Claims]:
    return lambda own: {key: value for key, value in own.items() if key != name}


_ALTERATIONS: dict[str, Callable[[Claims], Claims]] = {
    "has no flaw": lambda own: own,
    "expired a minute ago": lambda own: own | {"iat": int(time.time()) - 960, "exp": int(time.time()) - 60},
    "comes from another issuer": lambda own: own | {"iss": "https://issuer.example"},
    "is meant for somebody else": lambda own: own | {"aud": "somebody-else"},
    "never expires": _without("exp"),
    "has no id": _without("jti"),
}


def _confused(token: str, keys: list[Mapping[str, Any]]) -> str:
    """HS256 with the public key as its secret: whoever lets the token choose the algorithm accepts it."""
    public: Any = jwt.PyJWK(dict(keys[0])).key
    secret = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{_part(header(token) | {'alg': 'HS256'})}.{token.split('.')[1]}"
    digest = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_encoded(digest)}"


def _part(value: Mapping[str, Any]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
