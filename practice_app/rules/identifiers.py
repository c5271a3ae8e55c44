"""Numbers and codes that name a person, a practice or a payment card."""

import re

from practice_app.errors import Invalid

_SEPARATORS = str.maketrans("", "", " \t\n\r-\u00a0\u2010\u2011\u2012\u2013\u2014")


def nhs_number(text: str) -> str:
    """The ten digits of an NHS number typed with or without spaces and hyphens.

    Refused with Invalid: other characters, another length, a wrong check digit (Modulus 11) and ten
    equal digits, which pass the arithmetic and are never issued.
    """
    from stdnum.gb.nhs import checksum  # loads pydoc: 50 ms that the first paint must not pay

    digits = text.translate(_SEPARATORS)
    if not (digits.isascii() and digits.isdecimal()):
        raise Invalid("An NHS number has ten digits and nothing else.", field="nhs_number")
    if len(digits) != 10:
        raise Invalid(f"An NHS number has ten digits; this has {len(digits)}.", field="nhs_number")
    if digits == digits[0] * 10 or checksum(digits) != 0:
        raise Invalid("This is not an NHS number: its check digit is wrong.", field="nhs_number")
    return digits


def show_nhs_number(digits: str) -> str:
    """Ten digits as they are shown, 3-3-4: "999 000 0018"."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def nhs_number_warning(digits: str) -> str | None:
    """What is odd about a valid NHS number, or None; ranges are never a reason to refuse one."""
    if digits.startswith("999"):
        return "This is a test number: numbers from 999 are never given to anybody."
    if digits.startswith("9"):
        return "This may be a test number: numbers from 9 are used for testing."
    # Scotland's begin with a day of birth (01 to 31), the other nations' with 3, 4, 6 or 7.
    if "0101000000" <= digits < "5" or digits[:1] in {"6", "7"}:
        return None
    return "No NHS number has been given from this range; please check it."


_CARD_GROUPS = re.compile(r"[0-9]+(?:[ \t\u00a0.\u2010-\u2015-]{1,3}[0-9]+)*")
_CARD_ISSUER = re.compile(
    r"[456][0-9]{12,18}"  # Visa, Mastercard, Maestro, Discover, UnionPay
    r"|3[47][0-9]{13}"  # American Express
    r"|3[0689][0-9]{12,17}|35[0-9]{14,17}"  # Diners Club, JCB
    r"|2(?:20[0-4]|22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"  # Mir, Mastercard
)
_FEWEST_CARD_DIGITS, _MOST_CARD_DIGITS = 13, 19


def has_card_number(text: str) -> bool:
    """Whether `text` holds a payment card number, which is never stored (P27).

    A card number has 13 to 19 digits, an issuer's first digits and a Luhn check digit, and is written
    in one piece or in groups of four to eight digits. NHS numbers, phones, dates, device numbers and
    long references do not have all of these.
    """
    if len(text) < _FEWEST_CARD_DIGITS:
        return False
    return any(
        _is_card_number(digits)
        for run in _CARD_GROUPS.finditer(text)
        if len(run[0]) >= _FEWEST_CARD_DIGITS
        for digits in _card_candidates(re.findall("[0-9]+", run[0]))
    )


def _card_candidates(groups: list[str]) -> list[str]:
    """Digits of every sequence of neighbouring groups that is shaped like a card number.

    Sequences, because an expiry date or another number may stand before or after the card's.
    """
    found = [group for group in groups if _FEWEST_CARD_DIGITS <= len(group) <= _MOST_CARD_DIGITS]
    for start, first in enumerate(groups):
        digits, before = first, first
        for group in groups[start + 1 :]:
            if not 4 <= len(before) <= 8 or len(group) > 8:
                break
            digits, before = digits + group, group
            if len(digits) > _MOST_CARD_DIGITS:
                break
            if len(digits) >= _FEWEST_CARD_DIGITS:
                found.append(digits)
    return found


def _is_card_number(digits: str) -> bool:
    if not _CARD_ISSUER.fullmatch(digits):
        return False
    from stdnum.luhn import is_valid

    return bool(is_valid(digits))


_ODS_CODE = re.compile(r"[A-HJ-NPVWY][0-9]{5}|(?:ALD|GUE|JER)[0-9]{3}|[0-9]{5}|Z[0-9A-Z]{2,9}")


def ods_code_warning(code: str) -> str | None:
    """What is odd about a GP practice's code, or None.

    England and Wales: a letter and five digits; Scotland: five digits; Northern Ireland: from Z;
    Alderney, Guernsey and Jersey: ALD, GUE or JER and three digits. Codes differ too much to refuse any.
    """
    if not code.strip() or _ODS_CODE.fullmatch(code.strip().upper()):
        return None
    return "This does not look like a GP practice code, such as A81001."
