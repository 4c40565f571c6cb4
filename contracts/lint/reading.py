"""Knows how a document is read for the lint: references followed, operations with everything that holds for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.documents import METHODS


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document."""

    path: Path
    root: Mapping[str, Any]

    def follow(self, value: Any) -> dict[str, Any]:
        """The object, or the one that its `$ref` points to; empty where it points nowhere."""
        seen = 0
        while isinstance(value, dict) and isinstance(value.get("$ref"), str) and seen < 10:
            value, seen = self._at(value["$ref"]), seen + 1
        return value if isinstance(value, dict) else {}

    def operations(self) -> Iterator["Entry"]:
        """Every operation."""
        for template, item in self.root.get("paths", {}).items():
            for method in METHODS:
                if isinstance(item, dict) and isinstance(item.get(method), dict):
                    yield Entry(self, template, method, item, item[method])

    def _at(self, reference: str) -> Any:
        value: Any = self.root
        for part in reference.removeprefix("#/").split("/"):
            value = value.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(value, dict) else None
        return value


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation in its document."""

    document: Document
    template: str
    method: str
    item: Mapping[str, Any]
    raw: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The operationId, or the method and path where there is none."""
        return str(self.raw.get("operationId") or f"{self.method.upper()} {self.template}")

    @property
    def security(self) -> list[dict[str, Any]] | None:
        """The requirements in force; None where neither the operation nor the document says any."""
        found = self.raw.get("security", self.document.root.get("security"))
        return found if isinstance(found, list) else None

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """Those of the path and of the operation."""
        return [self.document.follow(p) for p in [*self.item.get("parameters", []), *self.raw.get("parameters", [])]]

    @property
    def responses(self) -> dict[str, dict[str, Any]]:
        """By status."""
        return {str(status): self.document.follow(one) for status, one in self.raw.get("responses", {}).items()}

    @property
    def body(self) -> dict[str, Any]:
        """The request body; empty where there is none."""
        return self.document.follow(self.raw.get("requestBody", {}))

    def headers(self, status: str) -> dict[str, dict[str, Any]]:
        """The headers of one response, by lower-case name."""
        headers = self.responses.get(status, {}).get("headers", {})
        return {name.lower(): self.document.follow(header) for name, header in headers.items()}
