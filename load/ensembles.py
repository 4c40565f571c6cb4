"""The two ways Locust makes load: in this one process, or in workers that a master hears from."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from locust.env import Environment
from locust.runners import STATE_MISSING, MasterRunner, WorkerRunner

from fixtures.errors import PlumblineError
from load import wire
from load.performer import LOOK, Performer
from load.tally import Tally
from load.workers import Attendance, Begun, Lost, require_taking_part

REPORT = "plumbline"
BEGIN, BEGUN, GO = "plumbline-begin", "plumbline-begun", "plumbline-go"
CLOSE, CLOSED = "plumbline-close", "plumbline-closed"
ON_THE_WAY = 10.0  # seconds for the last reports to arrive
GETTING_READY = 30.0  # seconds for a worker to read its target and contracts


class Alone:
    """Users in this process."""

    def __init__(self, performer: Performer, seed: int) -> None:
        self._performer = performer
        self._seed = seed
        self._tally = Tally()

    def begin(self, given: dict[str, object], mark: str, features: Mapping[str, str]) -> None:
        """See `Ensemble`."""
        self._tally = Tally()
        self._performer.begin(given=given, index=0, workers=1, seed=self._seed, mark=mark, features=features)

    def go(self) -> None:
        """See `Ensemble`."""
        self._performer.go()

    def so_far(self) -> Tally:
        """See `Ensemble`."""
        self._tally.add(self._performer.take())
        return self._tally

    def drained(self, patience: float) -> tuple[Tally, Attendance]:
        """See `Ensemble`."""
        self._performer.drain(patience)
        return self.so_far(), Attendance()


class Distributed:
    """Users in Locust's workers: they report what they count with Locust's own reports, and once more at the end."""

    def __init__(self, runner: MasterRunner, seed: int) -> None:
        self._runner = runner
        self._seed = seed
        self._tally = Tally()
        self._expected: dict[str, int] = {}  # by id, which of them a worker is
        self._begun: dict[str, Begun | None] = {}
        self._heard: dict[str, float] = {}
        self._closed: set[str] = set()
        self._late: list[str] = []
        runner.environment.events.worker_report.add_listener(self._on_report)
        runner.environment.events.worker_connect.add_listener(self._on_connect)
        runner.register_message(BEGUN, self._on_begun)
        runner.register_message(CLOSED, self._on_closed)

    def begin(self, given: dict[str, object], mark: str, features: Mapping[str, str]) -> None:
        """See `Ensemble`. Raises a `WorkerError` where one can't take part. Messages to a worker keep their order: this
        one comes before its users are spawned."""
        self._tally, self._closed, self._late = Tally(), set(), []
        workers = [client.id for client in self._runner.clients.all]
        self._expected = {worker: index for index, worker in enumerate(workers)}
        self._heard = dict.fromkeys(workers, time.time())
        self._begun = dict.fromkeys(workers)
        for index, worker in enumerate(workers):
            data = {"given": given, "index": index, "workers": len(workers), "seed": self._seed}
            data |= {"mark": mark, "features": dict(features)}
            self._runner.send_message(BEGIN, data, worker)
        end = time.monotonic() + GETTING_READY
        while not all(self._begun.values()) and time.monotonic() < end:
            time.sleep(LOOK)
        require_taking_part(self._begun)

    def go(self) -> None:
        """See `Ensemble`."""
        self._runner.send_message(GO)

    def so_far(self) -> Tally:
        """See `Ensemble`."""
        return self._tally

    def drained(self, patience: float) -> tuple[Tally, Attendance]:
        """See `Ensemble`. Nobody waits for a worker whose heartbeat has stopped."""
        self._runner.send_message(CLOSE, {"patience": patience})
        end = time.monotonic() + patience + ON_THE_WAY
        while self._awaited() and time.monotonic() < end:
            time.sleep(LOOK)
        missing = [worker for worker in self._expected if worker not in self._closed]
        number = len(self._expected)
        lost = tuple(Lost(each, self._expected[each], number, self._heard[each]) for each in missing)
        return self._tally, Attendance(number, lost, tuple(self._late))

    def _awaited(self) -> set[str]:
        alive = {client.id for client in self._runner.clients.all if client.state != STATE_MISSING}
        return alive & self._expected.keys() - self._closed

    def _takes_part(self, worker: str) -> bool:
        return worker in self._expected and worker not in self._closed

    def _on_connect(self, client_id: str, **_: Any) -> None:
        """A worker that comes in the middle of a run knows nothing of it, and is sent away."""
        if self._expected and client_id not in self._expected and not self._closed:
            self._late.append(client_id)
            self._runner.send_message("quit", None, client_id)

    def _on_begun(self, msg: Any, **_: Any) -> None:
        self._begun[msg.node_id] = Begun(msg.data["problem"], msg.data["code"], msg.data["at"] - time.time())

    def _on_report(self, client_id: str, data: dict[str, Any]) -> None:
        if REPORT in data and self._takes_part(client_id):
            self._tally.add(wire.from_wire(data[REPORT]))
            self._heard[client_id] = time.time()

    def _on_closed(self, msg: Any, **_: Any) -> None:
        if self._takes_part(msg.node_id):
            self._tally.add(wire.from_wire(msg.data))
            self._closed.add(msg.node_id)


def play_for_master(environment: Environment, runner: WorkerRunner, performer: Performer) -> None:
    """Makes this worker do as its master's `Distributed` says."""

    def report(data: dict[str, Any], **_: Any) -> None:
        data[REPORT] = wire.to_wire(performer.take())

    def begin(msg: Any, **_: Any) -> None:
        told, problem, code = msg.data, "", 0
        try:
            performer.begin(**told)
        except PlumblineError as error:
            problem, code = str(error), error.exit_code
        runner.send_message(BEGUN, {"problem": problem, "code": code, "at": time.time()})

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
