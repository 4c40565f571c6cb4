"""Which promised answers were asserted: operation × status × parameter, and message types, with who did it."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from reports._model import Result, Status
from reports._reading import SuiteEvidence

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
JUDGED = (Status.PASSED, Status.WAIVED, Status.FAILED)
PLAIN = ""
"""The parameter of a cell that is about the status alone."""
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Cell = tuple[str, str, str]
Answer = tuple[str, str, str, list[str], list[str]]
"""Service, operationId, status, path parameters, other parameters."""


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One status of one operation, or one type of message (`status` empty): parameter → the suites that asserted it.
    The empty parameter stands for the status by itself."""

    service: str
    subject: str
    status: str
    cells: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def uncovered(self) -> tuple[str, ...]:
        """The parameters that nobody asserted with this status; the empty one first."""
        return tuple(name for name, suites in self.cells.items() if not suites)

    @property
    def suites(self) -> tuple[str, ...]:
        """Who asserted anything in this row."""
        return tuple(dict.fromkeys(suite for suites in self.cells.values() for suite in suites))


@dataclass(frozen=True, slots=True)
class Coverage:
    """All rows, what nobody covers first. `floor` is None where this run isn't held against one."""

    total: int = 0
    covered: int = 0
    messages: int = 0
    messages_covered: int = 0
    floor: int | None = None
    messages_floor: int | None = None
    rows: tuple[CoverageRow, ...] = ()

    @property
    def missing(self) -> str:
        """How far it is below its floor; empty where it isn't."""
        told = [
            f"{found} {what} were asserted, the floor is {floor}"
            for found, floor, what in (
                (self.covered, self.floor, "cells of operation × status × parameter"),
                (self.messages_covered, self.messages_floor, "types of message"),
            )
            if floor is not None and found < floor
        ]
        return "; ".join(told)


def coverage(
    evidence: Mapping[str, SuiteEvidence],
    specs: Path,
    services: Iterable[str] = (),
    floor: Mapping[str, int] | None = None,
) -> Coverage:
    """The coverage of a run over the documents in `specs`; `services` (empty: all) are those the target has."""
    marks = _marks(evidence)
    wanted = set(services)
    http = [_row(each, marks) for each in promised(specs) if not wanted or each[0] in wanted]
    told = [_message(*each, evidence) for each in messages(specs)] if "messages" in evidence else []
    cells = [suites for row in http for suites in row.cells.values()]
    rows = sorted([*http, *told], key=_order)
    floor = floor or {}
    return Coverage(
        total=len(cells),
        covered=sum(bool(suites) for suites in cells),
        messages=len(told),
        messages_covered=sum(not row.uncovered for row in told),
        floor=floor.get("cells"),
        messages_floor=floor.get("messages"),
        rows=tuple(rows),
    )


def promised(specs: Path) -> Iterator[Answer]:
    """Every documented answer."""
    for path in sorted(specs.glob("*.openapi.yaml")):
        root = _read(path)
        for item in _objects(root.get("paths")):
            for method in METHODS:
                operation = item.get(method)
                if isinstance(operation, dict) and isinstance(operation.get("operationId"), str):
                    service = path.name.partition(".")[0]
                    inside, beside = _parameters(root, item, operation)
                    for status in operation.get("responses", {}):
                        yield service, operation["operationId"], str(status), inside, beside


def messages(specs: Path) -> Iterator[tuple[str, str, frozenset[str]]]:
    """(channel, message, operations that receive it) of every type of message; dead letters and all."""
    for path in sorted(specs.glob("*.asyncapi.yaml")):
        root = _read(path)
        for channel, each in (root.get("channels") or {}).items():
            receivers = frozenset(
                name
                for name, one in (root.get("operations") or {}).items()
                if one.get("action") == "receive" and str(one["channel"]["$ref"]).rpartition("/")[2] == channel
            )
            for message in each.get("messages", {}):
                yield channel, message, receivers


def read_floor(path: Path) -> dict[str, int]:
    """The numbers of the floor file. Raises `ValueError` where one is missing: no misspelling loses a floor."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: int(found[name]) for name in ("cells", "messages")}
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name}: needs the whole numbers `cells` and `messages` ({error})") from error


def _marks(evidence: Mapping[str, SuiteEvidence]) -> dict[Cell, dict[str, None]]:
    """(operation, status, parameter) → suites that asserted it."""
    marks: dict[Cell, dict[str, None]] = {}
    for suite, each in evidence.items():
        for result in each.results:
            for operation, status, names in _asserted(result):
                for name in (PLAIN, *names):
                    marks.setdefault((operation, status, name), {})[suite] = None
    return marks


def _asserted(result: Result) -> Iterator[tuple[str, str, list[str]]]:
    told = result.details.get("asserted")
    if result.status not in JUDGED or not isinstance(told, dict):
        return
    for operation, statuses in told.items():
        for status, names in statuses.items() if isinstance(statuses, dict) else ():
            yield str(operation), str(status), [str(name) for name in names] if isinstance(names, list) else []


def _row(answer: Answer, marks: Mapping[Cell, Mapping[str, None]]) -> CoverageRow:
    service, operation, status, inside, beside = answer
    plain = tuple(marks.get((operation, status, PLAIN), ()))
    cells = {PLAIN: plain, **dict.fromkeys(inside, plain)}  # a path can't be called without its parameters
    for name in beside:
        cells[name] = tuple(marks.get((operation, status, name), ()))
    return CoverageRow(service, operation, status, cells)


def _message(
    channel: str, message: str, receivers: frozenset[str], evidence: Mapping[str, SuiteEvidence]
) -> CoverageRow:
    suites: dict[str, None] = {}
    for suite, each in evidence.items():
        for result in each.results:
            told = result.details
            seen = told.get("kind") == "message" and (told.get("channel"), told.get("message")) == (channel, message)
            shown = suite == "features" and receivers & set(result.operations)
            if result.status in JUDGED and ((seen and told.get("count")) or shown):
                suites[suite] = None
    return CoverageRow("messages", f"{channel}: {message}", "", {PLAIN: tuple(suites)})


def _order(row: CoverageRow) -> tuple[bool, bool, str, str, str]:
    return (PLAIN not in row.uncovered, not row.uncovered, row.service, row.subject, row.status)


def _parameters(root: dict[str, Any], item: dict[str, Any], operation: dict[str, Any]) -> tuple[list[str], list[str]]:
    inside, beside = [], []
    for raw in (*item.get("parameters", ()), *operation.get("parameters", ())):
        one = _follow(root, raw)
        name = str(one.get("name", ""))
        if one.get("in") == "path":
            inside.append(name)
        else:
            beside.append(name.lower() if one.get("in") == "header" else name)
    return inside, [*beside, "body"] if "requestBody" in operation else beside


def _follow(root: dict[str, Any], value: Any) -> dict[str, Any]:
    for _ in range(10):
        if not isinstance(value, dict) or "$ref" not in value:
            break
        found: Any = root
        for part in str(value["$ref"]).removeprefix("#/").split("/"):
            found = found.get(part) if isinstance(found, dict) else None
        value = found
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value.values() if isinstance(one, dict)] if isinstance(value, dict) else []


def _read(path: Path) -> dict[str, Any]:
    """The document as data; to judge it is the contract suite's work."""
    try:
        found = yaml.load(path.read_bytes(), Loader)  # noqa: S506 - a safe loader, in C where there is one
    except (OSError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}
