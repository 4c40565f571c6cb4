"""Knows the OpenAPI documents of a target and the operations they promise."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml

from fixtures.errors import CallError
from fixtures.target import Target, flaws, require_service

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SAFE_METHODS = ("get", "head", "options")
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(_Safe):  # type: ignore[misc]
    """A safe loader, in C where there is one. A date stays the text that JSON would have in its place."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {
        first: [one for one in resolvers if one[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in _Safe.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one service; `guarded` and `takes_body` say what its document asks for: credentials, a body."""

    service: str
    operation_id: str
    method: str
    path: str
    guarded: bool
    takes_body: bool = False

    @property
    def is_safe(self) -> bool:
        """Whether it asks for no change (RFC 9110, 9.2.1)."""
        return self.method in SAFE_METHODS

    @property
    def label(self) -> str:
        """As Schemathesis names it: `GET /users/{username}`."""
        return f"{self.method.upper()} {self.path}"

    @property
    def node(self) -> str:
        """As pytest names it: `users-getUser`."""
        return f"{self.service}-{self.operation_id}"


def read_document(path: Path) -> dict[str, Any]:
    """The parsed document; a `CallError` names the file and what is wrong with it."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506 - it is a safe one
    except OSError as error:
        raise CallError(f"{path}: {error.strerror}. Correct `contract` in the target file.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        at = f" at line {where.line + 1}" if where is not None else ""
        raise CallError(f"{path}: not YAML{at}. Correct the document.") from None
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise CallError(f"{path}: no `paths`; this is no OpenAPI document. Correct `contract` in the target file.")
    for flaw in flaws(document):
        raise CallError(f"{path}: {flaw}")
    return document


def named(entry: Mapping[str, Any], method: str, template: str) -> str:
    """The operationId; where an operation has none (it may: OpenAPI 3.1, 4.8.10), one made of method and path."""
    given = entry.get("operationId")
    if isinstance(given, str) and given:
        return given
    words = re.findall(r"\w+", template.replace("{", " by_"))
    return method + "".join(part[:1].upper() + part[1:] for word in words for part in word.split("_"))


def operations_in(service: str, document: Mapping[str, Any], path: Path) -> tuple[Operation, ...]:
    """Every operation of one document, in its order."""
    found: list[Operation] = []
    for template, item in document["paths"].items():
        for method in METHODS:
            entry = item.get(method) if isinstance(item, dict) else None
            if not isinstance(entry, dict):
                continue
            security = entry.get("security", document.get("security", []))
            guarded = bool(security) and {} not in security
            name = named(entry, method, template)
            found.append(Operation(service, name, method, template, guarded, "requestBody" in entry))
    if not found:
        raise CallError(f"{path}: no operation in `paths`. Correct `contract` in the target file.")
    return tuple(found)


def promised(target: Target, services: Iterable[str]) -> tuple[Operation, ...]:
    """The operations of these services, by service and in the documents' order."""
    found: list[Operation] = []
    for name in services:
        path = require_service(target, name).contract
        found.extend(operations_in(name, read_document(path), path))
    return tuple(found)
