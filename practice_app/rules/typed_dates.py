"""Dates as people type them into a field: short, relative, or as a day of the week."""

import re
from datetime import date, timedelta
from enum import StrEnum

from practice_app.errors import Invalid
from practice_app.rules import dates


class Leaning(StrEnum):
    """Which way a date without its year lies from today."""

    PAST = "past"
    """Births, deaths, papers seen: never later than today."""

    FUTURE = "future"
    """Appointments, reviews, ends: never before today."""

    NEAREST = "nearest"
    """Whichever year is closer."""


_WORDS = {"today": 0, "t": 0, "now": 0, "tomorrow": 1, "tom": 1, "yesterday": -1}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RELATIVE = re.compile(r"([+-])\s*(\d{1,3})\s*([dwmy])", re.IGNORECASE)
_DAY_MONTH = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})")
_DAY_WORD = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s*[/.\- ]?\s*([a-z]{3,9})", re.IGNORECASE)
_HALF_A_YEAR = timedelta(days=183)
_YEARS_AHEAD = 50


def read(text: str, today: date, leaning: Leaning = Leaning.NEAREST) -> date:
    """The date meant by `text`, typed on `today`; day comes before month.

    Reads what `dates.parse` reads, and also "14/3", "14 mar", "14 mar 58", "+2w" (d, w, m, y; "-" for back),
    "today", "tomorrow", "yesterday" and weekdays ("fri": the next one, or the last one when dates lie in
    the past). Refused with Invalid (field "date"): everything else, in words that give an example.
    """
    tidy = " ".join(text.strip().lower().split())
    if tidy in _WORDS:
        return today + timedelta(days=_WORDS[tidy])
    found = _relative(tidy, today) or _weekday(tidy, today, leaning) or _without_year(tidy, today, leaning)
    if found is not None:
        return found
    pivot = today if leaning is Leaning.PAST else dates.add_years(today, _YEARS_AHEAD)
    try:
        return dates.parse(text, pivot=pivot)
    except Invalid:
        raise Invalid(
            f"“{text.strip()}” is no date. Type it like 14-Mar-1958 or 14/3/1958.", "date"
        ) from None


def _relative(tidy: str, today: date) -> date | None:
    found = _RELATIVE.fullmatch(tidy)
    if found is None:
        return None
    count = int(found[2]) * (1 if found[1] == "+" else -1)
    try:
        match found[3]:
            case "d":
                return today + timedelta(days=count)
            case "w":
                return today + timedelta(weeks=count)
            case "m":
                return dates.add_months(today, count)
            case _:
                return dates.add_years(today, count)
    except (OverflowError, ValueError):
        return None


def _weekday(tidy: str, today: date, leaning: Leaning) -> date | None:
    """The next day of that name, never today; with dates in the past, the last one."""
    number = next((n for n, day in enumerate(_WEEKDAYS) if len(tidy) >= 3 and day.startswith(tidy)), None)
    if number is None:
        return None
    if leaning is Leaning.PAST:
        return today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _without_year(tidy: str, today: date, leaning: Leaning) -> date | None:
    """A day and month; the year is the one that `leaning` asks for (29 February: the year that has one)."""
    if found := _DAY_MONTH.fullmatch(tidy):
        day, month = int(found[1]), int(found[2])
    elif found := _DAY_WORD.fullmatch(tidy):
        number = dates.month_number(found[2])
        if number is None:
            return None
        day, month = int(found[1]), number
    else:
        return None
    around = [made for year in range(today.year - 8, today.year + 9) if (made := _made(year, month, day))]
    if leaning is Leaning.PAST:
        return max((each for each in around if each <= today), default=None)
    if leaning is Leaning.FUTURE:
        return min((each for each in around if each >= today), default=None)
    return min(around, key=lambda each: abs(each - today), default=None)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
