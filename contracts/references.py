"""Knows which references within an OpenAPI document lead nowhere: what stands there is held against nothing."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

DATA = ("example", "examples", "default", "enum", "const")
"""What stands below these is data: a `$ref` in it is a word like any other."""


def dangling(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(place, reference) of each; references to other files are not followed, nor those in a schema with an `$id` of
    its own, which are meant from there."""
    left: list[tuple[str, Any]] = [("", document)]
    seen: set[int] = set()
    while left:
        place, value = left.pop()
        if id(value) in seen or (isinstance(value, dict) and place and isinstance(value.get("$id"), str)):
            continue
        if isinstance(value, dict):
            seen.add(id(value))
            reference = value.get("$ref")
            if isinstance(reference, str) and not _leads_somewhere(document, reference):
                yield place, reference
            inner = [(str(name), one) for name, one in value.items() if name not in DATA]
        else:
            inner = [(str(index), one) for index, one in enumerate(value)]
        left += [(f"{place}/{name}", one) for name, one in reversed(inner) if isinstance(one, dict | list)]


def _leads_somewhere(document: Mapping[str, Any], reference: str) -> bool:
    if not reference.startswith("#/"):
        return True
    value: Any = document
    for part in unquote(reference).removeprefix("#/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, dict) and name in {str(key) for key in value}:
            value = next(one for key, one in value.items() if str(key) == name)
        else:
            return False
    return True
