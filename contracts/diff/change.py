"""What the change gate finds, and how it says that it could not compare."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fixtures.errors import PlumblineError


class ComparisonFailed(PlumblineError):
    """Two documents could not be compared; that is never clean (exit 3)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One breaking change: the rule it breaks, where, in words; `operations` are the operationIds it touches."""

    rule: str
    document: str
    where: str
    told: str
    operations: tuple[str, ...] = ()


def follow(root: Mapping[str, Any], value: Any) -> Any:
    """What a local reference points to, through any number of others; anything else is itself."""
    seen = 0
    while isinstance(value, dict) and isinstance(value.get("$ref"), str):
        reference, seen = value["$ref"], seen + 1
        if seen > 20 or not reference.startswith("#/"):
            raise ComparisonFailed(f"the reference {reference} leads out of the document, or round; mend it")
        value = _at(root, reference)
    return value


def _at(root: Mapping[str, Any], reference: str) -> Any:
    value: Any = root
    for part in reference.removeprefix("#/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(value, dict) or name not in value:
            raise ComparisonFailed(f"the reference {reference} leads nowhere; mend it")
        value = value[name]
    return value
