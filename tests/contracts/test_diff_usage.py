"""Who used what changes is named."""

from pathlib import Path
from typing import Any

from contracts.diff.usage import callers, usage_of
from reports.evidence import Journal, Result, Status
from tests.contracts.desks import events


def test_who_used_the_part_that_changes_is_named(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "features")
    journal.started()
    journal.result(Result("features", "DSK-001", "a desk", Status.PASSED, details={"called": ["putDesk"]}))
    journal.finished()
    load = Journal(tmp_path, "load")
    load.started()
    load.write("personas", personas={"shopper": ["putDesk"], "browser": ["getDesks"]})
    load.finished()
    usage = usage_of(tmp_path, [events()])
    assert usage.of(["putDesk"]) == {"scenarios": ["DSK-001"], "personas": ["shopper"], "services": []}
    assert usage.of(["take"])["services"] == ["stock"]


def test_a_call_of_another_service_is_seen_in_the_logs_by_its_time() -> None:
    def line(service: str, operation: str, second: int, milliseconds: float) -> dict[str, Any]:
        time = f"2026-11-21T00:00:{second:02}.000+00:00"
        return {
            "time": time,
            "service": service,
            "operation": operation,
            "request_id": "r",
            "duration_ms": milliseconds,
        }

    inner, outer, later = (
        line("users", "getUser", 5, 1000),
        line("orders", "createOrder", 6, 4000),
        line("links", "shorten", 9, 10),
    )
    assert list(callers([inner, outer, later])) == [("getUser", "orders")]
