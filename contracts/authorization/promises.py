"""Knows what a document says about who may do what: schemes, roles, owners, declared exceptions, and how to call."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from contracts.documents import SAFE_METHODS, named, read_document
from contracts.lint.reading import Document, Entry
from contracts.schemes import Scheme, first_of, schemes_in
from fixtures.errors import TargetError
from fixtures.target import nearest

EXCEPTIONS, OWNED_BY, AUTHORIZATION = "x-authorization-exceptions", "x-owned-by", "x-authorization"
NOBODY = "nobody"
IN_BODY = "$request.body#/"


@dataclass(frozen=True, slots=True)
class Declared:
    """One exception: what this identity gets instead of what follows from the rest of the document."""

    identity: str
    expected: tuple[int, ...]  # empty: allowed
    reason: str


@dataclass(frozen=True, slots=True)
class Link:
    """How an answer leads to another operation; parameters by name, as runtime expressions (OpenAPI 3.1, 4.8.20)."""

    operation_id: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Promise:
    """One operation as the matrix sees it. `key_header` is where an API key goes, empty for bearer tokens;
    `sent` are values for required query and header parameters, by place; `scheme` is how callers prove themselves."""

    operation_id: str
    method: str
    path: str
    guarded: bool
    key_header: str
    role: str
    statuses: frozenset[int]
    slots: Mapping[str, Mapping[str, Any]]
    body: Any
    schema: Mapping[str, Any]
    owned_by: str
    exceptions: tuple[Declared, ...]
    links: tuple[Link, ...]
    sent: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    scheme: Scheme | None = None

    @property
    def is_safe(self) -> bool:
        """Whether it asks for no change."""
        return self.method.lower() in SAFE_METHODS

    @property
    def owner_field(self) -> str:
        """The field of the body that says whose it is; empty where there is none."""
        return self.owned_by.removeprefix(IN_BODY) if self.owned_by.startswith(IN_BODY) else ""

    @property
    def spends_its_session(self) -> bool:
        """Whether it acts on nothing but the credentials it comes with, as logging out does."""
        return not self.is_safe and not self.slots and self.body is None


def promises_of(path: Path, owned: Collection[str] = ()) -> dict[str, Promise]:
    """Every operation of a document, by operationId; those in `owned` act on what belongs to its maker, though the
    document may not say so."""
    document = Document(path, read_document(path))
    schemes = schemes_in(document)
    found = [_promise(document, entry, schemes) for entry in document.operations()]
    unknown = sorted(set(owned) - {one.operation_id for one in found})
    if unknown:
        near = nearest(unknown[0], [one.operation_id for one in found])
        raise TargetError(f"{path}: no operation {unknown[0]}, which the target file has under `owned`.{near}")
    return {
        one.operation_id: replace(one, owned_by="caller") if one.operation_id in owned and not one.owned_by else one
        for one in found
    }


def exceptions_of(raw: Mapping[str, Any]) -> tuple[Declared, ...]:
    """What is well said of the exceptions; the lint complains of the rest."""
    given = raw.get(EXCEPTIONS)
    found = []
    for one in given if isinstance(given, list) else ():
        if isinstance(one, dict) and one.get("identity") and one.get("reason"):
            expected = one.get("expected")
            listed = expected if isinstance(expected, list) else [expected]
            statuses = tuple(each for each in listed if isinstance(each, int))
            if statuses or expected == "allowed":
                found.append(Declared(str(one["identity"]), statuses, str(one["reason"])))
    return tuple(found)


def _promise(document: Document, entry: Entry, known: Mapping[str, Scheme]) -> Promise:
    requirements = entry.security or []
    schemes = document.root.get("components", {}).get("securitySchemes", {})
    first = next(iter(requirements), {})
    scheme = document.follow(schemes.get(next(iter(first), ""), {}))
    roles = [role for roles in first.values() for role in roles] if scheme.get("type") == "http" else []
    told = entry.raw.get(AUTHORIZATION)
    admin_only = isinstance(told, dict) and told.get("admin-only") is True
    media = entry.body.get("content", {}).get("application/json", {})
    schema = document.follow(media.get("schema", {}))
    return Promise(
        operation_id=named(entry.raw, entry.method, entry.template),
        method=entry.method.upper(),
        path=entry.template,
        # `{}` among the requirements makes credentials optional.
        guarded=bool(requirements) and {} not in requirements,
        key_header=str(scheme.get("name", "")) if scheme.get("type") == "apiKey" else "",
        role="admin" if admin_only else str(next(iter(roles), "")),
        statuses=frozenset(int(status) for status in entry.responses if status.isdigit()),
        slots={str(one["name"]): _resolved(document, one) for one in entry.parameters if one.get("in") == "path"},
        body=_example(document, media, schema) if media else None,
        schema={name: document.follow(one) for name, one in schema.get("properties", {}).items()},
        owned_by=str(entry.raw.get(OWNED_BY, "")),
        exceptions=exceptions_of(entry.raw),
        links=tuple(_links(document, entry)),
        sent=_sent(document, entry),
        scheme=known.get(first_of(requirements)),
    )


def _links(document: Document, entry: Entry) -> list[Link]:
    return [
        Link(str(link.get("operationId")), {k.rpartition(".")[2]: str(v) for k, v in link["parameters"].items()})
        for status, response in entry.responses.items()
        if status.startswith("2")
        for link in (document.follow(one) for one in response.get("links", {}).values())
        if isinstance(link.get("parameters"), dict)
    ]


def _resolved(document: Document, parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    schema = document.follow(parameter.get("schema", {}))
    return {**schema, "example": parameter.get("example", schema.get("example", schema.get("default")))}


def _sent(document: Document, entry: Entry) -> dict[str, dict[str, str]]:
    sent: dict[str, dict[str, str]] = {"query": {}, "header": {}}
    for one in entry.parameters:
        if one.get("required") and one.get("in") in sent:
            value = _resolved(document, one)["example"]
            value = _least(document, document.follow(one.get("schema", {}))) if value is None else value
            sent[one["in"]][str(one["name"])] = value if isinstance(value, str) else json.dumps(value)
    return sent


def _example(document: Document, media: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    if "example" in media:
        return media["example"]
    for one in media.get("examples", {}).values():
        return document.follow(one).get("value")
    return schema.get("example", _least(document, schema))


def _least(document: Document, schema: Mapping[str, Any]) -> Any:
    """The least that a schema asks for, where nobody gave an example."""
    for key in ("example", "default", "const"):
        if key in schema:
            return schema[key]
    if "allOf" in schema:
        parts = [_least(document, document.follow(one)) for one in schema["allOf"]]
        return {name: value for part in parts if isinstance(part, dict) for name, value in part.items()}
    kind = schema.get("type")
    if "enum" in schema:
        return schema["enum"][0]
    if kind == "object":
        inner = schema.get("properties", {})
        return {name: _least(document, document.follow(inner.get(name, {}))) for name in schema.get("required", ())}
    plain = {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "boolean": True, "array": []}
    return plain.get(str(kind), "x" * max(1, int(schema.get("minLength", 1))))
