"""What the OpenAPI documents of a target promise of answers, and what is wrong with one: status, headers, body."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from fixtures.clients import Response
from fixtures.errors import TargetError
from fixtures.target import Target, flaws, require_service
from load.scenario import Scenario
from load.vocabulary import SERVICES

METHODS = ("get", "put", "post", "delete", "patch")
TRUTH = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Promise:
    """One operation's answers: for each status (`200`, `4XX`, `default`) where its declaration is, a JSON pointer."""

    file: Path
    document: Mapping[str, Any]
    answers: Mapping[str, str]


@dataclass(slots=True)
class Contract:
    """The promises of the operations that a scenario calls. Operations of no document promise nothing."""

    promises: Mapping[str, Promise]
    _registry: Any = None
    _validators: dict[tuple[Path, str], Any] = field(default_factory=dict)

    def declares(self, operation: str, status: int) -> bool:
        """Whether an answer with that status may come at all."""
        promise = self.promises.get(operation)
        return promise is None or _answer(promise, status) is not None

    def problems(self, operation: str, response: Response) -> Iterator[tuple[str, str]]:
        """What is wrong with one answer, as (kind, what was found); nothing where the operation isn't known."""
        promise = self.promises.get(operation)
        if promise is None:
            return
        found = _answer(promise, response.status)
        if found is None:
            yield f"undeclared status {response.status}", f"status {response.status}"
            return
        pointer, answer = _resolved(promise.document, found)
        yield from self._headers(promise, pointer, answer, response)
        yield from self._body(promise, pointer, answer, response)

    def _headers(self, promise: Promise, at: str, answer: Mapping[str, Any], response: Response) -> Iterator[Any]:
        for name in answer.get("headers", {}):
            pointer, header = _resolved(promise.document, f"{at}/headers/{_escaped(name)}")
            value = response.headers.get(name.lower())
            if value is None:
                if header.get("required"):
                    yield f"header {name}", f"no header {name}"
            elif "schema" in header and (
                wrong := self._wrong(promise, f"{pointer}/schema", _as_declared(promise, header, value))
            ):
                yield f"header {name}", f"{name}: {wrong}"

    def _body(self, promise: Promise, at: str, answer: Mapping[str, Any], response: Response) -> Iterator[Any]:
        content = answer.get("content", {})
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not content:
            if response.body:
                yield "body", f"a body of {len(response.body)} bytes where none is declared"
        elif kind not in content:
            yield "content type", f"{kind or 'no content type'} instead of {' or '.join(content)}"
        elif "schema" not in content[kind] or not (kind == "application/json" or kind.endswith("+json")):
            return
        elif wrong := self._wrong(promise, f"{at}/content/{_escaped(kind)}/schema", response.json()):
            yield "body", wrong

    def _wrong(self, promise: Promise, pointer: str, value: Any) -> str:
        """What the schema at the pointer has against the value; empty where it has nothing."""
        validator = self._validators.get((promise.file, pointer))
        if validator is None:
            if self._registry is None:
                self._registry = _registry(self.promises.values())
            schema = {"$ref": f"{_uri(promise.file)}#{quote(pointer, safe='/~')}"}
            validator = Draft202012Validator(schema, registry=self._registry)
            self._validators[promise.file, pointer] = validator
        error = best_match(validator.iter_errors(value))
        return "" if error is None else f"{error.json_path}: {error.message}"[:300]


def asked_of(scenario: Scenario, target: Target) -> list[str]:
    """What a scenario's personas call, and what its Gherkin can ask of the services that the target has."""
    return [*scenario.operations, *(name for name in scenario.asks if SERVICES[name] in target.services)]


def contract_of(target: Target, operations: Iterable[str]) -> Contract:
    """Read from the documents that the target names; a `TargetError` says which one can't be."""
    wanted = {operation: SERVICES[operation] for operation in operations if operation in SERVICES}
    promises: dict[str, Promise] = {}
    for service in dict.fromkeys(wanted.values()):
        file = require_service(target, service).contract
        document = _document(file)
        promises |= {name: p for name, p in _promises(file, document).items() if wanted.get(name) == service}
    return Contract(promises)


def _document(file: Path) -> dict[str, Any]:
    try:
        document = yaml.load(file.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except (OSError, yaml.YAMLError) as error:
        raise TargetError(
            f"{file}: can't be read as a contract ({type(error).__name__}). Correct `contract`."
        ) from None
    document = json.loads(json.dumps(document, default=str))  # a status may be written as a number: JSON has text only
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise TargetError(f"{file}: no `paths`; this is no OpenAPI document. Correct `contract` in the target file.")
    for flaw in flaws(document):
        raise TargetError(f"{file}: {flaw}")
    return document


def _promises(file: Path, document: dict[str, Any]) -> dict[str, Promise]:
    found = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            entry = item.get(method, {})
            at = f"/paths/{_escaped(path)}/{method}/responses"
            answers = {str(status): f"{at}/{status}" for status in entry.get("responses", {})}
            found[str(entry.get("operationId", ""))] = Promise(file, document, answers)
    return found


def _answer(promise: Promise, status: int) -> str | None:
    """Where the answer with that status is declared."""
    for name in (str(status), f"{status // 100}XX", "default"):
        if name in promise.answers:
            return promise.answers[name]
    return None


def _resolved(document: Mapping[str, Any], pointer: str) -> tuple[str, Any]:
    """What is at a pointer, `$ref`s followed, and where it really is."""
    node: Any = document
    for part in pointer.lstrip("/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        node = node[name] if name in node else node[int(name)]
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        return _resolved(document, node["$ref"].removeprefix("#"))
    return pointer, node


def _as_declared(promise: Promise, header: Mapping[str, Any], value: str) -> Any:
    """A header's text as the type that its schema asks for; text that isn't of that type stays text, and is wrong."""
    schema = header.get("schema", {})
    if "$ref" in schema:
        _, schema = _resolved(promise.document, schema["$ref"].removeprefix("#"))
    kind = schema.get("type")
    if kind in ("integer", "number"):
        try:
            return int(value) if kind == "integer" else float(value)
        except ValueError:
            return value
    return TRUTH.get(value, value) if kind == "boolean" else value


def _registry(promises: Iterable[Promise]) -> Any:
    documents = {_uri(promise.file): promise.document for promise in promises}
    return Registry().with_resources((uri, DRAFT202012.create_resource(each)) for uri, each in documents.items())


def _uri(file: Path) -> str:
    return f"contract:{quote(str(file))}"


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
