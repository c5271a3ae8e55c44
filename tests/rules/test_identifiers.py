"""NHS numbers, practice codes, and payment card numbers that must not be stored."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from practice_app.errors import Invalid
from practice_app.rules.identifiers import (
    has_card_number,
    nhs_number,
    nhs_number_warning,
    ods_code_warning,
    show_nhs_number,
)

any_text = settings(deadline=None)
nine_digits = st.text(alphabet="0123456789", min_size=9, max_size=9)
separators = st.sampled_from(["", " ", "-"])


def check_digit(nine: str) -> int:
    """The Modulus 11 check digit as the NHS Data Dictionary describes it; 10 when there is none."""
    return (11 - sum(int(digit) * (10 - place) for place, digit in enumerate(nine)) % 11) % 11


def with_luhn_digit(number: str) -> str:
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(number))]
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return number + str(-total % 10)


@pytest.mark.parametrize(
    "text",
    [
        "943 476 5919",
        "9434765919",
        "943-476-5919",
        " 943\u00a0476 5919 ",
        "485 777 3457",
        "999 000 0018",
        "999 000 0026",
        "999 000 0034",
        "999 000 0042",
        "999 000 0050",
        "999 111 2227",
        "999 456 1235",
        "999 765 4323",
        "999 888 7771",
        "123 456 7881",
        "401 023 2137",
    ],
)
def test_a_valid_nhs_number_becomes_ten_digits(text: str) -> None:
    number = nhs_number(text)
    assert len(number) == 10
    assert number.isdecimal()
    assert show_nhs_number(number) == f"{number[:3]} {number[3:6]} {number[6:]}"


@pytest.mark.parametrize(
    "text",
    [
        "485 777 3456",
        "987 654 4321",
        "999 123 4560",
        "999 999 9999",
        "111 111 1111",
        "000 000 0000",
        "943476591",
        "943476591X",
        "94347659190",
        "٩٤٣٤٧٦٥٩١٩",
        "",
        *(f"999000000{digit}" for digit in range(10)),
        *(f"999123456{digit}" for digit in range(10)),
    ],
)
def test_a_wrong_nhs_number_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        nhs_number(text)
    assert refused.value.field == "nhs_number"


@given(nine_digits)
@any_text
def test_exactly_the_number_with_the_right_check_digit_is_taken(nine: str) -> None:
    assume(len(set(nine)) > 1)
    for last in range(10):
        number = f"{nine}{last}"
        if last == check_digit(nine):
            assert nhs_number(show_nhs_number(number)) == number
        else:
            with pytest.raises(Invalid):
                nhs_number(number)


@given(st.text())
@any_text
def test_an_nhs_number_is_refused_only_with_invalid(text: str) -> None:
    with suppress(Invalid):
        assert nhs_number(text).isdecimal()


@pytest.mark.parametrize(
    ("digits", "warned"),
    [
        ("9990000018", "test number"),
        ("9434765919", "may be a test number"),
        ("1234567881", None),
        ("4010232137", None),
        ("4857773457", None),
        ("6328798801", None),
        ("3201234560", None),
        ("0101000000", None),
        ("0100999999", "range"),
        ("4999999999", None),
        ("6000000000", None),
        ("7999999999", None),
        ("5000000000", "range"),
        ("8000000000", "range"),
    ],
)
def test_an_unlikely_nhs_number_is_doubted_not_refused(digits: str, warned: str | None) -> None:
    warning = nhs_number_warning(digits)
    assert warning is None if warned is None else warning is not None and warned in warning


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "41111111 11111111",
        "411111 11 1111 1111 4111 1111 1111 1111",
        "4222222222222",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "3782 822463 10005",
        "30569309025904",
        "6011111111111117",
        "3530111333300000",
        "6304000000000000",
        "card 4111 1111 1111 1111 exp 12/26 cvc 123",
        "4111 1111 1111 1111 1226 123",
        "paid by 5555-5555-5555-4444.",
        "ref4111111111111111end",
    ],
)
def test_a_card_number_is_found(text: str) -> None:
    assert has_card_number(text)


@pytest.mark.parametrize("length", range(13, 20))
def test_a_card_number_of_every_length_is_found(length: int) -> None:
    number = with_luhn_digit("40123456789012345678"[: length - 1])
    assert len(number) == length
    assert has_card_number(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4111 1111 1111 1112",
        "943 476 5919",
        "9434765919 4857773457",
        "485 777 3457 485 777 3457",
        "07700 900123 07700 900456",
        "+44 (0)118 496 0123 x1234",
        "0044 7700 900123",
        "2026-11-21 2026-11-22",
        "23-05-1980 24-05-1980",
        "20261121 20261122",
        "2026-11-21T09:30:00 2026-11-22T10:30:00",
        "352099001761481",
        "8944500102198304826",
        "12345678901234567890123456789012",
        "41111111111111111111",
        "Flat 4, 111 High Street",
    ],
)
def test_other_numbers_are_not_taken_for_a_card(text: str) -> None:
    assert not has_card_number(text)


@given(
    st.sampled_from("456"), st.lists(st.text("0123456789", min_size=4, max_size=4), min_size=3, max_size=3)
)
@any_text
def test_any_card_number_is_found_in_groups_or_in_one(first: str, groups: list[str]) -> None:
    number = with_luhn_digit(first + "".join(groups) + "00")
    for separator in ("", " ", "-", " - "):
        written = separator.join(number[start : start + 4] for start in range(0, len(number), 4))
        assert has_card_number(f"Paid with {written}, thank you")


@given(st.lists(nine_digits, min_size=1, max_size=4), separators)
@any_text
def test_nhs_numbers_side_by_side_are_no_card(numbers: list[str], separator: str) -> None:
    shown = [show_nhs_number(nine + str(check_digit(nine) % 10)).replace(" ", separator) for nine in numbers]
    assert not has_card_number(" ".join(shown))


@given(st.lists(st.dates(date(1900, 1, 1), date(2099, 12, 31)), max_size=4))
@any_text
def test_dates_side_by_side_are_no_card(days: list[date]) -> None:
    assert not has_card_number(" ".join(f"{day:%Y-%m-%d}" for day in days))
    assert not has_card_number(" ".join(f"{day:%d-%m-%Y}" for day in days))


@given(st.text(alphabet="0123456789 -.x", max_size=200))
@any_text
def test_looking_for_a_card_never_fails(text: str) -> None:
    assert has_card_number(text) in {True, False}


@pytest.mark.parametrize("code", ["A81001", "W97001", "Y00001", "y00001 ", "12345", "Z00001", "GUE010", ""])
def test_a_practice_code_of_any_nation_is_not_doubted(code: str) -> None:
    assert ods_code_warning(code) is None


@pytest.mark.parametrize("code", ["I81001", "A8100", "A810011", "surgery", "1234"])
def test_an_odd_practice_code_is_doubted(code: str) -> None:
    assert ods_code_warning(code)
