"""Knows what each kind of caller is to get, and where in the document that comes from. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.authorization.promises import NOBODY, Promise

OTHER, ADMIN = "other", "admin"
FORGED = ("expired", "tampered", "alg-none", "wrong-audience", "wrong-issuer", "revoked", "foreign-token")
IDENTITIES = ("nobody", OTHER, ADMIN, *FORGED, "unknown-key", "wrong-password")
BY_AUTH = {
    "bearer": ("nobody", OTHER, ADMIN, *FORGED),
    "own": ("nobody", OTHER, *FORGED),
    "api-key": ("nobody", OTHER, "unknown-key"),
}
BY_PROOF = {
    "token": BY_AUTH["bearer"],
    "key": ("nobody", OTHER, ADMIN, "unknown-key"),
    "basic": ("nobody", OTHER, ADMIN, "wrong-password"),
}
"""Where the document says how callers prove themselves."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is to come: one of `statuses`, or (`allowed`) to be let in. `apart`: let in, but nothing of the owner's."""

    statuses: frozenset[int]
    why: str
    allowed: bool = False
    apart: bool = False

    @property
    def told(self) -> str:
        """`401`, `403 or 404`, `allowed`."""
        if self.apart:
            return "nothing of the owner's"
        return "allowed" if self.allowed else " or ".join(str(status) for status in sorted(self.statuses))

    def met(self, status: int, promise: Promise) -> bool:
        """Whether this answer is one of those."""
        return let_in(status, promise) if self.allowed or self.apart else status in self.statuses


def let_in(status: int, promise: Promise) -> bool:
    """Whether the caller got past every question of who: success, or a conflict that the document knows of."""
    return 200 <= status < 400 or (status == 409 and 409 in promise.statuses)


def expected(promise: Promise, identity: str, everything: Mapping[str, Promise]) -> Expected | None:
    """What this identity is to get: as declared, else as derived; None where the document says nothing of it."""
    for one in promise.exceptions:
        if one.identity == identity:
            return Expected(frozenset(one.expected), f"exception: {one.reason}", allowed=not one.expected)
    return derived(promise, identity, everything)


def derived(promise: Promise, identity: str, everything: Mapping[str, Promise]) -> Expected | None:
    """What follows from security schemes, roles, and the refusals listed."""
    if not promise.guarded:
        return None
    if identity not in (OTHER, ADMIN):
        listed = frozenset({401} if 401 in promise.statuses else {401, 403})
        return Expected(listed, "its security scheme asks for valid credentials")
    if promise.role and identity == promise.role:
        return Expected(frozenset(), f"its security asks for the role {promise.role}", allowed=True)
    if identity == ADMIN and not promise.role:
        return None  # what administrators may do with others' things is for the document to declare
    why = _refused_because(promise)
    if why:
        return Expected(_refusals(promise), why)
    return Expected(frozenset(), "what it lists has owners", apart=True) if lists_owned(promise, everything) else None


def is_owned(promise: Promise) -> bool:
    """Whether what it acts on has an owner: said so, or 403 is listed though no role is asked for."""
    if promise.owned_by == NOBODY or not promise.slots or promise.role or not promise.guarded:
        return False
    return bool(promise.owned_by) or 403 in promise.statuses


def lists_owned(promise: Promise, everything: Mapping[str, Promise]) -> bool:
    """Whether it lists things with owners: it reads where they are made."""
    if promise.method != "GET" or promise.slots or promise.owned_by == NOBODY:
        return False
    if promise.owned_by:
        return True
    makers = [one for one in everything.values() if one.method == "POST" and one.path == promise.path]
    return any(
        is_owned(everything[link.operation_id])
        for one in makers
        for link in one.links
        if link.operation_id in everything
    )


def _refused_because(promise: Promise) -> str:
    if promise.role:
        return f"its security asks for the role {promise.role}"
    if promise.owner_field:
        return f"`{promise.owner_field}` says whose it is"
    return "what it acts on has an owner" if is_owned(promise) else ""


def _refusals(promise: Promise) -> frozenset[int]:
    # A role is no secret: whoever lacks it is told so. An owner's thing may be hidden instead.
    fitting = frozenset({403} if promise.role else {403, 404})
    return (promise.statuses & fitting) or fitting
