"""Runs to look at and to test with: a folder of evidence as the suites would leave it, passed, failed or broken."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

from reports.evidence import Failure, Journal, Result, Status
from reports.operations import promised

HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(1)> \"' {{ 7*7 }} \ud800 \x1b[31m"

SCENARIO = Failure(
    title="The order was confirmed though too little was left",
    operation_id="createOrder",
    expected="Ben's order is refused because there is too little stock",
    observed="order 7f3a is Confirmed, stock is -1",
    replay="behave features/orders -n 'The last items go to the first shopper' -D seed=1207",
    curl="curl -X POST http://127.0.0.1:5001/v1/orders -H 'Authorization: Bearer ***'"
    " -H 'Content-Type: application/json'"
    ' -d \'{"username": "ben", "product_id": "p-1", "quantity": 1}\'',
    response='HTTP/1.1 201 CREATED\nX-Request-Id: run-1207-42\n\n{"order_id": "7f3a", "status": "Pending"}',
    logs=(
        '{"time": "2026-11-21T00:30:02Z", "service": "orders", "request_id": "run-1207-42", "status": 201}',
        '{"time": "2026-11-21T00:30:02Z", "level": "INFO", "service": "inventory", "request_id": "run-1207-42", '
        '"message": "applied"}',
    ),
)
CLAIM = Failure(
    title="UndefinedStatusCode",
    operation_id="getProduct",
    expected="one of 200, 304, 400, 404, 503",
    observed="500 Internal Server Error",
    replay="SEED=1207 python -m contracts --service products -k getProduct",
    curl="curl 'http://127.0.0.1:5003/v1/products/%00'",
    response=HOSTILE,
)


def passed_run(run_dir: Path) -> Path:
    """Everything held; one scenario is skipped."""
    features(run_dir, [])
    contracts(run_dir, [])
    load(run_dir, slow=False)
    stack(run_dir, dead="")
    check(run_dir, {"features": 0, "contracts": 0, "load": 0})
    return run_dir


def failed_run(run_dir: Path) -> Path:
    """A scenario, a contract claim, an SLO and an invariant failed; a claim is waived."""
    features(
        run_dir,
        [
            Result(
                "features",
                "ORD-012",
                "The last items go to the first shopper",
                Status.FAILED,
                0.8,
                "orders",
                ("createOrder", "getStock"),
                (SCENARIO,),
            )
        ],
    )
    contracts(
        run_dir,
        [
            Result(
                "contracts",
                "products:getProduct:UndefinedStatusCode",
                "GET /products/{product_id} answers only what it promised",
                Status.FAILED,
                2.5,
                "products",
                ("getProduct",),
                (CLAIM,),
            ),
            Result(
                "contracts",
                "links:shorten:waived",
                "POST /shorten tolerates a body of 1 MiB",
                Status.WAIVED,
                0.2,
                "links",
                ("shorten",),
                (),
                {"reason": "known since 2026-11-01, owner links team"},
            ),
        ],
    )
    load(run_dir, slow=True)
    stack(run_dir, dead="")
    check(run_dir, {"features": 1, "contracts": 1, "load": 1})
    return run_dir


def broken_run(run_dir: Path) -> Path:
    """A service died, the contract suite crashed in the middle, load never ran."""
    features(run_dir, [])
    contracts(run_dir, [], finish=False)
    log = run_dir / "logs" / "contracts.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("contracts: 6 services, seed 1207\nTraceback (most recent call last):\n  …\nMemoryError\n")
    stack(run_dir, dead="orders")
    check(run_dir, {"features": 0, "contracts": -9})
    return run_dir


def features(run_dir: Path, extra: Sequence[Result]) -> None:
    """A scenario for every operation that the documents promise."""
    rows = list(promised())
    journal = Journal(run_dir, "features")
    journal.started(plan=len(rows) + 1 + len(extra), target="local", seed=1207, effort="quick")
    for i, row in enumerate(rows):
        journal.result(
            Result(
                "features",
                f"X-{i:03}",
                f"A scenario about {row.operation_id}",
                Status.PASSED,
                0.1,
                row.service,
                (row.operation_id,),
            )
        )
    journal.result(Result("features", "LNK-099", "Codes are never reused", Status.SKIPPED))
    for result in extra:
        journal.result(result)
    journal.finished()


def contracts(run_dir: Path, extra: Sequence[Result], finish: bool = True) -> None:
    """A claim for every operation but the last one."""
    rows = list(promised())[:-1]
    journal = Journal(run_dir, "contracts")
    journal.started(
        plan=len(rows) + len(extra), target="local", seed=1207, effort="quick", versions={"schemathesis": "4.32.5"}
    )
    for row in rows if finish else rows[:9]:
        journal.result(
            Result(
                "contracts",
                f"{row.service}:{row.operation_id}",
                f"{row.method} {row.path}",
                Status.PASSED,
                1.0,
                row.service,
                (row.operation_id,),
                (),
                {"cases": 40},
            )
        )
    for result in extra:
        journal.result(result)
    if finish:
        journal.finished()


def load(run_dir: Path, slow: bool) -> None:
    """SLOs and invariants, and the figures for the charts."""
    journal = Journal(run_dir, "load")
    journal.started(plan=5, target="local", seed=1207, effort="quick", versions={"locust": "2.47"})
    journal.result(slo("followLink", "p95", 50, 18.4, "ms"))
    journal.result(slo("createOrder", "p99", 400, 812.0 if slow else 130.5, "ms"))
    journal.result(slo("", "throughput", 150, 171.2, "requests/s"))
    journal.result(slo("", "error_rate", 0.001, 0.0, "share"))
    journal.result(invariant("Every redirect answered is counted once", "5,420 redirects, 5,420 clicks", True))
    if slow:
        journal.result(
            invariant("Initial stock minus confirmed quantities is the stock", "stock 41, expected 40", False)
        )
    journal.finished()
    figures(run_dir / "load", slow)


def slo(operation: str, metric: str, limit: float, value: float, unit: str) -> Result:
    """One service level, judged."""
    holds = value >= limit if metric == "throughput" else value <= limit
    sign = ">=" if metric == "throughput" else "<="
    expected, observed = f"{metric} {sign} {limit:g} {unit}", f"{metric} {value:g} {unit}"
    name = operation or "overall"
    failure = Failure(
        f"{metric} of {name} is over its limit", operation, expected, observed, "make load SCENARIO=smoke SEED=1207"
    )
    details = {
        "kind": "slo",
        "metric": metric,
        "limit": limit,
        "value": value,
        "unit": unit,
        "expected": expected,
        "observed": observed,
    }
    return Result(
        "load",
        f"slo:{name}:{metric}",
        f"{name}: {expected}",
        Status.PASSED if holds else Status.FAILED,
        0.0,
        "",
        (operation,) if operation else (),
        () if holds else (failure,),
        dict(details),
    )


def invariant(title: str, observed: str, holds: bool) -> Result:
    """One invariant, judged."""
    failure = Failure(title, "", "it holds", observed, "make load SCENARIO=smoke SEED=1207")
    return Result(
        "load",
        f"invariant:{title}",
        title,
        Status.PASSED if holds else Status.FAILED,
        0.0,
        "",
        (),
        () if holds else (failure,),
        {"kind": "invariant", "expected": "it holds", "observed": observed},
    )


def stack(run_dir: Path, dead: str) -> None:
    """The parts of the local stack, one of them dead if named."""
    names = ("aws", "redis", "users", "auth", "products", "inventory", "orders", "links", "inventory-consumer")
    journal = Journal(run_dir, "stack")
    journal.started(plan=len(names))
    for i, name in enumerate(names):
        lines = ["Traceback (most recent call last):", "MemoryError"]
        how = "was ended by SIGKILL 12 s before the end"
        failure = Failure(
            f"{name} died while suites ran", "", "alive to the end", f"{name} {how}", "make status", logs=tuple(lines)
        )
        details: dict[str, object] = {
            "kind": "part",
            "url": f"http://127.0.0.1:{5000 + i}",
            "deaths": [how] if name == dead else [],
        }
        journal.result(
            Result(
                "stack",
                f"part:{name}",
                name,
                Status.BROKEN if name == dead else Status.PASSED,
                0.0,
                "",
                (),
                (failure,) if name == dead else (),
                {**details, "last_lines": lines if name == dead else []},
            )
        )
    journal.finished()


def check(run_dir: Path, exits: dict[str, int]) -> None:
    """What `python -m reports check` writes about the processes of the suites."""
    journal = Journal(run_dir, "check")
    journal.started()
    journal.write(
        "run",
        suites=["features", "contracts", "load", "stack"],
        target="local",
        effort="quick",
        services=["users", "auth", "products", "inventory", "orders", "links"],
        variables={"EFFORT": "quick", "SEED": "1207", "JOBS": "2", "SCENARIO": "smoke"},
        versions={"python": "3.11.7", "behave": "1.3.3"},
    )
    for suite, code in exits.items():
        journal.write("process", of=suite, ended="exited", exit_code=code, seconds=21.5, command=f"python -m {suite}")
    for suite in {"features", "contracts", "load"} - set(exits):
        journal.write("process", of=suite, ended="not run", exit_code=None, told="it was interrupted before its end")
    journal.finished()


def figures(folder: Path, slow: bool) -> None:
    """A minute of load with a bump in the middle."""
    folder.mkdir(parents=True, exist_ok=True)
    bump = [1 + (6 if slow else 0.7) * math.exp(-((s - 32) ** 2) / 40) for s in range(60)]
    rows: list[dict[str, float | None]] = [
        {
            "second": s,
            "rps": round(170 + 14 * math.sin(s / 3) - 20 * (b - 1)),
            "failures": 3 if slow and 30 < s < 35 else 0,
            "p50": 6 * b,
            "p95": 19 * b + 3 * math.sin(s),
            "p99": 41 * b + 8 * math.sin(s * 1.7),
        }
        for s, b in enumerate(bump)
    ]
    rows[50] |= {"rps": 0, "p50": None, "p95": None, "p99": None}
    (folder / "series.json").write_text(json.dumps(rows))
    latencies = [
        ("followLink", 5420, 4.1, 18.4, 33.0),
        ("createOrder", 1190, 31.0, 96.2, 812.0 if slow else 130.5),
        ("getOrder", 3100, 7.2, 22.0, 41.3),
        ("shorten", 64, 12.0, 24.0, 25.1),
        ("orderDecided", 1190, 410.0, 902.0, 1250.0),
        ("overall", 9774, 6.0, 61.0, 122.0),
    ]
    operations = [
        {
            "operation": name,
            "count": count,
            "failures": {"status 500": 9} if slow and name == "createOrder" else {},
            "percentiles_ms": {"p50": p50, "p95": p95, "p99": p99, "p99.99": p99 * 2, "max": p99 * 2.5},
            "service_ms": {"p50": p50 / 2, "p95": p95 / 2, "p99": p99 / 2},
        }
        for name, count, p50, p95, p99 in latencies
    ]
    crossing = {"operation": "createOrder", "metric": "p99", "limit": 300, "unit": "ms", "seconds": [31, 32, 33, 36]}
    crossing |= {"stage": "hold", "worst": 812.0, "worst_second": 32}
    stages = [{"name": "ramp up", "seconds": 10}, {"name": "hold", "seconds": 50}]
    told = {"operations": operations, "stages": stages, "crossings": [crossing] if slow else []}
    (folder / "stats.json").write_text(json.dumps(told))
