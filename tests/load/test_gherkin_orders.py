"""Orders and links that scenarios make while they are load are held against the invariants, like those of personas."""

from pathlib import Path

from reports.evidence import Status
from tests.load.test_gherkin import played

SCENARIO = """
[[stages]]
seconds = 2
{stage}
[mix.gherkin]
weight = 1
{pace}
[gherkin]
LNK-020 = 2
ORD-008 = 1
ORD-074 = 2
[slo.overall]
error_rate = 0
[slo.createOrder]
p99 = 30_000
[slo.orderDecided]
p99 = 30_000
[invariants]
decided_within = {within}
"""
CLOSED = SCENARIO.format(stage="users = 3", pace="pace = 10", within=3)
UNDECIDED = SCENARIO.format(stage="users = 3", pace="pace = 10", within=0.5)
OPEN = (
    SCENARIO.format(stage="arrivals = 15", pace="", within=20)
    + """
[generator]
most_users = 40
saturation = "note"
"""
)


def test_all_invariants_hold_where_all_is_well(tmp_path: Path, aws: str) -> None:
    code, results = played(tmp_path, content=OPEN, aws=aws, eventually=20.0)
    assert code == 0, [(r.id, r.details) for r in results.values() if r.status > Status.WAIVED]
    for name in ("redirects-counted-once", "stock-balances", "orders-decided", "one-outcome"):
        assert results[f"invariant:{name}"].status is Status.PASSED
    for name in ("slo:orderDecided:p99", "scenario:LNK-020", "scenario:ORD-008", "scenario:ORD-074"):
        assert results[name].status is Status.PASSED
    assert not str(results["invariant:stock-balances"].details["observed"]).startswith("0 confirmed")
    assert "operation:login" not in results, "signing up and logging in are done aside"


def test_what_is_lost_sold_twice_or_decided_twice_is_red(tmp_path: Path, aws: str) -> None:
    code, results = played(tmp_path, "lost click", "oversold", "double outcome", content=CLOSED, aws=aws)
    assert code == 1
    assert {i for i, r in results.items() if r.status is Status.FAILED} == {
        "invariant:redirects-counted-once",
        "invariant:stock-balances",
        "invariant:one-outcome",
    }


def test_an_order_that_stays_undecided_is_red_with_scenario_step_and_time(tmp_path: Path, aws: str) -> None:
    code, results = played(tmp_path, "undecided", content=UNDECIDED, aws=aws)
    assert code == 1
    assert results["invariant:orders-decided"].status is Status.FAILED
    assert "still Pending" in str(results["operation:orderDecided"].details["observed"])
    failure = results["scenario:ORD-074"].failures[0]
    assert "Then Ada's order is soon confirmed" in failure.title
    assert "not within 0.5 s, looked 2 times; at last: status of the order" in failure.observed
    assert failure.curl.startswith("curl ")
