"""What the files of everything but people have in common: each row is about one patient."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from practice_app.errors import Invalid
from practice_app.exchange.rows import AppointmentRow, CallRow, ConsentRow, LetterRow, NoteRow, Prepared
from practice_app.services.imports.earlier import Changed, Earlier, New
from practice_app.services.imports.patient_lookup import PatientLookup
from practice_app.services.imports.plan import Setting
from practice_app.storage.records import Work

E = TypeVar("E", AppointmentRow, NoteRow, ConsentRow, CallRow, LetterRow)


@dataclass(frozen=True, slots=True)
class Sifted(Generic[E]):
    """The rows of a file, by what is to be done with them; `patients` says whom a line is about."""

    new: list[New[E]]
    changed: list[Changed[E]]
    unchanged: int
    patients: dict[int, UUID]


def sift(
    work: Work,
    prepared: Prepared[E],
    setting: Setting,
    natural_key: Callable[[E, UUID], str | None] = lambda row, patient: None,
) -> Sifted[E]:
    """Part a file's rows into new, changed and unchanged; rows whose patient is not certain are refused."""
    earlier = Earlier(work, setting)
    unknown = earlier.unknown(prepared.rows)
    patients = _patients(work, unknown, setting)
    certain = [row for row in unknown if row.line in patients]
    new, changed = earlier.divide(certain, lambda row: natural_key(row, patients[row.line]))
    return Sifted(new, changed, len(prepared.rows) - len(unknown), patients)


def _patients(work: Work, rows: list[E], setting: Setting) -> dict[int, UUID]:
    if not rows:
        return {}
    lookup = PatientLookup(work, setting.source)
    found: dict[int, UUID] = {}
    for row in rows:
        try:
            found[row.line] = lookup.find(row.patient)
        except Invalid as problem:
            setting.findings.refuse(row.line, str(problem))
    return found
