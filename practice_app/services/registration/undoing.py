"""Taking back what the form changed a moment ago, exactly: the records as they were, the log with both."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select

from practice_app.errors import OutOfDate
from practice_app.model.access import Caseload
from practice_app.model.people import (
    GP,
    Address,
    EarlierDetail,
    Email,
    HealthFact,
    IdentityCheck,
    Patient,
    Person,
    Phone,
)
from practice_app.rules.permissions import CLINICAL_ROLES
from practice_app.services.registration import reading
from practice_app.services.registration.details import Details
from practice_app.storage import search
from practice_app.storage.records import Work

_OWN_ROWS = {Person: "id", Patient: "id", Address: "person_id", Phone: "person_id", Email: "person_id",
             IdentityCheck: "person_id", HealthFact: "patient_id"}  # fmt: skip
"""The tables the form writes, with the column that says whose a row is."""

Snapshot = tuple[tuple[type[Any], dict[str, Any]], ...]


@dataclass(frozen=True, slots=True, repr=False)
class Undo:
    """What a change replaced; good until the details are changed again. Only `take_back` looks inside."""

    patient: UUID
    after: Details
    rows: Snapshot = field(repr=False)
    change: UUID | None = None
    new_gp: UUID | None = None


def snapshot(work: Work, patient: UUID) -> Snapshot:
    """Every row the form may write, with its values; what the role may not see it cannot change either."""
    return tuple(
        (kind, {name: getattr(row, name) for name in _columns(kind)}) for kind, row in _rows(work, patient)
    )


def restore(work: Work, undo: Undo) -> None:
    """Make the rows what they were; raises OutOfDate when the details were changed since."""
    if reading.read(work, undo.patient) != undo.after:
        raise OutOfDate("These details were changed again since, so the change before that stays.")
    now = {(kind, row.id): row for kind, row in _rows(work, undo.patient)}
    for kind, values in undo.rows:
        row = now.pop((kind, values["id"]), None)
        if row is None:
            work.add(kind(**values))
            continue
        for name, value in values.items():
            setattr(row, name, value)
    for row in now.values():
        work.delete(row)
    for earlier in work.select(select(EarlierDetail).where(EarlierDetail.change_id == undo.change)):
        work.delete(earlier)
    if undo.new_gp is not None:
        work.flush()
        _forget_gp(work, undo.new_gp)


def forget_patient(work: Work, patient: UUID) -> None:
    """Delete a patient with everything the form writes; fails where anything else hangs on them."""
    for kind, row in _rows(work, patient):
        if kind is not Person and kind is not Patient:
            work.delete(row)
    for listed in work.select(select(Caseload).where(Caseload.patient_id == patient)):
        work.delete(listed)
    work.flush()
    work.delete(work.get(Patient, patient))
    _forget_person(work, patient)


def _forget_gp(work: Work, id: UUID) -> None:
    """Delete a GP who was entered with the change, unless somebody else names them by now."""
    if work.first(select(Patient.id).where(Patient.gp_id == id).limit(1)) is None:
        work.delete(work.get(GP, id))
        _forget_person(work, id)


def _forget_person(work: Work, person: UUID) -> None:
    """Delete a person's row and the words they are found by, after all that pointed at it."""
    search.forget(work, person)
    work.delete(work.get(Person, person))
    work.flush()


def _rows(work: Work, patient: UUID) -> list[tuple[type[Any], Any]]:
    clinical = work.actor.role in CLINICAL_ROLES
    kinds = [kind for kind in _OWN_ROWS if clinical or kind is not HealthFact]
    return [
        (kind, row)
        for kind in kinds
        for row in work.select(select(kind).where(getattr(kind, _OWN_ROWS[kind]) == patient))
    ]


def _columns(kind: type[Any]) -> tuple[str, ...]:
    return tuple(each.key for each in inspect(kind).column_attrs if each.key != "version")
