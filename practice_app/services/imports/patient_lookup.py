"""Finding the patient a row names: by an id or number, or by name and birth date."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from sqlalchemy import select

from practice_app.errors import Invalid
from practice_app.exchange.fields import Kind
from practice_app.exchange.rows import PatientKey
from practice_app.model.merges import Merge
from practice_app.model.people import Patient, Person
from practice_app.model.settings import Imported
from practice_app.rules import names
from practice_app.storage.records import Work


class PatientLookup:
    """All patients of the practice, by everything a row can name them with."""

    def __init__(self, work: Work, source: str) -> None:
        self._source = source
        self._by_ref: dict[str, UUID] = {
            row.ref: row.record_id
            for row in work.rows(
                select(Imported.ref, Imported.record_id).where(
                    Imported.source == source, Imported.kind == Kind.PATIENTS
                )
            )
        }
        self._by_number: dict[str, UUID] = {}
        self._by_nhs_number: defaultdict[str, list[UUID]] = defaultdict(list)
        self._by_name: defaultdict[tuple[str, date], list[UUID]] = defaultdict(list)
        self._born: dict[UUID, date] = {}
        statement = select(Patient.id, Patient.number, Patient.nhs_number, Person.name_key, Person.born).join(
            Person, Person.id == Patient.id
        )
        for row in work.rows(statement):
            self._by_number[str(row.number)] = row.id
            if row.nhs_number:
                self._by_nhs_number[row.nhs_number].append(row.id)
            if row.born:
                self._by_name[row.name_key, row.born].append(row.id)
                self._born[row.id] = row.born
        self._know_merged(work)

    def _know_merged(self, work: Work) -> None:
        """The numbers of a record that was merged into another name the person as before."""
        for row in work.rows(select(Merge.kept_id, Merge.gone_number, Merge.gone_nhs_number)):
            self._by_number[str(row.gone_number)] = row.kept_id
            holders = self._by_nhs_number[row.gone_nhs_number] if row.gone_nhs_number else [row.kept_id]
            if row.kept_id not in holders:
                holders.append(row.kept_id)

    def find(self, key: PatientKey) -> UUID:
        """The patient a row names, by the first of its names that is known here.

        Refuses with Invalid: nobody, several people, ids that belong to different people, and a birth
        date other than the one in the record, because a row must never reach the wrong record.
        """
        by_id = self._by_ids(key)
        if len(set(by_id.values())) > 1:
            raise Invalid(f"The {_listed(list(by_id))} in this row belong to different patients.")
        found = next(iter(by_id.values()), None) or self._by_name_and_birth(key)
        born = self._born.get(found)
        if key.birth_date is not None and born is not None and key.birth_date != born:
            raise Invalid("The birth date in this row is not the one in the patient's record.")
        return found

    def _by_ids(self, key: PatientKey) -> dict[str, UUID]:
        """Whom each id in the row belongs to; ids that nobody has are left out."""
        found: dict[str, UUID | None] = {}
        if key.patient_ref is not None:
            found["id from the old system"] = self._by_ref.get(key.patient_ref)
        if key.practice_number is not None:
            found["practice number"] = self._by_number.get(key.practice_number.lstrip("0"))
        known = {name: id for name, id in found.items() if id is not None}
        if key.nhs_number is not None:
            holders = self._by_nhs_number.get(key.nhs_number, [])
            chosen = [id for id in holders if id in known.values()] or holders
            if len(chosen) > 1:
                raise Invalid(
                    "More than one patient has this NHS number. Name the patient by practice number."
                )
            if chosen:
                known["NHS number"] = chosen[0]
        return known

    def _by_name_and_birth(self, key: PatientKey) -> UUID:
        if key.name is None or key.birth_date is None:
            ids = f" Ids count within one source, which is “{self._source}”." if key.patient_ref else ""
            raise Invalid(f"No patient here has the id or number in this row.{ids}")
        found = self._by_name.get((names.sort_key(key.name), key.birth_date), [])
        if not found:
            raise Invalid("No patient here has this name and birth date.")
        if len(found) > 1:
            raise Invalid(
                "More than one patient has this name and birth date. Name the patient by practice number."
            )
        return found[0]


def _listed(words: list[str]) -> str:
    return " and the ".join(words)
