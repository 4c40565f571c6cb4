"""Knows which differences of two JSON schemas break whoever sends (`Request`) or reads (`Response`) what they allow.

A sender breaks where less is accepted than before, a reader where more may come, or less is promised.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.diff.change import follow

Told = tuple[str, str, str]
"""Rule, where in the schema, in words."""

LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
EXACT: tuple[str, ...] = (
    *("pattern", "format", "multipleOf", "uniqueItems", "contentEncoding", "not", "if", "then", "else"),
    *("patternProperties", "propertyNames", "contains", "dependentRequired", "prefixItems", "x-content"),
)
ANYTHING = frozenset(("null", "boolean", "integer", "number", "string", "array", "object"))


@dataclass(frozen=True, slots=True)
class Schemas:
    """Compares schemas of two documents; `reads` says that the other side reads them, `prefix` begins every rule."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reads: bool
    prefix: str

    def breaks(self, old: Any, new: Any, where: str = "", seen: frozenset[str] = frozenset()) -> Iterator[Told]:
        """Every break between two schemas; a schema that contains itself is walked once."""
        pair = json.dumps([old, new], sort_keys=True, default=str)
        if pair in seen:
            return
        seen |= {pair}
        old, new = whole(self.before, old), whole(self.after, new)
        yield from self._types(old, new, where)
        yield from self._enums(old, new, where)
        yield from self._bounds(old, new, where)
        yield from self._exact(old, new, where)
        yield from self._fields(old, new, where, seen)
        yield from self._choices(old, new, where, seen)
        if "items" in old and "items" in new:
            yield from self.breaks(old["items"], new["items"], f"{where}[]", seen)
        elif ("items" in new) if not self.reads else ("items" in old):
            yield self._told("ItemsChanged", where, "the schema of the items came or went")

    def _told(self, rule: str, where: str, text: str) -> Told:
        return f"{self.prefix}{rule}", where or "the whole", text

    def _types(self, old: Mapping[str, Any], new: Mapping[str, Any], where: str) -> Iterator[Told]:
        before, after = _types(old), _types(new)
        broken = after - before if self.reads else before - after
        if broken:
            yield self._told("TypeChanged", where, f"type was {_listed(before)}, is {_listed(after)}")

    def _enums(self, old: Mapping[str, Any], new: Mapping[str, Any], where: str) -> Iterator[Told]:
        before, after = _values(old), _values(new)
        if self.reads and before is not None:
            if after is None:
                yield "EnumValueAdded", where or "the whole", "any value may come now"
            for value in [value for value in after or () if value not in before]:
                yield "EnumValueAdded", where or "the whole", f"{value} may come now"
        if not self.reads and after is not None:
            gone = [value for value in before if value not in after] if before is not None else ["what isn't listed"]
            for value in gone:
                yield "EnumValueRemoved", where or "the whole", f"{value} is refused now"

    def _bounds(self, old: Mapping[str, Any], new: Mapping[str, Any], where: str) -> Iterator[Told]:
        for name in (*LOWER, *UPPER):
            before, after = old.get(name), new.get(name)
            if before == after:
                continue
            sign = 1 if name in UPPER else -1
            narrower = before is None or (after is not None and sign * after < sign * before)
            if narrower is not self.reads:
                rule = "RangeWidened" if self.reads else "RangeNarrowed"
                yield self._told(rule, where, f"{name} was {before}, is {after}")

    def _exact(self, old: Mapping[str, Any], new: Mapping[str, Any], where: str) -> Iterator[Told]:
        """What can't be ordered breaks unless the restriction went (for senders) or came (for readers)."""
        for name in EXACT:
            before, after = old.get(name), new.get(name)
            harmless = before is None if self.reads else after is None
            if before != after and not harmless:
                yield self._told("ConstraintChanged", where, f"{name} was {_short(before)}, is {_short(after)}")

    def _fields(
        self, old: Mapping[str, Any], new: Mapping[str, Any], where: str, seen: frozenset[str]
    ) -> Iterator[Told]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in before:
            at = f"{where}.{name}".lstrip(".")
            if name in after:
                yield from self.breaks(before[name], after[name], at, seen)
            elif self.reads or new.get("additionalProperties") is False:
                yield self._told("FieldRemoved", at, "the field is gone" if self.reads else "the field is refused now")
        required, needed = set(old.get("required", ())), set(new.get("required", ()))
        for name in sorted(required - needed if self.reads else needed - required):
            at = f"{where}.{name}".lstrip(".")
            if self.reads and name in after:
                yield self._told("FieldBecameOptional", at, "the field may be missing now")
            elif not self.reads:
                yield self._told("FieldBecameRequired", at, "without the field it is refused now")
        yield from self._others(old, new, where, seen)

    def _others(
        self, old: Mapping[str, Any], new: Mapping[str, Any], where: str, seen: frozenset[str]
    ) -> Iterator[Told]:
        """Fields that have no name."""
        before, after = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if isinstance(before, dict) and isinstance(after, dict):
            yield from self.breaks(before, after, f"{where}.*".lstrip("."), seen)
        elif not self.reads and before is not False and after is not True and before != after:
            yield self._told("OtherFieldsRefused", where, "other fields were accepted, and are refused now")

    def _choices(
        self, old: Mapping[str, Any], new: Mapping[str, Any], where: str, seen: frozenset[str]
    ) -> Iterator[Told]:
        """Every alternative of the side that must not grow has a compatible one on the other."""
        before, after = _choices(old), _choices(new)
        if not before and not after:
            return
        before, after = before or [_plain(old)], after or [_plain(new)]
        for number, each in enumerate(after if self.reads else before):
            others = before if self.reads else after
            pairs = [(other, each) if self.reads else (each, other) for other in others]
            if not any(next(self.breaks(*pair, where, seen), None) is None for pair in pairs):
                found = [list(self.breaks(*pair, where, seen)) for pair in pairs]
                if len(before) == len(after) == 1:
                    yield from found[0]
                else:
                    word = "may come now" if self.reads else "is refused now"
                    rule = "AlternativeAdded" if self.reads else "AlternativeRemoved"
                    yield self._told(rule, where, f"alternative {number + 1} {word}: {_short(each)}")


def whole(root: Mapping[str, Any], schema: Any) -> dict[str, Any]:
    """The schema with its reference followed and everything of `allOf` in one; true is {}, false refuses all."""
    schema = follow(root, schema)
    if not isinstance(schema, dict):
        return {"enum": []} if schema is False else {}
    merged = {name: value for name, value in schema.items() if name != "allOf"}
    for part in schema.get("allOf", ()):
        for name, value in whole(root, part).items():
            if name == "properties":
                merged[name] = {**value, **merged.get(name, {})}
            elif name == "required":
                merged[name] = [*merged.get(name, []), *value]
            else:
                merged.setdefault(name, value)
    return merged


def _types(schema: Mapping[str, Any]) -> set[str]:
    found = schema.get("type")
    if found is None:
        return set(ANYTHING)
    types = {found} if isinstance(found, str) else set(found)
    # Every integer is a number.
    return types | {"integer"} if "number" in types else types


def _values(schema: Mapping[str, Any]) -> list[str] | None:
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if values is None else [json.dumps(value) for value in values]


def _choices(schema: Mapping[str, Any]) -> list[Any]:
    return [*schema.get("oneOf", ()), *schema.get("anyOf", ())]


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema that has no alternatives is its own only one."""
    return {name: value for name, value in schema.items() if name not in ("oneOf", "anyOf")}


def _listed(types: set[str]) -> str:
    return "anything" if types >= ANYTHING else ", ".join(sorted(types)) or "nothing"


def _short(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 120 else f"{text[:119]}…"
