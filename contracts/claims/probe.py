"""Knows how a claim asks once more: within the target's limits, and shown in its finding."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from schemathesis import Case
from schemathesis import Response as Answer
from schemathesis.core.rate_limit import ratelimit

from contracts.hooks.addresses import source_of
from contracts.hooks.setting import Setting, current
from fixtures.clients import Exchange, Redactor, Request, Response, curl_line
from fixtures.errors import PlumblineError

_OF_THE_BODY = ("content-length", "content-type", "transfer-encoding")
_NOT_SHOWN = ("accept-encoding", "connection", "user-agent", "x-schemathesis-testcaseid")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Probe:
    """One question with its answer, secrets and all."""

    request: Request = field(repr=False)
    response: Response = field(repr=False)

    @property
    def status_code(self) -> int:
        """Of the answer."""
        return self.response.status

    @property
    def content(self) -> bytes:
        """Of the answer."""
        return self.response.body

    @property
    def headers(self) -> Mapping[str, str]:
        """Of the answer, names in lower case."""
        return self.response.headers

    def told(self, redactor: Redactor) -> str:
        """As one curl line, with the answer's status and the first line of its body; secrets by name."""
        request = redactor.request(self.request)
        shown = {name: value for name, value in request.headers.items() if name.lower() not in _NOT_SHOWN}
        request = replace(request, headers=shown)
        text = redactor.response(self.response).text.strip()
        first = next(iter(text.splitlines()), "(no body)")[:_LONGEST]
        return f"asked:    {curl_line(Exchange('', '', request, None, '', 0.0))}\nanswered: {self.status_code} {first}"


def again(case: Case[Any], response: Answer, *, method: str = "", url: str = "", body: object = None) -> Probe | None:
    """The same request once more, with another method, address or JSON body. None where nobody answers, and where the
    question may not be asked: at another origin than the case's, or on a target that is only to be read."""
    setting, first = current(), response.request
    asked = url or str(first.url)
    raw = first.body.encode() if isinstance(first.body, str) else first.body
    if setting is None or urlsplit(asked)[:2] != urlsplit(str(first.url))[:2] or not isinstance(raw, bytes | None):
        return None
    fresh = body is not None or method == "GET"
    dropped = _OF_THE_BODY if fresh else ("content-length", "transfer-encoding")
    typed = {} if body is None else {"Content-Type": "application/json"}
    request = Request(
        f"a claim about {case.operation.label}",
        method or str(first.method),
        asked,
        {name: _text(value) for name, value in first.headers.items() if name.lower() not in dropped} | typed,
        json=body,
        body=None if fresh else raw,
        timeout=setting.target.deadlines.get("request", 10.0),
        source_address=source_of(asked),
    )
    return _sent(setting, case, request)


def shown(message: str, *probes: Probe | None) -> str:
    """A finding's message, with what was asked once more."""
    setting = current()
    redactor = setting.platform.redactor if setting is not None else Redactor()
    return "\n".join([message, *(probe.told(redactor) for probe in probes if probe is not None)])


def _sent(setting: Setting, case: Case[Any], request: Request) -> Probe | None:
    """Cases and claims take turns: the target's rate is promised over both."""
    config = case.operation.schema.config
    try:
        with ratelimit(config.rate_limit_for(operation=case.operation), config.base_url):
            return Probe(request, setting.questions.send(request))
    except PlumblineError:
        return None


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
