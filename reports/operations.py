"""Which operations the contracts promise, and what each suite found out about them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from reports._model import Result, Status
from reports._reading import SuiteEvidence
from reports.suites import worst_by_id
from reports.verdict import OperationRow

OPERATION_ID = re.compile(r"\w+")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SPECS = Path(__file__).resolve().parents[1] / "contracts" / "specs"
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def operation_rows(evidence: Mapping[str, SuiteEvidence], specs: Path = SPECS) -> tuple[OperationRow, ...]:
    """A row for every operation that a document or a suite's plan names, and for those only a result names."""
    rows = {row.operation_id: row for row in promised(specs)}
    for suite in evidence.values():
        for service, operation_id in _planned(suite):
            rows.setdefault(operation_id, OperationRow(service, operation_id))
    for name, suite in evidence.items():
        for result in worst_by_id(suite.results).values():
            for operation_id, status in _asserted(result):
                if not OPERATION_ID.fullmatch(operation_id):
                    continue  # a raw request, such as `DELETE /health`, is no operation of any document
                row = rows.setdefault(operation_id, OperationRow(result.service, operation_id))
                row.results[name] = max(row.results.get(name, status), status)
                row.counts[name] = row.counts.get(name, 0) + 1
    return tuple(
        sorted(rows.values(), key=lambda row: (not row.service, row.service, row.path, row.method, row.operation_id))
    )


def promised(specs: Path = SPECS) -> Iterator[OperationRow]:
    """The operations of the documents, read as data; to judge a document is the contract suite's work."""
    yield from _functions(specs)
    for path in sorted(specs.glob("*.openapi.yaml")):
        try:
            paths = yaml.load(path.read_bytes(), Loader)["paths"]  # noqa: S506 - a safe loader, in C where there is one
            for route, item in paths.items():
                yield from _of_path(path.name.partition(".")[0], route, item)
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError):
            continue


def _of_path(service: str, route: str, item: Mapping[str, Any]) -> Iterator[OperationRow]:
    for method in METHODS:
        operation_id = item.get(method, {}).get("operationId")
        if isinstance(operation_id, str):
            yield OperationRow(service, operation_id, method.upper(), route)


def _functions(specs: Path) -> Iterator[OperationRow]:
    """What a message or an invocation sets off: the receiving operations of the AsyncAPI documents."""
    for path in sorted(specs.glob("*.asyncapi.yaml")):
        try:
            operations = yaml.load(path.read_bytes(), Loader)["operations"]  # noqa: S506 - as below
            for operation_id, each in operations.items():
                if each["action"] == "receive":
                    channel = str(each["channel"]["$ref"]).rpartition("/")[2]
                    yield OperationRow(str(each["x-service"]), str(operation_id), "", channel, "function")
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError):
            continue


def _planned(suite: SuiteEvidence) -> Iterator[tuple[str, str]]:
    for line in suite.started:
        operations = line.get("operations")
        for service, ids in operations.items() if isinstance(operations, dict) else ():
            yield from ((str(service), str(operation_id)) for operation_id in ids)


def _asserted(result: Result) -> Iterable[tuple[str, Status]]:
    """A failure that names its operations is held against these only; the others were not judged by it."""
    if result.status is Status.SKIPPED or result.status is Status.DISABLED:
        return []
    guilty = {failure.operation_id for failure in result.failures if OPERATION_ID.fullmatch(failure.operation_id)}
    blamed = guilty if guilty and result.status >= Status.WAIVED else set(result.operations)
    return [(operation_id, result.status) for operation_id in sorted(blamed)]
