"""Knows a scenario's instances, what was announced about them, and how they are watched. Given by @fixture.machines."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from features.support.context import Context
from features.support.expect import expect, expect_status, expect_that
from features.support.fixtures import gives
from features.support.world import World
from fixtures.clients import Response
from fixtures.clients.functions import failed
from fixtures.clients.mailbox import Mailbox, Message

TOPIC = "HighCPUAlerts"
BREACHES = "CpuBreaches"


@dataclass(slots=True)
class Machines:
    """Instance ids by the words of the feature; `all` are those to be taken away in the end."""

    alerts: Mailbox | None = None
    named: dict[str, str] = field(default_factory=dict)
    all: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)


@gives("machines")
def machines(context: Context) -> Iterator[None]:
    """Listens to every alert, and takes the scenario's instances away after it."""
    world = context.world
    with world.platform.messages.mailbox(TOPIC, None) as alerts:
        world.notes(Machines).alerts = alerts
        yield
    if world.notes(Machines).all:
        world.platform.fleet.terminate(dict.fromkeys(world.notes(Machines).all))


def run(world: World, name: str, count: int = 1) -> None:
    """That many instances run; the name is that of the last."""
    # One by one: instances that are started together are one reservation, which EC2 tells of on one page.
    ids = [world.platform.fleet.run() for _ in range(count)]
    world.notes(Machines).all += ids
    world.notes(Machines).named[name] = ids[-1]


def instance_id(world: World, name: str) -> str:
    """The instance behind a word of the feature."""
    return world.notes(Machines).named[name]


def watch(world: World) -> Response:
    """One look at all instances, which must come to its end."""
    answer = expect_status(world.platform.functions.invoke("WatchInstances"), 200)
    expect_that("watching", not failed(answer), "no error", answer.text)
    return answer


def alerts(world: World, name: str) -> list[Message]:
    """Every alert about an instance so far."""
    mailbox = world.notes(Machines).alerts
    if mailbox is None:
        raise LookupError("nobody listens: tag the feature @fixture.machines")
    wanted = instance_id(world, name)
    return [message for message in mailbox.received() if (message.json() or {}).get("instance_id") == wanted]


def expect_alerts(world: World, name: str, count: int) -> list[Message]:
    """Exactly that many alerts, waited for. Another watch may have noticed the instance and be about to announce it:
    so none is asked for only after it would have been announced."""
    world.eventually(lambda: expect(f"alerts about {name}", len(alerts(world, name)), count))
    return alerts(world, name)


def remembered(world: World, name: str) -> dict[str, Any]:
    """What the platform remembers of a breach of the instance."""
    return world.platform.vault.item(BREACHES, instance_id=instance_id(world, name))
