"""Shoppers: log in once, browse, order, and follow the order until it is decided."""

import time

from locust import task

from load.deciding import tell_decided
from load.given import Buyer, Ware
from load.patience import FIRST_LOOK, SLOWER
from load.persona import Persona
from load.tally import AcceptedOrder
from load.vocabulary import UNDECIDED

EARLY = 60.0  # seconds before its end at which a token is renewed


class Orders(Persona):
    """One shopper with an account of this run."""

    _token = ""
    _stale_at = 0.0

    @task
    def shop(self) -> None:
        """One visit to the shop."""
        with self.act.iteration("orders"):
            if not self._logged_in():
                return
            ware = self.random.choice(self.act.given.products)
            self._browse(ware)
            self._order(ware, self.random.randint(1, 3))

    def _logged_in(self) -> bool:
        if time.monotonic() < self._stale_at:
            return True
        answer = self.platform.auth.login(self._buyer.username, self._buyer.password)
        body = answer.json()
        if answer.status != 200 or not isinstance(body, dict) or "access_token" not in body:
            return False
        self._token = str(body["access_token"])
        self._stale_at = time.monotonic() + float(body.get("expires_in", 0)) - EARLY
        return True

    @property
    def _buyer(self) -> Buyer:
        buyers = self.act.given.buyers
        return buyers[self.number % len(buyers)]

    def _browse(self, ware: Ware) -> None:
        self.known.products[ware.product_id] = {
            "product_id": ware.product_id,
            "name": ware.name,
            "price": ware.price,
            "currency": ware.currency,
        }
        self.platform.products.list_products(limit=20)
        self.platform.products.get_product(ware.product_id)

    def _order(self, ware: Ware, quantity: int) -> None:
        sent = time.monotonic()
        username = self._buyer.username
        answer = self.platform.orders.create_order(username, ware.product_id, quantity, token=self._token)
        body = answer.json()
        if answer.status != 201 or not isinstance(body, dict) or not body.get("order_id"):
            return
        order_id = str(body["order_id"])
        self.known.orders[order_id] = {
            "order_id": order_id,
            "username": username,
            "product_id": ware.product_id,
            "quantity": quantity,
        }
        accepted = AcceptedOrder(order_id, ware.product_id, quantity, "Pending", None, 0.0)
        try:
            self._follow(accepted, sent)
        finally:  # accepted is accepted, even if this user is stopped while it waits
            self.act.tally.orders.append(accepted)

    def _follow(self, order: AcceptedOrder, sent: float) -> None:
        pause, within = FIRST_LOOK, self.act.scenario.decided_within
        while order.status == "Pending" and order.waited < within:
            time.sleep(min(pause, max(within - order.waited, 0.01)))
            pause *= SLOWER
            body = self.platform.orders.get_order(order.order_id, token=self._token).json()
            order.waited = time.monotonic() - sent
            if isinstance(body, dict) and body.get("status") in ("Confirmed", "Rejected", "Cancelled"):
                order.status = str(body["status"])
                order.decided_after = order.waited
        wrong = {"Confirmed": "", "Pending": UNDECIDED}.get(order.status, order.status)
        tell_decided(self.environment, order.waited, wrong)
