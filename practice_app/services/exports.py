"""Lists of people for other programs: patients or the address book, as CSV or as address cards.

A list is for the practice's own use (a telephone, a mail merge, another practice system); handing it to
somebody is a disclosure of its own. A number or address that is marked as not safe never leaves with a list:
whoever rings from it would not see the mark. Nor does an address that no longer holds.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from practice_app.exchange import delimited, files, vcards
from practice_app.exchange.delimited import Cell
from practice_app.exchange.row_reader import BETWEEN_VALUES
from practice_app.exchange.rows import PhoneNumber, PostalAddress
from practice_app.exchange.vcards import Card, Version
from practice_app.model.people import (
    GP,
    Address,
    AddressBookEntry,
    Email,
    GPPractice,
    Patient,
    Person,
    Phone,
    Safety,
)
from practice_app.progress import Progress
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Permission
from practice_app.services import timeline
from practice_app.services.marks import long
from practice_app.storage.records import Records, Work

__all__ = ["Exported", "Form", "Version", "Wanted", "Who", "save"]

_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class Who(StrEnum):
    """Whom a list is of."""

    PATIENTS = "patients"
    CONTACTS = "contacts"


class Form(StrEnum):
    """How a list is written; the value is how its file's name ends."""

    CSV = "csv"
    VCARD = "vcf"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list to write. `version` is of the address cards; Outlook and older telephones read 3.0 only."""

    who: Who
    form: Form
    path: Path
    version: Version = Version.V3

    @staticmethod
    def file_name(who: Who, form: Form, on: date) -> str:
        """A name that tells nobody who is in the file: "patients-2026-11-23-K7QX.csv"."""
        return f"{who}-{on.isoformat()}-{''.join(secrets.choice(_CODE_LETTERS) for _ in range(4))}.{form}"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: how many people, and what was left out of their details.

    `unsafe` counts the numbers and addresses marked as not safe; `died` the people without a card because
    they have died.
    """

    path: Path
    people: int
    unsafe: int
    died: int


@long(Permission.EXPORT)
def save(records: Records, wanted: Wanted, *, progress: Progress) -> Exported:
    """Write a list of people to a file, and one entry with their number to the log.

    The file appears whole or not at all, readable by this account only, and after the entry is written.
    Refuses with FileRefused a place that cannot be written to.
    """
    progress(0, 2, "Reading the records")
    with records.work(writes=False, use_case=save.name) as work:
        listed = _patients(work) if wanted.who is Who.PATIENTS else _contacts(work)
        unsafe = _number_of_unsafe(work, [each.id for each in listed])
    died = 0
    if wanted.form is Form.VCARD:
        living = [each for each in listed if each.died is None]
        died, listed = len(listed) - len(living), living
    progress(1, 2, "Writing the file")
    with files.written_whole(wanted.path) as file, records.work(use_case=save.name) as work:
        if wanted.form is Form.VCARD:
            vcards.write_to(file, (each.card for each in listed), wanted.version)
        else:
            headers = _PATIENT_COLUMNS if wanted.who is Who.PATIENTS else _CONTACT_COLUMNS
            delimited.write_to(file, headers, (each.cells for each in listed))
        work.note("exported", "person", count=len(listed), reason_code=f"{wanted.who} {wanted.form}")
    progress(2, 2, "Done")
    return Exported(wanted.path, len(listed), unsafe, died)


_NAME = ("Title", "First name", "Last name", "Known as")
_ADDRESS = ("Address line 1", "Address line 2", "Address line 3", "Town", "County", "Postcode", "Country")
_OTHER_ADDRESSES = (
    "Work address",
    "Temporary address",
    "Temporary from",
    "Temporary until",
    "Correspondence address",
)
_WAYS = ("Mobile", "Telephone", "Work phone", "Other phone", "E-mail")
_PATIENT_COLUMNS = (
    "Practice number",
    *_NAME,
    "Date of birth",
    "Date of death",
    "Sex",
    "Gender",
    "NHS number",
    *_ADDRESS,
    *_OTHER_ADDRESSES,
    *_WAYS,
    "GP practice code",
    "GP practice",
    "GP",
    "Status",
    "Registered",
    "Discharged",
    "Safe contact",
)
_CONTACT_COLUMNS = (
    *_NAME,
    "Organisation",
    "Job",
    "GP practice code",
    *_ADDRESS,
    *_OTHER_ADDRESSES,
    *_WAYS,
)


@dataclass(frozen=True, slots=True)
class _Listed:
    """Somebody in a list, in both forms."""

    id: UUID
    died: date | None
    cells: tuple[Cell, ...]
    card: Card


@dataclass(frozen=True, slots=True)
class _Ways:
    phones: defaultdict[UUID, list[PhoneNumber]]
    emails: defaultdict[UUID, list[str]]
    addresses: defaultdict[UUID, list[PostalAddress]]

    def cells(self, id: UUID) -> tuple[Cell, ...]:
        """The cells of _ADDRESS, _OTHER_ADDRESSES and _WAYS."""
        by_kind: defaultdict[str, list[PostalAddress]] = defaultdict(list)
        for address in self.addresses[id]:
            by_kind[address.kind].append(address)
        home = (by_kind["home"] or [PostalAddress()])[0]
        temporary = (by_kind["temporary"] or [PostalAddress()])[0]
        numbers = [
            BETWEEN_VALUES.join(phone.shown for phone in self.phones[id] if phone.kind == kind)
            for kind in ("mobile", "home", "work", "other")
        ]
        return (
            *(getattr(home, part) for part in _PARTS),
            _whole(by_kind["work"]),
            _whole(by_kind["temporary"]),
            _iso(temporary.valid_from),
            _iso(temporary.valid_to),
            _whole(by_kind["correspondence"]),
            *numbers,
            BETWEEN_VALUES.join(self.emails[id]),
        )


_PARTS = ("line_1", "line_2", "line_3", "town", "county", "postcode", "country")


def _patients(work: Work) -> list[_Listed]:
    """Every patient, in the order of their names."""
    ways = _ways(work)
    gps = {row.id: row.display_name for row in work.rows(_GP_NAMES)}
    practices = {
        row.id: row for row in work.rows(select(GPPractice.id, GPPractice.ods_code, GPPractice.name))
    }
    return [_patient(row, ways, gps, practices) for row in work.rows(_PATIENTS)]


_NAMES = (Person.title, Person.given, Person.family, Person.known_as)
_GP_NAMES = select(GP.id, Person.display_name).join(Person, Person.id == GP.id)
_PATIENTS = (
    select(
        Patient.id, *_NAMES, Person.born, Person.died, Person.sex, Person.gender, Patient.number,
        Patient.nhs_number, Patient.status, Patient.registered_on, Patient.discharged_on,
        Patient.safety_line, Patient.gp_practice_id, Patient.gp_id,
    )
    .join(Person, Person.id == Patient.id)
    .order_by(Person.name_key, Person.id)
)  # fmt: skip
_CONTACTS = (
    select(
        Person.id, *_NAMES, Person.died, AddressBookEntry.organisation, AddressBookEntry.job,
        GP.id.label("gp_id"), GPPractice.ods_code, GPPractice.name.label("gp_practice"),
    )
    .outerjoin(AddressBookEntry, AddressBookEntry.id == Person.id)
    .outerjoin(GP, GP.id == Person.id)
    .outerjoin(GPPractice, GPPractice.id == GP.gp_practice_id)
    .where(AddressBookEntry.id.is_not(None) | GP.id.is_not(None))
    .order_by(Person.name_key, Person.id)
)  # fmt: skip


def _patient(row: Any, ways: _Ways, gps: dict[UUID, str], practices: dict[UUID, Any]) -> _Listed:
    practice = practices.get(row.gp_practice_id)
    cells: tuple[Cell, ...] = (
        row.number,
        *_name_cells(row),
        _iso(row.born),
        _iso(row.died),
        _words(row.sex),
        _words(row.gender),
        row.nhs_number,
        *ways.cells(row.id),
        practice.ods_code if practice else None,
        practice.name if practice else None,
        gps.get(row.gp_id),
        _words(row.status),
        _iso(row.registered_on),
        _iso(row.discharged_on),
        row.safety_line,
    )
    return _Listed(row.id, row.died, cells, _card(row, ways, born=row.born))


def _contacts(work: Work) -> list[_Listed]:
    """Everybody in the address book and every GP, in the order of their names."""
    ways = _ways(work)
    return [_contact(row, ways) for row in work.rows(_CONTACTS)]


def _contact(row: Any, ways: _Ways) -> _Listed:
    organisation = row.organisation or row.gp_practice or ""
    job = row.job or ("GP" if row.gp_id else "")
    cells = (*_name_cells(row), organisation, job, row.ods_code, *ways.cells(row.id))
    return _Listed(row.id, row.died, cells, _card(row, ways, organisation=organisation, job=job))


def _name_cells(row: Any) -> tuple[Cell, ...]:
    return (row.title, row.given, row.family, row.known_as)


def _card(row: Any, ways: _Ways, **more: Any) -> Card:
    return Card(
        ref=str(row.id),
        name=PersonName(row.title, row.given, row.family, row.known_as),
        phones=tuple(ways.phones[row.id]),
        emails=tuple(ways.emails[row.id]),
        addresses=tuple(each for each in ways.addresses[row.id] if each.kind in ("home", "work")),
        **more,
    )


def _ways(work: Work) -> _Ways:
    """How everybody is reached, by person, without what is marked as not safe."""
    found = _Ways(defaultdict(list), defaultdict(list), defaultdict(list))
    for row in work.rows(_safe(select(Phone.person_id, Phone.kind, Phone.shown, Phone.e164), Phone)):
        found.phones[row.person_id].append(PhoneNumber(row.kind.value, row.shown, row.e164))
    for row in work.rows(_safe(select(Email.person_id, Email.address), Email)):
        found.emails[row.person_id].append(row.address)
    parts = [getattr(Address, part) for part in _PARTS]
    columns = select(Address.person_id, Address.kind, Address.valid_from, Address.valid_to, *parts)
    for row in work.rows(_safe(columns, Address).where(_holds(work))):
        lines = {part: getattr(row, part) for part in _PARTS}
        found.addresses[row.person_id].append(
            PostalAddress(**lines, kind=row.kind.value, valid_from=row.valid_from, valid_to=row.valid_to)
        )
    return found


def _safe(statement: Any, way: type[Phone] | type[Email] | type[Address]) -> Any:
    return statement.where(way.safety != Safety.UNSAFE).order_by(way.person_id, way.position)


def _holds(work: Work) -> ColumnElement[bool]:
    """Addresses that hold today or will: one that somebody has left stays in the record alone."""
    return or_(Address.valid_to.is_(None), Address.valid_to >= timeline.today(work))


def _number_of_unsafe(work: Work, people: Sequence[UUID]) -> int:
    """How many ways of reaching these people are marked as not safe."""
    wanted = set(people)
    unsafe: list[UUID] = []
    for way in (Phone, Email, Address):
        marked = select(way.person_id).where(way.safety == Safety.UNSAFE)
        unsafe += work.select(marked.where(_holds(work)) if way is Address else marked)
    return sum(person in wanted for person in unsafe)


def _whole(addresses: Iterable[PostalAddress]) -> str:
    """The first address, line by line in one cell."""
    first = next(iter(addresses), None)
    return "\n".join(filter(None, (getattr(first, part) for part in _PARTS))) if first else ""


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _words(value: StrEnum | None) -> str:
    return value.value.replace("_", " ") if value is not None else ""
