"""Accounts stay, and what only its owner may remove goes while the owner is there."""

from fixtures.clean import take_away_own
from fixtures.clients import Sessions
from tests.clean.conftest import Guest, Visit
from tests.clean.making import note, register


def test_an_account_stays_and_is_counted_as_left(visit: Visit) -> None:
    visit.killed(register)
    done = visit.clean()
    assert done.code == 0
    assert "1 created, 0 gone before, 0 cleaned, 1 left" in done.out
    assert "1 of kind account at auth stay: no operation removes it" in done.out


def test_the_identities_of_the_target_are_nobodys_run(visit: Visit) -> None:
    visit.house.passwords.pop("ada")
    visit.killed(lambda guest: Sessions(guest.platform).token("ada"))
    assert "ada" in visit.house.things["user"]
    assert not visit.ledger.exists()
    assert visit.clean().code == 0
    assert "ada" in visit.house.things["user"]


def test_what_only_its_owner_may_remove_goes_while_the_owner_is_there(visit: Visit) -> None:
    visit.killed(note, lambda guest: take_away_own(guest.target))
    assert not visit.house.things["todo"]
    assert "2 created, 0 gone before, 1 cleaned, 1 left" in visit.clean().out


def test_what_only_its_owner_may_remove_is_named_once_the_owner_is_gone(visit: Visit) -> None:
    visit.killed(note)
    done = visit.clean()
    assert done.code == 1
    assert "left: todo 1 at todos (only its owner grace may remove it" in done.out


def test_an_owner_who_is_an_identity_of_the_target_logs_in_again(visit: Visit) -> None:
    def work(guest: Guest) -> None:
        answer = guest.platform.todos.login_todo_user("ada", guest.target.identities["ada"].password)
        guest.platform.todos.create_todo("wash up", token=answer.json()["access_token"])

    visit.killed(work)
    assert visit.clean().code == 0
    assert not visit.house.things["todo"]
