"""Knows how consumers are disturbed: everything is sent first, then all of it has to meet its fate by one deadline.

A message is processed (its consumer's log says `handled`), or it is moved to the dead letters untouched. A third fate
is a lost message.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.messages import bus
from contracts.messages.document import Channel, Events, Message, Operation
from contracts.messages.made import NEVER_PROCESSED, PROCESSED, Case, cases
from contracts.messages.seeds import GOOD, Good
from fixtures.clients import Platform
from fixtures.errors import TargetError

PAUSE = 0.25  # seconds between two looks
HANDLED = "handled"


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that is in its queue."""

    case: Case
    name: str
    message_id: str


@dataclass(slots=True)
class Consumer:
    """One consumer under test: its queue or its own channel, what was sent to it (`tried`: the kinds of what it was
    invoked with), what went wrong, in words."""

    operation: Operation
    channel: Channel
    message: Message
    sent: list[Sent] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    wrong: list[tuple[str, Case | None]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def by_kind(self) -> dict[str, int]:
        """How many messages of each kind were sent."""
        return dict(Counter([*(one.case.kind for one in self.sent), *self.tried]))


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What one run of this needs: `token` is in the name of every message, `patience` in seconds."""

    platform: Platform
    token: str
    count: int
    seed: int
    patience: float


def consumers(events: Events, services: Sequence[str]) -> list[Consumer]:
    """Every consumer of a queue that has dead letters; of these services where any are named."""
    found = []
    for operation in events.operations:
        channel = events.channels[operation.channel]
        if operation.action == "receive" and channel.dead_letters and (not services or operation.service in services):
            message = next(m for m in channel.messages if m.name == operation.messages[0])
            found.append(Consumer(operation, channel, message))
    return found


def disturb(how: Disturbance, under_test: Sequence[Consumer]) -> None:
    """Send everything to all of them, wait for every fate, and note on each consumer what went wrong."""
    control = how.platform.control
    began, start = time.monotonic(), bus.newest(control)
    for number, consumer in enumerate(under_test):
        _send(how, consumer, number)
    good = {each.operation.id: GOOD[each.operation.id](how.platform, f"{how.token}-good") for each in under_test}
    _wait(how, under_test, good, began + how.patience)
    moved = {one.message_id: one for one in bus.after(control, start) if one.way == bus.MOVED}
    handled = _handled(how, [one for each in under_test for one in each.sent if one.message_id not in moved])
    for consumer in under_test:
        consumer.seconds = time.monotonic() - began
        _judge(consumer, moved, handled)
        if not good[consumer.operation.id].is_done():
            consumer.wrong.append(
                (f"the good message after them was not processed: {good[consumer.operation.id].told}", None)
            )
        _give_up(how.platform, consumer, set(moved))


def _send(how: Disturbance, consumer: Consumer, number: int) -> None:
    names: list[str] = []

    def tracer() -> str:
        names.append(f"{how.token}-{number}-{len(names)}")
        return names[-1]

    sqs, url = how.platform.messages.sqs, how.platform.messages.queue_url(consumer.channel.name)
    for case, name in zip(cases(consumer.message, how.count, how.seed, tracer), names, strict=True):
        attributes: Any = case.attributes
        answer = sqs.send_message(QueueUrl=url, MessageBody=case.body, MessageAttributes=attributes)
        consumer.sent.append(Sent(case, name, answer["MessageId"]))


def _wait(how: Disturbance, under_test: Sequence[Consumer], good: Mapping[str, Good], deadline: float) -> None:
    """Until every queue is empty and every good message has had its effect, or the deadline."""
    pause = threading.Event()
    queues = [each.channel.name for each in under_test]
    effects = list(good.values())
    while (queues or effects) and time.monotonic() < deadline:
        queues = [queue for queue in queues if how.platform.messages.waiting(queue)]
        effects = [] if queues else [each for each in effects if not each.is_done()]
        if queues or effects:
            pause.wait(PAUSE)


def _handled(how: Disturbance, remaining: Sequence[Sent]) -> set[str]:
    """The ids of messages whose consumer says that it has handled them."""
    found = _said(how.platform, how.token)
    for one in remaining:
        if one.message_id not in found:  # an older message has no request id to be found by
            found |= _said(how.platform, one.message_id)
    return found


def _said(platform: Platform, text: str) -> set[str]:
    found = set()
    for line in platform.control.logs(text):
        try:
            told = json.loads(line["line"])
        except ValueError:
            continue
        if isinstance(told, dict) and told.get("status") == HANDLED:
            found.add(str(told.get("message_id")))
    return found


def _judge(consumer: Consumer, moved: Mapping[str, bus.Seen], handled: set[str]) -> None:
    for one in consumer.sent:
        dead, kind = moved.get(one.message_id), one.case.kind
        if dead is None and one.message_id not in handled:
            consumer.wrong.append(
                (f"a message ({kind}) was lost: neither processed nor among the dead letters", one.case)
            )
        elif dead is not None and kind in PROCESSED:
            consumer.wrong.append((f"a message that keeps the contract ({kind}) was not processed", one.case))
        elif dead is None and kind in NEVER_PROCESSED:
            consumer.wrong.append((f"a message ({kind}) was taken as if it could be processed", one.case))
        if dead is not None and (dead.channel, dead.body) != (consumer.channel.dead_letters, one.case.body):
            consumer.wrong.append((f"a dead letter ({kind}) is not as it was sent, or in {dead.channel}", one.case))


def _give_up(platform: Platform, consumer: Consumer, moved: set[str]) -> None:
    """Take what was sent here out of the dead letters: others look for theirs among them."""
    mine = {one.message_id for one in consumer.sent} & moved
    platform.messages.discard_all(consumer.channel.dead_letters, mine)


def processes(platform: Platform) -> dict[str, tuple[int, int]]:
    """Process id and deaths of every part."""
    try:
        return {part["name"]: (part["pid"], len(part["deaths"])) for part in platform.control.parts()}
    except TargetError:
        return {}
