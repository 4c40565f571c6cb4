"""Coverage counts what was asserted, what nobody covers stands first, and below the floor a whole run has failed."""

from pathlib import Path

import pytest

from reports import merge
from reports.coverage import PLAIN, Coverage, coverage, read_floor
from reports.evidence import Journal, Result, Status, read

SPEC = """
openapi: 3.1.0
info: {title: Desks, version: 1.0.0}
paths:
  /desks/{id}:
    parameters: [{name: id, in: path, required: true, schema: {}}]
    get:
      operationId: getDesk
      parameters: [{name: limit, in: query, schema: {}}]
      responses: {'200': {description: ok}, '404': {description: none}}
"""


def run(folder: Path, *results: Result) -> Coverage:
    specs = folder / "specs"
    specs.mkdir(exist_ok=True)
    (specs / "desks.openapi.yaml").write_text(SPEC)
    journal = Journal(folder, "features")
    journal.started()
    for result in results:
        journal.result(result)
    journal.finished()
    return coverage(read(folder), specs)


def scenario(status: Status = Status.PASSED, **details: object) -> Result:
    return Result("features", "DSK-001", "a desk", status, operations=("getDesk",), details=details)


def test_an_operation_that_was_called_only_is_not_covered(tmp_path: Path) -> None:
    assert run(tmp_path, scenario(called=["getDesk"])).covered == 0


def test_a_cell_is_marked_by_who_asserted_it_and_a_gap_stands_first(tmp_path: Path) -> None:
    found = run(tmp_path, scenario(asserted={"getDesk": {"200": ["limit", "accept"]}}))
    assert (found.covered, found.total) == (3, 6)
    assert [(row.status, row.uncovered) for row in found.rows] == [("404", (PLAIN, "id", "limit")), ("200", ())]
    assert found.rows[1].suites == ("features",)


def test_a_parameter_counts_only_with_the_status_it_led_to(tmp_path: Path) -> None:
    found = run(tmp_path, scenario(asserted={"getDesk": {"200": [], "404": ["limit"]}}))
    assert [(row.status, row.uncovered) for row in found.rows] == [("200", ("limit",)), ("404", ())]


@pytest.mark.parametrize("status", [Status.BROKEN, Status.SKIPPED])
def test_what_was_not_judged_asserts_nothing(status: Status, tmp_path: Path) -> None:
    assert run(tmp_path, scenario(status, asserted={"getDesk": {"200": []}})).covered == 0


def test_below_the_floor_something_is_missing() -> None:
    assert Coverage(total=9, covered=5, floor=6).missing == (
        "5 cells of operation × status × parameter were asserted, the floor is 6"
    )
    assert Coverage(total=9, covered=6, floor=6).missing == ""
    assert Coverage(messages=3, messages_covered=1, messages_floor=2).missing != ""


def a_check(folder: Path, variables: dict[str, str]) -> None:
    journal = Journal(folder, merge.CHECK)
    journal.started()
    journal.write("run", suites=sorted(merge.WHOLE), target="local", services=[], variables=variables)
    journal.finished()
    for suite in merge.WHOLE:
        each = Journal(folder, suite)
        each.started()
        each.result(Result(suite, "one", "one", Status.PASSED))
        each.finished()


def test_a_whole_run_below_the_floor_has_failed_and_a_part_is_not_held_against_it(tmp_path: Path) -> None:
    a_check(tmp_path / "whole", {})
    a_check(tmp_path / "part", {"TAGS": "@smoke"})
    whole = merge.merge(tmp_path / "whole")
    assert (whole.verdict, whole.exit_code) == ("failed", 1)
    assert "Too little was asserted" in whole.why
    assert merge.merge(tmp_path / "part").verdict == "passed"


def test_a_floor_cannot_be_lost_by_a_misspelling(tmp_path: Path) -> None:
    assert read_floor(merge.FLOOR)["cells"] > 0
    wrong = tmp_path / "floor.toml"
    wrong.write_text("cell = 5\nmessages = 3\n")
    with pytest.raises(ValueError, match="cells"):
        read_floor(wrong)
