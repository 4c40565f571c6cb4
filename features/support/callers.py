"""Knows which words of the features name whom, and with which token each of them acts."""

from features.support.vocabulary import word
from features.support.world import World

SHOPKEEPER = "the shopkeeper"
VISITOR = "the visitor"


@word("Caller", "Ada|Ben|[Tt]he shopkeeper|[Aa] visitor|[Tt]he visitor")
def caller(text: str) -> str:
    """`The shopkeeper` and `the shopkeeper` are one; so are `a visitor` and `the visitor`."""
    lower = text.lower()
    return {SHOPKEEPER: SHOPKEEPER, VISITOR: VISITOR, "a visitor": VISITOR}.get(lower, text)


def token_of(world: World, name: str) -> str | None:
    """The shopkeeper is the admin; a visitor has no token."""
    if name == VISITOR:
        return None
    return world.admin_token() if name == SHOPKEEPER else world.regular(name).token


def username_of(world: World, name: str) -> str:
    """The name under which they order; whoever may order is in the directory."""
    if name == VISITOR:
        return world.name("visitor")
    if name == SHOPKEEPER:
        return world.platform.target.identities["admin"].username
    world.regular(name).join_directory()
    return world.regular(name).username
