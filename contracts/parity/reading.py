"""Knows what an OpenAPI document says about one operation: its parameters, its body, and what makes its things."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.documents import METHODS

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the path or the query; `example` is one that the document allows."""

    name: str
    where: str
    schema: Schema
    example: str


@dataclass(frozen=True, slots=True)
class Described:
    """One operation as the document describes it; `body` is its example, `offered` the methods of its path."""

    operation_id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Mapping[str, Any] | None
    fields: Mapping[str, Schema]
    offered: frozenset[str]
    makes: frozenset[str]

    def of(self, where: str) -> tuple[Parameter, ...]:
        """The parameters in `path` or `query`."""
        return tuple(one for one in self.parameters if one.where == where)


def described(document: Mapping[str, Any]) -> dict[str, Described]:
    """Every operation by its operationId."""
    return {one.operation_id: one for path, item in document["paths"].items() for one in _of(document, path, item)}


def _of(document: Mapping[str, Any], path: str, item: Mapping[str, Any]) -> Iterator[Described]:
    offered = frozenset(method.upper() for method in METHODS if method in item)
    for method in METHODS:
        if method not in item:
            continue
        entry = item[method]
        content = resolved(document, entry.get("requestBody", {})).get("content", {}).get("application/json", {})
        given = [*item.get("parameters", []), *entry.get("parameters", [])]
        schema = resolved(document, content.get("schema", {}))
        fields = {name: resolved(document, one) for name, one in schema.get("properties", {}).items()}
        links = [
            link
            for answer in entry["responses"].values()
            for link in resolved(document, answer).get("links", {}).values()
        ]
        yield Described(
            entry["operationId"],
            method.upper(),
            path,
            tuple(_parameter(document, resolved(document, one)) for one in given),
            _example(document, content) if content else None,
            fields,
            offered,
            frozenset(str(link.get("operationId", "")) for link in links) if method == "post" else frozenset(),
        )


def resolved(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The node behind a `$ref` into the document, or the node itself."""
    while "$ref" in node:
        found: Any = document
        for key in str(node["$ref"]).removeprefix("#/").split("/"):
            found = found[key.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def _parameter(document: Mapping[str, Any], given: Mapping[str, Any]) -> Parameter:
    schema = resolved(document, given.get("schema", {}))
    example = given.get("example", schema.get("example", schema.get("minimum", "")))
    return Parameter(given["name"], given["in"], schema, str(example))


def _example(document: Mapping[str, Any], content: Mapping[str, Any]) -> Mapping[str, Any]:
    if "example" in content:
        return dict(content["example"])
    first: Mapping[str, Any] = next(iter(content.get("examples", {}).values()), {})
    return dict(resolved(document, first).get("value", {}))
