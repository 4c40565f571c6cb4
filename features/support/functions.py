"""Knows the functions that no HTTP request calls: what they are called, whose they are, which scenario shows them."""

from collections.abc import Iterable, Mapping

PREFIX = "function."

OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "inventory": ("applyOrder", "releaseStock"),
    "orders": ("settleOrder",),
    "links": ("moveClicks",),
    "media": ("processUpload",),
    "etl": ("loadObject",),
    "monitor": ("watchInstances", "recordMetrics"),
    "launcher": ("launchInstance",),
    "logforwarder": ("forwardLogs",),
    "processor": ("processData",),
}
"""The operationIds of the functions by service."""

KNOWN = frozenset(name for names in OPERATIONS.values() for name in names)


def shown_by(tags: Iterable[str]) -> tuple[str, ...]:
    """The operationIds that `@function.<operationId>` tags name; what is unknown is the lint's to refuse."""
    return tuple(str(tag).removeprefix(PREFIX) for tag in tags if tag.startswith(PREFIX))
