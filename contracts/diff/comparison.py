"""Knows what all documents of two versions break, and whether a new major version allows it."""

from dataclasses import dataclass
from typing import Any

from contracts.diff.change import Change, ComparisonFailed
from contracts.diff.events import events_changes
from contracts.diff.openapi import openapi_changes, operations_of
from contracts.diff.source import Documents, major


@dataclass(frozen=True, slots=True)
class Compared:
    """What was compared: `allowed` are the documents with a new major version, whose changes may break."""

    documents: tuple[str, ...]
    changes: tuple[Change, ...]
    allowed: frozenset[str]

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes that nothing allows."""
        return tuple(change for change in self.changes if change.document not in self.allowed)


def compare(before: Documents, after: Documents) -> Compared:
    """Every breaking change of every document that was there before."""
    changes: list[Change] = []
    allowed: set[str] = set()
    for name, old in before.items():
        new = after.get(name)
        if new is None:
            changes.append(Change("DocumentRemoved", name, name, "the document is gone", _all(old)))
            continue
        if major(name, new) > major(name, old):
            allowed.add(name)
        changes += _changes(name, old, new)
    return Compared(tuple(before), tuple(changes), frozenset(allowed))


def _changes(name: str, old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    if ("openapi" in old) is not ("openapi" in new):
        raise ComparisonFailed(f"{name}: one version is OpenAPI, the other AsyncAPI; give the new one another name")
    rules = openapi_changes if "openapi" in old else events_changes
    try:
        return list(rules(name, old, new))
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise ComparisonFailed(f"{name}: can't be compared: {type(error).__name__}: {error}") from error


def _all(old: dict[str, Any]) -> tuple[str, ...]:
    if "asyncapi" in old:
        return tuple(old.get("operations", {}))
    return tuple(str(one.get("operationId", "")) for _, one in operations_of(old).values())
