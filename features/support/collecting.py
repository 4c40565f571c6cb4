"""Knows the log collector: what a sender sends to it, good and bad, and how it is disturbed and made well again.

The latter is given by the tag @fixture.well-collector.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from features.support.context import Context
from features.support.fixtures import gives
from features.support.world import World
from fixtures.clients import Response
from fixtures.clients.collector import STACK, Collector, HecToken

PART = "collector"

FLAWS = {
    "nothing": b"",
    "a word": b"hello",
    "half an event": b'{"event": "he',
    "an event for a foreign index": b'{"event": "hello", "index": "elsewhere"}',
    "an event without its event": b'{"source": "somebody"}',
    "a blank event": b'{"event": ""}',
    "nested indexed fields": b'{"event": "hello", "fields": {"a": {"b": "c"}}}',
}


@dataclass(slots=True)
class Sender:
    """One sender: its token, its channels, what it has sent."""

    token: HecToken | None = None
    channel: str = field(default_factory=lambda: str(uuid.uuid4()))
    marks: list[str] = field(default_factory=list)
    body: bytes = b""


@gives("well-collector")
def well_collector(context: Context) -> Iterator[None]:
    """Whatever a scenario did to the collector is undone after it."""
    yield
    make_well(context.world)


def disturb(world: World, state: str) -> None:
    """The collector is paused, down or busy, for everybody who logs."""
    hec = collector(world)  # its address is asked for now: a part that is down has none
    if state == "busy":
        hec.mood(STACK, state)
    else:
        {"paused": world.platform.control.pause, "down": world.platform.control.kill}[state](PART)


def make_well(world: World) -> None:
    """The collector runs and takes what comes."""
    control = world.platform.control
    [alive] = [part["alive"] for part in control.parts() if part["name"] == PART]
    (control.resume if alive else control.start)(PART)
    collector(world).mood(STACK)


def collector(world: World) -> Collector:
    """The collector of the stack."""
    found: Collector = world.platform.collector
    return found


def token(world: World, **wanted: object) -> HecToken:
    """The scenario's own token, made on first need."""
    sender = world.notes(Sender)
    if sender.token is None:
        sender.token = collector(world).made_token(**wanted)
    return sender.token


def two_events(world: World) -> bytes:
    """Two events as JSON, one right after the other."""
    sender = world.notes(Sender)
    sender.marks = [world.name("first"), world.name("second")]
    sender.body = "".join(json.dumps({"event": {"message": mark}}) for mark in sender.marks).encode()
    return sender.body


def asked(world: World, request: str) -> Response:
    """What is about channels and acknowledgements, by the words of the feature."""
    hec, value = collector(world), token(world).value
    event = b'{"event": "hello"}'
    if request == "a question for acknowledgement":
        return hec.acknowledged([0], value, world.notes(Sender).channel)
    return hec.send(event, value, channel="mine" if request == "an event on a channel of words" else "")
