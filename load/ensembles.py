"""The two ways Locust makes load: in this one process, or in workers that a master hears from."""

import time
from collections.abc import Callable
from typing import Any

from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from load import wire
from load.performer import LOOK, Performer
from load.tally import Tally

REPORT = "plumbline"
BEGIN, GO, CLOSE, CLOSED = "plumbline-begin", "plumbline-go", "plumbline-close", "plumbline-closed"
ON_THE_WAY = 10.0  # seconds for the last reports to arrive


class Alone:
    """Users in this process."""

    def __init__(self, performer: Performer, seed: int) -> None:
        self._performer = performer
        self._seed = seed
        self._tally = Tally()

    def begin(self, given: dict[str, object]) -> None:
        """See `Ensemble`."""
        self._tally = Tally()
        self._performer.begin(given, 0, 1, self._seed)

    def go(self) -> None:
        """See `Ensemble`."""
        self._performer.go()

    def so_far(self) -> Tally:
        """See `Ensemble`."""
        self._tally.add(self._performer.take())
        return self._tally

    def drained(self, patience: float) -> tuple[Tally, list[str]]:
        """See `Ensemble`."""
        self._performer.drain(patience)
        return self.so_far(), []


class Distributed:
    """Users in Locust's workers: they report what they count with Locust's own reports, and once more at the end."""

    def __init__(self, runner: MasterRunner, seed: int) -> None:
        self._runner = runner
        self._seed = seed
        self._tally = Tally()
        self._expected: set[str] = set()
        self._closed: set[str] = set()
        runner.environment.events.worker_report.add_listener(self._on_report)
        runner.register_message(CLOSED, self._on_closed)

    def begin(self, given: dict[str, object]) -> None:
        """See `Ensemble`. Messages to a worker keep their order: this one comes before its users are spawned."""
        self._tally, self._closed = Tally(), set()
        workers = [client.id for client in self._runner.clients.all]
        self._expected = set(workers)
        for index, worker in enumerate(workers):
            data = {"given": given, "index": index, "workers": len(workers), "seed": self._seed}
            self._runner.send_message(BEGIN, data, worker)

    def go(self) -> None:
        """See `Ensemble`."""
        self._runner.send_message(GO)

    def so_far(self) -> Tally:
        """See `Ensemble`."""
        return self._tally

    def drained(self, patience: float) -> tuple[Tally, list[str]]:
        """See `Ensemble`."""
        self._runner.send_message(CLOSE, {"patience": patience})
        end = time.monotonic() + patience + ON_THE_WAY
        while self._expected - self._closed and time.monotonic() < end:
            time.sleep(LOOK)
        return self._tally, sorted(self._expected - self._closed)

    def _on_report(self, client_id: str, data: dict[str, Any]) -> None:
        if REPORT in data and client_id in self._expected - self._closed:
            self._tally.add(wire.from_wire(data[REPORT]))

    def _on_closed(self, msg: Any, **_: Any) -> None:
        if msg.node_id in self._expected - self._closed:
            self._tally.add(wire.from_wire(msg.data))
            self._closed.add(msg.node_id)


def play_for_master(environment: Environment, runner: WorkerRunner, performer: Performer) -> None:
    """Makes this worker do as its master's `Distributed` says."""

    def report(data: dict[str, Any], **_: Any) -> None:
        data[REPORT] = wire.to_wire(performer.take())

    def begin(msg: Any, **_: Any) -> None:
        performer.begin(msg.data["given"], msg.data["index"], msg.data["workers"], msg.data["seed"])

    def go(**_: Any) -> None:
        performer.go()

    def close(msg: Any, **_: Any) -> None:
        performer.drain(msg.data["patience"])
        runner.send_message(CLOSED, wire.to_wire(performer.take()))

    environment.events.report_to_master.add_listener(report)
    handlers: dict[str, Callable[..., None]] = {BEGIN: begin, GO: go, CLOSE: close}
    for message, handler in handlers.items():
        # Closing waits for users: in a greenlet of its own, or the worker would hear nothing meanwhile.
        runner.register_message(message, handler, concurrent=message == CLOSE)
