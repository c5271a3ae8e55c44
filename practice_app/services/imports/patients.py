"""Taking in patients: new people with their ways of being reached, and changes to those taken in before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from practice_app.errors import Invalid
from practice_app.exchange.rows import PatientRow, Prepared
from practice_app.model.people import (
    Gender,
    Patient,
    PatientStatus,
    Person,
    Sex,
)
from practice_app.model.settings import Imported, Practice
from practice_app.rules import names
from practice_app.services import duplicates
from practice_app.services.duplicates import Someone
from practice_app.services.imports import emergency_contacts, people_values, ways_of_contact
from practice_app.services.imports.duplicates_here import those_here
from practice_app.services.imports.earlier import Earlier, New
from practice_app.services.imports.gp_links import GPLink, GPLinks
from practice_app.services.imports.numbers import Numbers
from practice_app.services.imports.patient_updates import Updates
from practice_app.services.imports.plan import Setting, new_marks
from practice_app.services.imports.request import Duplicate
from practice_app.storage import bulk, search
from practice_app.storage.bulk import Batch, Values
from practice_app.storage.records import Work


@dataclass(frozen=True, slots=True)
class NewPatient:
    """A patient to be, with everything that had to be looked up."""

    id: UUID
    number: int
    row: PatientRow
    ref: str
    gp: GPLink | None
    source: str


class PatientsPlan:
    """The patients a file adds, changes and leaves as they are."""

    def __init__(self, work: Work, prepared: Prepared[PatientRow], setting: Setting) -> None:
        self._setting = setting
        earlier = Earlier(work, setting)
        unknown = earlier.unknown(prepared.rows)
        new, changed = earlier.divide(unknown, _natural_key)
        self._gps = GPLinks(work, unknown, setting.findings)
        self._numbers = Numbers(
            work, (each.row.practice_number for each in new if each.row.practice_number is not None)
        )
        self._new = list(self._numbered(new))
        self._updates = Updates(work, changed, self._gps, setting)
        self.added = len(self._new)
        self.updated = len(self._updates)
        self.unchanged = len(prepared.rows) - len(unknown)
        self.duplicates = _likely_duplicates(work, self._new, setting) if self._new else ()

    @property
    def new(self) -> list[NewPatient]:
        """The patients who will be new here."""
        return self._new

    def write(self, batch: Batch) -> None:
        """Write people, patients, everything that hangs on them, and the counter of practice numbers."""
        now = batch.work.now
        self._gps.write(batch, now, self._setting.origin)
        for done, chunk in enumerate(bulk.chunks(self._new)):
            self._setting.progress(done * bulk.CHUNK, len(self._new), "Writing patients")
            _write_people(batch, chunk, now)
            emergency_contacts.write(
                batch,
                [(new.id, new.row.emergency) for new in chunk if new.row.emergency is not None],
                self._setting.origin,
            )
            batch.add(Imported, new_marks(self._setting, ((new.row, new.ref, new.id) for new in chunk)))
        self._updates.write(batch)
        practice = batch.work.first(select(Practice))
        if practice is not None:
            practice.next_number = self._numbers.next

    def _numbered(self, new: Sequence[New[PatientRow]]) -> Iterator[NewPatient]:
        """The new patients with their practice numbers; what cannot be kept is refused."""
        for each in new:
            row = each.row
            try:
                if row.emergency is not None:
                    people_values.check_name(row.emergency.name)
                source = people_values.source(self._setting.origin, row.source_note, self._gps.as_text(row))
                typed = row.practice_number
                number = self._numbers.give() if typed is None else self._numbers.keep(typed)
                gp = self._gps.link(row)  # last, because it may make a GP
            except Invalid as problem:
                self._setting.findings.refuse(row.line, str(problem))
                continue
            yield NewPatient(uuid4(), number, row, each.ref, gp, source)


def _natural_key(row: PatientRow) -> str | None:
    """What a patient without an id is known by: the surest number, else name and birth date together."""
    if row.practice_number is not None:
        return f"practice number {row.practice_number.lstrip('0')}"
    if row.nhs_number is not None:
        return f"NHS number {row.nhs_number}"
    if row.birth_date is not None:
        return f"{names.sort_key(row.name)}, born {row.birth_date.isoformat()}"
    return None


def _write_people(batch: Batch, chunk: Sequence[NewPatient], now: datetime) -> None:
    batch.add(Person, [_person(new, now) for new in chunk])
    batch.add(Patient, [_patient(new) for new in chunk])
    ways_of_contact.write_new(batch, [(new.id, new.row.ways) for new in chunk])
    batch.add_search_entries({new.id: _words(new) for new in chunk})


def _person(new: NewPatient, now: datetime) -> Values:
    row = new.row
    return people_values.person(
        new.id,
        row.name,
        entered_at=now,
        source=new.source,
        born=row.birth_date,
        died=row.died_on,
        sex=Sex(row.sex) if row.sex else None,
        gender=Gender(row.gender) if row.gender else Gender.NOT_KNOWN,
    )


def _patient(new: NewPatient) -> Values:
    row = new.row
    return {
        "id": new.id,
        "number": new.number,
        "nhs_number": row.nhs_number,
        "status": PatientStatus(row.status),
        "registered_on": row.registered_on,
        "discharged_on": row.discharged_on,
        "safety_line": row.safety_line,
        "gp_practice_id": new.gp.practice_id if new.gp else None,
        "gp_id": new.gp.gp_id if new.gp else None,
    }


def _words(new: NewPatient) -> search.Words:
    row = new.row
    return search.words(
        (row.name.family, row.name.given, row.name.known_as),
        born=row.birth_date,
        nhs_number=row.nhs_number,
        number=new.number,
        **ways_of_contact.words(row.ways),
    )


def _likely_duplicates(work: Work, new: Sequence[NewPatient], setting: Setting) -> tuple[Duplicate, ...]:
    """The new patients who may be one with another, by line and practice number."""
    pairs = duplicates.likely([*those_here(work), *map(_someone, new)], setting.progress)
    return tuple(
        Duplicate(pair.one.line or 0, pair.one.number, pair.other.line, pair.other.number, pair.reason)
        for pair in pairs
    )


def _someone(new: NewPatient) -> Someone:
    row = new.row
    return Someone.named(
        row.name,
        line=row.line,
        number=new.number,
        born=row.birth_date,
        nhs_number=row.nhs_number,
        phones=tuple(phone.e164 for phone in row.phones if phone.e164),
        email=(row.email or "").casefold(),
        postcode=row.address.postcode if row.address is not None else "",
    )
