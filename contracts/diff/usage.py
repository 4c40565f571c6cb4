"""Knows who used an operation in a recorded run: scenarios, load personas, other services."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from reports.evidence import SuiteEvidence, read

Users = dict[str, set[str]]


@dataclass(slots=True)
class Usage:
    """Names by operationId; `run` is empty where no run was at hand, and then nobody is known."""

    run: str = ""
    scenarios: Users = field(default_factory=lambda: defaultdict(set))
    personas: Users = field(default_factory=lambda: defaultdict(set))
    services: Users = field(default_factory=lambda: defaultdict(set))

    def of(self, operations: Iterable[str]) -> dict[str, list[str]]:
        """Who used any of these."""
        groups = {"scenarios": self.scenarios, "personas": self.personas, "services": self.services}
        operations = tuple(operations)
        return {
            name: sorted({user for operation in operations for user in users.get(operation, ())})
            for name, users in groups.items()
        }


def usage_of(run_dir: Path | None, events: Iterable[dict[str, Any]] = (), logs: Path | None = None) -> Usage:
    """What the evidence of a run says, the AsyncAPI documents of services that receive, and the services' own logs."""
    usage = Usage()
    if run_dir is not None:
        usage.run = run_dir.resolve().name
        evidence = read(run_dir)
        _scenarios(usage, evidence.get("features"))
        _personas(usage, evidence.get("load"))
    for document in events:
        _receivers(usage, document)
    for operation, service in callers(_lines(logs)) if logs else ():
        usage.services[operation].add(service)
    return usage


def _scenarios(usage: Usage, features: SuiteEvidence | None) -> None:
    for result in features.results if features else ():
        called = result.details.get("called")
        for operation in (*result.operations, *(called if isinstance(called, list) else ())):
            usage.scenarios[str(operation)].add(result.id)


def _personas(usage: Usage, load: SuiteEvidence | None) -> None:
    for line in load.other if load else ():
        personas = line.get("personas")
        for persona, operations in personas.items() if isinstance(personas, dict) else ():
            for operation in operations:
                usage.personas[str(operation)].add(str(persona))


def _receivers(usage: Usage, document: dict[str, Any]) -> None:
    """Whoever receives from a channel uses every operation that sends to it."""
    operations = document.get("operations", {})
    by_channel: Users = defaultdict(set)
    for name, each in operations.items():
        by_channel[str(each.get("channel"))].add(name)
    for together in by_channel.values():
        for name in together:
            usage.services[name] |= {str(operations[other].get("x-service", "")) for other in together} - {""}


def callers(lines: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """(operation, service that called it): two services logged one request id, one request within the other's time."""
    by_request: dict[str, list[tuple[float, float, str, str]]] = defaultdict(list)
    for line in lines:
        if line.get("operation") and line.get("request_id") and isinstance(line.get("duration_ms"), int | float):
            ended = datetime.fromisoformat(str(line["time"])).timestamp()
            begun = ended - line["duration_ms"] / 1000
            by_request[line["request_id"]].append((begun, ended, str(line["service"]), str(line["operation"])))
    for requests in by_request.values():
        for begun, ended, service, operation in requests:
            for other_begun, other_ended, other, _ in requests:
                if other != service and other_begun <= begun and ended <= other_ended:
                    yield operation, other


def _lines(logs: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(logs.glob("*.log")):
        with path.open(encoding="utf-8", errors="replace") as file:
            for text in file:
                if '"operation"' not in text:
                    continue
                try:
                    line = json.loads(text)
                except ValueError:
                    continue
                if isinstance(line, dict):
                    yield line
