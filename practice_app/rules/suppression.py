"""The plain form of an address under which a wish for no marketing is found again, however it is typed."""

import re
import unicodedata

from practice_app.rules import contact_details
from practice_app.rules.consents import Channel

_POSTCODE_ANYWHERE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]?\s*[0-9][A-Z]{2}\b")


def normal_form(channel: Channel, address: str) -> str:
    """An e-mail address, telephone number or postal address as it is compared; "" for nothing usable.

    A postal address is its first line and its postcode, so that a county more or less does not matter.
    """
    text = unicodedata.normalize("NFKC", address).strip()
    match channel:
        case Channel.EMAIL:
            return text.casefold()
        case Channel.SMS | Channel.PHONE | Channel.VOICEMAIL:
            return contact_details.phone(text).e164 or contact_details.digits(text)
    return _postal(text)


def _postal(text: str) -> str:
    lines = [line for line in re.split(r"[,\n]", text.upper()) if _letters(line)]
    codes = _POSTCODE_ANYWHERE.findall(text.upper())
    if not codes:
        return _letters("".join(lines))
    house = _letters(_POSTCODE_ANYWHERE.sub("", lines[0]))
    return f"{house} {_letters(codes[-1])}" if house else ""  # a whole postcode is nobody's address


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
