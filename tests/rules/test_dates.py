"""Dates: read as written, never guessed, shown alike on every computer, counted as the law counts."""
# ruff: noqa: DTZ001  an appointment's truth is its local wall time, so these moments have no zone

from contextlib import suppress
from datetime import date, datetime, time, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from practice_app.errors import Invalid
from practice_app.rules.dates import (
    DateOrder,
    Question,
    add_months,
    add_years,
    age,
    ago,
    birthday,
    parse,
    parse_moment,
    recognise,
    show,
    show_long,
    show_time,
    years,
)

TODAY = date(2026, 11, 21)
any_input = settings(deadline=None)
orders = st.sampled_from(DateOrder)
days = st.dates(date(1800, 1, 1), date(2199, 12, 31))
formats = {
    DateOrder.DMY: ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d / %m / %Y", "%d%m%Y"),
    DateOrder.MDY: ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m %d %Y", "%m / %d / %Y", "%m%d%Y"),
}
format_in_any_order = st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y-%m-%dT00:00:00"])


@pytest.mark.parametrize(
    "text",
    [
        "2009-01-05",
        "2009-1-5",
        "2009/01/05",
        "20090105",
        "05012009",
        "05/01/2009",
        "5/1/2009",
        "05-01-2009",
        "05.01.2009",
        "05 01 2009",
        " 05 / 01 / 2009 ",
        "05-Jan-2009",
        "05-JAN-2009",
        "5 January 2009",
        "5th January 2009",
        "5 Jan. 2009",
        "Tue 05-Jan-2009",
        "Monday, 5 January 2009",
        "January 5, 2009",
        "Jan 5 2009",
        "2009-Jan-05",
        "2009-01-05 00:00:00",
        "2009-01-05T00:00:00.000Z",
        "05/01/2009 00:00",
        "05/01/2009 12:00:00 AM",
    ],
)
def test_a_date_is_read_day_first(text: str) -> None:
    assert parse(text) == date(2009, 1, 5)


def test_the_order_is_obeyed_only_where_the_year_comes_last() -> None:
    assert parse("05/01/2009", DateOrder.MDY) == date(2009, 5, 1)
    assert parse("05-Jan-2009", DateOrder.MDY) == date(2009, 1, 5)
    assert parse("2009-01-05", DateOrder.MDY) == date(2009, 1, 5)
    assert parse("2009/01/05", DateOrder.YMD) == date(2009, 1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31/02/1980",
        "29/02/2023",
        "00/01/2009",
        "03/23/1929",
        "05/01/209",
        "05/01-2009",
        "2009-W01-1",
        "19371233",
        "19729518",
        "29343",
        "+1/01/2009",
        "1_/01/2009",
        "²1/01/2009",
        "٠٥/٠١/٢٠٠٩",
        "5 Janvier 2009",
        "5 Ja 2009",
        "32 January 2009",
        "05/01/1799",
        "01/01/2917",
        "2009-01-05 09:30",
        "yesterday",
    ],
)
def test_what_is_no_date_is_refused_in_words(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(text)
    assert str(refused.value).startswith(f'"{text}" is not a date')
    assert str(refused.value).endswith(".")


def test_the_refusal_of_an_impossible_day_is_one_plain_sentence() -> None:
    with pytest.raises(Invalid, match=r'^"31/02/1980" is not a date\.$'):
        parse("31/02/1980")


def test_a_date_with_the_year_last_is_refused_when_the_year_should_be_first() -> None:
    with pytest.raises(Invalid, match="year first"):
        parse("05/01/2009", DateOrder.YMD)


def test_a_long_text_is_cut_in_the_refusal() -> None:
    with pytest.raises(Invalid) as refused:
        parse("x" * 1000)
    assert len(str(refused.value)) < 80


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("14/07/45", DateOrder.DMY, date(1945, 7, 14)),
        ("21/11/26", DateOrder.DMY, date(2026, 11, 21)),
        ("22/11/26", DateOrder.DMY, date(1926, 11, 22)),
        ("29/02/00", DateOrder.DMY, date(2000, 2, 29)),
        ("05-Jan-09", DateOrder.DMY, date(2009, 1, 5)),
        ("07/14/45", DateOrder.MDY, date(1945, 7, 14)),
        ("45-07-14", DateOrder.YMD, date(1945, 7, 14)),
    ],
)
def test_a_year_of_two_digits_is_the_latest_that_has_been(text: str, order: DateOrder, day: date) -> None:
    assert parse(text, order, pivot=TODAY) == day
    with pytest.raises(Invalid, match="four digits"):
        parse(text, order)


@given(days, format_in_any_order, orders)
@any_input
def test_a_date_with_the_year_first_reads_alike_in_every_order(
    day: date, form: str, order: DateOrder
) -> None:
    assert parse(day.strftime(form), order) == day


@given(days, st.sampled_from([(order, form) for order, forms in formats.items() for form in forms]))
@any_input
def test_a_written_date_is_read_back(day: date, order_and_form: tuple[DateOrder, str]) -> None:
    order, form = order_and_form
    assert parse(day.strftime(form), order) == day


@given(days, orders)
@any_input
def test_a_shown_date_is_read_back(day: date, order: DateOrder) -> None:
    assert parse(show(day), order) == day
    assert parse(show_long(day), order) == day


@given(st.text() | st.from_regex(r"[0-9A-Za-z/ .:-]{4,20}", fullmatch=True), orders, st.none() | days)
@any_input
def test_reading_refuses_only_with_invalid(text: str, order: DateOrder, pivot: date | None) -> None:
    for read in (lambda: parse(text, order, pivot=pivot), lambda: parse_moment(text, order)):
        with suppress(Invalid):
            read()


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["14/03/1980", "03/04/1980"], DateOrder.DMY),
        (["23/03/1929", "", "unknown"], DateOrder.DMY),
        (["31/02/1980", "03/04/1980"], DateOrder.DMY),
        (["05/05/1980", "07/07/1990"], DateOrder.DMY),
        (["05-Jan-2009", "03 April 2010"], DateOrder.DMY),
        (["2009-01-05", "14/03/1980"], DateOrder.DMY),
        (["14/03/1980 09:30", "03/04/1980 10am"], DateOrder.DMY),
        (["14031980"], DateOrder.DMY),
        (["2009-01-05"], DateOrder.YMD),
        (["20090105", "19371233", ""], DateOrder.YMD),
        (["80/12/31"], DateOrder.YMD),
        (["80/01/01"], DateOrder.YMD),
        ([], DateOrder.DMY),
    ],
)
def test_an_order_that_cannot_be_mistaken_is_recognised(column: list[str], order: DateOrder) -> None:
    assert recognise(column) is order


@pytest.mark.parametrize(
    ("column", "example", "words"),
    [
        (["03/04/1980"], "03/04/1980", "more than one way"),
        (["2009-01-05", "03/04/1980"], "03/04/1980", "more than one way"),
        (["03/04/1980 09:30"], "03/04/1980 09:30", "more than one way"),
        (["03/04/1980", "03/23/1929"], "03/23/1929", "month first"),
        (["03231929"], "03231929", "month first"),
        (["03/04/1980", "23/03/1929", "03/24/1929"], "03/24/1929", "Not all"),
    ],
)
def test_an_order_that_could_be_mistaken_is_a_question(column: list[str], example: str, words: str) -> None:
    question = recognise(column)
    assert isinstance(question, Question)
    assert question.example == example
    assert words in question.sentence
    assert question.sentence.endswith("Are these dates day first (--dates dmy) or month first (--dates mdy)?")


def test_a_year_of_two_digits_may_be_first_too() -> None:
    question = recognise(["01/02/03"])
    assert isinstance(question, Question)
    assert (
        "day first (--dates dmy), month first (--dates mdy) or year first (--dates ymd)?" in question.sentence
    )


@given(st.lists(days, min_size=1), st.sampled_from(formats[DateOrder.MDY]))
@any_input
def test_a_column_with_the_month_first_is_never_read_day_first(column: list[date], form: str) -> None:
    assume(any(day.day != day.month for day in column))
    assert isinstance(recognise([day.strftime(form) for day in column]), Question)


@given(st.lists(days, min_size=1), st.sampled_from(formats[DateOrder.DMY]))
@any_input
def test_a_column_with_the_day_first_is_recognised_once_a_day_is_beyond_12(
    column: list[date], form: str
) -> None:
    assume(any(day.day > 12 for day in column))
    assert recognise([day.strftime(form) for day in column]) is DateOrder.DMY


@given(st.lists(st.text() | st.from_regex(r"[0-9]{1,4}[/-][0-9]{1,2}[/-][0-9]{1,4}", fullmatch=True)))
@any_input
def test_recognising_never_fails_and_never_decides_for_the_month_first(column: list[str]) -> None:
    assert recognise(column) is not DateOrder.MDY


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2009-01-05T09:43", datetime(2009, 1, 5, 9, 43)),
        ("2009-01-05T09:43:10.250", datetime(2009, 1, 5, 9, 43, 10, 250000)),
        ("2009-01-05 09:43:10", datetime(2009, 1, 5, 9, 43, 10)),
        ("05/01/2009 9:43", datetime(2009, 1, 5, 9, 43)),
        ("05/01/2009, 9.43am", datetime(2009, 1, 5, 9, 43)),
        ("05/01/2009 9 PM", datetime(2009, 1, 5, 21)),
        ("05/01/2009 1:05 am", datetime(2009, 1, 5, 1, 5)),
        ("05/01/2009 12:05 am", datetime(2009, 1, 5, 0, 5)),
        ("05/01/2009 12:05 pm", datetime(2009, 1, 5, 12, 5)),
        ("Tue 05-Jan-2009 00:00", datetime(2009, 1, 5)),
        ("5 January 2009 23:59", datetime(2009, 1, 5, 23, 59)),
    ],
)
def test_a_moment_is_read(text: str, moment: datetime) -> None:
    assert parse_moment(text) == moment


def test_a_moment_obeys_the_order_of_its_date() -> None:
    assert parse_moment("05/01/2009 09:43", DateOrder.MDY) == datetime(2009, 5, 1, 9, 43)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("05/01/2009", "no time"),
        ("5 January 2009", "no time"),
        ("", "no time"),
        ("05/01/2009 24:00", "no such time"),
        ("05/01/2009 09:60", "no such time"),
        ("05/01/2009 13:00 pm", "no such time"),
        ("05/01/2009 0am", "no such time"),
        ("2009-01-05T09:43Z", "time zone"),
        ("2009-01-05T09:43:00+01:00", "time zone"),
        ("31/02/2009 09:43", "not a date"),
    ],
)
def test_a_moment_that_is_none_is_refused(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        parse_moment(text)


@given(st.datetimes(datetime(1800, 1, 1), datetime(2199, 12, 31)))
@any_input
def test_a_moment_in_iso_form_is_read_back(moment: datetime) -> None:
    assert parse_moment(moment.isoformat()) == moment
    assert parse_moment(moment.isoformat(" ")) == moment


def test_dates_and_times_are_shown_by_the_standard() -> None:
    assert show(date(2009, 1, 5)) == "05-Jan-2009"
    assert show(date(2009, 5, 31)) == "31-May-2009"
    assert show_long(date(2009, 1, 5)) == "5 January 2009"
    assert show_time(time(9, 43, 59)) == "09:43"
    assert show_time(datetime(2009, 1, 5)) == "00:00"


def test_what_is_missing_is_shown_in_words() -> None:
    assert show(None) == show_long(None) == show_time(None) == "Not recorded"


@pytest.mark.parametrize(
    ("born", "shown"),
    [
        ("2026-11-21", "0d"),
        ("2026-11-19", "2d"),
        ("2026-10-25", "27d"),
        ("2026-10-24", "4w"),
        ("2026-10-23", "4w 1d"),
        ("2025-11-22", "52w"),
        ("2025-11-21", "12m"),
        ("2025-11-20", "12m 1d"),
        ("2025-10-13", "13m 8d"),
        ("2024-11-22", "23m 30d"),
        ("2024-11-21", "2y"),
        ("2022-10-13", "4y 1m"),
        ("2008-11-22", "17y 11m"),
        ("2008-11-21", "18y"),
        ("1945-07-14", "81y"),
    ],
)
def test_an_age_has_the_units_of_its_time_of_life(born: str, shown: str) -> None:
    assert age(date.fromisoformat(born), TODAY) == shown


@pytest.mark.parametrize(
    ("born", "on", "shown"),
    [
        ("2008-02-29", "2026-02-28", "17y 11m"),
        ("2008-02-29", "2026-03-01", "18y"),
        ("2024-02-29", "2025-02-28", "52w 1d"),
        ("2024-02-29", "2025-03-01", "12m 1d"),
        ("2025-01-31", "2026-03-01", "13m 1d"),
    ],
)
def test_an_age_is_right_around_short_months(born: str, on: str, shown: str) -> None:
    assert age(date.fromisoformat(born), date.fromisoformat(on)) == shown


def test_an_age_before_birth_is_refused() -> None:
    for count in (age, years):
        with pytest.raises(Invalid) as refused:
            count(date(2026, 11, 22), TODAY)
        assert refused.value.field == "born"


@given(st.dates(), st.dates())
@any_input
def test_whole_years_lie_between_two_birthdays(one: date, other: date) -> None:
    born, on = min(one, other), max(one, other)
    assume(on.year < 9999)
    assert birthday(born, years(born, on)) <= on < birthday(born, years(born, on) + 1)


@given(st.dates(), st.integers(0, 60_000))
@any_input
def test_the_units_of_an_age_follow_from_its_length(born: date, lived: int) -> None:
    assume(born.toordinal() + lived <= date.max.toordinal())
    on = born + timedelta(days=lived)
    units = [part[-1] for part in age(born, on).split()]
    whole_years = years(born, on)
    if whole_years >= 18:
        assert units == ["y"]
    elif whole_years >= 2:
        assert units in (["y"], ["y", "m"])
    elif whole_years == 1:
        assert units in (["m"], ["m", "d"])
    else:
        assert units in (["w"], ["w", "d"]) if lived >= 28 else units == ["d"]


@pytest.mark.parametrize(
    ("born", "n", "day"),
    [
        ("2010-05-14", 25, "2035-05-14"),
        ("2009-05-14", 26, "2035-05-14"),
        ("2008-11-21", 26, "2034-11-21"),
        ("2008-02-29", 25, "2033-03-01"),
        ("2008-02-29", 26, "2034-03-01"),
        ("2008-02-29", 28, "2036-02-29"),
        ("2020-01-10", 25, "2045-01-10"),
    ],
)
def test_a_birthday_on_29_february_falls_on_1_march_in_common_years(born: str, n: int, day: str) -> None:
    assert birthday(date.fromisoformat(born), n) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("day", "n", "after"),
    [
        ("2018-11-21", 8, "2026-11-21"),
        ("2020-02-29", 8, "2028-02-29"),
        ("2020-02-29", 7, "2027-02-28"),
        ("2016-02-29", 20, "2036-02-29"),
        ("2020-02-29", 10, "2030-02-28"),
        ("2024-02-29", 1, "2025-02-28"),
        ("2024-02-29", -1, "2023-02-28"),
    ],
)
def test_years_are_added_to_the_last_day_of_february(day: str, n: int, after: str) -> None:
    assert add_years(date.fromisoformat(day), n) == date.fromisoformat(after)


@pytest.mark.parametrize(
    ("day", "n", "after"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2027-01-29", 1, "2027-02-28"),
        ("2026-11-25", 1, "2026-12-25"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-12-31", 1, "2027-01-31"),
    ],
)
def test_months_are_added_to_the_last_day_of_the_month(day: str, n: int, after: str) -> None:
    assert add_months(date.fromisoformat(day), n) == date.fromisoformat(after)


@given(st.dates(date(200, 1, 1), date(9700, 1, 1)), st.integers(-2000, 2000))
@any_input
def test_adding_agrees_with_dateutil(day: date, n: int) -> None:
    assert add_months(day, n) == day + relativedelta(months=n)
    assert add_years(day, n // 12) == day + relativedelta(years=n // 12)


def test_leaving_the_calendar_is_refused() -> None:
    for leave in (
        lambda: add_months(date.max, 1),
        lambda: add_years(date.min, -1),
        lambda: birthday(TODAY, 8000),
    ):
        with pytest.raises(Invalid, match="calendar"):
            leave()


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-23", "today"),
        ("2026-11-22", "yesterday"),
        ("2026-11-11", "12 days ago"),
        ("2026-09-24", "60 days ago"),
        ("2026-09-23", "2 months ago"),
        ("2026-03-23", "8 months ago"),
        ("2024-11-24", "23 months ago"),
        ("2024-11-23", "2 years ago"),
        ("2026-11-24", "on 24-Nov-2026"),
    ],
)
def test_how_long_ago_a_day_was(day: str, words: str) -> None:
    assert ago(date.fromisoformat(day), date(2026, 11, 23)) == words
