"""What is true after the load: clicks, orders, stock and events, read from the stack through the drivers."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from fixtures.clients import Platform
from fixtures.clients.mailbox import Mailbox
from load.given import Buyer, Given
from load.invariants import Facts, LinkCount, OrderFate, StockCount
from load.tally import AcceptedOrder, Tally

PAUSE = 0.25  # seconds between two looks at something that may still be on its way


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Reads facts with patience: what is eventually true gets `eventually` seconds, a decision `decided_within`.

    `mailbox` heard every order event of the run; None where the target has no [aws].
    """

    platform: Platform
    given: Given
    mailbox: Mailbox | None
    decided_within: float
    eventually: float

    def facts(self, tally: Tally) -> Facts:
        """Orders first, since stock and events follow from them."""
        orders = self._decided_orders(tally)
        links = self._links(tally)
        stock = self._stock(orders)
        outcomes = self._outcomes(orders)
        fates = tuple(_fates(tally.orders, orders, outcomes))
        no_events = "" if self.mailbox else "the target has no [aws]: its events can't be seen"
        return Facts(links, stock, fates, no_events)

    def _decided_orders(self, tally: Tally) -> dict[str, dict[str, Any]]:
        """Every order of this run's buyers, by id, when none is pending any more or the time for it is over.

        All of them, not only those with an answer of 201: an answer that got lost may have left an order behind.
        """
        buyers = self.given.buyers if tally.orders or "createOrder" in tally.operations else ()
        found: dict[str, dict[str, Any]] = {}
        tokens: dict[str, str] = {}

        def all_decided() -> bool:
            for buyer in buyers:
                tokens[buyer.username] = tokens.get(buyer.username) or self._token_of(buyer)
                found.update(self._orders_of(tokens[buyer.username]))
            return not any(order["status"] == "Pending" for order in found.values())

        _wait(all_decided, self.decided_within)
        return found

    def _token_of(self, buyer: Buyer) -> str:
        answer = self.platform.auth.login(buyer.username, buyer.password).json() or {}
        return str(answer.get("access_token", ""))

    def _orders_of(self, token: str) -> dict[str, dict[str, Any]]:
        orders, cursor = {}, None
        while True:
            answer = self.platform.orders.list_orders(token=token, limit=100, cursor=cursor)
            page = answer.json() if answer.status == 200 else {}
            orders.update({order["order_id"]: order for order in page.get("items", [])})
            cursor = page.get("next_cursor")
            if not cursor:
                return orders

    def _links(self, tally: Tally) -> tuple[LinkCount, ...]:
        counts: list[LinkCount] = []

        def settled() -> bool:
            counts.clear()
            for link in self.given.links:
                sent, answered = tally.redirects.get(link.code, (0, 0))
                body = self.platform.links.get_link(link.code, api_key=link.api_key).json() or {}
                counts.append(LinkCount(link.code, sent, answered, body.get("click_count")))
            return all(link.counted is not None and link.counted >= link.answered for link in counts)

        _wait(settled, self.eventually)
        return tuple(counts)

    def _stock(self, orders: dict[str, dict[str, Any]]) -> tuple[StockCount, ...]:
        confirmed: dict[str, int] = defaultdict(int)
        for order in orders.values():
            if order["status"] == "Confirmed":
                confirmed[order["product_id"]] += order["quantity"]
        counts: list[StockCount] = []

        def settled() -> bool:
            counts.clear()
            for ware in self.given.products:
                body = self.platform.inventory.get_stock(ware.product_id).json() or {}
                counts.append(StockCount(ware.product_id, ware.stock, confirmed[ware.product_id], body.get("stock")))
            return all(count.stock == count.initial - count.confirmed for count in counts)

        _wait(settled, self.eventually)
        return tuple(counts)

    def _outcomes(self, orders: dict[str, dict[str, Any]]) -> dict[str, tuple[str, ...]] | None:
        if self.mailbox is None:
            return None
        mailbox = self.mailbox
        heard: dict[str, tuple[str, ...]] = {}

        def all_heard() -> bool:
            by_order: dict[str, list[str]] = defaultdict(list)
            for message in mailbox.received():
                body = message.json() or {}
                by_order[str(body.get("order_id"))].append(str(body.get("status")))
            heard.update({order_id: tuple(statuses) for order_id, statuses in by_order.items()})
            return all(order_id in heard for order_id, order in orders.items() if order["status"] != "Pending")

        _wait(all_heard, self.eventually)
        return heard


def _fates(
    accepted: Iterable[AcceptedOrder], found: dict[str, dict[str, Any]], outcomes: dict[str, tuple[str, ...]] | None
) -> Iterable[OrderFate]:
    answered = {order.order_id: order for order in accepted}
    for order_id in {**answered, **found}:
        order = answered.get(order_id)
        yield OrderFate(
            order_id=order_id,
            accepted=order is not None,
            waited=order.waited if order else 0.0,
            decided_after=order.decided_after if order else None,
            status=str(found.get(order_id, {}).get("status", "")),
            outcomes=None if outcomes is None else outcomes.get(order_id, ()),
        )


def _wait(settled: Callable[[], bool], seconds: float) -> None:
    # No `eventually` here: what isn't settled in time is not an error but a fact, for the judge to see.
    end = time.monotonic() + seconds
    while not settled() and time.monotonic() < end:
        time.sleep(PAUSE)
