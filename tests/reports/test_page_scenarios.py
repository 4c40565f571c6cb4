"""The page lists every scenario of the features."""

import re
from pathlib import Path

from reports.evidence import Journal, Result, Status
from tests.reports import example
from tests.reports.page import page_of, rendered


def scenario(result_id: str, title: str, status: Status, seconds: float, feature: str, **more: str) -> Result:
    return Result("features", result_id, title, status, seconds, details={"feature": feature, **more})


def told_scenarios(folder: Path) -> Path:
    """A run of features that ended in no order of theirs, as it does where several run beside each other."""
    journal = Journal(folder, "features")
    journal.started()
    making, following = "features/links/making.feature", "features/links/following.feature"
    journal.result(scenario("LNK-002#1.2", "Second -- @1.2 ", Status.PASSED, 0.04, "Making", location=f"{making}:12"))
    journal.result(
        scenario("ORD-001", "An order", Status.PASSED, 61.2, "Placing", location="features/orders/a.feature:3")
    )
    journal.result(scenario("LNK-001", "First", Status.FAILED, 1.25, "Making", location=f"{making}:9"))
    skipped = {"location": f"{following}:5", "skip_reason": "needs the control door"}
    journal.result(scenario("LNK-009", "Not here", Status.SKIPPED, 0.0, "Following", **skipped))
    journal.result(scenario("ODD-001", example.HOSTILE, Status.PASSED, 0.0, example.HOSTILE, location="nowhere:x"))
    journal.finished()
    return folder


def test_every_scenario_is_listed_by_feature_with_its_result_and_time(tmp_path: Path) -> None:
    page = rendered(told_scenarios(tmp_path))
    told = " ".join(page.text[page.text.index("in no folder") : page.text.index("What a scenario took")].split())
    order = ["links 1 failed, 1 passed, 1 skipped, 1.3 s", "Following", "Not here LNK-009 needs the control door"]
    order += ["– skipped0.0 s", "Making", "First LNK-001✗ failed1.2 s", "Second LNK-002#1.2✓ passed40 ms"]
    order += ["orders 1 passed, 1 min 1 s", "Placing", "An order ORD-001✓ passed1 min 1 s"]
    places = [told.find(piece) for piece in order]
    assert -1 not in places, told
    assert places == sorted(places), "folders, files and lines in their order, whichever ended first"
    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert told.count("alert(1)") == 2 * example.HOSTILE.count("alert(1)"), "the title and the feature, as text"


def test_the_scenarios_are_folded_away_and_those_of_other_suites_are_not_among_them(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "contracts")
    journal.started()
    journal.result(Result("contracts", "claim", "a claim", Status.PASSED))
    journal.finished()
    assert 'id="scenarios"' not in page_of(tmp_path)
    text = page_of(told_scenarios(tmp_path))
    section = text[text.index('id="scenarios"') :].partition("</section>")[0]
    assert section.count("<details") == 3
    assert not re.search(r"<details[^>]* open", section)
    assert "a claim" not in section
