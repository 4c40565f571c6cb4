"""Functions and message types are in the verdict and on its page, with what each suite found out about them."""

import json
from pathlib import Path
from typing import Any

from reports._journal import Journal
from reports._model import Failure, Result, Status
from reports.render import render

CHANNEL = {"kind": "message", "channel": "OrderQueue", "protocol": "sqs"}


def run(folder: Path, *, invalid: int = 0, never: bool = False) -> dict[str, Any]:
    journal = Journal(folder, "messages")
    journal.started(plan=3, target="local", seed=7, effort="quick", operations={"processor": ["processData"]})
    broken = Failure("MessageBreaksItsContract", "createOrder", "orderPlaced", "OrderQueue: payload: x", "again")
    journal.result(
        Result(
            "messages",
            "type:OrderQueue.orderPlaced",
            "OrderQueue: An order asks for stock",
            Status.FAILED if invalid else Status.PASSED,
            service="orders",
            operations=("createOrder", "applyOrder"),
            failures=(broken,) * invalid,
            details={**CHANNEL, "message": "orderPlaced", "count": 1234, "invalid": invalid},
        )
    )
    unseen = {**CHANNEL, "channel": "LogDLQ", "message": "logsNotForwarded", "count": 0, "invalid": 0}
    status = Status.FAILED if never else Status.SKIPPED
    journal.result(Result("messages", "type:LogDLQ.logsNotForwarded", "LogDLQ: Kept", status, details=unseen))
    survived = ("applyOrder",)
    journal.result(Result("messages", "consumer:applyOrder", "applyOrder survives", Status.PASSED, operations=survived))
    journal.finished()
    features = Journal(folder, "features")
    features.started(plan=1)
    features.result(Result("features", "PRC-001", "Lines", Status.PASSED, operations=("processData",)))
    features.finished()
    render(folder)
    return dict(json.loads((folder / "verdict.json").read_text()))


def test_every_function_is_listed_with_what_each_suite_found(tmp_path: Path) -> None:
    functions = {each["operation_id"]: each for each in run(tmp_path)["functions"]}
    assert {"applyOrder", "releaseStock", "settleOrder", "processUpload", "loadObject", "moveClicks"} <= set(functions)
    assert {"watchInstances", "recordMetrics", "launchInstance", "forwardLogs", "processData"} <= set(functions)
    assert functions["applyOrder"]["results"] == {"messages": "passed"}
    assert functions["applyOrder"]["counts"] == {"messages": 2}
    assert functions["processData"]["results"] == {"features": "passed"}
    assert functions["moveClicks"]["results"] == {}
    assert "createOrder" not in functions


def test_every_message_type_is_listed_with_its_count(tmp_path: Path) -> None:
    first, second = run(tmp_path)["messages"]
    assert (first["channel"], first["message"], first["count"], first["status"]) == (
        "OrderQueue",
        "orderPlaced",
        1234,
        "passed",
    )
    assert (second["channel"], second["status"]) == ("LogDLQ", "skipped")


def test_services_without_an_address_are_listed_too(tmp_path: Path) -> None:
    assert {"media", "etl", "monitor", "launcher", "logforwarder", "processor"} <= set(run(tmp_path)["services"])


def test_a_broken_message_fails_the_run_and_the_operation_that_sent_it(tmp_path: Path) -> None:
    verdict = run(tmp_path, invalid=1)
    assert verdict["exit_code"] == 1
    assert "1 message check failed" in verdict["why"]
    (sent,) = [row for row in verdict["operations"] if row["operation_id"] == "createOrder"]
    assert sent["results"]["messages"] == "failed"


def test_a_type_that_nobody_saw_fails_the_run_by_its_name(tmp_path: Path) -> None:
    assert "LogDLQ: Kept" in run(tmp_path, never=True)["why"]


def test_the_page_shows_functions_and_messages(tmp_path: Path) -> None:
    run(tmp_path)
    text = (tmp_path / "index.html").read_text()
    assert "on OrderQueue" in text
    assert "1,234" in text
    assert 'id="messages"' in text
