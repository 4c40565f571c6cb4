"""What a run made on a deployed target is taken away again, after whatever end, and what can't be is named."""

import subprocess
import sys

import pytest

from fixtures.clean.account import Thing
from fixtures.clean.removing import Outcome, Remover
from fixtures.errors import UnreachableError
from tests.clean.conftest import Guest, Visit
from tests.clean.making import make


def test_after_sigkill_the_command_takes_everything_away_that_can_go(visit: Visit) -> None:
    visit.killed(make)
    assert {kind for kind, found in visit.house.things.items() if found} == {"user", "product", "order", "link"}
    done = visit.clean()
    assert (done.code, done.err) == (0, "")
    assert not any(visit.house.things.values())
    assert "5 created, 0 gone before, 4 cleaned, 1 left" in done.out
    assert "1 of kind stock at inventory stay: no operation removes it" in done.out


def test_an_order_goes_before_the_product_and_the_buyer_it_needs(visit: Visit) -> None:
    visit.killed(make)
    visit.clean()
    assert [path.split("/")[1] for path in visit.house.deletions] == ["links", "orders", "products", "users"]


def test_the_command_line_is_the_same(visit: Visit) -> None:
    visit.killed(make)
    command = [sys.executable, "-m", "fixtures.clean", str(visit.run_dir)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "4 cleaned, 1 left" in done.stdout


def test_a_second_clean_up_asks_for_nothing_and_says_the_same(visit: Visit) -> None:
    visit.killed(make)
    first, before = visit.clean(), len(visit.house.asked)
    written = visit.ledger.read_bytes()
    again = visit.clean()
    assert (again.code, again.out) == (0, first.out)
    assert len(visit.house.asked) == before
    assert visit.ledger.read_bytes() == written


def test_what_is_gone_already_is_no_complaint(visit: Visit) -> None:
    visit.killed(make)
    visit.house.things["product"].clear()
    done = visit.clean()
    assert done.code == 0
    assert "5 created, 1 gone before, 3 cleaned, 1 left" in done.out


def test_what_the_run_removed_itself_is_not_asked_for_again(visit: Visit) -> None:
    visit.killed(make, lambda guest: guest.platform.users.delete_user("grace"))
    assert "1 gone before, 3 cleaned" in visit.clean().out
    assert [path for path in visit.house.deletions if "users" in path] == ["/users/users/grace"]


def test_what_was_made_again_after_it_was_removed_is_removed_again(visit: Visit) -> None:
    def work(guest: Guest) -> None:
        make(guest)
        guest.platform.users.delete_user("grace")
        guest.platform.users.create_user("grace", "grace@example.com")

    visit.killed(work)
    assert visit.clean().code == 0
    assert not visit.house.things["user"]


def test_a_refusal_leaves_the_thing_and_exits_1_until_it_is_allowed(visit: Visit) -> None:
    visit.killed(make)
    visit.house.statuses["DELETE products"] = [403]
    done = visit.clean()
    assert done.code == 1
    assert "left: product product-2 at products (deleteProduct answered 403)" in done.out
    assert list(visit.house.things["product"]) == ["product-2"]
    again = visit.clean()
    assert again.code == 0
    assert not visit.house.things["product"]


def test_a_clean_up_that_was_stopped_goes_on_where_it_was(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    visit.killed(make)
    kept = Remover.remove

    def remove(remover: Remover, thing: Thing) -> Outcome:
        if thing.kind == "product":
            raise KeyboardInterrupt
        return kept(remover, thing)

    with monkeypatch.context() as patched:
        patched.setattr(Remover, "remove", remove)
        stopped = visit.clean()
    assert (stopped.code, stopped.err) == (3, "clean-up: stopped; the same command goes on where it was.\n")
    assert len(visit.house.deletions) == 2
    assert visit.clean().code == 0
    assert len(visit.house.deletions) == len(set(visit.house.deletions)) == 4


def test_a_service_that_is_busy_is_asked_again_when_it_says(visit: Visit) -> None:
    visit.killed(make)
    visit.house.statuses["DELETE links"] = [429, 503]
    assert visit.clean().code == 0


def test_a_token_that_is_refused_is_had_anew(visit: Visit) -> None:
    visit.killed(make)
    visit.house.statuses["DELETE orders"] = [401]
    assert visit.clean().code == 0


def test_what_an_answer_that_never_came_may_have_made_is_removed(visit: Visit) -> None:
    visit.house.silent.append("POST users")

    def work(guest: Guest) -> None:
        with pytest.raises(UnreachableError):
            guest.platform.users.create_user("grace", "grace@example.com")

    visit.killed(work)
    assert set(visit.house.things["user"]) == {"grace"}
    assert visit.clean().code == 0
    assert not visit.house.things["user"]
