"""What was left is told: in the verdict, on the page, by the exit code."""

from fixtures.builders import an_account
from fixtures.clean import ended
from fixtures.clean.account import read_account
from fixtures.target import RunSettings
from reports.evidence import Status, read
from reports.render import render
from tests.clean.conftest import Guest, Visit
from tests.clean.making import make


def test_a_run_that_wrote_nothing_down_is_clean(visit: Visit) -> None:
    done = visit.clean()
    assert (done.code, done.err) == (0, "")


def test_the_verdict_the_summary_and_the_page_count_it(visit: Visit) -> None:
    visit.killed(make)
    visit.house.statuses["DELETE products"] = [403]
    visit.clean()
    verdict = render(visit.run_dir)
    counts = verdict.to_json()["ledger"]
    assert {name: counts[name] for name in ("created", "gone", "cleaned", "left")} == {
        "created": 5,
        "gone": 0,
        "cleaned": 3,
        "left": 2,
    }
    assert verdict.exit_code == 1
    told = "5 created, 0 gone before, 3 cleaned, 2 left"
    assert f"<p>{told}.</p>" in (visit.run_dir / "index.html").read_text()
    assert f"**Ledger**: {told}" in (visit.run_dir / "summary.md").read_text()
    visit.clean()
    assert render(visit.run_dir).exit_code == 0  # the second clean-up takes the place of the first


def test_kinds_that_nothing_removes_are_shown_as_skipped(visit: Visit) -> None:
    visit.killed(make)
    visit.clean()
    statuses = {result.id: result.status for result in read(visit.run_dir)["clean-up"].results}
    assert statuses == {
        "clean-up:all": Status.PASSED,
        "clean-up:users:profile": Status.PASSED,
        "clean-up:products:product": Status.PASSED,
        "clean-up:orders:order": Status.PASSED,
        "clean-up:links:link": Status.PASSED,
        "clean-up:inventory:stock": Status.SKIPPED,
    }


def test_a_suite_by_itself_cleans_at_its_end_and_one_of_a_check_does_not(visit: Visit) -> None:
    guest = visit.guest()
    guest.platform.users.create_user("grace", "grace@example.com")
    assert ended(RunSettings(run_dir=visit.run_dir), guest.target, visit.run_dir, 0) == 0
    assert "grace" in visit.house.things["user"]
    assert ended(RunSettings(), guest.target, visit.run_dir, 0) == 0
    assert not visit.house.things["user"]


def test_what_a_suite_could_not_clean_is_its_exit_code(visit: Visit) -> None:
    guest = visit.guest()
    guest.platform.users.create_user("grace", "grace@example.com")
    visit.house.statuses["DELETE users"] = [403, 403]
    assert ended(RunSettings(), guest.target, visit.run_dir, 0) == 1
    assert ended(RunSettings(), guest.target, visit.run_dir, 3) == 3


def test_names_tell_the_run(visit: Visit) -> None:
    def work(guest: Guest) -> None:
        account = an_account("x" * 60)
        guest.platform.users.create_user(account.username, account.email)

    visit.killed(work)
    (name,) = visit.house.things["user"]
    assert "-r1121ab12-" in name
    assert len(name) <= 64
    assert read_account(visit.ledger).things[0].id == name
