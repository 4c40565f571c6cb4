"""Knows which operations need something prepared before a case is sent, or noted after it was answered."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

from schemathesis import Case, Response
from schemathesis.core.parameters import ParameterLocation

from contracts.hooks.setting import Setting
from fixtures.errors import ReadOnlyError

AnyCase: TypeAlias = Case[Any]
Before = Callable[[Setting, AnyCase], None]
After = Callable[[Setting, AnyCase, Response], None]

_before: dict[str, list[Before]] = {}
_after: dict[str, list[After]] = {}


def before(*operation_ids: str) -> Callable[[Before], Before]:
    """Registers what happens before each case of these operations."""

    def register(function: Before) -> Before:
        for operation_id in operation_ids:
            _before.setdefault(operation_id, []).append(function)
        return function

    return register


def after(*operation_ids: str) -> Callable[[After], After]:
    """Registers what happens after each answer of these operations."""

    def register(function: After) -> After:
        for operation_id in operation_ids:
            _after.setdefault(operation_id, []).append(function)
        return function

    return register


def prepare(setting: Setting, case: AnyCase) -> None:
    """Runs what was registered for the case's operation; on a target that is only to be read, what reads."""
    for function in _before.get(operation_id_of(case), ()):
        # The case then goes out as it was drawn, and meets nothing that was made for it.
        with suppress(ReadOnlyError):
            function(setting, case)


def note(setting: Setting, case: AnyCase, response: Response) -> None:
    """Runs what was registered for the answer's operation."""
    for function in _after.get(operation_id_of(case), ()):
        function(setting, case, response)


def meant_body(case: AnyCase) -> dict[str, Any] | None:
    """The body, to be written to, where it is a JSON object that the document allows."""
    body = object_in(case)
    return None if _negated(case, ParameterLocation.BODY) else body


def object_in(case: AnyCase) -> dict[str, Any] | None:
    """The body, to be written to, where it is a JSON object at all."""
    return case.body if isinstance(case.body, dict) else None


def path_is_meant(case: AnyCase) -> bool:
    """Whether the path is one that the document allows."""
    return not _negated(case, ParameterLocation.PATH)


def query_is_meant(case: AnyCase) -> bool:
    """Whether the query is one that the document allows."""
    return not _negated(case, ParameterLocation.QUERY)


def operation_id_of(case: AnyCase) -> str:
    """The operation's name in its document; empty where it has none."""
    return str(case.operation.definition.raw.get("operationId", ""))


def _negated(case: AnyCase, location: ParameterLocation) -> bool:
    return case.meta is not None and bool(case.meta.is_negative_at(location))
