"""The sign test's interval: its limits are those of printed tables, and wild values widen nothing."""

from random import Random

import pytest

from load.compared.signs import cut_off, fewest, interval

SESSIONS = 2000


# Critical values of the sign test, two-sided, as printed in tables.
@pytest.mark.parametrize(
    ("number", "error", "value"),
    [
        *[(6, 0.05, 0), (8, 0.05, 0), (9, 0.05, 1), (12, 0.05, 2), (15, 0.05, 3), (20, 0.05, 5), (25, 0.05, 7)],
        *[(8, 0.01, 0), (11, 0.01, 0), (12, 0.01, 1), (20, 0.01, 3), (25, 0.01, 5)],
    ],
)
def test_limits_are_those_of_the_printed_tables(number: int, error: float, value: int) -> None:
    assert cut_off(number, error) == value


def test_an_interval_by_hand() -> None:
    # Nine values at 5 %: one is cut off at each end.
    assert interval([9.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0], 0.05) == (5.0, 2.0, 8.0)


def test_too_few_values_have_no_interval() -> None:
    assert [fewest(error) for error in (0.05, 0.01, 0.001)] == [6, 8, 11]
    assert interval([1.0] * 5, 0.05) is None
    assert interval([1.0] * 10, 0.001) is None
    assert interval([1.0] * 11, 0.001) == (1.0, 1.0, 1.0)


def test_wild_values_only_count() -> None:
    calm = [0.01 * number for number in range(20)]
    assert interval([*calm[:-3], 5.0, 50.0, 500.0], 0.05) == interval(calm, 0.05)


@pytest.mark.parametrize("wild", [0.0, 0.3])
def test_an_interval_is_wrong_as_seldom_as_is_said_however_wild_the_noise(wild: float) -> None:
    random, missed = Random(5), 0
    for _ in range(SESSIONS):
        values = [random.gauss(0, 0.05) + (random.gauss(0, 2) if random.random() < wild else 0) for _ in range(25)]
        found = interval(values, 0.05)
        assert found is not None
        missed += not found[1] <= 0 <= found[2]
    assert missed <= SESSIONS * 0.05 + 3 * (SESSIONS * 0.05) ** 0.5  # a count varies by its root
    assert missed > SESSIONS * 0.02, "an interval that is never wrong is too wide"
