"""Knows how one operation of two builds is compared, and how a difference is told."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.documents import read_document
from contracts.parity.answers import Asked, ask, differences
from contracts.parity.probes import OWN, SAFE, Probe, probes
from contracts.parity.reading import Described, described
from contracts.parity.twins import Twins
from fixtures.clients import Exchange, Platform, curl_line
from fixtures.target import Service
from reports.evidence import Failure, Result, Status

_MOST = 20


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares operations of two builds over one platform's connections; `safe` leaves out what may change things."""

    platform: Platform
    suite: str
    safe: bool = False

    def judge(self, twins: Twins, replay: str) -> Result:
        """Every probe of the operation, at both builds; each difference is a failure."""
        operations = described(read_document(twins.first.contract))
        operation = operations[twins.operation.operation_id]
        names = frozenset(one.name for other in operations.values() for one in other.of("path"))
        asked = [one for one in probes(operation, names) if not self.safe or (one.method in SAFE and not one.thing)]
        failures: list[Failure] = []
        silent = 0
        for probe in asked:
            first, second = (
                self._ask(service, probe, operation, operations) for service in (twins.first, twins.second)
            )
            silent += first.response is None and second.response is None
            if differences(first.told, second.told):
                failures.append(self._failure(twins, probe, (first, second), replay))
        if silent or not asked:
            failures.append(_not_judged(twins, silent, len(asked), replay))
        status = Status.BROKEN if silent or not asked else Status.FAILED if failures else Status.PASSED
        return Result(
            suite=self.suite,
            id=twins.node,
            title=f"{twins.operation.label} is answered alike by {twins.first.name} and {twins.second.name}",
            status=status,
            service=twins.second.name,
            operations=(operation.operation_id,),
            failures=tuple(failures[:_MOST]),
            details={"cases": len(asked), "differences": len(failures)},
        )

    def _ask(self, service: Service, probe: Probe, operation: Described, all_: Mapping[str, Described]) -> Asked:
        own = f"{OWN}-{uuid.uuid4().hex[:12]}"
        timeout = self.platform.target.deadlines.get("request", 10.0)
        if probe.thing:
            for maker in (one for one in all_.values() if operation.operation_id in one.makes):
                names = frozenset(one.name for one in operation.of("path"))
                ask(self.platform.transport, service, probes(maker, names)[0], own, timeout)
        return ask(self.platform.transport, service, probe, own, timeout)

    def _failure(self, twins: Twins, probe: Probe, answers: tuple[Asked, Asked], replay: str) -> Failure:
        first, second = answers
        found = differences(first.told, second.told)
        return Failure(
            title="BuildsDiffer",
            operation_id=twins.operation.operation_id,
            expected=f"{probe.title}: as {twins.first.name} answers: {_told(first, found)}",
            observed=f"{twins.second.name} differs in {', '.join(found)}: {_told(second, found)}",
            replay=replay,
            curl="\n".join(self._curl(asked) for asked in (first, second)),
            response=f"{twins.first.name}: {self._shown(first)}\n\n{twins.second.name}: {self._shown(second)}",
        )

    def _curl(self, asked: Asked) -> str:
        return curl_line(Exchange("", "", self.platform.redactor.request(asked.request), None, "", 0.0))

    def _shown(self, asked: Asked) -> str:
        if asked.response is None:
            return "no answer"
        headers = "\n".join(f"{name}: {value}" for name, value in asked.response.headers.items())
        return self.platform.redactor.text(f"{asked.response.status}\n{headers}\n\n{asked.response.text[:2000]}")


def _told(asked: Asked, found: list[str]) -> str:
    told = asked.told
    headers = told.get("headers")
    shown = {name: told.get(name, (headers or {}).get(name)) for name in found}  # type: ignore[attr-defined]
    return json.dumps(shown)[:500]


def _not_judged(twins: Twins, silent: int, asked: int, replay: str) -> Failure:
    told = f"{silent} of {asked} requests got no answer from either" if asked else "nothing may be asked here"
    return Failure("NotJudged", twins.operation.operation_id, "an answer to compare", told, replay)
