"""Turns: each moment is one place's, nobody comes back at once, and what is due is due in the own turns."""

from itertools import pairwise
from pathlib import Path
from threading import Thread

import pytest

from load.turns import OFF, OWN, ROUND, SECONDS, SETTLING, Place, Turns, TurnsError

BASE, CANDIDATE = Turns("outer", Path()), Turns("inner", Path())
BEGAN = 12_345 * ROUND
TICKS = [BEGAN + 0.01 * number for number in range(1000)]


def test_every_moment_is_one_sides_and_both_get_as_much_at_the_same_mean_time() -> None:
    owners = [(BASE.owns(at), CANDIDATE.owns(at)) for at in TICKS]
    assert set(owners) == {(True, False), (False, True)}
    middle = (ROUND - 0.01) / 2
    for turns in (BASE, CANDIDATE):
        own = [at - BEGAN for at in TICKS[:200] if turns.owns(at)]
        assert len(own) == 100
        assert sum(own) / len(own) == pytest.approx(middle, abs=0.02)


def test_what_would_begin_in_the_others_turn_begins_as_far_into_the_own_one() -> None:
    for turns in (BASE, CANDIDATE):
        for at in TICKS:
            wait = turns.wait(at)
            assert wait == (0 if turns.owns(at) else 2 * SECONDS)
            assert turns.owns(at + wait)


def test_what_is_due_is_due_in_own_turns_evenly_from_whatever_moment() -> None:
    for turns in (BASE, CANDIDATE):
        for begun in TICKS[:200:7]:
            due = [begun + turns.until(begun, 0.01 * number + 0.005) for number in range(300)]
            assert all(turns.owns(at) for at in due)
            gaps = [after - before for before, after in pairwise(due)]
            assert all(gap == pytest.approx(0.01) or gap == pytest.approx(0.01 + 2 * SECONDS) for gap in gaps)
            assert due[-1] - due[99] == pytest.approx(ROUND / OWN * 2.0, abs=0.02)


def test_only_what_was_due_in_an_own_turn_counts_and_not_right_after_the_others() -> None:
    for turns in (BASE, CANDIDATE):
        counted = [at for at in TICKS if turns.round_at(at) is not None]
        assert all(turns.owns(at) and turns.owns(at - SETTLING + 0.005) for at in counted)
        assert {turns.round_at(at) for at in counted} == {int(at // ROUND) for at in TICKS}
        assert len(counted) / len(TICKS) == pytest.approx((OWN - SETTLING) / ROUND, abs=0.02)


def test_two_places_begin_together_and_one_alone_is_told(tmp_path: Path) -> None:
    places: tuple[Place, ...] = ("outer", "inner")
    began: list[str] = []

    def come(place: Place) -> None:
        Turns(place, tmp_path).meet()
        began.append(place)

    threads = [Thread(target=come, args=(place,)) for place in places]
    threads[0].start()
    threads[0].join(0.2)
    assert began == [], "nobody begins alone"
    threads[1].start()
    for thread in threads:
        thread.join(30)
    assert sorted(began) == sorted(places)
    (tmp_path / "outer").unlink()
    (tmp_path / OFF).touch()
    with pytest.raises(TurnsError, match="the other side of the comparison did not come"):
        Turns("inner", tmp_path).meet()
