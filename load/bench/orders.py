"""How many orders a second are accepted and decided, for `load.bench`: raw shoppers who order, and look until it is so.

`python -m load.bench.orders` prints `{count, seconds}`. Each order must be confirmed, and as much stock be gone.
"""

import http.client
import itertools
import json
import sys
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from fixtures.clients import Platform, connect
from fixtures.errors import PlumblineError
from fixtures.target import load, settings
from load.bench.rows import BenchError
from load.given import Given, make_given
from load.scenario import GivenSize, Scenario, Share

SHOPPERS = 32
PRODUCTS = 8
ORDERS = 300
LOOK = 0.25  # seconds between two looks at an order
PATIENCE = 30.0  # seconds for an order to be decided
SCENARIO = Scenario("bench", "", (), {"orders": Share(1)}, (), (), given=GivenSize(0, PRODUCTS, 1_000_000, 1))


class UndecidedError(BenchError):
    """An order was refused or lost, or the stock is not what was sold: such a rate says nothing."""


class Shopper(threading.Thread):
    """Takes one order after another from `left`, over one connection."""

    def __init__(self, address: str, token: str, given: Given, left: "itertools.count[int]", count: int) -> None:
        super().__init__()
        place = urlsplit(address)
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._given, self._left, self._count = given, left, count
        self.trouble = ""

    def run(self) -> None:
        """See above."""
        try:
            while not self.trouble and (number := next(self._left)) < self._count:
                product = self._given.products[number % PRODUCTS].product_id
                wish = {"username": self._given.buyers[0].username, "product_id": product, "quantity": 1}
                self._follow(self._asked("POST", "/orders", wish))
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.trouble = repr(error)  # a thread that dies says nothing, and its order may be sold all the same

    def _follow(self, order: dict[str, Any]) -> None:
        until = time.monotonic() + PATIENCE
        while order.get("status") == "Pending" and time.monotonic() < until:
            time.sleep(LOOK)
            order = self._asked("GET", f"/orders/{order['order_id']}")
        if order.get("status") != "Confirmed":
            self.trouble = json.dumps(order)[:300]

    def _asked(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        self._connection.request(method, path, json.dumps(body) if body else None, self._headers)
        found = json.loads(self._connection.getresponse().read())
        return found if isinstance(found, dict) else {}


def measured(platform: Platform, count: int) -> float:
    """Seconds for `count` orders. Raises `UndecidedError`."""
    given = make_given(platform, SCENARIO)
    login = platform.auth.login(given.buyers[0].username, given.buyers[0].password).json()
    token = str(login["access_token"]) if isinstance(login, dict) else ""
    address, left = platform.target.services["orders"].base_url, itertools.count()
    shoppers = [Shopper(address, token, given, left, count) for _ in range(SHOPPERS)]
    began = time.monotonic()
    for shopper in shoppers:
        shopper.start()
    for shopper in shoppers:
        shopper.join()
    seconds = time.monotonic() - began
    sold = sum(ware.stock - _stock(platform, ware.product_id) for ware in given.products)
    trouble = next((shopper.trouble for shopper in shoppers if shopper.trouble), "")
    if trouble or sold != count:
        raise UndecidedError(
            f"{count} orders were placed, {sold} are gone from the stock; {trouble or 'all confirmed'}"
        )
    return seconds


def _stock(platform: Platform, product_id: str) -> int:
    found = platform.inventory.get_stock(product_id).json()
    return int(found["stock"]) if isinstance(found, dict) else -1


def main() -> int:
    """See above."""
    try:
        seconds = measured(connect(load(settings().target)), ORDERS)
    except PlumblineError as error:
        sys.exit(str(error))
    print(json.dumps({"count": ORDERS, "seconds": seconds}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
