"""What the stack of TARGET carries, and whether it grows: by a client that costs next to nothing, and by our load."""

import json
from collections.abc import Iterator

from load.bench import redirects as following
from load.bench.orders import ORDERS
from load.bench.processes import granian, load_run, sampled
from load.bench.rows import PAIRS, Row, row
from load.scenario_file import FOLDER

# scenario, operation whose rate counts, name, what is promised at least, a second
RATES = (("redirect-rate", "followLink", "redirects", 150.0), ("order-rate", "orderDecided", "orders", 60.0))
PROMISED = "promised at least"


def redirects() -> Iterator[Row]:
    """Every click counted, beside what Flask alone takes to answer one."""
    threads = str(following.THREADS)
    with granian("load.bench.bare_flask:app", "--blocking-threads", threads, workers=following.WORKERS) as address:
        pairs = following.pairs(address)
    yield row("redirects of the stack, raw client", "redirects/s", pairs, "bare Flask 302, same server")


def orders() -> Iterator[Row]:
    """Without browsing, and with a generator that costs next to nothing: what the order path itself carries."""
    pairs = [[round(ORDERS / sampled("orders")["seconds"], 1), RATES[1][3]] for _ in range(PAIRS)]
    yield row("orders accepted and decided, raw client", "orders/s", pairs, PROMISED)


def stack() -> Iterator[Row]:
    """By our own users: browsing, judging and recording included."""
    for rate in RATES:
        yield _rate(*rate)


def _rate(scenario: str, operation: str, name: str, promised: float) -> Row:
    pairs = [[_measured(scenario, operation), promised] for _ in range(PAIRS)]
    return row(f"{name} of the stack, generator included", f"{name}/s", pairs, PROMISED)


def _measured(scenario: str, operation: str) -> float:
    with load_run(FOLDER / "bench" / f"{scenario}.toml") as folder:
        stats = json.loads((folder / "stats.json").read_text(encoding="utf-8"))
    return next(float(each["rate"]) for each in stats["operations"] if each["operation"] == operation)


def soak() -> Iterator[Row]:
    """Ten minutes: of every part that is judged, how fast it grew, beside how fast it may."""
    with load_run(FOLDER / "soak.toml") as folder:
        parts = json.loads((folder / "memory.json").read_text(encoding="utf-8"))
    for part in parts:
        if part["judged"]:
            name = f"soak of 10 minutes: {part['part']} grows"
            yield row(name, "MiB/h", [[part["slope"], part["limit"]]], "a leak from")
