"""Phones, postcodes and e-mail addresses: tidied, shown, doubted, never refused."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice_app.rules.contact_details import (
    Phone,
    Postcode,
    digits,
    email_warning,
    phone,
    postcode,
    show_phone,
)

any_text = settings(deadline=None)
ten_digits = st.text(alphabet="0123456789", min_size=10, max_size=10)
uk_numbers = st.builds(lambda kind, rest: f"0{kind}{rest[:9]}", st.sampled_from("1235789"), ten_digits)
phone_like = st.text(alphabet="0123456789+() -./x#", max_size=30)


@pytest.mark.parametrize(
    ("typed", "shown", "e164"),
    [
        ("01184960123", "0118 496 0123", "+441184960123"),
        ("02079460018", "020 7946 0018", "+442079460018"),
        ("01614960123", "0161 496 0123", "+441614960123"),
        ("01632960123", "01632 960123", "+441632960123"),
        ("01387312345", "013873 12345", "+441387312345"),
        ("07700900123", "07700 900123", "+447700900123"),
        ("08081570123", "0808 157 0123", "+448081570123"),
        ("03069990123", "03069 990123", "+443069990123"),
        ("+441184960123", "0118 496 0123", "+441184960123"),
        ("0044 118 496 0123", "0118 496 0123", "+441184960123"),
        ("(0118) 496-0123", "0118 496 0123", "+441184960123"),
        ("+44 (0)7700 900 960", "07700 900960", "+447700900960"),
        ("07700\u00a0900\u2013123", "07700 900123", "+447700900123"),
        ("০৭৭০০ ৯০০১২৩", "07700 900123", "+447700900123"),
        ("0118 496 0123 x1234", "0118 496 0123 x1234", "+441184960123"),
        ("01184960123 ext. 1234", "0118 496 0123 x1234", "+441184960123"),
        ("0800 123456", "0800 123456", "+44800123456"),
        ("01204 12345", "01204 12345", "+44120412345"),
        ("+1 212 555 2368", "+1 212 555 2368", "+12125552368"),
        ("+12125552368", "+1 212 555 2368", "+12125552368"),
        ("001 212 555 2368 x22", "+1 212 555 2368 x22", "+12125552368"),
        ("+49 (0)30 123456", "+49 30 123456", "+4930123456"),
        ("(+358) 171521335", "+358 17 1521335", "+358171521335"),
    ],
)
def test_a_phone_number_is_shown_by_the_standard(typed: str, shown: str, e164: str) -> None:
    assert phone(typed) == Phone(shown, e164, None)


@pytest.mark.parametrize(
    "typed",
    [
        "12345",
        "7700900123",
        "0770090012",
        "028 901 8979",
        "07700 9001234",
        "0412 345 6789",
        "0123",
        "07700 900123 (mum)",
        "07700 900123 / 0118 496 0123",
        "ring after six",
        "(591)736-1715x213",
        "+",
        "()",
        "+999 123 456",
        "+1 212",
        "00",
    ],
)
def test_a_doubtful_phone_number_is_kept_as_typed_with_a_warning(typed: str) -> None:
    kept = phone(typed)
    assert (kept.shown, kept.e164) == (typed, None)
    assert kept.warning is not None
    assert kept.warning.endswith(".")


def test_a_nought_after_44_is_shown_as_typed_and_doubted() -> None:
    kept = phone("+4401184960123")
    assert (kept.shown, kept.e164) == ("+4401184960123", "+441184960123")
    assert kept.warning


def test_a_blank_phone_number_is_blank() -> None:
    assert phone(" ") == Phone("", None, None)


def test_ofcom_drama_numbers_are_not_doubted() -> None:
    for number in ("01632 960001", "07700 900000", "0808 157 0000", "020 7946 0000"):
        assert phone(number).warning is None


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("7700900123", "neither with 0 nor with +"),
        ("028 901 8979", "from 02 has 11 digits; this has 10"),
        ("07700 9001234", "from 07 has 11 digits; this has 12"),
        ("0118 496 01", "from 01 has 10 or 11 digits; this has 9"),
        ("0", "has 11 digits; this has 1"),
        ("0412 345 6789", "No UK number starts with 04"),
        ("ring after six", "does not look like a phone number"),
        ("07700a900123", "does not look like a phone number"),
    ],
)
def test_the_warning_says_what_is_odd_about_a_phone_number(typed: str, why: str) -> None:
    assert why in (phone(typed).warning or "")


@given(uk_numbers)
@any_text
def test_a_uk_number_is_the_one_the_phone_library_reads(number: str) -> None:
    library = phonenumbers.parse(number, "GB")
    assert phone(number).e164 == phonenumbers.format_number(library, phonenumbers.PhoneNumberFormat.E164)


@given(uk_numbers, st.lists(st.sampled_from(["", " ", "-", ".", "\u00a0"]), min_size=11, max_size=11))
@any_text
def test_separators_do_not_change_a_number(number: str, separators: list[str]) -> None:
    typed = "".join(digit + separator for digit, separator in zip(number, separators, strict=True))
    assert phone(typed) == phone(number)
    assert digits(phone(typed).shown) == number


@given(st.text() | phone_like)
@any_text
def test_any_text_is_shown_and_showing_it_again_changes_nothing(text: str) -> None:
    shown = show_phone(text)
    assert shown or not text.strip()
    assert show_phone(shown) == shown


@given(phone_like)
@any_text
def test_no_digit_of_a_phone_number_is_lost(text: str) -> None:
    read = phone(text)
    if read.e164 is None:
        assert read.shown == " ".join(text.split())
        assert read.warning or not read.shown
    else:
        national = digits(read.e164).removeprefix("44")
        assert national in digits(text)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("M1 1AE", "M1 1AE"),
        ("B33 8TH", "B33 8TH"),
        ("CR2 6XH", "CR2 6XH"),
        ("DN55 1PT", "DN55 1PT"),
        ("W1A 1HQ", "W1A 1HQ"),
        ("EC1A 1BB", "EC1A 1BB"),
        ("BN11 5PA", "BN11 5PA"),
        ("bn115pa", "BN11 5PA"),
        ("MK41 7PH", "MK41 7PH"),
        ("SW1A0AA", "SW1A 0AA"),
        (" sw1a  0aa ", "SW1A 0AA"),
        ("ZZ99 3VZ", "ZZ99 3VZ"),
        ("gir0aa", "GIR 0AA"),
        ("", ""),
    ],
)
def test_a_postcode_is_shown_in_capitals_with_one_space(typed: str, shown: str) -> None:
    assert postcode(typed) == Postcode(shown, None)


@pytest.mark.parametrize("typed", ["A1 1A", "AAA1 1AA", "D02 AF30", "75008", "SWIA 1AA", "n/a", "M1 1A E"])
def test_a_doubtful_postcode_is_kept_as_typed_with_a_warning(typed: str) -> None:
    assert postcode(typed).shown == typed
    assert postcode(typed).warning


@given(st.text() | st.from_regex(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}", fullmatch=True))
@any_text
def test_tidying_a_postcode_twice_changes_nothing_more(text: str) -> None:
    once = postcode(text)
    assert postcode(once.shown) == once


@pytest.mark.parametrize(
    "address",
    ["jo@example.org", " jo@example.org ", "jo.o'neil+clinic@mail.example.co.uk", "jø@exämple.org", ""],
)
def test_an_ordinary_email_address_is_not_doubted(address: str) -> None:
    assert email_warning(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "jo",
        "jo@example",
        "joexample.org",
        "@example.org",
        "jo@",
        "jo@example..org",
        "jo@.example.org",
        "jo @example.org",
        "Jo <jo@example.org>",
        "a" * 250 + "@b.uk",
    ],
)
def test_an_odd_email_address_is_doubted(address: str) -> None:
    warning = email_warning(address)
    assert warning is not None
    assert "does not look like an e-mail address" in warning


def test_two_email_addresses_in_one_line_are_named_as_such() -> None:
    warning = email_warning("jo@example.org; sam@example.org")
    assert warning is not None
    assert "more than one" in warning


@given(st.text())
@any_text
def test_digits_are_western_digits_only(text: str) -> None:
    found = digits(text)
    assert set(found) <= set("0123456789")
    assert len(found) == sum(map(str.isdecimal, text))
    assert digits(found) == found
    assert email_warning(text) is None or email_warning(text)
