"""Knows what the security schemes of a document ask callers for (OpenAPI 3.1, 4.8.27)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from contracts.documents import read_document
from contracts.lint.reading import Document
from fixtures.errors import CallError

Proof = Literal["token", "basic", "key"]
_TOKENS = ("oauth2", "openIdConnect")


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to prove who asks; `header` is the one that carries it, `cookie` the cookie's name where it is one."""

    name: str
    proof: Proof
    header: str = "Authorization"
    cookie: str = ""

    def carried(self, credentials: str) -> str:
        """The header's value."""
        return f"{self.cookie}={credentials}" if self.cookie else credentials


def schemes_in(document: Document) -> dict[str, Scheme]:
    """The schemes that some operation asks for, by name; what can't be sent is a `CallError`."""
    known = document.root.get("components", {}).get("securitySchemes", {})
    used = {name: None for entry in document.operations() for name in _first(entry.security or [])}
    return {name: _scheme(document.path, name, document.follow(known.get(name, {}))) for name in used}


@cache
def schemes_of(path: Path) -> dict[str, Scheme]:
    """The same, of the document at that path."""
    root = read_document(path)
    if "openapi" not in root:
        raise CallError(f"{path}: found no `openapi`, must be OpenAPI 3. Convert the document first.")
    return schemes_in(Document(path, root))


def first_of(requirements: Iterable[Mapping[str, Any]]) -> str:
    """The scheme that an operation's callers use: the first of its first requirement; empty where there is none."""
    return next(iter(_first(requirements)), "")


def _first(requirements: Iterable[Mapping[str, Any]]) -> list[str]:
    # Requirements are alternatives: whoever meets the first needs no other.
    return list(next(iter(requirements), {}))


def _scheme(path: Path, name: str, raw: Mapping[str, Any]) -> Scheme:
    kind, scheme = str(raw.get("type", "")), str(raw.get("scheme", "")).lower()
    if kind in _TOKENS or (kind == "http" and scheme == "bearer"):
        return Scheme(name, "token")
    if kind == "http" and scheme == "basic":
        return Scheme(name, "basic")
    place, field = raw.get("in"), str(raw.get("name", ""))
    if kind == "apiKey" and field and place in ("header", "cookie"):
        return Scheme(name, "key", field) if place == "header" else Scheme(name, "key", "Cookie", field)
    said = " ".join(part for part in (kind, scheme, f"in {place}" if place else "") if part) or "nothing"
    raise CallError(
        f"{path}: components.securitySchemes.{name}: found {said}; allowed: http bearer, http basic, oauth2, "
        "openIdConnect, apiKey in header or cookie. Correct the document, or choose another."
    )
