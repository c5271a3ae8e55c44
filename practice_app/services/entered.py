"""What people enter, made ready to keep: tidied and checked, with an error that names the field."""

import unicodedata

from practice_app.errors import Invalid
from practice_app.rules import contact_details

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_LINE_BREAK = "\n"


def line(text: str, field: str, longest: int, *, needed: str = "") -> str:
    """One line with single spaces; refuses (Invalid) invisible characters and too many of any.

    `needed` is what to say when nothing is left.
    """
    tidy = " ".join(text.split())
    if needed and not tidy:
        raise Invalid(needed, field)
    _refuse_odd(tidy, field, longest)
    return tidy


def paragraphs(text: str, field: str, longest: int, *, needed: str = "") -> str:
    """Several lines, without blank ones at either end; refuses as `line` does."""
    tidy = _LINE_BREAK.join(part.rstrip() for part in text.strip().splitlines())
    if needed and not tidy:
        raise Invalid(needed, field)
    _refuse_odd(tidy.replace(_LINE_BREAK, ""), field, longest)
    return tidy


def phone(text: str, field: str) -> str:
    """A telephone number as it is shown; refuses (Invalid) what is none."""
    read = contact_details.phone(text)
    if read.warning:
        raise Invalid("Enter a telephone number like 01632 960001.", field)
    return read.shown


def email(text: str, field: str, longest: int = 320) -> str:
    """An e-mail address; refuses (Invalid) what is none."""
    address = line(text, field, longest)
    if contact_details.email_warning(address):
        raise Invalid("Enter an e-mail address like reception@clinic.example.", field)
    return address


def whole_number(number: int, field: str, least: int, most: int, unit: str) -> int:
    """A number within bounds; refuses (Invalid) one outside."""
    if not least <= number <= most:
        raise Invalid(f"Enter {least} to {most} {unit}.", field)
    return number


def _refuse_odd(text: str, field: str, longest: int) -> None:
    if len(text) > longest:
        raise Invalid(f"Use at most {longest:,} characters; these are {len(text):,}.", field)
    if any(unicodedata.category(each) in _INVISIBLE for each in text):
        raise Invalid("There is an invisible character in it. Type it instead of pasting.", field)
