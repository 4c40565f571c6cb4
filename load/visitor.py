"""Whoever is free in an open scenario: makes the next iteration that is due, as the persona whose it is."""

from collections.abc import Mapping
from typing import Any, ClassVar

from locust import User, constant, task
from locust.env import Environment
from locust.exception import StopUser

from load.act import act_of
from load.persona import Persona


class Visitor(User):
    """A Locust user without a part of its own: any of them can play any persona of the scenario."""

    abstract = True
    wait_time = constant(0)
    cast: ClassVar[Mapping[str, type[Persona]]] = {}

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        act = act_of(environment)
        if act is None or act.pool is None:
            raise RuntimeError("a visitor was started outside a run; start it through load/locustfile.py")
        self._pool = act.pool
        # Locust starts the next user when this one is made, and iterations become due when there are all of them.
        self._parts = {name: self.cast[name](environment) for name in act.scenario.mix}
        for persona in self._parts.values():
            persona.prepare()

    @task
    def visit(self) -> None:
        """One iteration, when it is due."""
        due = self._pool.take()
        if due is None:
            raise StopUser
        persona = self._parts[due.persona]
        persona.due = due.at
        play: Any = persona.random.choice(persona.tasks)  # a method: personas have no nested tasks
        play(persona)
