"""Which personas, operations, metrics and invariants a scenario may name."""

from fixtures.clients import auth, inventory, links, orders, products, todos, users

ORDER_DECIDED = "orderDecided"  # from sending the order to first reading its outcome; an entry of its own, no request
UNDECIDED = "still Pending"

PERSONAS: dict[str, tuple[str, ...]] = {
    "redirects": ("followLink", "shorten", "getLink"),
    "orders": ("login", "listProducts", "getProduct", "createOrder", "getOrder", ORDER_DECIDED),
    "gherkin": (),  # what its scenarios ask: `Scenario.asks`
}
OVERALL = "overall"
PERCENTILES: dict[str, float] = {
    "min": 0.0,
    "p50": 50.0,
    "p90": 90.0,
    "p95": 95.0,
    "p99": 99.0,
    "p99.9": 99.9,
    "p99.99": 99.99,
    "max": 100.0,
}
LATENCIES = tuple(name for name in PERCENTILES if name != "min")  # what may be promised: not to be exceeded
METRICS: dict[str, str] = {**dict.fromkeys(LATENCIES, "ms"), "error_rate": "share", "throughput": "requests/s"}
INVARIANTS: dict[str, str] = {
    "redirects-counted-once": "Every redirect answered is counted, once",
    "stock-balances": "Initial stock less confirmed quantities is the stock",
    "orders-decided": "No accepted order is left undecided",
    "one-outcome": "No order has two outcomes",
}
_DRIVERS = {
    "auth": auth,
    "users": users,
    "products": products,
    "inventory": inventory,
    "orders": orders,
    "links": links,
    "todos": todos,
}
SERVICES: dict[str, str] = {each.id: name for name, driver in _DRIVERS.items() for each in driver.OPERATIONS} | {
    ORDER_DECIDED: "orders"
}
"""The service of every operation that a driver knows."""
ANSWERS: dict[str, dict[str, list[str]]] = {
    "followLink": {"302": []},
    "shorten": {"201": ["body", "x-api-key"]},
    "getLink": {"200": ["x-api-key"]},
    "login": {"200": ["body"]},
    "listProducts": {"200": []},
    "getProduct": {"200": []},
    "createOrder": {"201": ["body"]},
    "getOrder": {"200": []},
}
"""The status that every answer to a persona must have, and what each request carries: what the judges assert."""
