"""The values of one row after another, checked as they are asked for."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from hashlib import sha256
from typing import TypeVar

from practice_app.errors import Invalid
from practice_app.exchange.delimited import SheetRow
from practice_app.exchange.rows import PhoneNumber, RowWarning
from practice_app.exchange.vocabulary import FIELDS, Kind
from practice_app.rules import contact_details, dates, identifiers
from practice_app.rules.dates import DateOrder

_LINE_BREAKS = re.compile(r"\r\n?|\x0b|\x0c")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_WORDS_APART = re.compile(r"[\W_]+")
BETWEEN_VALUES = " ::: "
"""What Google Contacts puts between several values in one cell; no number or e-mail address has it."""

_CARD = "holds what looks like a payment card number. Those are never kept here: take it out of the file."
_CALLED = {
    "at": "day of the call",
    "date": "day",
    "decided_on": "day of the decision",
    "died_on": "date of death",
    "discharged_on": "date of discharge",
    "email": "e-mail address",
    "other_email": "other e-mail address",
    "temporary_from": "beginning of the temporary address",
    "temporary_until": "end of the temporary address",
    "valid_from": "first day",
    "valid_to": "last day",
    "expires_on": "day it runs out",
    "class": "kind of letter",
    "gp_name": "GP's name",
    "gp_practice_code": "GP practice code",
    "gp_practice_name": "GP practice name",
    "minutes": "length",
    "nhs_number": "NHS number",
    "phone": "telephone number",
    "registered_on": "date of registration",
    "text": "text of the note",
}

T = TypeVar("T")


class RowReader:
    """Reads the fields of the row it was last given with `begin`.

    What is wrong with a value goes to `faults` and the method gives back None or ""; what is only
    doubtful goes to `warnings`. So a row is refused with everything that is wrong with it, at once.
    Both are those of the row at hand.
    Line breaks of any kind become "\\n"; other control characters are left out, with a warning.
    """

    def __init__(
        self,
        kind: Kind,
        headers: Sequence[str],
        mapping: Mapping[str, str],
        orders: Mapping[str, DateOrder],
        today: date,
    ) -> None:
        self.today = today
        self.line = 0
        self.faults: list[str] = []
        self.warnings: list[RowWarning] = []
        self._headers = headers
        self._places = tuple(places_of(headers, mapping).items())
        self._longest = {field.name: field.longest for field in FIELDS[kind]}
        self._orders = orders
        self._values: dict[str, str] = {}
        self._facts: list[str] = []

    def begin(self, row: SheetRow) -> None:
        """Turn to the next row. A payment card number in any of its cells is a fault (P27)."""
        self.line = row.line
        self.faults = []
        self.warnings = [RowWarning(row.line, remark) for remark in row.remarks]
        self._facts = []
        cells = row.cells
        together = "\n".join(cells)
        # Nearly every row is printable text on one line; only the others pay for a closer look.
        if not together.replace("\n", "").isprintable():
            cells = [self._cleaned(*column) for column in zip(self._headers, cells, strict=True)]
            together = "\n".join(cells)
        if identifiers.has_card_number(together):
            self.faults += [
                f"The column “{header}” {_CARD}"
                for header, cell in zip(self._headers, cells, strict=True)
                if identifiers.has_card_number(cell)
            ]
        self._values = {field: cells[place] for field, place in self._places if cells[place].strip()}

    def fingerprint(self) -> str:
        """SHA-256 (hex) of all values asked for since `begin`, whatever their order and notation."""
        return sha256("\x1f".join(sorted(self._facts)).encode()).hexdigest()

    def warn(self, text: str) -> None:
        """Note something doubtful about this row."""
        self.warnings.append(RowWarning(self.line, text))

    def has(self, field: str) -> bool:
        """Whether the row says anything in this field."""
        return field in self._values

    def text(self, field: str) -> str:
        """The value as one line without spaces around it; "" when there is none."""
        return self._kept(field, self._one_line(field)) if field in self._values else ""

    def lines(self, field: str) -> str:
        """The value with its line breaks and all its spaces; "" when it is blank."""
        return self._kept(field, self._values.get(field, ""))

    def word(self, field: str, meanings: Mapping[str, T]) -> T | None:
        """What the value means, by words folded to small letters and single spaces; None when blank.

        A word that is not among `meanings` is a fault.
        """
        meaning, problem = self._meaning(field, meanings)
        if problem:
            self.faults.append(problem)
        return meaning

    def likely_word(self, field: str, meanings: Mapping[str, T]) -> T | None:
        """As `word`, but a word that is not known is left out with a warning."""
        meaning, problem = self._meaning(field, meanings)
        if problem:
            self.warn(f"{problem} It was left out.")
        return meaning

    def past_day(self, field: str) -> date | None:
        """A day up to today; a year of two digits is taken as the latest that is not in the future."""
        day = self._date(field, pivot=self.today)
        if day is not None and day > self.today:
            self.faults.append(f"The {called(field)} is in the future.")
            return None
        return day

    def day(self, field: str) -> date | None:
        """A day that may be in the future; its year needs four digits."""
        return self._date(field, pivot=None)

    def moment(self, day_field: str, time_field: str) -> datetime | None:
        """The local moment told by a day and a time, or by both together in either field.

        A moment without a time is a fault, and so is a time that names another day than the day does.
        """
        if not self.has(day_field) and not self.has(time_field):
            self.faults.append(f"There is no {called(time_field)}.")
            return None
        try:
            if not self.has(time_field):
                found = dates.parse_moment(self._raw(day_field), self._order(day_field))
            elif not self.has(day_field):
                found = dates.parse_moment(self._raw(time_field), self._order(time_field))
            else:
                day = dates.parse(self._raw(day_field), self._order(day_field))
                found = self._moment_on(day, time_field)
                if found.date() != day:
                    raise Invalid(f"The {called(day_field)} and the {called(time_field)} are different days.")
        except Invalid as problem:
            self.faults.append(str(problem))
            return None
        self._facts.append(f"{day_field}={found.isoformat()}")
        return found

    def moment_after(self, start: datetime, field: str) -> datetime | None:
        """The local moment in `field`, a time alone being on the day of `start`; None when blank."""
        if not self.has(field):
            return None
        try:
            found = self._moment_on(start.date(), field)
        except Invalid as problem:
            self.faults.append(str(problem))
            return None
        if found <= start:
            self.faults.append(f"The {called(field)} is not after the start.")
            return None
        self._facts.append(f"{field}={found.isoformat()}")
        return found

    def past_day_and_time(self, day_field: str, time_field: str) -> tuple[date, time | None] | None:
        """A day up to today and, where the row tells it, the time; a missing day is a fault."""
        if not self.has(day_field) and not self.has(time_field):
            self.faults.append(f"There is no {called(day_field)}.")
            return None
        if not self.has(time_field) and self._is_day_only(day_field):
            day = self.past_day(day_field)
            return None if day is None else (day, None)
        found = self.moment(day_field, time_field)
        if found is None:
            return None
        if found.date() > self.today:
            self.faults.append(f"The {called(day_field)} is in the future.")
            return None
        return found.date(), found.time()

    def nhs_number(self) -> str | None:
        """Ten digits that pass Modulus 11; a wrong number is a fault, an unusual one a warning."""
        typed = self._raw("nhs_number")
        if not typed:
            return None
        digits = self._tried(identifiers.nhs_number, typed)
        if digits is not None:
            self._doubt("nhs_number", identifiers.nhs_number_warning(digits))
            self._facts.append(f"nhs_number={digits}")
        return digits

    def phone(self, field: str, kind: str) -> PhoneNumber | None:
        """A telephone number; a doubtful one is kept as typed with a warning."""
        typed = self._one_line(field)
        return self._phone(field, kind, typed) if typed else None

    def phones(self, field: str, kind: str) -> tuple[PhoneNumber, ...]:
        """The telephone numbers of a field that may hold several."""
        if field not in self._values:
            return ()
        return tuple(self._phone(field, kind, typed) for typed in self._several(field))

    def emails(self, field: str) -> tuple[str, ...]:
        """The e-mail addresses of a field that may hold several; a doubtful one gets a warning."""
        if field not in self._values:
            return ()
        found = [self._kept(field, typed) for typed in self._several(field)]
        for typed in found:
            self._doubt(field, contact_details.email_warning(typed))
        return tuple(filter(None, found))

    def _several(self, field: str) -> list[str]:
        typed = self._one_line(field)
        if BETWEEN_VALUES not in typed:
            return [typed] if typed else []
        return [each.strip() for each in typed.split(BETWEEN_VALUES) if each.strip()]

    def _phone(self, field: str, kind: str, typed: str) -> PhoneNumber:
        phone = contact_details.phone(typed)
        self._doubt(field, phone.warning)
        self._kept(field, phone.e164 or phone.shown)
        if kind == "home" and phone.e164 and phone.e164.startswith("+447"):
            kind = "mobile"
        return PhoneNumber(kind, phone.shown, phone.e164)

    def postcode(self) -> str:
        """A postcode; a doubtful one is kept as typed with a warning."""
        typed = self._one_line("postcode")
        if not typed:
            return ""
        postcode = contact_details.postcode(typed)
        self._doubt("postcode", postcode.warning)
        return self._kept("postcode", postcode.shown)

    def gp_practice_code(self) -> str | None:
        """A GP practice's code in capitals; an unusual one gets a warning."""
        code = self._kept("gp_practice_code", self._one_line("gp_practice_code").upper())
        self._doubt("gp_practice_code", identifiers.ods_code_warning(code) if code else None)
        return code or None

    def _raw(self, field: str) -> str:
        return self._values.get(field, "").strip()

    def _one_line(self, field: str) -> str:
        value = self._raw(field)
        return " ".join(value.split()) if "\n" in value or "\t" in value else value

    def _kept(self, field: str, value: str) -> str:
        """The value as it goes into the record; one too long for it is a fault."""
        if not value:
            return ""
        longest = self._longest[field]
        if longest and len(value) > longest:
            self.faults.append(f"The {called(field)} is longer than {longest:,} characters.")
            return ""
        self._facts.append(f"{field}={value}")
        return value

    def _meaning(self, field: str, meanings: Mapping[str, T]) -> tuple[T | None, str]:
        """What the value means, and a sentence when its word is not known."""
        typed = self._raw(field)
        if not typed:
            return None, ""
        meaning = meanings.get(folded(typed))
        if meaning is None:
            known = ", ".join(dict.fromkeys(str(value).replace("_", " ") for value in meanings.values()))
            return None, f"The {called(field)} is not one of: {known}."
        self._facts.append(f"{field}={meaning}")
        return meaning, ""

    def _date(self, field: str, pivot: date | None) -> date | None:
        typed = self._raw(field)
        if not typed:
            return None
        try:
            day = dates.parse(typed, self._order(field), pivot=pivot)
        except Invalid as problem:
            self.faults.append(f"The {called(field)} is wrong: {problem}")
            return None
        self._facts.append(f"{field}={day.isoformat()}")
        return day

    def _moment_on(self, day: date, field: str) -> datetime:
        """The time in `field` on `day`, or the whole moment there when it names a day of its own.

        A day before 1901 is the placeholder some databases write around a time alone.
        """
        typed = self._raw(field)
        try:
            own = dates.parse_moment(typed, self._order(field))
        except Invalid:
            try:
                return dates.parse_moment(f"{day.isoformat()} {typed}")
            except Invalid:
                raise Invalid(f"“{typed}” is not a time of day.") from None
        return own if own.year > 1900 else datetime.combine(day, own.time())

    def _is_day_only(self, field: str) -> bool:
        try:
            dates.parse_moment(self._raw(field), self._order(field))
        except Invalid:
            return True
        return False

    def _order(self, field: str) -> DateOrder:
        return self._orders.get(field, DateOrder.DMY)

    def _tried(self, parse: Callable[[str], T], typed: str) -> T | None:
        try:
            return parse(typed)
        except Invalid as problem:
            self.faults.append(str(problem))
            return None

    def _doubt(self, field: str, warning: str | None) -> None:
        if warning:
            what = called(field)
            self.warn(f"{what[0].upper()}{what[1:]}: {warning}")

    def _cleaned(self, header: str, cell: str) -> str:
        cell = _LINE_BREAKS.sub("\n", cell)
        if not _CONTROLS.search(cell):
            return cell
        self.warn(f"Control characters were left out of the column “{header}”.")
        return _CONTROLS.sub("", cell)


def places_of(headers: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """{column: field} turned into {field: place of its column}."""
    return {mapping[header]: place for place, header in enumerate(headers) if header in mapping}


def called(field: str) -> str:
    """A field as sentences name it: "birth date", "NHS number", "day of the call"."""
    return _CALLED.get(field) or field.replace("_", " ")


def folded(words: str) -> str:
    """Words in small letters, single spaces between them, no punctuation: "Did-not attend!" and alike."""
    return _WORDS_APART.sub(" ", words).strip().casefold()
