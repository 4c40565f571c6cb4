"""Carries out what a scenario disturbs, through the control door of a local stack, and undoes it whatever happens."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import gevent  # type: ignore[import-untyped]

from fixtures.clients import Platform, connect
from fixtures.clients.control import Control
from fixtures.errors import CallError, PlumblineError
from fixtures.target import Target
from load.disturbance import AWS, Carried, Disturbance
from load.disturbance_file import require_known

LOOK = 0.25  # seconds between two looks at the bus
AFTERWARDS = 60.0  # seconds for what was killed to be ready again
PLATFORM = "platform"  # the access key id of the services: what they send is doubled, and no copy is doubled again


@dataclass(slots=True)
class Stagehand:
    """One run's disturbances. `file` is the scenario's, for messages."""

    platform: Platform
    disturbances: Sequence[Disturbance]
    file: str
    _carried: list[Carried] = field(default_factory=list)
    _working: list[Any] = field(default_factory=list)
    _deaths: dict[str, int] = field(default_factory=dict)

    def prepare(self) -> None:
        """Raises a `CallError` where the target can't be disturbed, or has no such part or queue."""
        if not self.disturbances:
            return
        target = self.platform.target
        if target.kind != "local" or not target.control_url:
            raise CallError(
                f"{self.file}: disturbances: {target.name} ({target.path}) is no local stack, and nothing else may be "
                "disturbed; choose TARGET=local, or a scenario without disturbances."
            )
        parts = self._control.parts()
        ill = [part["name"] for part in parts if not part["alive"]]
        if ill:
            raise PlumblineError(f"{', '.join(ill)} of the stack is not alive; `make down`, then run again")
        self._deaths = {part["name"]: len(part["deaths"]) for part in parts}
        doubled = [each for each in self.disturbances if each.kind == "duplicate"]
        require_known(self.file, [each for each in self.disturbances if each not in doubled], "part", self._deaths)
        if doubled:
            require_known(self.file, doubled, "queue", self.platform.messages.queues())

    def begin(self, began: float) -> None:
        """The stages began then, epoch seconds; may be told again and again."""
        for each in self.disturbances if not self._carried else ():
            at = began + each.at
            self._carried.append(Carried(each, at, at + each.seconds))
            self._working.append(gevent.spawn(self._carry_out, self._carried[-1]))

    def end(self) -> list[Carried]:
        """What became of all of them, once they are over."""
        gevent.joinall(self._working, timeout=AFTERWARDS)
        for carried, working in zip(self._carried, self._working, strict=True):
            if not working.ready():
                working.kill()
                carried.problem = f"was not undone within {AFTERWARDS:g} s"
        return self._carried

    def lost(self) -> list[str]:
        """Parts that died by themselves since the start, or are not alive."""
        parts = self._control.parts() if self.disturbances else []
        return [
            part["name"]
            for part in parts
            if not part["alive"] or len(part["deaths"]) > self._deaths.get(part["name"], 0)
        ]

    @property
    def _control(self) -> Control:
        return self.platform.control

    def _carry_out(self, carried: Carried) -> None:
        planned = carried.planned
        time.sleep(max(carried.began - time.time(), 0.0))
        carried.began = time.time()
        end = carried.began + planned.seconds
        try:
            with _DOING[planned.kind](self, carried, end):
                time.sleep(max(end - time.time(), 0.0))
                carried.ended = time.time()
        except Exception as error:
            carried.problem = carried.problem or " ".join(f"{type(error).__name__}: {error}".split())[:300]

    @contextmanager
    def _killed(self, carried: Carried, _: float) -> Iterator[None]:
        self._control.kill(carried.planned.part)
        try:
            yield
        finally:
            self._control.start(carried.planned.part)

    @contextmanager
    def _paused(self, carried: Carried, _: float) -> Iterator[None]:
        self._control.pause(carried.planned.part)
        try:
            yield
        finally:
            self._control.resume(carried.planned.part)

    @contextmanager
    def _slowed(self, carried: Carried, end: float) -> Iterator[None]:
        planned = carried.planned
        if planned.part == AWS:
            with self._control.mood("slow", planned.action, planned.delay):
                yield
            return
        while time.time() < end:
            with self._paused(carried, end):
                time.sleep(min(planned.delay, max(end - time.time(), 0.0)))
            time.sleep(min(planned.delay, max(end - time.time(), 0.0)))
        yield

    @contextmanager
    def _refused(self, carried: Carried, _: float) -> Iterator[None]:
        with self._control.mood("refuse", carried.planned.action):
            yield

    @contextmanager
    def _doubled(self, carried: Carried, end: float) -> Iterator[None]:
        queue, copies = carried.planned.part, 0
        seen = int(self._control.bus(since=_NEWEST)["newest"])
        while time.time() < end:
            time.sleep(min(LOOK, max(end - time.time(), 0.0)))
            page = self._control.bus(since=seen)
            seen = int(page["next"])
            for message in page["messages"]:
                if message["channel"] == queue and message["sender"] == PLATFORM:
                    self._send_again(queue, message)
                    copies += 1
        if not copies:
            carried.problem = f"no message came to {queue}: there was nothing to double"
        yield

    def _send_again(self, queue: str, message: dict[str, Any]) -> None:
        attributes = message["attributes"]
        texts = {name: a["value"] for name, a in attributes.items() if a["type"] != "Number"}
        numbers = {name: int(a["value"]) for name, a in attributes.items() if a["type"] == "Number"}
        self.platform.messages.send(queue, message["body"], texts, numbers)


_NEWEST = 2**62  # asked for what came after this, the bus tells the number of the newest message and nothing else
_DOING: dict[str, Callable[..., Any]] = {
    "kill": Stagehand._killed,
    "pause": Stagehand._paused,
    "slow": Stagehand._slowed,
    "refuse": Stagehand._refused,
    "duplicate": Stagehand._doubled,
}


def put_right(target: Target, disturbances: Sequence[Disturbance]) -> None:
    """After a run, also one that was stopped in between: everything that it may have disturbed goes on."""
    if not disturbances or not target.control_url:
        return
    control = connect(target).control
    for part in dict.fromkeys(each.part for each in disturbances if each.kind != "duplicate"):
        for mend in (control.resume, control.start):  # it stands, or it doesn't: one of the two changes nothing
            with suppress(PlumblineError):
                mend(part)
    with suppress(PlumblineError):
        control.calm()
