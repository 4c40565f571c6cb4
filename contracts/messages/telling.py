"""Knows how the suite's findings become evidence: results by message type and by consumer, and one JUnit file."""

from collections.abc import Callable, Iterable, Sequence

from contracts.messages.bus import Bus
from contracts.messages.disturbing import Consumer
from contracts.messages.document import Events, Message
from contracts.messages.judging import Finding, Judged
from fixtures.clients import Redactor
from reports.evidence import Failure, Result, Status

SUITE = "messages"
MOST = 10  # failures told for one type
LONGEST = 2000

Logs = Callable[[str], tuple[str, ...]]


class Teller:
    """Makes results; `replay` is the command that judges again, `logs` finds the lines of a request."""

    def __init__(self, redactor: Redactor, replay: str, logs: Logs) -> None:
        self._redactor = redactor
        self._replay = replay
        self._logs = logs

    def bus(self, carried: Bus, judged: Judged) -> Result:
        """Whether everything was seen, on channels that somebody described."""
        strays = judged.findings.get("", [])
        failures = [self._failure(finding, "", "a channel of the document") for finding in strays[:MOST]]
        status = Status.FAILED if strays else Status.PASSED
        if carried.lost:
            status = Status.BROKEN
            told = f"{carried.lost} messages were pushed out of the tap before anybody looked"
            failures.append(Failure("MessagesUnseen", "", "every message is seen", told, self._replay))
        details: dict[str, object] = {
            "observed": f"{sum(judged.counts.values())} messages, {judged.compared} dead letters compared, "
            f"{judged.sampled} log lines judged whole, {carried.lost_lines} log lines not kept"
        }
        title = "Every message is on a channel of the document"
        return Result(SUITE, "bus", title, status, failures=tuple(failures), details=details)

    def type(self, events: Events, message: Message, judged: Judged, everything_ran: bool) -> Result:
        """One type of message: how many there were, and which broke the contract."""
        count, findings = judged.counts[message.id], judged.findings.get(message.id, [])
        about = events.about(message)
        operation = about[0] if about else ""
        failures = [self._failure(each, operation, f"{message.title} ({message.id})") for each in findings[:MOST]]
        status = Status.FAILED if findings else Status.PASSED
        if not count and not findings:
            status = Status.SKIPPED
            if everything_ran and not message.at_setup:
                status = Status.FAILED
                told = f"no suite made the platform send {message.id}"
                failures.append(
                    Failure("MessageNeverSeen", operation, "every type of message is seen", told, self._replay)
                )
        details: dict[str, object] = {
            "kind": "message",
            "channel": message.channel,
            "message": message.name,
            "protocol": events.channels[message.channel].kind,
            "count": count,
            "invalid": len(findings),
        }
        return Result(
            suite=SUITE,
            id=f"type:{message.id}",
            title=f"{message.channel}: {message.title}",
            status=status,
            service=events.service_of(message),
            operations=about if count or findings else (),
            failures=tuple(failures),
            details=details,
        )

    def parts(self, died: Sequence[str]) -> Result:
        """Whether every process lived through the fuzzing."""
        told = f"{', '.join(died)} died, or was replaced by another process"
        failure = Failure("PartDied", "", "the same processes before and after", told, self._replay)
        title = "No message and no payload ends a part of the stack"
        status, failures = (Status.FAILED, (failure,)) if died else (Status.PASSED, ())
        return Result(SUITE, "parts", title, status, failures=failures)

    def consumer(self, consumer: Consumer, seed: int) -> Result:
        """One consumer that was sent good and bad messages."""
        operation = consumer.operation
        failures = [
            Failure(
                title="MessageNotSurvived",
                operation_id=operation.id,
                expected="processed, or a dead letter untouched; the next one is processed",
                observed=self._redactor.text(told),
                replay=self._replay,
                response="" if case is None else self._redactor.text(case.body[:LONGEST]),
            )
            for told, case in consumer.wrong[:MOST]
        ]
        return Result(
            suite=SUITE,
            id=f"consumer:{operation.id}",
            title=f"{operation.id} survives every {_kind(consumer)} {consumer.channel.name}",
            status=Status.FAILED if failures else Status.PASSED,
            seconds=round(consumer.seconds, 2),
            service=operation.service,
            operations=(operation.id,),
            failures=tuple(failures),
            details={"kind": "consumer", "cases": consumer.by_kind, "seed": seed},
        )

    def _failure(self, finding: Finding, operation: str, expected: str) -> Failure:
        seen = finding.seen
        return Failure(
            title="MessageBreaksItsContract" if finding.type else "UndescribedChannel",
            operation_id=operation,
            expected=expected,
            observed=self._redactor.text(
                f"{seen.channel}: {finding.where}: {finding.how} (request {seen.request_id or 'unknown'})"
            ),
            replay=self._replay,
            response=self._redactor.text(seen.body[:LONGEST]),
            logs=self._logs(seen.request_id) if seen.request_id else (),
        )


def lines(results: Sequence[Result]) -> Iterable[str]:
    """The run for a terminal: what there was, then everything that did not hold."""
    types = [result for result in results if result.details.get("kind") == "message"]
    for result in types:
        yield f"{result.details['count']:>8}  {result.id.removeprefix('type:'):<48}{result.status.label}"
    for result in results:
        if result.details.get("kind") == "consumer":
            cases = result.details["cases"]
            sent = sum(cases.values()) if isinstance(cases, dict) else 0
            yield f"{sent:>8}  {result.title:<60}{result.status.label}  {result.seconds:.1f} s"
    for result in results:
        for failure in result.failures:
            yield f"{result.status.label.upper()}  {result.title}: {failure.observed}"


def _kind(consumer: Consumer) -> str:
    return "payload given to" if consumer.tried else "message on"
