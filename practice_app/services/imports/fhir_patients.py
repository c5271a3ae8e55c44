"""Taking in patients from a FHIR file together with the people who belong to them."""

from dataclasses import dataclass, replace

from practice_app.exchange.fields import Kind
from practice_app.exchange.rows import PatientRow, Prepared, RelationRow
from practice_app.services.imports.patients import PatientsPlan
from practice_app.services.imports.plan import Setting
from practice_app.services.imports.relations import RelationsPlan
from practice_app.storage.bulk import Batch
from practice_app.storage.records import Work


@dataclass(frozen=True, slots=True)
class Part:
    """The fields that one kind of a file's entries fill."""

    patients: frozenset[str]
    relations: frozenset[str]


class FhirPlan:
    """Patients as any file brings them, then their people, who may belong to patients of the same file.

    The marks are those of patients and relations, so that later files of the same source find them.
    """

    def __init__(
        self,
        work: Work,
        patients: Prepared[PatientRow],
        relations: Prepared[RelationRow],
        fields: Part,
        setting: Setting,
    ) -> None:
        self._patients = PatientsPlan(
            work, patients, replace(setting, kind=Kind.PATIENTS, fields=fields.patients)
        )
        arriving = {
            named: new.id
            for new in self._patients.new
            for named in (new.row.ref, new.row.nhs_number)
            if named is not None
        }
        self._relations = RelationsPlan(
            work, relations, replace(setting, kind=Kind.RELATIONS, fields=fields.relations), arriving
        )
        self.added = self._patients.added + self._relations.added
        self.updated = self._patients.updated + self._relations.updated
        self.unchanged = self._patients.unchanged + self._relations.unchanged
        self.duplicates = self._patients.duplicates

    def write(self, batch: Batch) -> None:
        """Write both."""
        self._patients.write(batch)
        self._relations.write(batch)
