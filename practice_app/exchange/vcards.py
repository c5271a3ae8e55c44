"""Address cards (vCard 2.1, 3.0 and 4.0) in and out.

Reading uses vobject for the lines only: its own model of a card cuts a name or note at a comma that was not
escaped, and gives up a whole file for one photograph that is cut short; phones write both. Photographs,
logos, sounds and keys are never looked at.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from practice_app.errors import FileRefused
from practice_app.exchange import files, text_encoding
from practice_app.exchange.entries import Entries, Entry
from practice_app.exchange.row_reader import BETWEEN_VALUES
from practice_app.exchange.rows import PhoneNumber, PostalAddress
from practice_app.rules.names import PersonName, plain_name

if TYPE_CHECKING:
    from vobject.base import ContentLine

_LARGEST = 50 * 1024 * 1024
_MOST_CARDS = 50_000
_LINE_END = re.compile(r"\r*\n|\r+")
_PROPERTY = re.compile(r"(?:[A-Za-z0-9-]+\.)?(?P<name>[A-Za-z0-9-]+)[;:]")
_BEGIN = re.compile(r"(?i)BEGIN:VCARD\s*")
_BINARY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_TECHNICAL = frozenset({"VERSION", "PRODID", "REV", "BEGIN", "END", "N", "FN", "UID", "CLASS", "PROFILE"})

_ESCAPED_OR_NOT = re.compile(r"\\.|.", re.DOTALL)
_ESCAPES = {"n": "\n", "N": "\n"}


def starts_like_cards(content: bytes) -> bool:
    """Whether a file begins as address cards do, in any encoding they come in."""
    start = content[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return start[:11].upper() == b"BEGIN:VCARD"


def read(path: Path) -> Entries:
    """The cards of a file as a table of the fields of contacts and patients; `line` is where a card begins.

    What a card has several of goes into one cell ("a@x.org ::: b@x.org"). Refuses with FileRefused what
    files.read_once and text_encoding.decoded refuse, and a file without cards. A card that is cut short is
    a faulty entry.
    """
    content = files.read_once(path, _LARGEST)
    text = _LINE_END.sub("\n", text_encoding.decoded(content))
    cards = list(_cards(text.split("\n")))
    if not cards:
        raise FileRefused(f"“{path.name}” holds no address cards.")
    if len(cards) > _MOST_CARDS:
        raise FileRefused(f"The file has more than {_MOST_CARDS:,} cards. Split it into smaller files.")
    left_out: dict[str, None] = {}
    entries = [_entry(line, card, is_whole, left_out) for line, card, is_whole in cards]
    return Entries(path, entries, tuple(left_out))


def _cards(lines: Sequence[str]) -> Iterator[tuple[int, list[str], bool]]:
    """The line each card begins on, its lines, and whether it has an end; binary content is left out."""
    start, card, skipping = 0, [""], False
    for number, line in enumerate(lines, start=1):
        if _BEGIN.fullmatch(line):
            if start:
                yield start, card, False
            start, card, skipping = number, [], False
        elif start and line.strip().upper() == "END:VCARD":
            yield start, card, True
            start = 0
        elif start:
            begun = _PROPERTY.match(line)
            if begun:
                skipping = begun["name"].upper() in _BINARY
                line = f"{begun['name']}:" if skipping else line
            if begun or not skipping:
                card.append(line)
    if start:
        yield start, card, False


def _entry(line: int, card: Sequence[str], is_whole: bool, left_out: dict[str, None]) -> Entry:
    if not is_whole:
        return Entry(line, {}, "This card has no END:VCARD: the file may have been cut short here.")
    reading = _Card()
    for each in _content_lines(card, reading.remarks):
        reading.take(each)
    left_out.update(reading.left_out)
    return Entry(line, reading.values(), "", tuple(dict.fromkeys(reading.remarks)))


def _content_lines(card: Sequence[str], remarks: list[str]) -> Iterator["ContentLine"]:
    """The properties of a card; one that cannot be read is left out with a remark."""
    from vobject.base import ParseError, getLogicalLines, textLineToContentLine

    for logical, _number in getLogicalLines(io.StringIO("\n".join(card))):
        name = re.split(r"[:;]", logical)[0].strip().upper()[:20]
        try:
            yield textLineToContentLine(logical)
        except (ParseError, UnicodeError, LookupError, ValueError):
            remarks.append(f"{name.capitalize() or 'A line'} could not be read and was left out.")


class _Card:
    """The fields of one card, filled property by property."""

    def __init__(self) -> None:
        self.remarks: list[str] = []
        self.left_out: dict[str, None] = {}
        self._one: dict[str, str] = {}
        self._many: dict[str, list[tuple[int, str]]] = {}
        self._addresses: list[tuple[int, str, dict[str, str]]] = []
        self._whole_name = ""

    def take(self, line: "ContentLine") -> None:
        """Take in one property."""
        reader = _READERS.get(line.name)
        if reader is not None:
            reader(self, line)
        elif line.name not in _TECHNICAL:
            self.left_out[line.name] = None

    def values(self) -> dict[str, str]:
        """The fields that are filled, by name."""
        found = {name: value for name, value in self._one.items() if value}
        if not {"family", "given"} & set(found) and self._whole_name not in ("", found.get("organisation")):
            found["full_name"] = self._whole_name
        for name, ranked in self._many.items():
            values = dict.fromkeys(value for _rank, value in sorted(ranked, key=lambda each: each[0]))
            found[name] = BETWEEN_VALUES.join(values)
        for _rank, kind, parts in sorted(self._addresses, key=lambda each: each[0]):
            self._place(found, kind, parts)
        return found

    def _place(self, found: dict[str, str], kind: str, parts: dict[str, str]) -> None:
        """The address as the home one, in its own columns, or whole in the column of its kind."""
        whole = "\n".join(filter(None, parts.values()))
        if kind == "home" and not {"address", *_ADDRESS_PARTS} & set(found):
            found.update(parts if "\n" not in parts.get("address_1", "") else {"address": whole})
        elif kind == "work" and "work_address" not in found:
            found["work_address"] = whole
        else:
            self.remarks.append("A further address was left out.")

    def name(self, line: "ContentLine") -> None:
        family, given, additional, title, _suffix = (*_split(line.value), "", "", "", "", "")[:5]
        given = " ".join(filter(None, map(_unlisted, (given, additional))))
        self._one.update(family=_unlisted(family), given=given, title=_unlisted(title))

    def whole_name(self, line: "ContentLine") -> None:
        self._whole_name = self._whole_name or _one_line(line.value)

    def nickname(self, line: "ContentLine") -> None:
        self._one.setdefault("known_as", _one_line(line.value))

    def organisation(self, line: "ContentLine") -> None:
        self._one.setdefault("organisation", ", ".join(filter(None, _parts(line.value))))

    def job(self, line: "ContentLine") -> None:
        self._one.setdefault("job", _one_line(line.value))

    def uid(self, line: "ContentLine") -> None:
        self._one.setdefault("ref", _one_line(line.value)[:200])

    def gender(self, line: "ContentLine") -> None:
        letter = _one_line(line.value)[:1].upper()
        self._one.setdefault("gender", {"M": "male", "F": "female", "O": "other"}.get(letter, ""))

    def born(self, line: "ContentLine") -> None:
        self._day("birth_date", "birth date", line)

    def died(self, line: "ContentLine") -> None:
        self._day("died_on", "date of death", line)

    def _day(self, field: str, called: str, line: "ContentLine") -> None:
        typed = _one_line(line.value)
        found = re.match(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:T|$)", typed)
        if found:
            self._one.setdefault(field, "-".join(found.groups()))
        elif typed:
            self.remarks.append(f"The {called} “{typed[:30]}” is not a whole date and was left out.")

    def email(self, line: "ContentLine") -> None:
        field = "other_email" if "work" in _types(line) and "home" not in _types(line) else "email"
        self._add(field, line, _one_line(line.value).removeprefix("mailto:"))

    def phone(self, line: "ContentLine") -> None:
        """A number; one with a label of the user's own ("assistant") is another number."""
        types = _types(line)
        if types & {"fax", "pager", "modem", "bbs", "telex"}:
            self.remarks.append("A fax or pager number was left out.")
            return
        field = (
            "mobile" if types & {"cell", "iphone", "mobile"}
            else "work_phone" if "work" in types
            else "other_phone" if types & {"car", "other", "main"} or (line.group and not types)
            else "phone"
        )  # fmt: skip
        number = _one_line(line.value)
        if number.lower().startswith("tel:"):
            number = re.sub(r"(?i)^tel:|;(?!ext=).*", "", number).replace(";ext=", " x")
        self._add(field, line, number)

    def address(self, line: "ContentLine") -> None:
        box, extended, street, town, county, postcode, country = (*_parts(line.value), *[""] * 7)[:7]
        above = [part for part in (box, extended) if part]
        lines = [part for part in (*above, street) if part]
        parts = {"address_1": lines[0] if lines else "", "address_2": "", "address_3": ""}
        for place, part in enumerate(lines[1:3], start=2):
            parts[f"address_{place}"] = part
        parts |= {"town": town, "county": county, "postcode": postcode, "country": country}
        filled = {name: part for name, part in parts.items() if part}
        if filled:
            kind = "work" if "work" in _types(line) else "home"
            self._addresses.append((_rank(line), kind, filled))

    def _add(self, field: str, line: "ContentLine", value: str) -> None:
        if value:
            self._many.setdefault(field, []).append((_rank(line), value))


_ADDRESS_PARTS = ("address_1", "address_2", "address_3", "town", "county", "postcode", "country")

_READERS: Mapping[str, Callable[[_Card, Any], None]] = {
    "N": _Card.name,
    "FN": _Card.whole_name,
    "NICKNAME": _Card.nickname,
    "ORG": _Card.organisation,
    "TITLE": _Card.job,
    "ROLE": _Card.job,
    "UID": _Card.uid,
    "GENDER": _Card.gender,
    "BDAY": _Card.born,
    "DEATHDATE": _Card.died,
    "EMAIL": _Card.email,
    "TEL": _Card.phone,
    "ADR": _Card.address,
}


def _types(line: "ContentLine") -> set[str]:
    """What a property is said to be: TYPE=WORK,VOICE (3.0 and 4.0) or WORK;VOICE (2.1)."""
    typed = [*line.params.get("TYPE", ()), *line.singletonparams]
    return {word.strip().lower() for each in typed for word in str(each).split(",")}


def _rank(line: "ContentLine") -> int:
    """1 for what is preferred most, 100 where nothing is said (RFC 6350, section 5.3)."""
    preferred = "".join(line.params.get("PREF", ()))
    if preferred.isdecimal():
        return int(preferred)
    return 1 if "pref" in _types(line) else 100


def _split(value: str, at: str = ";") -> list[str]:
    """The parts of a value, still escaped: "Doe;John" is two, "Doe\\;John" one."""
    parts = [""]
    for piece in _ESCAPED_OR_NOT.findall(value):
        if piece == at:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _parts(value: str) -> list[str]:
    return [_unescaped(part).strip() for part in _split(value)]


def _unlisted(part: str) -> str:
    """Several given names, which cards part by commas, as people write them."""
    return " ".join(_one_line(each) for each in _split(part, ",") if each.strip())


def _one_line(value: str) -> str:
    return " ".join(_unescaped(value).split())


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), value)


class Version(StrEnum):
    """The versions of the format that are written; 3.0 is what Outlook and older phones read."""

    V3 = "3.0"
    V4 = "4.0"


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody to write as a card; `ref` is a UUID as text."""

    ref: str
    name: PersonName
    organisation: str = ""
    job: str = ""
    born: date | None = None
    phones: tuple[PhoneNumber, ...] = ()
    emails: tuple[str, ...] = ()
    addresses: tuple[PostalAddress, ...] = ()


def write_to(file: BinaryIO, cards: Iterable[Card], version: Version) -> None:
    """Write the cards to an open file, in UTF-8."""
    for card in cards:
        file.write(serialised(card, version).encode())


def serialised(card: Card, version: Version) -> str:
    """One card as text, its lines folded at 75 bytes and ended with CR LF."""
    lines = [
        "BEGIN:VCARD",
        f"VERSION:{version}",
        f"UID:urn:uuid:{card.ref}",
        f"FN:{_escaped(plain_name(card.name))}",
        f"N:{_structured(card.name.family, card.name.given, '', card.name.title, '')}",
    ]
    if card.name.known_as:
        lines.append(f"NICKNAME:{_escaped(card.name.known_as)}")
    if card.organisation:
        lines.append(f"ORG:{_escaped(card.organisation)}")
    if card.job:
        lines.append(f"TITLE:{_escaped(card.job)}")
    if card.born:
        lines.append(f"BDAY:{card.born:%Y%m%d}" if version is Version.V4 else f"BDAY:{card.born.isoformat()}")
    lines += [
        f"TEL;TYPE={_PHONE_TYPES[each.kind]}:{_escaped(each.e164 or each.shown)}" for each in card.phones
    ]
    lines += [
        f"EMAIL;TYPE={'INTERNET' if version is Version.V3 else 'home'}:{_escaped(each)}"
        for each in card.emails
    ]
    lines += [_address_line(each) for each in card.addresses]
    return "".join(_folded(line) for line in (*lines, "END:VCARD"))


_PHONE_TYPES = {"mobile": "cell", "home": "home", "work": "work", "other": "voice"}


def _address_line(address: PostalAddress) -> str:
    street = "\n".join(filter(None, (address.line_1, address.line_2, address.line_3)))
    parts = ("", "", street, address.town, address.county, address.postcode, address.country)
    return f"ADR;TYPE={'work' if address.kind == 'work' else 'home'}:{_structured(*parts)}"


def _structured(*parts: str | None) -> str:
    return ";".join(_escaped(part or "") for part in parts)


def _escaped(text: str) -> str:
    """Text as a value: backslash, comma, semicolon and line breaks cannot be taken for structure."""
    text = _LINE_END.sub("\n", text)
    return re.sub(r"([\\,;])", r"\\\1", text).replace("\n", "\\n")


_LONGEST_LINE = 75  # in bytes (RFC 6350, section 3.2)


def _folded(line: str) -> str:
    """A line cut before it grows too long, never inside a character."""
    pieces, piece, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _LONGEST_LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece += character
        size += width
    return "\r\n".join((*pieces, piece)) + "\r\n"
