"""Knows how a finding is told: what was promised, what was observed, how to see it again."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.efforts import Effort
from contracts.recording import Finding, Record, Sent
from fixtures.clients import Exchange, Redactor, Request, curl_line
from reports.evidence import Failure

_MOST = 20
_LONGEST = 4096
_SECRET_HEADERS = {"authorization": "Bearer $TOKEN", "x-api-key": "$API_KEY"}
PROMISES = {
    "not_a_server_error": "no answer of 500 or above",
    "status_code_conformance": "a status that the document lists",
    "content_type_conformance": "a media type that the document lists",
    "response_headers_conformance": "the headers that the document promises",
    "response_schema_conformance": "a body of the documented schema",
    "negative_data_rejection": "a request that the document forbids is refused",
    "positive_data_acceptance": "a request that the document allows is accepted",
    "missing_required_header": "a request without a required header is refused",
    "unsupported_method": "405 with Allow for a method that the document doesn't list",
    "allow_header_conformance": "Allow lists the documented methods",
    "use_after_free": "404 for what was deleted",
    "ensure_resource_availability": "what was created is there",
    "cancelled_order_stays_readable": "a cancelled order reads as cancelled",
    "ignored_auth": "401 or 403 without valid credentials",
    "object_level_authorization": "nobody gets what another user owns",
}


@dataclass(frozen=True, slots=True)
class Teller:
    """`replay` makes the command for a pytest node, `logs` finds log lines by request id."""

    redactor: Redactor
    replay: Callable[[str], str]
    logs: Callable[[str], tuple[str, ...]]

    def failures(self, record: Record, node: str, names: Mapping[str, str]) -> list[Failure]:
        """The findings of a record; `names` are operationIds by label."""
        found = list(record.findings.values())[:_MOST]
        return [self._failure(finding, node, names.get(finding.label, finding.label)) for finding in found]

    def not_judged(self, operation_id: str, node: str, doubt: str) -> Failure:
        """Why there is nothing to say."""
        return Failure("NotJudged", operation_id, "a complete run", self.redactor.text(doubt), self.replay(node))

    def _failure(self, finding: Finding, node: str, operation_id: str) -> Failure:
        last = finding.chain[-1] if finding.chain else None
        return Failure(
            title=finding.name,
            operation_id=operation_id,
            expected=PROMISES.get(finding.check, finding.check),
            observed=self.redactor.text(f"{finding.title}: {finding.message}"),
            replay=self.replay(node),
            curl="\n".join(self._curl(sent) for sent in finding.chain),
            response=self._answer(last) if last else "",
            logs=self.logs(last.request_id) if last and last.request_id else (),
        )

    def _curl(self, sent: Sent) -> str:
        headers = {name: _SECRET_HEADERS.get(name.lower(), value) for name, value in sent.headers.items()}
        request = self.redactor.request(Request("", sent.method, sent.url, headers, body=sent.body or None))
        return curl_line(Exchange("", "", request, None, "", 0.0))

    def _answer(self, sent: Sent) -> str:
        headers = "\n".join(f"{name}: {value}" for name, value in self.redactor.headers(sent.answer_headers).items())
        body = self.redactor.body(sent.answer[:_LONGEST]).decode("utf-8", "replace")
        return f"{sent.status}\n{headers}\n\n{body}" if sent.status else "no answer"


def replay_command(target: str, effort: Effort) -> Callable[[str], str]:
    """The command that fuzzes one pytest node again with the same cases."""

    def command(node: str) -> str:
        given = f"TARGET={shlex.quote(target)} EFFORT={effort.name} SEED={effort.seed}"
        return f"{given} .venv/bin/python -m contracts -k {shlex.quote(node)}"

    return command
