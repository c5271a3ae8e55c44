"""How phone numbers, postcodes and e-mail addresses are tidied, shown and doubted; none is ever refused."""

import re
from dataclasses import dataclass
from unicodedata import decimal

_PHONE_SEPARATORS = str.maketrans("", "", " \t\n\r-.()/\u00a0\u2010\u2011\u2012\u2013\u2014")
_EXTENSION = re.compile(r"(.*?[0-9)])[ ,;]*(?:x|ext|extn|extension|#)[.: ]*([0-9]{1,7})", re.IGNORECASE)
_SIX_DIGIT_AREAS = frozenset(
    {
        "013873", "015242", "015394", "015395", "015396", "016973", "016974", "017683", "017684", "017687",
        "019467",
    }
)  # fmt: skip
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)\s*([0-9][A-Z]{2})")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(?:\.[^@\s,;<>.]+)+")
_LONGEST_EMAIL = 254
_NOT_A_PHONE = "This does not look like a phone number; it is kept as typed."
_LONGEST_PHONE = 60  # with an extension written out; anything longer is a remark


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number: how to show it, how to dial it from anywhere (E.164), and what is odd about it."""

    shown: str
    e164: str | None = None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Postcode:
    """A postcode: how to show it, and what is odd about it."""

    shown: str
    warning: str | None = None


def digits(text: str) -> str:
    """The digits of `text` and nothing else, as 0 to 9 whatever script they were typed in."""
    return "".join(filter(str.isdecimal, _western(text)))


def phone(text: str) -> Phone:
    """A phone number as typed, made ready to show and to dial (CUI telephone number display).

    UK numbers are shown without +44 and brackets, the area code apart; foreign ones with + and the
    country code. Only the length is judged, so Ofcom's numbers for drama pass. What cannot be read
    is kept as typed, without `e164` and with a warning; blank text gives a blank Phone.
    """
    typed = " ".join(text.split())
    if not typed:
        return Phone("")
    compact = _western(typed).translate(_PHONE_SEPARATORS)
    if not compact or len(typed) > _LONGEST_PHONE:
        return Phone(typed, None, _NOT_A_PHONE)
    abroad = compact[0] == "+" or compact[:2] == "00"
    if abroad and "(0)" in typed:  # the nought to be dialled at home only: "+44 (0)20 7946 0018"
        compact = _western(typed).replace("(0)", "", 1).translate(_PHONE_SEPARATORS)
    if not abroad:
        national = compact
    elif compact.startswith("+44"):
        national = "0" + compact[3:]
    elif compact.startswith("0044"):
        national = "0" + compact[4:]
    else:
        return _foreign_phone(typed, compact)
    if _is_uk_number(national):
        return Phone(_spaced(national), "+44" + national[1:])
    return _unusual_phone(typed, national)


def show_phone(text: str) -> str:
    """A phone number as screens show it: "0118 496 0123 x1234", "+1 212 555 2368", else as typed."""
    return phone(text).shown


def postcode(text: str) -> Postcode:
    """A postcode in capitals with one space before the last three: "BN11 5PA".

    Loose on purpose, so that the NHS's own codes (ZZ99 3VZ, no fixed abode) pass. Foreign and doubtful
    ones are kept as typed with a warning; blank text gives a blank Postcode.
    """
    typed = " ".join(text.split())
    match = _POSTCODE.fullmatch(typed.upper())
    if match:
        return Postcode(f"{match[1]} {match[2]}")
    if not typed:
        return Postcode("")
    if typed.upper().replace(" ", "") == "GIR0AA":
        return Postcode("GIR 0AA")
    return Postcode(typed, "This does not look like a UK postcode; it is kept as typed.")


def email_warning(text: str) -> str | None:
    """What is odd about an e-mail address, or None; blank text is not odd."""
    address = text.strip()
    if not address or (len(address) <= _LONGEST_EMAIL and _EMAIL.fullmatch(address)):
        return None
    if address.count("@") > 1:
        return "This looks like more than one e-mail address; give each its own line."
    return "This does not look like an e-mail address; it is kept as typed."


def _western(text: str) -> str:
    """`text` with the digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(decimal(character, character)) for character in text)


def _is_uk_number(national: str) -> bool:
    if not (national.isascii() and national.isdecimal() and national[0] == "0"):
        return False
    # Only some 01 and 08 numbers have ten digits; 04 and 06 are not used, and 00 is the way abroad.
    return national[1:2] in "1235789" if len(national) == 11 else len(national) == 10 and national[1] in "18"


def _spaced(national: str) -> str:
    """A UK number with a space after its area code and before the last four of a long local part."""
    area, local = national[: _area_length(national)], national[_area_length(national) :]
    return f"{area} {local[:-4]} {local[-4:]}" if len(local) > 6 else f"{area} {local}"


def _area_length(national: str) -> int:
    kind = national[1]
    if kind == "2":
        return 3
    if kind in "89" or (kind == "1" and "1" in national[2:4]):
        return 4
    return 6 if national[:6] in _SIX_DIGIT_AREAS else 5


def _unusual_phone(typed: str, national: str) -> Phone:
    """A number written for the UK that is not simply 10 or 11 digits from 0."""
    with_extension = _with_extension(typed)
    if with_extension:
        return with_extension
    if national[:2] == "00" and _is_uk_number(national[1:]):
        # +4401184960123: which nought is one too many is plain to a machine, yet shown as typed (CUI).
        return Phone(typed, "+44" + national[2:], "There is a 0 after +44 in this number; please check it.")
    if not (national.isascii() and national.isdecimal()):
        return Phone(typed, None, _NOT_A_PHONE)
    if national[0] != "0":
        return Phone(typed, None, "This number starts neither with 0 nor with +; it is kept as typed.")
    if national[1:2] in {"4", "6"}:
        return Phone(typed, None, f"No UK number starts with {national[:2]}; it is kept as typed.")
    wanted = "10 or 11" if national[1:2] in {"1", "8"} else "11"
    warning = f"A UK number from {national[:2]} has {wanted} digits; this has {len(national)}."
    return Phone(typed, None, warning)


def _with_extension(typed: str) -> Phone | None:
    """A number followed by an extension, when the number itself can be read."""
    match = _EXTENSION.fullmatch(_western(typed))
    if not match:
        return None
    number = phone(match[1])
    return Phone(f"{number.shown} x{match[2]}", number.e164, number.warning) if number.e164 else None


def _foreign_phone(typed: str, compact: str) -> Phone:
    with_extension = _with_extension(typed)
    if with_extension:
        return with_extension
    import phonenumbers  # 40 ms that the first paint must not pay

    doubtful = Phone(typed, None, _NOT_A_PHONE)
    try:
        number = phonenumbers.parse(compact, "GB")
    except phonenumbers.NumberParseException:
        return doubtful
    if not phonenumbers.is_possible_number(number) or not compact[1:].isdecimal():
        return doubtful
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(re.sub(r"[-/ ]+", " ", shown), e164)
