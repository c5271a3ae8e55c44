"""How dates are read, recognised, counted and shown, whatever the computer's own settings are."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from enum import StrEnum

from practice_app.errors import Invalid

NOT_RECORDED = "Not recorded"
_FIRST_YEAR, _LAST_YEAR = 1800, 2199  # beyond these a year is a slip of the keyboard


class DateOrder(StrEnum):
    """In which order the numbers of a date stand."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


@dataclass(frozen=True, slots=True)
class Question:
    """What has to be answered before a column of dates can be read."""

    example: str
    sentence: str


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_ORDER_WORDS = {
    DateOrder.DMY: "day first (--dates dmy)",
    DateOrder.MDY: "month first (--dates mdy)",
    DateOrder.YMD: "year first (--dates ymd)",
}

_NUMBERS = re.compile(r"([0-9]{1,4})( ?[-/.] ?| )([0-9]{1,2})\2([0-9]{1,4})")
_EIGHT_DIGITS = re.compile(r"[0-9]{8}")
_DAY_MONTH_YEAR = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[-/., ]*([a-z]{3,9})[-/., ]*([0-9]{4}|[0-9]{2})")
_MONTH_DAY_YEAR = re.compile(r"([a-z]{3,9})[-/., ]*([0-9]{1,2})(?:st|nd|rd|th)?[-/., ]+([0-9]{4}|[0-9]{2})")
_YEAR_MONTH_DAY = re.compile(r"([0-9]{4})[-/., ]*([a-z]{3,9})[-/., ]*([0-9]{1,2})")
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[., ]+")
_MIDNIGHT = re.compile(r"(?:t|,? )(?:00:00(?::00(?:\.0+)?)?z?|12:00(?::00)? ?am)$")
_TIME = re.compile(
    r"(?:t|,? )([0-9]{1,2})(?:[:.]([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6})[0-9]*)?)?)? ?([ap]m)?"
    r"(z|[+-][0-9]{2}:?[0-9]{2})?$"
)


def parse(text: str, order: DateOrder = DateOrder.DMY, *, pivot: date | None = None) -> date:
    """The date written in `text`; `order` tells how to read numbers that end with the year.

    Reads 2009-01-05, 20090105, 05/01/2009 (also with - . or spaces), 05-Jan-2009 and 5 January 2009,
    a weekday in front, and midnight behind (as databases write dates). A year of two digits is read
    only with `pivot`, as the latest one that does not make the date later than `pivot` (birth dates).
    Refused with Invalid: anything else, days that do not exist and years outside 1800 to 2199.
    """
    day = _plain_date(text, order)
    if day is None:
        day = _date_of(_year_month_day(_tidy(text), order, text), pivot, text)
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise _not_a_date(text, f": its year is not between {_FIRST_YEAR} and {_LAST_YEAR}")
    return day


def recognise(values: Iterable[str]) -> DateOrder | Question:
    """In which order a column's dates are written, or the question somebody has to answer.

    Only a column that cannot be anything but day first or year first is decided; one that fits two
    orders, looks American or contradicts itself is a question. Values that read the same either way
    or are no dates at all decide nothing.
    """
    witnesses: dict[frozenset[DateOrder], str] = {}
    year_first = False
    for value in values:
        orders, has_year_first = _orders_that_fit(value)
        year_first = year_first or has_year_first
        if orders and orders not in witnesses:
            witnesses[orders] = value.strip()
    if not witnesses:
        return DateOrder.YMD if year_first else DateOrder.DMY
    fitting = frozenset.intersection(*witnesses)
    if len(fitting) == 1 and DateOrder.MDY not in fitting:
        return next(iter(fitting))
    return _question(witnesses, fitting)


def parse_moment(text: str, order: DateOrder = DateOrder.DMY) -> datetime:
    """The date and local time written in `text`, without a time zone: "05/01/2009 09:43", "... 9.43am".

    The date is read as by `parse`. Refused with Invalid: a date without a time, 24:00, and a time that
    names its zone ("Z", "+01:00"), because moving it to the practice's own time would be a guess.
    """
    tidy = _tidy(text)
    found = _TIME.search(tidy)
    if not found or not (found[2] or found[5]):
        raise Invalid(f"{_quoted(text)} has no time.", field="date")
    if found[6]:
        raise Invalid(f"{_quoted(text)} names a time zone; give the practice's own time.", field="date")
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[5]:
        if not 1 <= hour <= 12:
            raise _not_a_time(text)
        hour = hour % 12 + (12 if found[5] == "pm" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise _not_a_time(text)
    day = parse(tidy[: found.start()], order)
    microsecond = int((found[4] or "0").ljust(6, "0"))
    return datetime(day.year, day.month, day.day, hour, minute, second, microsecond)  # noqa: DTZ001


def show(day: date | None) -> str:
    """The short date of screens, "05-Jan-2009" (CUI date display); "Not recorded" for None."""
    if day is None:
        return NOT_RECORDED
    return f"{day.day:02}-{_MONTHS[day.month - 1][:3]}-{day.year:04}"


def show_long(day: date | None) -> str:
    """The date of letters and screen readers, "5 January 2009"; "Not recorded" for None."""
    if day is None:
        return NOT_RECORDED
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year:04}"


def show_time(moment: time | datetime | None) -> str:
    """The time of day by the 24-hour clock, "09:43"; "Not recorded" for None."""
    if moment is None:
        return NOT_RECORDED
    return f"{moment.hour:02}:{moment.minute:02}"


def age(born: date, on: date) -> str:
    """Age on a day as screens show it: "27d", "4w 1d", "13m 8d", "17y 11m", "81y" (CUI date display).

    Refused with Invalid when `on` is before birth.
    """
    whole_years = years(born, on)
    if whole_years >= 18:
        return f"{whole_years}y"
    if whole_years >= 2:
        return _units((whole_years, "y"), (_whole_months(born, on) % 12, "m"))
    days = (on - born).days
    if whole_years >= 1:
        months = _whole_months(born, on)
        return _units((months, "m"), ((on - add_months(born, months)).days, "d"))
    if days >= 28:
        return _units((days // 7, "w"), (days % 7, "d"))
    return f"{days}d"


def ago(day: date, on: date) -> str:
    """How long before `on` a day was, in words: "today", "yesterday", "12 days ago", "8 months ago", "2 years
    ago"; a day to come is "on 05-Jan-2027".
    """
    days = (on - day).days
    if days < 0:
        return f"on {show(day)}"
    if days < 2:
        return ("today", "yesterday")[days]
    months = _whole_months(day, on)
    if months < 2:
        return f"{days} days ago"
    return f"{months} months ago" if months < 24 else f"{months // 12} years ago"


def years(born: date, on: date) -> int:
    """Age on a day in whole years; somebody born on 29 February grows older on 1 March in common years.

    Refused with Invalid when `on` is before birth.
    """
    if on < born:
        raise Invalid("The date is before the date of birth.", field="born")
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def birthday(born: date, n: int) -> date:
    """The `n`-th birthday; of somebody born on 29 February, 1 March in common years (the later reading)."""
    year = _year_in_calendar(born.year + n)
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def add_years(day: date, n: int) -> date:
    """The same day `n` years on; 28 February when 29 February does not exist then."""
    return add_months(day, 12 * n)


def add_months(day: date, n: int) -> date:
    """The same day `n` months on, or the last day of that month when it is shorter."""
    months = day.year * 12 + day.month - 1 + n
    year, month = _year_in_calendar(months // 12), months % 12 + 1
    try:
        return date(year, month, day.day)
    except ValueError:  # only a month of 28 to 30 days gets here, so never December
        return date(year, month + 1, 1) - timedelta(days=1)


def _year_in_calendar(year: int) -> int:
    if not MINYEAR <= year <= MAXYEAR:
        raise Invalid("The date is outside the calendar.", field="date")
    return year


def _whole_months(born: date, on: date) -> int:
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)


def _units(*counts: tuple[int, str]) -> str:
    """Value and unit without a space, units that are nought left out: "4y 1m", "2y"."""
    return " ".join(f"{count}{unit}" for count, unit in counts if count)


def _plain_date(text: str, order: DateOrder) -> date | None:
    """The date in `text` when it has one of the two commonest shapes: a short cut for imports."""
    if len(text) != 10 or not text.isascii():
        return None
    try:
        if text[4] == text[7] == "-":
            return date.fromisoformat(text)
        if text[2] == text[5] and text[2] in "/-." and order is DateOrder.DMY:
            day, month, year = text[:2], text[3:5], text[6:]
            if day.isdecimal() and month.isdecimal() and year.isdecimal():
                return date(int(year), int(month), int(day))
    except ValueError:
        pass  # the long way round finds the words for the refusal
    return None


def _tidy(text: str) -> str:
    return " ".join(text.lower().split())


def _year_month_day(tidy: str, order: DateOrder, text: str) -> tuple[str, int, int]:
    """Year as written, month and day in a tidied text; they may not exist yet."""
    tidy = _MIDNIGHT.sub("", _WEEKDAY.sub("", tidy, count=1))
    if numbers := _three_numbers(tidy):
        return _by_order(*numbers, order, text)
    if named := _DAY_MONTH_YEAR.fullmatch(tidy):
        return named[3], _month_number(named[2], text), int(named[1])
    if named := _MONTH_DAY_YEAR.fullmatch(tidy):
        return named[3], _month_number(named[1], text), int(named[2])
    if named := _YEAR_MONTH_DAY.fullmatch(tidy):
        return named[1], _month_number(named[2], text), int(named[3])
    raise _not_a_date(text)


def _three_numbers(text: str) -> tuple[str, str, str] | None:
    """The three numbers of a date that has nothing but numbers, as they stand."""
    if match := _NUMBERS.fullmatch(text):
        return match[1], match[3], match[4]
    if not _EIGHT_DIGITS.fullmatch(text):
        return None
    if _FIRST_YEAR <= int(text[:4]) <= _LAST_YEAR and int(text[4:6]) <= 12:
        # No date has a second reading: year last, this would be a year below 1300.
        return text[:4], text[4:6], text[6:]
    return text[:2], text[2:4], text[4:]


def _by_order(first: str, second: str, third: str, order: DateOrder, text: str) -> tuple[str, int, int]:
    if len(first) == 4:
        return first, int(second), int(third)
    if order is DateOrder.DMY:
        return third, int(second), int(first)
    if order is DateOrder.MDY:
        return third, int(first), int(second)
    if len(third) == 4:
        raise _not_a_date(text, " with the year first")
    return first, int(second), int(third)


def month_number(word: str) -> int | None:
    """The month whose English name begins with `word` (three letters or more, lower case); None for none."""
    names = (number for number, month in enumerate(_MONTHS, start=1) if month.lower().startswith(word))
    return next(names, None) if len(word) >= 3 else None


def _month_number(word: str, text: str) -> int:
    number = month_number(word)
    if number is None:
        raise _not_a_date(text)
    return number


def _date_of(parts: tuple[str, int, int], pivot: date | None, text: str) -> date:
    year_text, month, day = parts
    year = int(year_text)
    if len(year_text) in {1, 3}:
        raise _not_a_date(text)
    if len(year_text) == 2:
        if pivot is None:
            raise Invalid(f"{_quoted(text)} needs a year of four digits.", field="date")
        year += pivot.year // 100 * 100
        if (year, month, day) > (pivot.year, pivot.month, pivot.day):
            year -= 100
    try:
        return date(year, month, day)
    except ValueError:
        raise _not_a_date(text) from None


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    return f'"{text}"' if len(text) <= 40 else f'"{text[:40]}…"'


def _not_a_date(text: str, why: str = "") -> Invalid:
    return Invalid(f"{_quoted(text)} is not a date{why}.", field="date")


def _not_a_time(text: str) -> Invalid:
    return Invalid(f"{_quoted(text)} has no such time of day.", field="date")


_NOTHING_TOLD: frozenset[DateOrder] = frozenset()


def _orders_that_fit(value: str) -> tuple[frozenset[DateOrder], bool]:
    """The orders a value can be read in (none when it decides nothing), and whether its year is first.

    Days up to 31 are enough here: 31/02/1980 is no date, yet it tells that the day comes first.
    """
    numbers = _three_numbers(value) or _three_numbers(_without_time(_tidy(value)))
    if numbers is None:
        return _NOTHING_TOLD, False
    first, second, third = numbers
    if len(first) == 4:
        return _NOTHING_TOLD, True
    a, b, c = int(first), int(second), int(third)
    year_first_too = len(third) == 2 and 1 <= b <= 12 and 1 <= c <= 31
    if a == b and not year_first_too:
        return _NOTHING_TOLD, False
    fits = (
        (DateOrder.DMY, 1 <= a <= 31 and 1 <= b <= 12),
        (DateOrder.MDY, 1 <= a <= 12 and 1 <= b <= 31),
        (DateOrder.YMD, year_first_too),
    )
    return frozenset([order for order, fit in fits if fit]), False


def _without_time(tidy: str) -> str:
    found = _TIME.search(tidy)
    return tidy[: found.start()] if found and (found[2] or found[5]) else tidy


def _question(witnesses: dict[frozenset[DateOrder], str], fitting: frozenset[DateOrder]) -> Question:
    """The question about a column in which the `witnesses` were found and that `fitting` orders fit."""
    not_day_first = [value for orders, value in witnesses.items() if DateOrder.DMY not in orders]
    example = (not_day_first or list(witnesses.values()))[0]
    if not fitting:
        found = f'Not all of these dates are in the same order as "{example}".'
    elif len(fitting) > 1:
        found = f'Dates like "{example}" can be read in more than one way.'
    else:
        found = f'Dates like "{example}" look month first.'
    offered = fitting if len(fitting) > 1 else {DateOrder.DMY, DateOrder.MDY}.union(*witnesses)
    *words, last = [_ORDER_WORDS[order] for order in DateOrder if order in offered]
    return Question(example, f"{found} Are these dates {', '.join(words)} or {last}?")
