"""What scenarios make of their own is seen as it is asked and answered, and only as far as it can be judged."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fixtures.clients import Request, Response
from fixtures.target import Target, load
from load.footprints import MOST_LINKS, Footprints, mark_of, with_footprints
from load.given import Given, Ware
from load.onlooker import MOST_ACCOUNTS, Onlooker
from load.patience import patient
from load.scenario import Scenario
from load.tally import Tally
from load.wire import from_wire, to_wire
from tests.load.standin import KEYS, secrets_of_target, target_file

AT = "http://127.0.0.1"
KEY = KEYS.split(",", maxsplit=1)[0]


@dataclass
class Act:
    """The part of one that an onlooker knows: the whole of it comes with Locust, which patches everything."""

    scenario: Scenario
    tally: Tally
    footprints: Footprints


class Seen:
    """An onlooker at work: one exchange after the other."""

    def __init__(self) -> None:
        self.told: list[str] = []
        scenario = Scenario("mine", "", (), {}, (), (), decided_within=0.0)
        self.act = Act(scenario, Tally(), Footprints())
        self.onlooker = Onlooker(self.act, lambda _, wrong: self.told.append(wrong))
        self.onlooker.measuring = True

    def exchange(self, operation: str, path: str, status: int, sent: Any = None, told: Any = None, **more: str) -> None:
        request = Request(operation, "POST", f"{AT}/{path}", {"X-API-Key": KEY}, json=sent)
        self.onlooker.asked(request)
        self.onlooker.answered(request, Response(status, more, json.dumps(told).encode(), 0.01))

    def shorten(self, code: str) -> None:
        self.exchange("shorten", "shorten", 201, {"url": "https://example.com"}, {"short_code": code})

    def register(self, name: str) -> None:
        self.exchange("register", "register", 201, {"username": name, "password": "hidden"})

    def order(self, order_id: str, name: str, **more: str) -> None:
        sent = {"username": name, "product_id": "p", "quantity": 2}
        self.exchange("createOrder", "orders", 201, sent, sent | {"order_id": order_id}, **more)

    def look(self, order_id: str, status: str) -> None:
        self.exchange("getOrder", f"orders/{order_id}", 200, None, {"status": status})


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    for name, value in secrets_of_target().items():
        monkeypatch.setenv(name, value)
    return load(str(target_file(tmp_path, AT)))


def test_clicks_of_own_links_are_counted_and_of_no_others(seen: Seen) -> None:
    seen.shorten("mine")
    for code in ("mine", "mine", "another"):
        seen.exchange("followLink", code, 302)
    seen.exchange("followLink", "mine", 503)
    assert seen.act.tally.redirects == {"mine": (3, 2)}
    assert seen.act.tally.links == {"mine": mark_of(KEY)}


def test_a_deleted_link_is_watched_no_more(seen: Seen, target: Target) -> None:
    seen.shorten("mine")
    seen.shorten("kept")
    seen.exchange("deleteLink", "links/mine", 204)
    seen.exchange("followLink", "mine", 404)
    links = with_footprints(Given(), seen.act.tally, target).links
    assert [(link.code, link.api_key) for link in links] == [("kept", KEY)]
    assert seen.act.tally.redirects == {}


def test_links_beyond_the_most_are_counted_only(seen: Seen) -> None:
    for number in range(MOST_LINKS + 3):
        seen.shorten(f"code{number}")
    assert len(seen.act.tally.links) == MOST_LINKS
    assert seen.act.tally.unwatched == {"links": 3}


def test_an_order_is_told_with_its_shopper_and_its_outcome(seen: Seen, target: Target) -> None:
    seen.register("ada")
    seen.order("o1", "ada")
    seen.look("o1", "Pending")
    seen.look("o1", "Confirmed")
    seen.look("o1", "Confirmed")
    seen.onlooker.iterated()
    (order,) = seen.act.tally.orders
    assert (order.order_id, order.quantity, order.status) == ("o1", 2, "Confirmed")
    assert order.decided_after == order.waited
    assert seen.told == [""]
    assert [buyer.username for buyer in with_footprints(Given(), seen.act.tally, target).buyers] == ["ada"]


def test_an_order_that_was_looked_at_in_vain_is_told_at_the_end_of_the_iteration(seen: Seen) -> None:
    seen.register("ada")
    seen.order("o1", "ada")
    seen.look("o1", "Pending")
    assert seen.told == []
    seen.onlooker.iterated()
    assert seen.told == ["still Pending"]


@pytest.mark.parametrize(
    "doing",
    [
        lambda seen: seen.order("o1", "ada", **{"idempotent-replayed": "true"}),
        lambda seen: seen.order("o1", "somebody"),
    ],
    ids=["an order told a second time", "an order of nobody known"],
)
def test_what_cannot_be_judged_is_no_order(seen: Seen, doing: Callable[[Seen], None]) -> None:
    seen.register("ada")
    doing(seen)
    seen.onlooker.iterated()
    assert seen.act.tally.orders == []


def test_a_cancelled_order_was_not_waited_for(seen: Seen) -> None:
    seen.register("ada")
    seen.order("o1", "ada")
    seen.look("o1", "Pending")
    seen.look("o1", "Cancelled")
    seen.onlooker.iterated()
    (order,) = seen.act.tally.orders
    assert (order.status, order.waited, order.decided_after) == ("Cancelled", 0.0, None)
    assert seen.told == []


def test_nothing_is_told_of_what_is_ordered_in_a_given(seen: Seen) -> None:
    seen.onlooker.measuring = False
    seen.register("ada")
    seen.order("o1", "ada")
    seen.look("o1", "Confirmed")
    seen.onlooker.iterated()
    assert seen.told == []
    assert [order.order_id for order in seen.act.tally.orders] == ["o1"]


def test_a_product_counted_twice_cannot_be_balanced(seen: Seen, target: Target) -> None:
    for product, stock in (("p1", 5), ("p2", 7), ("p1", 9)):
        seen.exchange("setStock", f"inventory/{product}", 200, {"stock": stock})
    assert with_footprints(Given(), seen.act.tally, target).products == (Ware("p2", "", 0, "", 7),)


def test_accounts_do_not_grow_without_end(seen: Seen) -> None:
    for number in range(MOST_ACCOUNTS + 5):
        seen.register(f"user{number}")
    seen.order("o1", "user0")  # forgotten, and so nobody known
    assert seen.act.tally.unwatched == {"orders": 1}


def test_all_of_it_travels_and_adds_up(seen: Seen) -> None:
    seen.register("ada")
    seen.order("o1", "ada")
    seen.shorten("mine")
    seen.exchange("setStock", "inventory/p1", 200, {"stock": 5})
    seen.act.tally.played["ABC-001"] += 1
    whole = Tally()
    whole.add(from_wire(json.loads(json.dumps(to_wire(seen.act.tally)))))
    for name in ("links", "stock", "buyers", "played"):
        assert getattr(whole, name) == getattr(seen.act.tally, name)
        assert getattr(whole, name)


def test_a_claim_is_waited_for_and_told_when_it_comes_too_late() -> None:
    looks = iter((AssertionError("not yet"), None))

    def claim() -> str:
        if (error := next(looks)) is not None:
            raise error
        return "there"

    assert patient(claim, 60) == "there"
    looks = iter((AssertionError("Pending"),))
    with pytest.raises(AssertionError, match="not within 0 s, looked 1 times; at last: Pending"):
        patient(claim, 0)


def test_what_is_no_failed_claim_is_not_waited_out() -> None:
    with pytest.raises(ZeroDivisionError):
        patient(lambda: 1 // 0, 60)
