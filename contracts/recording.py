"""Knows what Schemathesis recorded of one service's run: its NDJSON events, read into cases and findings."""

import base64
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SEQUENCES = "Stateful tests"


@dataclass(frozen=True, slots=True)
class Sent:
    """One recorded request with its answer (`status` 0: none came); bodies raw, secrets filtered by Schemathesis."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer_headers: Mapping[str, str]
    answer: bytes

    @property
    def request_id(self) -> str:
        """Under which the services logged it."""
        return self.answer_headers.get("x-request-id", "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One failed check: `name` as Schemathesis calls the failure, the requests that led to it, the last the culprit."""

    check: str
    name: str
    label: str
    title: str
    message: str
    chain: tuple[Sent, ...]


@dataclass(slots=True)
class Record:
    """What happened under one label: an operation's three phases, or all call sequences."""

    cases: int = 0
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)
    checks: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    as_identity: Counter[int] = field(default_factory=Counter)
    peer_probes: int = 0
    asserted: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    findings: dict[tuple[str, str, str], Finding] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Recording:
    """One service's run: records by label; `stop_reason` is empty where the run did not get to its end;
    `unlinked` says that the document leads from no operation to another."""

    records: dict[str, Record] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    stop_reason: str = ""
    logins: int = 0
    unlinked: bool = False

    def record(self, label: str) -> Record:
        """The record of a label, empty where nothing happened."""
        return self.records.setdefault(label, Record())


def read_recording(path: Path) -> Recording:
    """Reads `events.ndjson`; what a crash cut off is not an error here but leaves `stop_reason` empty."""
    recording = Recording()
    for kind, event in _events(path):
        if kind == "ScenarioFinished":
            _take_scenario(recording, event)
        elif kind == "EngineFinished":
            recording.stop_reason = str(event.get("stop_reason", ""))
            recording.logins = int((event.get("payload") or {}).get("reauth_count", 0))
        elif kind == "PhaseFinished":
            phase = event.get("phase") or {}
            recording.unlinked |= phase.get("name") == "stateful" and phase.get("skip_reason") == "not_applicable"
        elif kind in ("NonFatalError", "FatalError"):
            _take_error(recording, event)
    return recording


def _events(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                ((kind, event),) = json.loads(line).items()
            except ValueError:
                continue
            yield kind, event


def _take_error(recording: Recording, event: Mapping[str, Any]) -> None:
    error = event.get("value") or event.get("exception") or {}
    text = f"{error.get('type', 'Error')}: {error.get('message', '')}" if isinstance(error, dict) else str(error)
    label = event.get("label")
    errors = recording.record(label).errors if isinstance(label, str) else recording.errors
    errors.append(text[:1000])


def _take_scenario(recording: Recording, event: Mapping[str, Any]) -> None:
    recorder = event["recorder"]
    record = recording.record(SEQUENCES if event.get("phase") == "stateful" else recorder["label"])
    record.seconds += float(event.get("elapsed_time", 0.0))
    cases, sent = recorder.get("cases", {}), recorder.get("interactions", {})
    for case_id, node in cases.items():
        if case_id in sent:
            _take_case(record, str(event.get("phase")), node, cases, sent[case_id])
    for case_id, checks in recorder.get("checks", {}).items():
        record.checks.update(check["name"] for check in checks)
        if checks and case_id in cases and case_id in sent:
            _take_asserted(record, cases[case_id]["value"], sent[case_id])
        for check in checks:
            if check["status"] == "failure" and case_id in cases:
                _take_finding(record, case_id, check, cases, sent)


def _take_case(
    record: Record, phase: str, node: Mapping[str, Any], cases: Mapping[str, Any], interaction: Mapping[str, Any]
) -> None:
    case = node["value"]
    status = int((interaction.get("response") or {}).get("status_code", 0))
    record.cases += 1
    record.phases[phase] += 1
    record.statuses[status] += 1
    record.labels.add(f"{case['method']} {case['path']}")
    identity = case.get("auth_identity")
    mode = case.get("meta", {}).get("generation", {}).get("mode")
    if identity is not None and mode == "positive":
        record.as_identity[status] += 1
    parent = cases.get(node.get("parent_id", ""), {}).get("value")
    # A check's replay as the other user, not a step of a sequence that another user took.
    if parent and identity and "transition" not in node and parent.get("auth_identity") not in (None, identity):
        record.peer_probes += 1


def _take_asserted(record: Record, case: Mapping[str, Any], interaction: Mapping[str, Any]) -> None:
    """An answer that checks were held against: its status, and what its request carried (headers in lower case)."""
    status = (interaction.get("response") or {}).get("status_code")
    if not status:
        return
    names = {*(case.get("query") or {}), *(name.lower() for name in case.get("headers") or {})}
    names |= {"body"} if (interaction["request"].get("body") or {}).get("$base64") else set()
    statuses = record.asserted.setdefault(f"{case['method']} {case['path']}", {})
    statuses.setdefault(str(status), set()).update(names)


def _take_finding(
    record: Record, case_id: str, check: Mapping[str, Any], cases: Mapping[str, Any], sent: Mapping[str, Any]
) -> None:
    failure = check["failure_info"]["failure"]
    case = cases[case_id]["value"]
    label = failure.get("operation") or f"{case['method']} {case['path']}"
    key = (failure["type"], label, failure["message"])
    if key not in record.findings:
        chain = tuple(_sent(sent[one]) for one in _line_of(case_id, cases) if one in sent)
        record.findings[key] = Finding(
            check["name"], failure["type"], label, failure["title"], failure["message"], chain
        )


def _line_of(case_id: str, cases: Mapping[str, Any]) -> list[str]:
    """The case and those it follows from, the first first."""
    line = [case_id]
    while (parent := cases[line[0]].get("parent_id")) in cases:
        line.insert(0, parent)
    return line


def _sent(interaction: Mapping[str, Any]) -> Sent:
    request, response = interaction["request"], interaction.get("response") or {}
    return Sent(
        method=request["method"],
        url=request["uri"],
        headers={name: values[0] for name, values in request.get("headers", {}).items()},
        body=_bytes(request.get("body")),
        status=int(response.get("status_code", 0)),
        answer_headers={name.lower(): values[0] for name, values in response.get("headers", {}).items()},
        answer=_bytes(response.get("content")),
    )


def _bytes(value: Any) -> bytes:
    return base64.b64decode(value["$base64"]) if isinstance(value, dict) and "$base64" in value else b""
