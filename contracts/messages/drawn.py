"""Knows how values are drawn from the schemas of messages: as much of JSON Schema as the document uses."""

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from contracts.messages.document import CONTENT, validator

TEXT = st.characters(min_codepoint=32, max_codepoint=0xD7FF)  # what SQS takes in a body
MOST_ITEMS = 3
MOMENTS = st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z")


def values(schema: Any) -> st.SearchStrategy[Any]:
    """Values that keep the schema."""
    if not isinstance(schema, Mapping):
        return st.none() if schema is False else _anything()
    judge = validator(schema)
    return _values(_merged(schema)).filter(judge.is_valid)


def _values(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one return a type
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type", "object" if "properties" in schema else "")
    match kind:
        case "object":
            return _objects(schema)
        case "array":
            inner = values(schema.get("items", True))
            return st.lists(inner, min_size=schema.get("minItems", 0), max_size=MOST_ITEMS)
        case "string":
            return _texts(schema)
        case "integer":
            return st.integers(schema.get("minimum"), schema.get("maximum"))
        case "number":
            return st.floats(schema.get("minimum"), schema.get("maximum"), allow_nan=False, allow_infinity=False)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    return _anything()


def _objects(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    members = {name: values(inner) for name, inner in schema.get("properties", {}).items() if inner is not False}
    required = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: members.get(name, _anything()) for name in sorted(required)},
        optional={name: inner for name, inner in members.items() if name not in required},
    )


def _texts(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
    if CONTENT in schema:
        return values(schema[CONTENT]).map(json.dumps)
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], alphabet=TEXT)
    if schema.get("format") == "date-time":
        return MOMENTS
    return st.text(TEXT, min_size=schema.get("minLength", 0), max_size=schema.get("maxLength", 40))


def _anything() -> st.SearchStrategy[Any]:
    return st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(TEXT, max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(TEXT, max_size=8), inner, max_size=3),
        max_leaves=5,
    )


def _merged(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Its `allOf` put together, properties with properties."""
    found: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
    for part in schema.get("allOf", ()):
        found = _joined(found, _merged(part))
    return found


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    joined = dict(one)
    for key, value in other.items():
        known = joined.get(key)
        both = isinstance(known, Mapping) and isinstance(value, Mapping)
        joined[key] = _joined(known, value) if both and known is not None else value
    return joined
