"""When somebody comes of age, decides alone, and is too young for a clinic."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.rules import ages, dates

births = st.dates(date(1900, 1, 1), date(2100, 12, 31))
nations = st.sampled_from(["ENG", "WLS", "NIR", "SCT"])


@pytest.mark.parametrize(
    ("born", "nation", "day"),
    [
        (date(2008, 11, 22), "ENG", date(2026, 11, 22)),
        (date(2008, 11, 22), "NIR", date(2026, 11, 22)),
        (date(2010, 11, 22), "SCT", date(2026, 11, 22)),
        (date(2008, 2, 29), "ENG", date(2026, 3, 1)),  # a common year: 1 March, the later reading
        (date(2012, 2, 29), "SCT", date(2028, 2, 29)),  # a leap year has the day itself
    ],
)
def test_majority_is_at_18_and_in_scotland_at_16(born: date, nation: str, day: date) -> None:
    assert ages.of_age_on(born, nation) == day
    assert ages.is_minor(born, nation, day - timedelta(days=1))
    assert not ages.is_minor(born, nation, day)
    assert ages.came_of_age(born, nation, day - timedelta(days=1)) is None
    assert ages.came_of_age(born, nation, day) == day


def test_nobody_is_taken_for_a_child_whose_birth_date_is_unknown() -> None:
    today = date(2026, 11, 23)
    assert not ages.is_minor(None, "ENG", today)
    assert ages.minority(None, "ENG", today) is None
    assert ages.came_of_age(None, "ENG", today) is None
    assert not ages.below_minimum(None, 16, today)
    assert ages.presumed_to_ask(None, "ENG", today)


def test_the_half_year_before_the_birthday_is_soon() -> None:
    born = date(2009, 5, 31)
    before, since = date(2026, 11, 29), date(2026, 11, 30)
    assert ages.minority(born, "ENG", before) == ages.Minority(date(2027, 5, 31), 183, False)
    assert ages.minority(born, "ENG", since) == ages.Minority(date(2027, 5, 31), 182, True)
    assert ages.minority(born, "ENG", date(2027, 5, 31)) is None


def test_young_people_decide_alone_from_16_and_ask_in_scotland_from_12() -> None:
    born = date(2012, 2, 29)
    assert ages.presumed_to_decide_from(born) == date(2028, 2, 29)
    assert not ages.presumed_to_ask(born, "SCT", date(2024, 2, 28))
    assert ages.presumed_to_ask(born, "SCT", date(2024, 2, 29))
    assert not ages.presumed_to_ask(born, "ENG", date(2024, 2, 29))


@pytest.mark.parametrize(
    ("on", "minimum", "is_below"),
    [
        (date(2026, 2, 28), 18, True),
        (date(2026, 3, 1), 18, False),
        (date(2026, 2, 28), None, False),
        (date(2026, 2, 28), 0, False),
    ],
)
def test_the_birthday_is_the_first_day_old_enough(on: date, minimum: int | None, is_below: bool) -> None:
    assert ages.below_minimum(date(2008, 2, 29), minimum, on) is is_below


@given(births, nations, st.integers(0, 40_000))
def test_a_minor_becomes_of_age_once_and_stays_so(born: date, nation: str, days: int) -> None:
    on = born + timedelta(days=days)
    assert ages.is_minor(born, nation, on) == (dates.years(born, on) < ages.of_age(nation))
    assert (ages.minority(born, nation, on) is None) == (ages.came_of_age(born, nation, on) is not None)
    if left := ages.minority(born, nation, on):
        assert on + timedelta(days=left.days_left) == ages.of_age_on(born, nation)
        assert left.days_left > 0


@given(births, st.integers(0, 30), st.integers(0, 20_000))
def test_too_young_is_what_the_age_in_years_says(born: date, minimum: int, days: int) -> None:
    on = born + timedelta(days=days)
    assert ages.below_minimum(born, minimum, on) == (dates.years(born, on) < minimum)
