"""How a result is written as one JSON object, and read back with every field checked."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from reports._model import Failure, Result, Status

TEXTS = tuple(f.name for f in fields(Failure) if f.name != "logs")


def result_to_json(result: Result) -> dict[str, Any]:
    """A result as JSON values; the status becomes its word."""
    return {**asdict(result), "status": result.status.label}


def result_from_json(line: Mapping[str, Any]) -> Result:
    """The result of one line. Raises `ValueError` naming the field that is missing or has the wrong type."""
    return Result(
        suite=_text(line, "suite"),
        id=_text(line, "id"),
        title=_text(line, "title"),
        status=_status(line),
        seconds=_number(line, "seconds"),
        service=_text(line, "service", ""),
        operations=_texts(line, "operations"),
        failures=tuple(_failure(entry) for entry in _list(line, "failures")),
        details=_object(line, "details"),
    )


def _failure(entry: object) -> Failure:
    if not isinstance(entry, dict):
        raise ValueError("failures: every entry must be an object")
    return Failure(**{name: _text(entry, name, "") for name in TEXTS}, logs=_texts(entry, "logs"))


def _status(line: Mapping[str, Any]) -> Status:
    word = _text(line, "status")
    try:
        return Status[word.upper()]
    except KeyError:
        allowed = ", ".join(s.label for s in Status)
        raise ValueError(f"status: found {word!r}, allowed are {allowed}") from None


def _text(line: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = line.get(key, default)
    if not isinstance(value, str):
        raise ValueError(f"{key}: must be a text")
    return value


def _number(line: Mapping[str, Any], key: str) -> float:
    value = line.get(key, 0.0)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{key}: must be a number")
    return float(value)


def _list(line: Mapping[str, Any], key: str) -> list[Any]:
    value = line.get(key, [])
    if not isinstance(value, list):
        raise ValueError(f"{key}: must be a list")
    return value


def _texts(line: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = _list(line, key)
    if not all(isinstance(value, str) for value in values):
        raise ValueError(f"{key}: must be a list of texts")
    return tuple(values)


def _object(line: Mapping[str, Any], key: str) -> dict[str, object]:
    value = line.get(key, {})
    if not isinstance(value, dict):
        raise ValueError(f"{key}: must be an object")
    return value
