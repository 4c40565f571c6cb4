"""Each invariant violated turns the verdict red; what can't be read is broken, never green."""

import pytest

from load.invariants import Facts, LinkCount, OrderFate, StockCount, judge_invariants
from load.judge import Judgement, exit_code
from load.vocabulary import INVARIANTS
from reports.evidence import Status

LINK = LinkCount("abc", sent=5, answered=5, counted=5)
STOCK = StockCount("p1", initial=100, confirmed=7, stock=93)
ORDER = OrderFate("o1", accepted=True, waited=0.3, decided_after=0.3, status="Confirmed", outcomes=("Confirmed",))
GOOD = Facts((LINK,), (STOCK,), (ORDER,))


def judged(name: str, facts: Facts) -> Judgement:
    (judgement,) = judge_invariants([name], facts, decided_within=10)
    return judgement


def order(**changes: object) -> Facts:
    fields = {name: getattr(ORDER, name) for name in OrderFate.__slots__}
    return Facts((LINK,), (STOCK,), (OrderFate(**{**fields, **changes}),))


def test_all_hold_where_all_is_well() -> None:
    judgements = judge_invariants(INVARIANTS, GOOD, 10)
    assert [judgement.status for judgement in judgements] == [Status.PASSED] * 4
    assert exit_code(judgements) == 0


@pytest.mark.parametrize(
    ("sent", "answered", "counted", "status"),
    [
        (5, 5, 4, Status.FAILED),  # a click lost
        (5, 5, 6, Status.FAILED),  # a click counted twice
        (5, 4, 5, Status.PASSED),  # one was interrupted: both are right
        (5, 4, 4, Status.PASSED),
        (5, 4, 3, Status.FAILED),
        (5, 5, None, Status.BROKEN),
        (0, 0, 0, Status.BROKEN),
    ],
)
def test_redirects_answered_are_counted_once(sent: int, answered: int, counted: int | None, status: Status) -> None:
    facts = Facts(links=(LinkCount("abc", sent, answered, counted),))
    assert judged("redirects-counted-once", facts).status is status


def test_a_click_on_the_wrong_link_is_not_made_good_by_another() -> None:
    facts = Facts(links=(LinkCount("a", 5, 5, 4), LinkCount("b", 5, 5, 6)))
    judgement = judged("redirects-counted-once", facts)
    assert judgement.status is Status.FAILED
    assert "a: 5 sent, 5 answered, 4 counted; b: " in judgement.observed


@pytest.mark.parametrize(("stock", "status"), [(92, Status.FAILED), (94, Status.FAILED), (None, Status.BROKEN)])
def test_stock_balances_with_the_confirmed_orders(stock: int | None, status: Status) -> None:
    assert judged("stock-balances", Facts(stock=(StockCount("p1", 100, 7, stock),))).status is status


def test_no_product_at_all_can_not_balance() -> None:
    assert judged("stock-balances", Facts()).status is Status.BROKEN


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"status": "Pending", "decided_after": None, "waited": 0.5}, "still Pending"),
        ({"status": ""}, "accepted, but can't be found"),
        ({"decided_after": None, "waited": 10.1}, "undecided after 10.1 s, Confirmed later"),
        ({"decided_after": 10.5, "waited": 10.5}, "Confirmed after 10.5 s"),
    ],
)
def test_every_accepted_order_is_decided_in_time(changes: dict[str, object], says: str) -> None:
    judgement = judged("orders-decided", order(**changes))
    assert judgement.status is Status.FAILED
    assert says in judgement.observed


def test_an_order_nobody_waited_for_counts_by_its_status_afterwards() -> None:
    assert judged("orders-decided", order(accepted=False, waited=0.0, decided_after=None)).status is Status.PASSED


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"outcomes": ("Confirmed", "Rejected")}, Status.FAILED),
        ({"outcomes": ("Confirmed", "Confirmed")}, Status.PASSED),  # the same word twice is a redelivery
        ({"outcomes": ("Rejected",)}, Status.FAILED),
        ({"outcomes": ()}, Status.BROKEN),
    ],
)
def test_an_order_has_one_outcome(changes: dict[str, object], status: Status) -> None:
    assert judged("one-outcome", order(**changes)).status is status


def test_outcomes_are_skipped_with_a_reason_where_events_can_not_be_seen() -> None:
    judgement = judged("one-outcome", Facts(orders=(ORDER,), no_events="the target has no [aws]"))
    assert (judgement.status, judgement.observed) == (Status.SKIPPED, "the target has no [aws]")


@pytest.mark.parametrize("name", ["orders-decided", "one-outcome"])
def test_no_order_at_all_is_broken(name: str) -> None:
    assert judged(name, Facts()).status is Status.BROKEN


def test_many_breaches_are_counted_and_the_first_shown() -> None:
    links = tuple(LinkCount(f"l{number}", 5, 5, 4) for number in range(8))
    assert judged("redirects-counted-once", Facts(links=links)).observed.endswith("and 3 more")
