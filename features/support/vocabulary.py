"""Knows how a kind of word becomes known to behave: its name in step texts, its pattern, its value."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from behave import register_type

Value = TypeVar("Value")
Reader = Callable[[str], Value]
_patterns: dict[str, str] = {}


def word(name: str, pattern: str) -> Callable[[Reader[Value]], Reader[Value]]:
    """Registers a function as the reader of `{…:Name}`; it gets only what matches the pattern.

    Raises `ValueError` where the name is another word already: all steps share one vocabulary."""
    if _patterns.setdefault(name, pattern) != pattern:
        raise ValueError(f"the word {name} is {_patterns[name]!r} already, can't be {pattern!r}: choose another name")

    def register(reader: Reader[Value]) -> Reader[Value]:
        known: Any = reader
        known.pattern = pattern
        register_type(**{name: known})
        return reader

    return register


@word("Quoted", r'[^"]+')
def quoted(text: str) -> str:
    """What stands between quotation marks."""
    return text


@word("Json", r"\S+")
def json_value(text: str) -> Any:
    """A value as JSON writes it: 1.5, "2", true, null."""
    return json.loads(text)
