"""Knows which answers a Then looked at: only those exchanges were asserted; all others were merely made."""

import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fixtures.clients import Exchange, Request, Response, Transport

CONTENT = frozenset(("status", "headers", "body"))
Asserted = dict[str, dict[str, list[str]]]
"""operationId → status → names of what the requests carried: query parameters, headers (lower case), `body`."""


class WatchedResponse(Response):
    """An answer that tells when it is read; until it is recorded only the recorder does, and that is no look."""

    __slots__ = ("_read",)

    def watched_by(self, read: Callable[[], None]) -> None:
        """From now on every reading is told."""
        object.__setattr__(self, "_read", read)

    def __getattribute__(self, name: str) -> Any:
        if name in CONTENT:
            try:
                read = object.__getattribute__(self, "_read")
            except AttributeError:
                read = None
            if read is not None:
                read()
        return super().__getattribute__(name)


class Witness:
    """A transport around another, and the recorder of what goes through it. `looking` is true inside of a Then."""

    def __init__(self, transport: Transport, exchanges: list[Exchange]) -> None:
        self.looking = False
        self.seen: list[Exchange] = []
        self._transport = transport
        self._exchanges = exchanges
        self._mine = threading.local()  # a crowd calls from many threads; each records right after it has sent

    def send(self, request: Request) -> Response:
        """Sends it; the answer is watched."""
        answer = self._transport.send(request)
        watched = WatchedResponse(answer.status, answer.headers, answer.body, answer.seconds)
        self._mine.last = watched
        return watched

    def record(self, exchange: Exchange) -> None:
        """Keeps the exchange of the answer that this thread got last."""
        watched, self._mine.last = getattr(self._mine, "last", None), None
        self._exchanges.append(exchange)
        if watched is not None:
            watched.watched_by(lambda: self._look(exchange))

    def _look(self, exchange: Exchange) -> None:
        if self.looking and not any(one is exchange for one in self.seen):
            self.seen.append(exchange)


def asserted(exchanges: Iterable[Exchange]) -> Asserted:
    """What was asserted, for the evidence."""
    cells: dict[str, dict[str, set[str]]] = {}
    for exchange in exchanges:
        if exchange.response is not None and exchange.operation_id.isidentifier():
            statuses = cells.setdefault(exchange.operation_id, {})
            statuses.setdefault(str(exchange.response.status), set()).update(_carried(exchange.request))
    return {
        operation: {status: sorted(names) for status, names in sorted(statuses.items())}
        for operation, statuses in cells.items()
    }


def _carried(request: Request) -> set[str]:
    names = {*request.params, *(name for name, _ in parse_qsl(urlsplit(request.url).query, keep_blank_values=True))}
    names |= {name.lower() for name in request.headers}
    return names | {"body"} if request.json is not None or request.body is not None else names
