"""Knows how one build is asked, and what of its answer counts: names, ids and dates are masked, the rest is kept."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.parity.probes import OWN, Probe
from fixtures.clients import Request, Response, Transport
from fixtures.errors import UnreachableError
from fixtures.target import Service

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(Z|[+-]\d\d:\d\d)?")
_CURSOR = re.compile(r"(cursor=)[^&>;\s]+")
# Said by whoever carries the answer, not by the service.
_CARRIERS = frozenset({"date", "server", "content-length", "connection", "transfer-encoding", "keep-alive", "via"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to one build, and its answer; None: there was none."""

    request: Request
    response: Response | None
    own: str

    @property
    def told(self) -> dict[str, object]:
        """What is compared: the status, the headers that the service says, the body."""
        if self.response is None:
            return {"status": "no answer"}
        headers = {name: self._header(name, value) for name, value in self.response.headers.items() if _counts(name)}
        return {"status": self.response.status, "headers": dict(sorted(headers.items())), "body": self._body()}

    def _header(self, name: str, value: str) -> str:
        sent = {name.lower(): given for name, given in self.request.headers.items()}
        if name == "x-request-id":
            return "as sent" if value == sent.get(name) else "an id of its own"
        if name == "traceparent":
            return "the trace sent" if value[:35] == sent.get(name, "")[:35] else "a trace of its own"
        return _CURSOR.sub(r"\1<cursor>", self._masked(value))

    def _body(self) -> object:
        assert self.response is not None
        try:
            body = json.loads(self.response.body)
        except ValueError:
            return self._masked(self.response.text)
        if isinstance(body, list):
            return {"own": self.own in self.response.text, "forms": sorted({_form(item) for item in body})}
        return json.loads(self._masked(json.dumps(body)))

    def _masked(self, text: str) -> str:
        return _DATE.sub("<date>", text.replace(self.own, OWN))


def ask(transport: Transport, service: Service, probe: Probe, own: str, timeout: float) -> Asked:
    """Sends one probe; its things bear the name `own`."""
    path, query = probe.path.replace(OWN, own), f"?{probe.query}" if probe.query else ""
    request = Request(
        operation_id=f"{probe.method} {probe.path}",
        method=probe.method,
        url=service.base_url + path + query,
        headers=dict(probe.headers),
        body=None if probe.body is None else probe.body.replace(OWN.encode(), own.encode()),
        timeout=timeout,
    )
    try:
        return Asked(request, transport.send(request), own)
    except UnreachableError:
        return Asked(request, None, own)


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """Where two answers differ: `status`, `body`, or the name of a header."""
    found = [key for key in ("status", "body") if first.get(key) != second.get(key)]
    ours, theirs = first.get("headers", {}), second.get("headers", {})
    if "status" not in found:
        found += [name for name in sorted({*ours, *theirs}) if ours.get(name) != theirs.get(name)]
    return found


def _counts(header: str) -> bool:
    return header not in _CARRIERS and not header.startswith(("x-amz", "apigw-"))


def _form(item: Any) -> str:
    """Others come and go between two lists: only the form of what is in them can be the same."""
    return (
        json.dumps(sorted((name, type(value).__name__) for name, value in item.items()))
        if isinstance(item, dict)
        else type(item).__name__
    )
