"""Knows what the shop's topics said about one order: outcomes and mails. Given by the tag @fixture.listening."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from features.support.context import Context
from features.support.expect import expect_that
from features.support.fixtures import gives
from features.support.shop import reserve_order_id
from features.support.world import World
from fixtures.clients.mailbox import Mailbox, Message
from fixtures.clients.messages import EMAIL_TOPIC, ORDER_EVENTS


@dataclass(slots=True)
class Ears:
    """The two mailboxes of a scenario, for the first order it makes."""

    outcomes: Mailbox | None = None
    mails: Mailbox | None = None
    heard: int = 0


@gives("listening")
def listening(context: Context) -> Iterator[None]:
    """Reserves the identifier of the scenario's first order, and listens for it."""
    order_id = reserve_order_id(context.world)
    messages = context.world.platform.messages
    with messages.mailbox(ORDER_EVENTS, order_id) as outcomes, messages.mailbox(EMAIL_TOPIC, order_id) as mails:
        ears = context.world.notes(Ears)
        ears.outcomes, ears.mails = outcomes, mails
        yield


def outcomes(world: World) -> list[Message]:
    """Every outcome announced so far."""
    return _read(world.notes(Ears).outcomes)


def mails(world: World) -> list[Message]:
    """Every mail so far."""
    return _read(world.notes(Ears).mails)


def until_heard(world: World, more_than: int = 0) -> dict[str, Any]:
    """The last outcome, once more than that many were announced."""

    def claim() -> dict[str, Any]:
        heard = outcomes(world)
        expect_that("outcomes announced", len(heard) > more_than, f"more than {more_than}", len(heard))
        last: dict[str, Any] = heard[-1].json()
        return last

    return world.eventually(claim)


def until_mailed(world: World) -> Message:
    """The first mail."""

    def claim() -> Message:
        got = mails(world)
        expect_that("mails about the order", bool(got), "at least one", 0)
        return got[0]

    return world.eventually(claim)


def _read(mailbox: Mailbox | None) -> list[Message]:
    if mailbox is None:
        raise LookupError("nobody listens: tag the scenario @fixture.listening")
    return list(mailbox.received())
