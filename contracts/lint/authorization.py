"""The rules for what a document says about who may do what: its owners, its roles, its exceptions from both."""

from collections.abc import Iterator
from typing import Any

from contracts.lint.reading import Entry

FORGED = ("expired", "tampered", "alg-none", "wrong-audience", "wrong-issuer", "revoked", "foreign-token")
BEARER = ("nobody", "other", "admin", *FORGED)
API_KEY = ("nobody", "other", "unknown-key")
KEYS = ("identity", "expected", "reason")


def exceptions_told(entry: Entry) -> Iterator[str]:
    """An exception is of a known identity, says what comes instead, and why; a guarded operation has it."""
    given = entry.raw.get("x-authorization-exceptions", [])
    if given and not entry.security:
        yield "take out x-authorization-exceptions: anybody may call it"
    if not isinstance(given, list):
        yield "make x-authorization-exceptions a list of {identity, expected, reason}"
        return
    seen: set[str] = set()
    for one in given:
        yield from _wrong(entry, one)
        name = str(one.get("identity")) if isinstance(one, dict) else ""
        if name in seen:
            yield f"say once what {name} gets"
        seen.add(name)


def owner_told(entry: Entry) -> Iterator[str]:
    """Whose it is: the caller's, nobody's, or that of whoever a field of the body names. Roles: `admin-only`."""
    owner = entry.raw.get("x-owned-by")
    if owner is not None:
        fields = _body(entry)
        named = str(owner).removeprefix("$request.body#/")
        if owner not in ("caller", "nobody") and not (str(owner).startswith("$request.body#/") and named in fields):
            yield "let x-owned-by be caller, nobody, or $request.body#/ and a field of its body"
    told = entry.raw.get("x-authorization")
    if told is not None and told != {"admin-only": True}:
        yield "let x-authorization be {admin-only: true}, or take it out"
    if (owner is not None or told is not None) and not entry.security:
        yield "take out x-owned-by and x-authorization: anybody may call it"


def _wrong(entry: Entry, one: Any) -> Iterator[str]:
    if not isinstance(one, dict) or set(one) != set(KEYS):
        yield "give each of x-authorization-exceptions identity, expected and reason, and nothing else"
        return
    known = API_KEY if _takes_key(entry) else BEARER
    if one["identity"] not in known:
        yield f"x-authorization-exceptions: no identity {one['identity']}; there are {', '.join(known)}"
    if not isinstance(one["reason"], str) or len(one["reason"].split()) < 2:
        yield f"say why {one['identity']} is an exception"
    if one["expected"] == "allowed":
        return
    statuses = one["expected"] if isinstance(one["expected"], list) else []
    if not statuses or not all(str(status) in entry.responses for status in statuses):
        yield f"let what {one['identity']} gets be `allowed`, or a list of statuses that the operation lists"


def _takes_key(entry: Entry) -> bool:
    schemes = entry.document.root.get("components", {}).get("securitySchemes", {})
    names = [name for requirement in entry.security or () for name in requirement]
    return any(entry.document.follow(schemes.get(name, {})).get("type") == "apiKey" for name in names)


def _body(entry: Entry) -> set[str]:
    contents = entry.body.get("content", {}).values()
    return {name for one in contents for name in entry.document.follow(one.get("schema", {})).get("properties", {})}
