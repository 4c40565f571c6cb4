"""What the clean-up goes by: a torn line loses nothing, and no secret is written down."""

from tests.clean.conftest import Visit
from tests.clean.house import KEYS, PASSWORDS, token_for
from tests.clean.making import SECRET, make, note, register


def test_what_is_left_twice_for_the_same_reason_is_written_down_once(visit: Visit) -> None:
    visit.killed(note)
    visit.clean()
    written = visit.ledger.read_bytes()
    assert visit.clean().code == 1
    assert visit.ledger.read_bytes() == written


def test_a_torn_line_keeps_nothing_from_being_cleaned_and_is_told(visit: Visit) -> None:
    visit.killed(make)
    with visit.ledger.open("a") as file:
        file.write('{"event": "made", "service": "produ')
    done = visit.clean()
    assert done.code == 3
    assert not any(visit.house.things.values())
    assert "of the ledger can't be read: what it told of may be left" in done.out
    assert visit.clean().code == 3  # and the marks of the first were not swallowed by the torn line
    assert len(visit.house.deletions) == 4


def test_what_is_made_after_a_torn_line_is_not_lost_in_it(visit: Visit) -> None:
    visit.ledger.write_text('{"event": "made", "service": "produ')
    visit.killed(make)
    visit.clean()
    assert not any(visit.house.things.values())


def test_no_secret_is_in_the_ledger(visit: Visit) -> None:
    visit.killed(register, note, make)
    visit.clean()
    written = visit.ledger.read_text()
    assert "ada#1" in written  # the place of the key that made the link, not the key
    for secret in (SECRET, *KEYS, *PASSWORDS.values(), token_for("grace"), token_for("admin"), "e30."):
        assert secret not in written


def test_a_secret_that_somebody_uses_as_a_name_is_not_written_down(visit: Visit) -> None:
    visit.killed(lambda guest: guest.platform.users.create_user(guest.keys[0], "grace@example.com"))
    assert KEYS[0] in visit.house.things["user"]
    assert KEYS[0] not in visit.ledger.read_text()
