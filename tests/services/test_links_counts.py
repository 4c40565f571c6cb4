"""How clicks kept in several places become one count."""

import pytest

from fixtures.services.links import counts
from fixtures.services.links.counts import Batch, Counts, Waiting, counted, fitted, merged

STORED = Counts(3, {"2026-03-01": 3}, {"a.example": 2, "direct": 1})
MORE = Counts(2, {"2026-03-01": 1, "2026-03-02": 1}, {"a.example": 1, "b.example": 1})
NONE = Counts()


def test_fields_that_are_no_counts_mean_nothing() -> None:
    fields = {"day#2026-03-01": 3, "ref#a.example": 2, "ref#direct": 1, "total": 9, "number": 7}
    assert counted(3, fields) == STORED


@pytest.mark.parametrize(
    ("last_batch", "waiting", "total"),
    [
        (0, Waiting(NONE, None, 0), 3),
        (0, Waiting(MORE, None, 0), 5),
        (0, Waiting(NONE, Batch(7, MORE), 7), 5),
        (6, Waiting(MORE, Batch(7, MORE), 7), 7),
        (7, Waiting(NONE, Batch(7, MORE), 7), 3),
        (7, Waiting(MORE, Batch(7, MORE), 7), 5),
        (8, Waiting(NONE, Batch(7, MORE), 8), 3),
    ],
)
def test_a_batch_is_added_until_the_item_has_it(last_batch: int, waiting: Waiting, total: int) -> None:
    assert merged(STORED, last_batch, waiting).total == total


def test_days_and_referrers_add_up_by_name() -> None:
    found = merged(STORED, 0, Waiting(MORE, Batch(7, MORE), 7))
    assert found.by_day == {"2026-03-01": 5, "2026-03-02": 2}
    assert found.by_referrer == {"a.example": 4, "b.example": 2, "direct": 1}


def test_referrers_without_room_are_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST_REFERRERS", 2)
    late = Counts(9, {}, {"a.example": 1, "b.example": 2, "c.example": 3, "other": 1, "direct": 2})
    assert fitted(late, {"a.example"}).by_referrer == {"a.example": 1, "b.example": 2, "other": 4, "direct": 2}
    assert fitted(late, {"x", "y", "z"}).by_referrer == {"other": 7, "direct": 2}
    found = merged(STORED, 0, Waiting(late, Batch(1, late), 1))
    assert found.by_referrer == {"a.example": 4, "b.example": 4, "other": 8, "direct": 5}
    assert found.total == 21
