"""Knows how what was recorded becomes a result: what counts as failed, and what as not judged at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.documents import Operation
from contracts.efforts import Effort
from contracts.fuzzing import Ended
from contracts.recording import SEQUENCES, Record, Recording
from contracts.telling import Teller
from contracts.waivers import Waiver
from reports.evidence import Failure, Result, Status

SUITE = "contracts"
_LOG_TAIL = 15
_COMPLETED = ("completed", "failure_limit")


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges records of a run."""

    effort: Effort
    waivers: Sequence[Waiver]
    teller: Teller

    def operation(self, operation: Operation, ended: Ended, recording: Recording) -> Result:
        """One operation in the examples, coverage and fuzzing phases."""
        record = recording.record(operation.label)
        doubts = [*self.doubts(ended, recording), *record.errors]
        if not doubts and not record.cases:
            doubts = [f"no case was sent to {operation.operation_id}; see log.txt beside the reports"]
        elif not doubts and operation.guarded:
            doubts = _locked_out(record) or _turned_away(operation, record)
        names = {operation.label: operation.operation_id}
        findings = self.teller.failures(record, operation.node, names)
        findings += self._stale(operation, recording)
        judged = self._judged(record, operation.operation_id, operation.node, doubts, findings)
        judged["details"]["asserted"] = _asserted(record, names)
        return Result(
            suite=SUITE,
            id=operation.node,
            title=f"{operation.label} keeps its contract",
            service=operation.service,
            operations=(operation.operation_id,),
            **judged,
        )

    def sequences(self, operations: Sequence[Operation], ended: Ended, recording: Recording) -> Result:
        """All call sequences of one service."""
        record = recording.record(SEQUENCES)
        names = {operation.label: operation.operation_id for operation in operations}
        doubts = [*self.doubts(ended, recording), *record.errors]
        if not doubts and not record.cases:
            if recording.unlinked:
                title = f"calls of {ended.service} in sequence: its document has no links between operations"
                return Result(SUITE, f"{ended.service}-sequences", title, Status.SKIPPED, 0.0, ended.service)
            doubts = ["no call sequence was made; see log.txt beside the reports"]
        elif not doubts and all(operation.guarded for operation in operations if operation.label in record.labels):
            doubts = _locked_out(record)
        findings = self.teller.failures(record, ended.service, names)
        judged = self._judged(record, "", ended.service, doubts, findings)
        judged["details"]["asserted"] = _asserted(record, names)
        return Result(
            suite=SUITE,
            id=f"{ended.service}-sequences",
            title=f"calls of {ended.service} in sequence keep the contract",
            service=ended.service,
            operations=tuple(names[label] for label in sorted(record.labels) if label in names),
            **judged,
        )

    def doubts(self, ended: Ended, recording: Recording) -> list[str]:
        """Why nothing can be said about this service at all; empty where something can."""
        tail = "\n".join(ended.log.splitlines()[-_LOG_TAIL:])
        if ended.timed_out:
            return [f"stopped after {ended.seconds:.0f} s, the bound of effort {self.effort.name}\n{tail}"]
        if ended.code is None:
            return ["the engine ended before this service was fuzzed; see contracts/engine.log in the run folder"]
        if ended.code not in (0, 1):
            how = f"signal {-ended.code}" if ended.code < 0 else f"exit code {ended.code}"
            return [f"Schemathesis ended with {how}\n{tail}"]
        if recording.stop_reason not in _COMPLETED:
            return [f"Schemathesis left no complete report (stop reason: {recording.stop_reason or 'none'})\n{tail}"]
        return list(recording.errors)

    def _judged(
        self,
        record: Record,
        operation_id: str,
        node: str,
        doubts: Sequence[str],
        findings: Sequence[Failure],
    ) -> dict[str, Any]:
        broken = tuple(self.teller.not_judged(operation_id, node, doubt) for doubt in doubts)
        status = Status.WAIVED if findings else Status.PASSED
        if not all(any(waiver.covers(one.operation_id, one.title) for waiver in self.waivers) for one in findings):
            status = Status.FAILED
        return {
            "status": Status.BROKEN if broken else status,
            "seconds": round(record.seconds, 3),
            "failures": (*broken, *findings),
            "details": self._details(record),
        }

    def _details(self, record: Record) -> dict[str, object]:
        return {
            "cases": record.cases,
            "seed": self.effort.seed,
            "effort": self.effort.name,
            "phases": dict(record.phases),
            "statuses": {str(status): count for status, count in sorted(record.statuses.items())},
            "checks": sorted(record.checks),
            "peer_probes": record.peer_probes,
        }

    def _stale(self, operation: Operation, recording: Recording) -> list[Failure]:
        """Waivers of this operation that matched nothing in the whole run of its service."""
        if SEQUENCES not in recording.records:
            return []  # a part of a run can't tell
        findings = [one for record in recording.records.values() for one in record.findings.values()]
        found = {one.name for one in findings if one.label == operation.label}
        return [
            Failure(
                "StaleWaiver",
                operation.operation_id,
                f"a finding {waiver.failure}, waived by {waiver.owner} on {waiver.date}",
                "nothing of the kind: delete the waiver",
                self.teller.replay(operation.service),
            )
            for waiver in self.waivers
            if waiver.operation == operation.operation_id and waiver.failure not in found
        ]


def _asserted(record: Record, names: Mapping[str, str]) -> dict[str, dict[str, list[str]]]:
    """operationId → status → what the checked requests carried."""
    return {
        names[label]: {status: sorted(carried) for status, carried in sorted(statuses.items())}
        for label, statuses in record.asserted.items()
        if label in names
    }


def _locked_out(record: Record) -> list[str]:
    """Whether every case with credentials was answered 401: then nothing behind the door was seen."""
    if any(status not in (0, 401) for status in record.as_identity):
        return []
    return [f"no login was accepted: {record.as_identity.total()} cases with credentials, all answered 401"]


def _turned_away(operation: Operation, record: Record) -> list[str]:
    """Whether most cases with a body never got past the door: a 401 is a refusal, which forbidden data asks for."""
    if not operation.takes_body or record.statuses[401] * 2 <= record.cases:
        return []
    return [f"{record.statuses[401]} of {record.cases} cases were answered 401: the rest says too little"]
