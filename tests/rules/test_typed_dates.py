"""Dates as people type them: short forms, relative forms, and which year is meant."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.errors import Invalid
from practice_app.rules import dates
from practice_app.rules.typed_dates import Leaning, read

TODAY = date(2026, 11, 25)  # a Wednesday

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("typed", "leaning", "meant"),
    [
        ("14 mar 58", Leaning.PAST, date(1958, 3, 14)),
        ("14 mar 58", Leaning.FUTURE, date(2058, 3, 14)),
        ("14/3/1958", Leaning.PAST, date(1958, 3, 14)),
        ("14/3", Leaning.PAST, date(2026, 3, 14)),
        ("14/3", Leaning.FUTURE, date(2027, 3, 14)),
        ("14/3", Leaning.NEAREST, date(2027, 3, 14)),
        ("14.12", Leaning.PAST, date(2025, 12, 14)),
        ("14 December", Leaning.NEAREST, date(2026, 12, 14)),
        ("29 feb", Leaning.PAST, date(2024, 2, 29)),
        ("29 feb", Leaning.FUTURE, date(2028, 2, 29)),
        ("+2w", Leaning.NEAREST, date(2026, 12, 9)),
        ("-3d", Leaning.NEAREST, date(2026, 11, 22)),
        ("+1m", Leaning.NEAREST, date(2026, 12, 25)),
        ("+1y", Leaning.NEAREST, date(2027, 11, 25)),
        ("today", Leaning.PAST, TODAY),
        (" Tomorrow ", Leaning.NEAREST, date(2026, 11, 26)),
        ("yesterday", Leaning.NEAREST, date(2026, 11, 24)),
        ("fri", Leaning.FUTURE, date(2026, 11, 27)),
        ("friday", Leaning.PAST, date(2026, 11, 20)),
        ("wed", Leaning.FUTURE, date(2026, 12, 2)),
        ("wed", Leaning.PAST, date(2026, 11, 18)),
        ("2026-11-05", Leaning.PAST, date(2026, 11, 5)),
    ],
)
def test_what_is_typed_is_understood(typed: str, leaning: Leaning, meant: date) -> None:
    assert read(typed, TODAY, leaning) == meant


@pytest.mark.parametrize(
    "typed", ["", "soon", "31/2", "32/1", "30 feb", "14/13", "+9999y", "+2x", "fr", "1/2/3/4"]
)
def test_what_is_no_date_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Invalid, match=r"like 14-Mar-1958") as refused:
        read(typed, TODAY)
    assert refused.value.field == "date"


@given(DAYS, DAYS)
def test_a_day_as_screens_show_it_is_read_back(day: date, today: date) -> None:
    assert read(dates.show(day), today) == day


@given(DAYS, st.dates(date(1950, 1, 1), date(2050, 12, 31)))
def test_without_a_year_the_past_is_never_ahead_and_the_future_never_behind(day: date, today: date) -> None:
    typed = f"{day.day}/{day.month}"
    assert read(typed, today, Leaning.PAST) <= today
    assert read(typed, today, Leaning.FUTURE) >= today


@given(st.sampled_from(["mon", "tues", "wednesday", "thu", "fri", "sat", "sunday"]), DAYS)
def test_a_weekday_is_within_a_week_and_never_today(typed: str, today: date) -> None:
    ahead, back = read(typed, today, Leaning.FUTURE) - today, today - read(typed, today, Leaning.PAST)
    assert timedelta(days=1) <= ahead <= timedelta(days=7)
    assert timedelta(days=1) <= back <= timedelta(days=7)
