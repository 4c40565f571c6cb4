"""Knows which tag gives a scenario which set-up: `@fixture.<name>` runs the generator registered under that name."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from behave.fixture import fixture, use_fixture

from features.support.context import Context

Given = Callable[[Context], Iterator[None]]

PREFIX = "fixture."
_REGISTRY: dict[str, Any] = {}


def gives(name: str) -> Callable[[Given], Given]:
    """Registers a generator under a tag name: what stands before its `yield` sets up, what stands after cleans up."""

    def register(given: Given) -> Given:
        _REGISTRY[PREFIX + name] = fixture(given, name=PREFIX + name)
        return given

    return register


def use_tagged(context: Context, tags: list[str]) -> None:
    """Uses every fixture the tags name; they are cleaned up, last first, when the scenario ends."""
    for tag in tags:
        if tag.startswith(PREFIX):
            if tag not in _REGISTRY:
                raise LookupError(f"@{tag}: no such fixture; known: {', '.join(sorted(_REGISTRY)) or 'none'}")
            use_fixture(_REGISTRY[tag], context)


def load_rooms() -> None:
    """Imports every module beside this one, so that each may register fixtures without being put on a list."""
    for file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        import_module(f"features.support.{file.stem}")


def known() -> frozenset[str]:
    """Every fixture tag there is."""
    return frozenset(_REGISTRY)
