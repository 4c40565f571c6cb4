"""The rules over whole documents: valid OpenAPI 3.1, operationIds used once, links that lead somewhere."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from openapi_spec_validator import OpenAPIV31SpecValidator

from contracts.documents import read_document
from contracts.lint.finding import Finding
from contracts.lint.reading import Document
from contracts.lint.rules import RULES
from fixtures.errors import CallError


def lint(paths: Sequence[Path]) -> list[Finding]:
    """Everything to be done about these documents."""
    findings: list[Finding] = []
    documents: list[Document] = []
    for path in paths:
        try:
            documents.append(Document(path, read_document(path)))
        except CallError as error:
            findings.append(Finding(path.name, "-", "readable", str(error).removeprefix(f"{path}: ")))
    for document in documents:
        findings += [*_valid(document), *_error_form(document), *_by_operation(document)]
    return [*findings, *_unique_ids(documents), *_links(documents)]


def _valid(document: Document) -> Iterator[Finding]:
    if not str(document.root.get("openapi", "")).startswith("3.1."):
        yield Finding(document.path.name, "-", "openapi_3_1", "set `openapi: 3.1.0`")
        return
    for error in OpenAPIV31SpecValidator(dict(document.root)).iter_errors():
        where = "/".join(str(part) for part in getattr(error, "absolute_path", ())) or "the document"
        said = str(getattr(error, "message", error)).splitlines()[0][:200]
        yield Finding(document.path.name, "-", "valid_openapi", f"correct {where}: {said}")


def _error_form(document: Document) -> Iterator[Finding]:
    schema = document.root.get("components", {}).get("schemas", {}).get("Error", {})
    if set(schema.get("required", ())) != {"error", "message"} or schema.get("additionalProperties") is not False:
        cure = "define components/schemas/Error with exactly `error` and `message`, both required, nothing else"
        yield Finding(document.path.name, "-", "error_form", cure)


def _by_operation(document: Document) -> Iterator[Finding]:
    for entry in document.operations():
        for rule in RULES:
            for cure in rule(entry):
                yield Finding(document.path.name, entry.name, rule.__name__, cure)


def _unique_ids(documents: Sequence[Document]) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for document in documents:
        for entry in document.operations():
            name = entry.raw.get("operationId")
            if name in owners:
                cure = f"choose another name; {owners[name]} has an operation of this one"
                yield Finding(document.path.name, str(name), "unique_operation_id", cure)
            elif isinstance(name, str):
                owners[name] = document.path.name


def _links(documents: Sequence[Document]) -> Iterator[Finding]:
    for document in documents:
        known = {entry.raw.get("operationId") for entry in document.operations()}
        for entry in document.operations():
            for status, response in entry.responses.items():
                for name, link in response.get("links", {}).items():
                    if document.follow(link).get("operationId") not in known:
                        cure = f"let the link {name} of its {status} answer name an operation of this document"
                        yield Finding(document.path.name, entry.name, "link_leads_somewhere", cure)
