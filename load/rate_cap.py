"""A target's cap on requests: a guest knocks at most so often, however many users there are."""

import time

from fixtures.clients import Request, Response, Transport


class RateCap:
    """Spaces requests evenly over all users of a process; `per_second` 0 means no cap."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second if per_second else 0.0
        self._next = 0.0

    def wait(self, now: float) -> float:
        """Seconds to wait before the next request, which is hereby taken."""
        due = max(now, self._next)
        self._next = due + self._gap
        return due - now


class CappedTransport:
    """A transport that waits for its turn; the wait is no part of a request's time."""

    def __init__(self, transport: Transport, cap: RateCap) -> None:
        self._transport = transport
        self._cap = cap

    def send(self, request: Request) -> Response:
        """See `Transport`."""
        wait = self._cap.wait(time.monotonic())
        if wait:
            time.sleep(wait)
        return self._transport.send(request)
