"""What every persona has: the drivers over Locust's own session, and a judge for each answer."""

from random import Random

from locust import FastHttpUser
from locust.env import Environment

from fixtures.clients import Transport, connect
from fixtures.clients.locust_transport import LocustTransport
from load.act import act_of
from load.claims import Known, wrong_answer
from load.rate_cap import CappedTransport


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
        self.known = Known()
        self.platform = connect(act.target, self._transport)

    def _transport(self) -> Transport:
        transport = LocustTransport(self.client, lambda request, response: wrong_answer(self.known, request, response))
        capped = self.act.target.limits.get("requests_per_second", 0)
        return CappedTransport(transport, self.act.cap) if capped else transport
