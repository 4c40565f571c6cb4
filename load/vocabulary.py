"""Which personas, operations, metrics and invariants a scenario may name."""

ORDER_DECIDED = "orderDecided"  # from sending the order to first reading its outcome; an entry of its own, no request

PERSONAS: dict[str, tuple[str, ...]] = {
    "redirects": ("followLink", "shorten", "getLink"),
    "orders": ("login", "listProducts", "getProduct", "createOrder", "getOrder", ORDER_DECIDED),
    "gherkin": ("followLink",),
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
SERVICES: dict[str, str] = {
    "followLink": "links",
    "shorten": "links",
    "getLink": "links",
    "login": "auth",
    "listProducts": "products",
    "getProduct": "products",
    "createOrder": "orders",
    "getOrder": "orders",
    ORDER_DECIDED: "orders",
}
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
"""The status that every answer under load must have, and what each request carries: what the judges assert."""
