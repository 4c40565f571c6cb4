"""What every persona has: the drivers over Locust's own connections, and a judge for each answer."""

import time
from collections.abc import Mapping
from random import Random
from typing import Any

from locust import FastHttpUser
from locust.env import Environment

from fixtures.clients import Request, Response, Transport, connect
from fixtures.clients.locust_transport import LocustTransport
from load.act import act_of
from load.claims import Known, wrong_answer
from load.rate_cap import CappedTransport

NOTHING: Mapping[str, Any] = {}


class Persona(FastHttpUser):
    """A FastHttpUser that speaks through the drivers of `fixtures.clients`."""

    abstract = True
    host = ""  # drivers know the address of every service; Locust wants one all the same

    def __init__(self, environment: Environment) -> None:
        act = act_of(environment)
        if act is None:
            raise RuntimeError("a persona was started outside a run; start it through load/locustfile.py")
        self.network_timeout = self.connection_timeout = act.target.deadlines.get("request", 10.0)
        super().__init__(environment)
        self.act = act
        self.number = act.users
        act.users += 1
        self.random = Random(act.random.random())  # noqa: S311  (choices of a user, not secrets)
        self.due: float | None = None  # when the iteration under way was due, until its first request is sent
        self.known = Known()
        self.platform = connect(act.target, self._transport)

    def prepare(self) -> None:
        """What has to be there before anything is due; most personas need nothing."""

    def pause(self, seconds: float) -> None:
        """A pause that is the persona's own will: what it does next is due that much later."""
        time.sleep(seconds)
        if self.due is not None:
            self.due += seconds

    def context(self) -> Mapping[str, Any]:  # type: ignore[override]
        """Locust asks for it when a request is sent: the first one of an iteration says how late it is. What follows
        is due when the answer before has come."""
        if self.due is None:
            return NOTHING
        late, self.due = time.monotonic() - self.due, None
        return {"late": max(late, 0.0)}

    def _transport(self) -> Transport:
        return self._capped(LocustTransport(self.client, self._judged))

    def _capped(self, transport: Transport) -> Transport:
        capped = self.act.target.limits.get("requests_per_second", 0)
        return CappedTransport(transport, self.act.cap) if capped else transport

    def _judged(self, request: Request, response: Response) -> Exception | None:
        self.act.answered(request, response)
        return wrong_answer(self.known, request, response)
