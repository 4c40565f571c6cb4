"""How far a step reaches: which functions of the features it calls, and which operations these can ask.

Read from the code, before anything runs. A method is found by its name alone, in whatever class of the features has
it: more may be named than is ever asked, never less, as long as a driver is called by its own name.
"""

import sys
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from inspect import getsource
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from load.vocabulary import SERVICES

FEATURES = Path(__file__).parent.parent / "features"
ROOM = "features."
QUIET = "features.support.people"  # signing up and logging in are not measured (load/users/gherkin.py)
WAITS = "eventually"
ANY = frozenset(SERVICES)


def names_of(function: FunctionType) -> Iterator[tuple[str, bool]]:
    """Every name that its code uses, that of functions within it too; and whether it is one of its module."""
    for code in _codes(function.__code__):
        for name in code.co_names:
            yield name, name in function.__globals__


def called_by(function: FunctionType) -> tuple[FunctionType, ...]:
    """It and all functions of the features that it calls by name, theirs too; in the order in which they are met."""
    found = [function]
    for each in found:
        for name, of_module in names_of(each):
            called = each.__globals__.get(name) if of_module else None
            if isinstance(called, FunctionType) and _at_home(called) and called not in found:
                found.append(called)
    return tuple(found)


def reached_by(function: FunctionType) -> tuple[FunctionType, ...]:
    """What it calls, by name or as a method of anything in the features; but for the world's own way to wait, and for
    what people do to sign up and log in: under load, both are others."""
    found = list(called_by(function))
    for each in found:
        for name, _ in names_of(each):
            for method in _methods().get(name, ()):
                found += [called for called in called_by(method) if called not in found]
    return tuple(found)


def operations_of(function: FunctionType) -> frozenset[str]:
    """The operations that it can ask; all there are, where it takes them by a name that it makes up."""
    found: set[str] = set()
    for each in reached_by(function):
        names = {name for name, _ in names_of(each)}
        told = SERVICES.keys() & set(_texts(each))
        if "perform" in names and not told:
            return ANY
        found |= told | {_DRIVEN[name] for name in names & _DRIVEN.keys()}
    return frozenset(found)


def mark(functions: Iterable[FunctionType], text: str) -> str:
    """The same wherever text and source of these functions are the same."""
    sources = sorted({(each.__qualname__, getsource(each)) for each in functions})
    return sha256(repr((text, sources)).encode()).hexdigest()[:16]


def _at_home(function: FunctionType) -> bool:
    """Known by its file: the modules of steps, as behave loads them, have no name, and a path from where it stands."""
    return Path(function.__code__.co_filename).absolute().is_relative_to(FEATURES.absolute())


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _texts(function: FunctionType) -> Iterator[str]:
    return (text for code in _codes(function.__code__) for text in code.co_consts if isinstance(text, str))


def _snake(operation: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation)


_DRIVEN = {_snake(operation): operation for operation in SERVICES}


@cache
def _methods() -> dict[str, list[FunctionType]]:
    """Methods and properties of all classes of the features, by name; the features are loaded by then."""
    found: dict[str, list[FunctionType]] = {}
    modules = [module for name, module in list(sys.modules.items()) if name.startswith(ROOM)]
    for each in [one for module in modules for one in vars(module).values() if isinstance(one, type)]:
        if each.__module__.startswith(ROOM) and each.__module__ != QUIET:
            for name, member in vars(each).items():
                method: Any = member.fget if isinstance(member, property) else member
                if isinstance(method, FunctionType) and name != WAITS:
                    found.setdefault(name, []).append(method)
    return found
