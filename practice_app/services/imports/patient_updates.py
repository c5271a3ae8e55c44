"""Bringing patients taken in earlier up to date with a changed file.

What the file leaves blank stays as it is, and what it replaces is kept as an earlier detail.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import select

from practice_app.errors import Invalid
from practice_app.exchange.rows import EmergencyContact, PatientRow
from practice_app.model.people import (
    Contact,
    EarlierDetail,
    Gender,
    Patient,
    PatientStatus,
    Person,
    Sex,
)
from practice_app.rules import names
from practice_app.rules.names import PersonName
from practice_app.services import registration
from practice_app.services.earlier_details import Replaced
from practice_app.services.imports import emergency_contacts, people_values
from practice_app.services.imports.earlier import Changed
from practice_app.services.imports.gp_links import GPLinks
from practice_app.services.imports.plan import Setting, change_marks
from practice_app.services.imports.queries import pieces
from practice_app.services.imports.ways_of_contact import NewWays
from practice_app.services.registration import reading
from practice_app.storage import bulk
from practice_app.storage.bulk import Batch, Values
from practice_app.storage.records import Work

_IN_WORDS: Mapping[str, tuple[str, Callable[[Work, Any], str]]] = MappingProxyType(
    {
        "gp_practice_id": (registration.LABELS["gp_practice"], reading.practice_words),
        "gp_id": (registration.LABELS["gp"], reading.gp_words),
        "died": ("Died", lambda _work, day: registration.said("died", day)),
    }
)
"""How the columns are said that the form about a patient does not edit by themselves."""


class Updates:
    """The changes a file makes to patients it, or an earlier edition of it, brought."""

    def __init__(
        self, work: Work, changed: Sequence[Changed[PatientRow]], gps: GPLinks, setting: Setting
    ) -> None:
        self._work = work
        self._setting = setting
        self._here = _Here(work, [each.known.record_id for each in changed])
        self._nhs_numbers = _holders(work, [each.row.nhs_number for each in changed if each.row.nhs_number])
        self._changed: list[Changed[PatientRow]] = []
        self._people: list[Values] = []
        self._patients: list[Values] = []
        self._earlier: list[Values] = []
        self._ways = NewWays(work, [each.known.record_id for each in changed])
        self._emergency: list[tuple[UUID, EmergencyContact]] = []
        for each in changed:
            try:
                self._take(each, gps)
            except Invalid as problem:
                setting.findings.refuse(each.row.line, str(problem))

    def __len__(self) -> int:
        return len(self._changed)

    def write(self, batch: Batch) -> None:
        """Write the changes, and bring search entries and marks up to date."""
        for kind, rows in ((Person, self._people), (Patient, self._patients)):
            for chunk in bulk.chunks(rows):
                batch.change(kind, chunk)
        self._ways.write(batch)
        for chunk in bulk.chunks(self._earlier):
            batch.add(EarlierDetail, chunk)
        emergency_contacts.write(batch, self._emergency, self._setting.origin)
        batch.refresh_search_entries([each.known.record_id for each in self._changed])
        change_marks(batch, [(each.row, each.known, each.known.record_id) for each in self._changed])

    def _take(self, each: Changed[PatientRow], gps: GPLinks) -> None:
        row, id = each.row, each.known.record_id
        person, patient = self._here.people.get(id), self._here.patients.get(id)
        if person is None or patient is None:
            raise Invalid("This row's patient is no longer in the records.")
        if row.practice_number is not None and row.practice_number.lstrip("0") != str(patient["number"]):
            raise Invalid("The practice number differs from the patient's, and those never change.")
        if row.emergency is not None:
            people_values.check_name(row.emergency.name)
        new_person = _person(row, person, gps.as_text(row))
        new_patient = _patient(row, patient, "status" in self._setting.fields) | _gp(row, gps)
        if row.nhs_number and self._nhs_numbers.get(row.nhs_number, set()) - {id}:
            self._setting.findings.warn(row.line, "Another patient here has the same NHS number.")
        replaced = Replaced()
        self._keep(replaced, person, new_person)
        self._keep(replaced, patient, new_patient)
        self._earlier += replaced.rows(self._work, id, self._setting.origin)
        if _differs(new_person, person):
            self._people.append({"id": id, "version": person["version"], **new_person})
        if _differs(new_patient, patient):
            self._patients.append(patient | new_patient)
        self._add_ways_of_contact(row, id)
        self._changed.append(each)

    def _keep(self, replaced: Replaced, here: Values, new: Values) -> None:
        """Keep what a row replaces, in words."""
        for column in new:
            if here[column] == new[column]:
                continue
            if column in _IN_WORDS:
                label, words = _IN_WORDS[column]
                replaced.keep(label, words(self._work, here[column]))
            elif column in registration.LABELS:
                replaced.keep(registration.LABELS[column], registration.said(column, here[column]))

    def _add_ways_of_contact(self, row: PatientRow, id: UUID) -> None:
        self._ways.add(id, row.ways, row.line, self._setting.findings)
        if row.emergency is not None and names.sort_key(row.emergency.name) not in self._here.emergency[id]:
            self._emergency.append((id, row.emergency))
            if self._here.emergency[id]:
                self._setting.findings.warn(
                    row.line, "The earlier emergency contact is kept; take away what no longer holds."
                )


class _Here:
    """What the records hold about the patients of changed rows."""

    def __init__(self, work: Work, ids: Sequence[UUID]) -> None:
        self.people: dict[UUID, Values] = {}
        self.patients: dict[UUID, Values] = {}
        self.emergency: defaultdict[UUID, set[str]] = defaultdict(set)
        for piece in pieces(ids):
            self.people.update(_by_id(work, Person, piece))
            self.patients.update(_by_id(work, Patient, piece))
            contacts = (
                select(Contact.patient_id, Person.name_key)
                .join(Person, Person.id == Contact.person_id)
                .where(Contact.patient_id.in_(piece), Contact.is_emergency_contact)
            )
            for row in work.rows(contacts):
                self.emergency[row.patient_id].add(row.name_key)


def _holders(work: Work, nhs_numbers: Sequence[str]) -> defaultdict[str, set[UUID]]:
    """Which patients have these NHS numbers."""
    found: defaultdict[str, set[UUID]] = defaultdict(set)
    for piece in pieces(nhs_numbers):
        statement = select(Patient.nhs_number, Patient.id).where(Patient.nhs_number.in_(piece))
        for row in work.rows(statement):
            found[row.nhs_number].add(row.id)
    return found


def _by_id(work: Work, kind: type[Person] | type[Patient], ids: list[UUID]) -> dict[UUID, Values]:
    """The columns of these rows, as plain values by id."""
    return {
        row.id: dict(row._mapping) for row in work.rows(select(*kind.__table__.c).where(kind.id.in_(ids)))
    }


def _person(row: PatientRow, here: Values, gp: str) -> Values:
    name = PersonName(
        row.name.title or here["title"],
        row.name.given or here["given"],
        row.name.family or here["family"],
        row.name.known_as or here["known_as"],
    )
    return {
        **people_values.name_columns(name),
        "born": row.birth_date or here["born"],
        "died": row.died_on or here["died"],
        "sex": Sex(row.sex) if row.sex else here["sex"],
        "gender": Gender(row.gender) if row.gender else here["gender"],
        "source": people_values.source(
            here["source"], *(words for words in (row.source_note, gp) if words not in here["source"])
        ),
    }


def _patient(row: PatientRow, here: Values, says_status: bool) -> Values:
    """A file without a column for the status still tells it where its dates do; in one with the column, a
    blank means current.
    """
    keeps_status = row.status == PatientStatus.CURRENT and not says_status
    return {
        "nhs_number": row.nhs_number or here["nhs_number"],
        "status": here["status"] if keeps_status else PatientStatus(row.status),
        "registered_on": row.registered_on or here["registered_on"],
        "discharged_on": row.discharged_on or here["discharged_on"],
        "safety_line": row.safety_line or here["safety_line"],
    }


def _gp(row: PatientRow, gps: GPLinks) -> Values:
    """The GP as the file gives it, when it gives one that is known here."""
    link = gps.link(row)
    return {"gp_practice_id": link.practice_id, "gp_id": link.gp_id} if link else {}


def _differs(new: Values, here: Values) -> bool:
    return any(here[name] != value for name, value in new.items())
