"""What a verdict is: the form of `verdict.json`, and the exit code that follows from it."""

import json
from dataclasses import asdict, dataclass, field
from enum import IntEnum
from typing import Any

from reports._model import Result, Status
from reports._wire import result_to_json
from reports.authorization import Matrix
from reports.coverage import Coverage
from reports.ledger import Ledger

SCHEMA = 1
"""The version of the form of `verdict.json`; it grows when a key changes its meaning or goes away."""

INTERRUPTED = "it was interrupted before its end"
"""Why a suite gave no verdict, where somebody stopped the check."""

FIGURES = ("expected", "observed", "metric", "limit", "value", "unit")


class Exit(IntEnum):
    """The exit codes of every command behind make."""

    PASSED = 0
    FAILED = 1  # the system broke a promise
    CALL = 2  # the call or a file is wrong
    BROKEN = 3  # the harness or the stack could not judge


@dataclass(frozen=True, slots=True)
class SuiteVerdict:
    """One suite. `counts` are results by status; `problems` say why its evidence can't be trusted; `refused` means
    that it called its input wrong; `log_tail` holds the last lines it printed where it did not end well."""

    name: str
    status: Status
    counts: dict[str, int]
    planned: int | None = None
    delivered: int = 0
    seconds: float = 0.0
    exit_code: int | None = None
    refused: bool = False
    seeds: tuple[str, ...] = ()
    effort: str = ""
    command: str = ""
    retries: int = 0
    problems: tuple[str, ...] = ()
    log_tail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One operation of a contract: its status by suite, and how many results asserted something about it.
    A suite without evidence about it is not in `results`. `kind` is `http`, or `function`: then `path` is the queue,
    schedule or name that sets it off."""

    service: str
    operation_id: str
    method: str = ""
    path: str = ""
    kind: str = "http"
    results: dict[str, Status] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One type of message on one channel: how many the platform sent in this run, and how many broke the contract."""

    channel: str
    message: str
    title: str
    protocol: str
    service: str
    status: Status
    count: int = 0
    invalid: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the local stack. `deaths` tell how it died by itself and what it logged last."""

    name: str
    url: str
    status: Status
    deaths: tuple[str, ...] = ()
    last_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One run judged. `why` is one sentence; `started` is ISO 8601 in UTC, `duration` is in seconds."""

    verdict: str
    exit_code: int
    why: str
    run_id: str
    target: str = ""
    effort: str = ""
    started: str = ""
    duration: float = 0.0
    suites: tuple[SuiteVerdict, ...] = ()
    operations: tuple[OperationRow, ...] = ()
    functions: tuple[OperationRow, ...] = ()
    messages: tuple[MessageRow, ...] = ()
    authorization: Matrix = field(default_factory=Matrix)
    slos: tuple[Result, ...] = ()
    invariants: tuple[Result, ...] = ()
    comparisons: tuple[Result, ...] = ()
    findings: tuple[Result, ...] = ()
    parts: tuple[Part, ...] = ()
    ledger: Ledger = field(default_factory=Ledger)
    coverage: Coverage = field(default_factory=Coverage)
    services: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The verdict as JSON values: statuses as words, suites by name, findings in full."""
        found = {key: _plain(value) for key, value in asdict(self).items()}
        found["suites"] = {suite.pop("name"): suite for suite in found["suites"]}
        for key in ("slos", "invariants", "comparisons", "findings"):
            found[key] = [_judged(result) for result in getattr(self, key)]
        return {"schema": SCHEMA, **found}

    def dump(self) -> str:
        """The text of `verdict.json`."""
        return json.dumps(self.to_json(), indent=2, default=str) + "\n"


def _judged(result: Result) -> dict[str, Any]:
    told: dict[str, Any] = {key: result.details[key] for key in FIGURES if key in result.details}
    return {**result_to_json(result), **told}


def _plain(value: Any) -> Any:
    match value:
        case Status():
            return value.label
        case dict():
            return {key: _plain(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_plain(entry) for entry in value]
    return value
