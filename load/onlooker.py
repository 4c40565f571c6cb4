"""Sees every exchange of one user who plays scenarios: clicks, orders and stock, as the invariants need them."""

import time
from collections.abc import Callable
from typing import Any, Protocol

from fixtures.clients import Request, Response
from load.footprints import MOST_LINKS, MOST_PRODUCTS, Footprints, mark_of
from load.scenario import Scenario
from load.tally import AcceptedOrder, Tally
from load.vocabulary import UNDECIDED

DECIDED = ("Confirmed", "Rejected")
MOST_ACCOUNTS = 100  # of one user: a scenario that signs up again and again must not make it grow


class Scene(Protocol):
    """The part of an act that is used here; its tally is another one each time it was taken."""

    scenario: Scenario
    tally: Tally
    footprints: Footprints


class Onlooker:
    """`decided` is told how many seconds an order waited for its outcome, and what was wrong with that; of orders that
    were made while it is not `measuring` it is told nothing."""

    def __init__(self, act: Scene, decided: Callable[[float, str], None]) -> None:
        self.measuring = False
        self._act = act
        self._decided = decided
        self._sent = 0.0
        self._orders: dict[str, tuple[AcceptedOrder, float]] = {}
        self._passwords: dict[str, str] = {}

    def asked(self, request: Request) -> None:
        """What may have had its effect, even if no answer comes."""
        name = request.operation_id
        if name == "followLink":
            code = _last(request)
            if code in self._act.footprints.links:
                self._act.tally.redirected(code, answered=False)
        elif name == "createOrder":
            self._sent = time.monotonic()
            self._tell_buyer(str(_sent(request).get("username")))

    def answered(self, request: Request, response: Response) -> None:
        """One answer."""
        look = _LOOKS.get(request.operation_id)
        if look is not None:
            look(self, request, response)

    def iterated(self) -> None:
        """What is asked from now on belongs to another iteration: orders that nobody follows any more are told."""
        within = self._act.scenario.decided_within
        for order, _ in self._orders.values():
            if order.status == "Pending" and order.waited >= within and self.measuring:
                self._decided(order.waited, UNDECIDED)
            self._act.tally.orders.append(order)
        self._orders.clear()

    def _tell_buyer(self, username: str) -> None:
        """Whose orders are to be looked for: told before the first is sent, since its answer may get lost."""
        if username in self._passwords and username not in self._act.footprints.buyers:
            self._act.footprints.buyers.add(username)
            self._act.tally.buyers[username] = self._passwords[username]

    def _registered(self, request: Request, response: Response) -> None:
        if response.status == 201:
            sent = _sent(request)
            self._passwords[str(sent.get("username"))] = str(sent.get("password"))
            if len(self._passwords) > MOST_ACCOUNTS:
                del self._passwords[next(iter(self._passwords))]

    def _shortened(self, request: Request, response: Response) -> None:
        code = _told(response).get("short_code") if response.status == 201 else None
        if not code:
            return
        if len(self._act.footprints.links) >= MOST_LINKS:
            self._act.tally.unwatched["links"] += 1
            return
        self._act.footprints.links.add(code)
        self._act.tally.links[code] = mark_of(request.headers.get("X-API-Key", ""))

    def _deleted(self, request: Request, response: Response) -> None:
        code = _last(request)
        if response.status == 204 and code in self._act.footprints.links:
            self._act.footprints.links.discard(code)
            self._act.tally.links[code] = ""

    def _followed(self, request: Request, response: Response) -> None:
        if response.status == 302:
            code = _last(request)
            if code in self._act.footprints.links:
                self._act.tally.redirected(code, answered=True)

    def _counted(self, request: Request, response: Response) -> None:
        product, products = _last(request), self._act.footprints.products
        if response.status != 200:
            return
        if product in products:
            self._act.tally.stock[product] = None  # from what it would be now, nobody can tell what was sold
        elif len(products) < MOST_PRODUCTS:
            products.add(product)
            self._act.tally.stock[product] = int(_sent(request)["stock"])
        else:
            self._act.tally.unwatched["products"] += 1

    def _ordered(self, request: Request, response: Response) -> None:
        if response.status != 201 or "idempotent-replayed" in response.headers:
            return
        told = _told(response)
        if _sent(request).get("username") not in self._act.footprints.buyers:
            self._act.tally.unwatched["orders"] += 1
            return
        order = AcceptedOrder(str(told["order_id"]), str(told["product_id"]), told["quantity"], "Pending", None, 0.0)
        self._orders[order.order_id] = order, self._sent

    def _looked(self, request: Request, response: Response) -> None:
        order, sent = self._orders.get(_last(request), (None, 0.0))
        if order is None or order.status != "Pending" or response.status != 200:
            return
        status = str(_told(response).get("status"))
        if status == "Cancelled":
            order.status, order.waited = status, 0.0
            return
        order.waited = time.monotonic() - sent
        if status in DECIDED:
            order.status, order.decided_after = status, order.waited
            if self.measuring:
                self._decided(order.waited, "")


def _last(request: Request) -> str:
    return request.url.rpartition("/")[2]


def _sent(request: Request) -> dict[str, Any]:
    return request.json if isinstance(request.json, dict) else {}


def _told(response: Response) -> dict[str, Any]:
    body = response.json()
    return body if isinstance(body, dict) else {}


_LOOKS: dict[str, Callable[[Onlooker, Request, Response], None]] = {
    "register": Onlooker._registered,
    "shorten": Onlooker._shortened,
    "deleteLink": Onlooker._deleted,
    "followLink": Onlooker._followed,
    "setStock": Onlooker._counted,
    "createOrder": Onlooker._ordered,
    "getOrder": Onlooker._looked,
}
