"""What every persona has: the drivers over Locust's own session, and a judge for each answer."""

from random import Random

from locust import FastHttpUser
from locust.env import Environment

from fixtures.clients import connect
from fixtures.clients.locust_transport import LocustTransport
from load.act import act_of
from load.claims import Known, wrong_answer


class Persona(FastHttpUser):
    """A FastHttpUser that speaks through the drivers of `fixtures.clients`."""

    abstract = True
    host = ""  # drivers know the address of every service; Locust wants one all the same

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        act = act_of(environment)
        if act is None:
            raise RuntimeError("a persona was started outside a run; start it through load/locustfile.py")
        self.act = act
        self.number = act.users
        act.users += 1
        self.random = Random(act.random.random())  # noqa: S311  (choices of a user, not secrets)
        self.known = Known()
        transport = LocustTransport(self.client, lambda request, response: wrong_answer(self.known, request, response))
        self.platform = connect(act.target, lambda: transport)
