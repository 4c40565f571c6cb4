"""What must be true after the load, whatever happened during it: pure functions over facts read from the stack."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from load.judge import Judgement
from load.vocabulary import INVARIANTS
from reports.evidence import Status

SHOWN = 5  # breaches told one by one; the rest are counted


@dataclass(frozen=True, slots=True)
class LinkCount:
    """One link: requests sent, 302s that came back, and `click_count` afterwards (None: could not be read)."""

    code: str
    sent: int
    answered: int
    counted: int | None


@dataclass(frozen=True, slots=True)
class StockCount:
    """One product: the stock it began with, the quantity of its confirmed orders, its stock now (None: not read)."""

    product_id: str
    initial: int
    confirmed: int
    stock: int | None


@dataclass(frozen=True, slots=True)
class OrderFate:
    """One order of this run. `accepted` by an answer of 201; `waited` seconds for its outcome (0: not followed),
    `decided_after` seconds when it came in that time; `status` now, empty when the order can't be found;
    `outcomes` are the statuses that its events told, None where events can't be seen."""

    order_id: str
    accepted: bool
    waited: float
    decided_after: float | None
    status: str
    outcomes: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read after the load; `no_events` says why events could not be seen, if so. `incomplete`: a generating
    process was lost, and nobody knows what it sent since its last report. `unwatched`: how many links, products and
    orders of scenarios were not looked at."""

    links: tuple[LinkCount, ...] = ()
    stock: tuple[StockCount, ...] = ()
    orders: tuple[OrderFate, ...] = ()
    no_events: str = ""
    incomplete: bool = False
    unwatched: Mapping[str, int] = field(default_factory=dict)


def judge_invariants(names: Iterable[str], facts: Facts, decided_within: float) -> list[Judgement]:
    """One judgement for each invariant named."""
    judges: Mapping[str, Callable[[], Judgement]] = {
        "redirects-counted-once": lambda: _redirects(facts),
        "stock-balances": lambda: _stock(facts),
        "orders-decided": lambda: _decided(facts, decided_within),
        "one-outcome": lambda: _one_outcome(facts),
    }
    return [judges[name]() for name in names]


def _redirects(facts: Facts) -> Judgement:
    name, links = "redirects-counted-once", facts.links
    if not sum(link.sent for link in links):
        return _judgement(name, Status.BROKEN, "answered = counted", "no redirect was asked for")
    unread = [link.code for link in links if link.counted is None]
    if unread:
        return _judgement(name, Status.BROKEN, "answered = counted", f"click_count of {', '.join(unread)} unreadable")
    over = [link.code for link in links if link.counted is not None and link.counted > link.sent]
    if facts.incomplete and over:
        observed = (
            f"{', '.join(over)} counted more than is known to be sent: a worker was lost with what it had counted"
        )
        return _judgement(name, Status.BROKEN, "answered <= counted <= sent for each link", observed)
    # What was sent but not answered may or may not have been counted; with nothing interrupted this is equality.
    breaches = [
        f"{link.code}: {link.sent} sent, {link.answered} answered, {link.counted} counted"
        for link in links
        if link.counted is not None and not link.answered <= link.counted <= link.sent
    ]
    total = f"{sum(link.answered for link in links)} answered, {sum(link.counted or 0 for link in links)} counted"
    total += _besides(facts, "links")
    return _verdict(name, "answered <= counted <= sent for each link", breaches, total)


def _stock(facts: Facts) -> Judgement:
    name, expected, products = "stock-balances", "initial stock - confirmed = stock for each product", facts.stock
    unread = [product.product_id for product in products if product.stock is None]
    if unread or not products:
        return _judgement(name, Status.BROKEN, expected, f"stock of {', '.join(unread) or 'no product'} could be read")
    breaches = [
        f"{p.product_id}: {p.initial} - {p.confirmed} confirmed = {p.initial - p.confirmed}, but {p.stock} in stock"
        for p in products
        if p.stock != p.initial - p.confirmed
    ]
    total = f"{sum(p.confirmed for p in products)} confirmed of {len(products)} products" + _besides(facts, "products")
    if breaches and facts.incomplete:
        breaches.append("a worker was lost with the orders it had made")
        return _judgement(name, Status.BROKEN, expected, "; ".join(breaches[-SHOWN:]))
    return _verdict(name, expected, breaches, total)


def _decided(facts: Facts, within: float) -> Judgement:
    name, expected, orders = "orders-decided", f"each accepted order decided within {within:g} s", facts.orders
    if not orders:
        return _judgement(name, Status.BROKEN, expected, "no order was accepted")
    breaches = []
    for order in orders:
        if not order.status:
            breaches.append(f"{order.order_id}: accepted, but can't be found")
        elif order.status == "Pending":
            breaches.append(f"{order.order_id}: still Pending")
        elif order.decided_after is None and order.waited >= within:
            breaches.append(f"{order.order_id}: undecided after {order.waited:.1f} s, {order.status} later")
        elif order.decided_after is not None and order.decided_after > within:
            breaches.append(f"{order.order_id}: {order.status} after {order.decided_after:.1f} s")
    return _verdict(name, expected, breaches, f"{len(orders)} orders, all decided" + _besides(facts, "orders"))


def _one_outcome(facts: Facts) -> Judgement:
    name, expected = "one-outcome", "one outcome for each order, the same in its event and its status"
    if facts.no_events:
        return _judgement(name, Status.SKIPPED, expected, facts.no_events)
    if not facts.orders:
        return _judgement(name, Status.BROKEN, expected, "no order was accepted")
    breaches, unseen = [], []
    for order in facts.orders:
        outcomes = sorted(set(order.outcomes or ()))
        if len(outcomes) > 1:
            breaches.append(f"{order.order_id}: {' and '.join(outcomes)}")
        elif outcomes and order.status in ("Confirmed", "Rejected") and outcomes[0] != order.status:
            breaches.append(f"{order.order_id}: event {outcomes[0]}, status {order.status}")
        elif not outcomes and order.status not in ("Pending", "Cancelled"):
            unseen.append(order.order_id)
    if unseen and not breaches:
        return _judgement(name, Status.BROKEN, expected, f"no event seen of {len(unseen)} decided orders: {unseen[:5]}")
    return _verdict(name, expected, breaches, f"{len(facts.orders)} orders, one outcome each")


def _besides(facts: Facts, what: str) -> str:
    number = facts.unwatched.get(what, 0)
    return f"; {number} more {what} were not watched" if number else ""


def _verdict(name: str, expected: str, breaches: list[str], total: str) -> Judgement:
    if not breaches:
        return _judgement(name, Status.PASSED, expected, total)
    rest = f"; and {len(breaches) - SHOWN} more" if len(breaches) > SHOWN else ""
    return _judgement(name, Status.FAILED, expected, "; ".join(breaches[:SHOWN]) + rest)


def _judgement(name: str, status: Status, expected: str, observed: str) -> Judgement:
    operations = {"redirects-counted-once": ("followLink",)}.get(name, ("createOrder",))
    return Judgement(f"invariant:{name}", INVARIANTS[name], status, expected, observed, "invariant", operations)
