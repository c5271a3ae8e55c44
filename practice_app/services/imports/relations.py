"""Taking in the people who belong to patients: relatives, carers, guardians, emergency contacts.

What a file says gives nobody authority: that is entered when the document has been seen (P5, P6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from practice_app.errors import Invalid
from practice_app.exchange.rows import ImportedRow, PatientKey, Prepared, RelationRow
from practice_app.model.people import Contact, Person
from practice_app.model.settings import Imported
from practice_app.rules import names
from practice_app.rules.authority import Authority
from practice_app.services.imports import people_values, ways_of_contact
from practice_app.services.imports.earlier import Earlier
from practice_app.services.imports.patient_lookup import PatientLookup
from practice_app.services.imports.plan import Known, Setting, change_marks, new_marks
from practice_app.services.imports.queries import versions
from practice_app.services.imports.request import Duplicate
from practice_app.services.imports.ways_of_contact import NewWays
from practice_app.storage import bulk
from practice_app.storage.bulk import Batch, Values
from practice_app.storage.records import Work


@dataclass(frozen=True, slots=True)
class _NewRelation:
    id: UUID
    person_id: UUID
    patient_id: UUID
    row: RelationRow
    ref: str


class RelationsPlan:
    """The relations a file adds, changes and leaves as they are.

    `arriving` are patients the same file brings, by each of the ids a row may name them with.
    """

    duplicates: tuple[Duplicate, ...] = ()

    def __init__(
        self,
        work: Work,
        prepared: Prepared[RelationRow],
        setting: Setting,
        arriving: Mapping[str, UUID] | None = None,
    ) -> None:
        self._setting = setting
        self._arriving = arriving or {}
        earlier = Earlier(work, setting)
        unknown = earlier.unknown(prepared.rows)
        patients = self._patients(work, unknown)
        certain = [row for row in unknown if row.line in patients]
        new, changed = earlier.divide(certain, lambda row: _natural_key(row, patients[row.line]))
        self._new = [
            _NewRelation(uuid4(), uuid4(), patients[each.row.line], each.row, each.ref) for each in new
        ]
        here = versions(work, Contact, [each.known.record_id for each in changed])
        people = {
            each.id: each
            for each in (work.find(Contact, each.known.record_id) for each in changed)
            if each is not None
        }
        self._ways = NewWays(work, [each.person_id for each in people.values()])
        self._contacts: list[Values] = []
        self._changed_marks: list[tuple[ImportedRow, Known, UUID]] = []
        for each in changed:
            contact = people.get(each.known.record_id)
            if contact is None:
                setting.findings.refuse(each.row.line, "This contact is no longer in the records.")
                continue
            self._contacts.append({"id": contact.id, "version": here[contact.id], **_facts(each.row)})
            self._ways.add(contact.person_id, each.row.ways, each.row.line, setting.findings)
            self._changed_marks.append((each.row, each.known, contact.id))
        self.added, self.updated = len(self._new), len(self._changed_marks)
        self.unchanged = len(prepared.rows) - len(unknown)

    def write(self, batch: Batch) -> None:
        """Write each new person and what they are to the patient; two patients' relatives stay two people."""
        now, origin = batch.work.now, self._setting.origin
        for chunk in bulk.chunks(self._new):
            people = [
                people_values.person(new.person_id, new.row.name, entered_at=now, source=origin)
                for new in chunk
            ]
            batch.add(Person, people)
            batch.add(
                Contact,
                [
                    {
                        "id": new.id,
                        "patient_id": new.patient_id,
                        "person_id": new.person_id,
                        "authority": Authority.NONE,
                        "source": origin,
                        **_facts(new.row),
                    }
                    for new in chunk
                ],
            )
            ways_of_contact.write_new(batch, [(new.person_id, new.row.ways) for new in chunk])
            batch.add_search_entries(
                {
                    new.person_id: ways_of_contact.search_words(
                        (new.row.name.family, new.row.name.given, new.row.name.known_as), new.row.ways
                    )
                    for new in chunk
                }
            )
            batch.add(Imported, new_marks(self._setting, ((new.row, new.ref, new.id) for new in chunk)))
        batch.change(Contact, self._contacts)
        self._ways.write(batch)
        change_marks(batch, self._changed_marks)

    def _patients(self, work: Work, rows: list[RelationRow]) -> dict[int, UUID]:
        """Whom each row's person belongs to; a row whose patient is not certain is refused."""
        if not rows:
            return {}
        lookup = PatientLookup(work, self._setting.source)
        found: dict[int, UUID] = {}
        for row in rows:
            try:
                people_values.check_name(row.name)
                found[row.line] = self._arrives(row.patient) or lookup.find(row.patient)
            except Invalid as problem:
                self._setting.findings.refuse(row.line, str(problem))
        return found

    def _arrives(self, key: PatientKey) -> UUID | None:
        for named in (key.patient_ref, key.nhs_number):
            if named is not None and named in self._arriving:
                return self._arriving[named]
        return None


def _natural_key(row: RelationRow, patient: UUID) -> str | None:
    return f"{names.sort_key(row.name)} of {patient}"


def _facts(row: RelationRow) -> Values:
    return {
        "relation": row.relation,
        "is_emergency_contact": row.is_emergency,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }
