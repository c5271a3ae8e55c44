"""Registering patients and changing their details in one form, with what was there before kept."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from practice_app.errors import NotAllowed, PracticeError
from practice_app.model.audit import AuditEvent
from practice_app.model.people import (
    GP,
    Gender,
    GPPractice,
    HealthFactKind,
    NoNHSNumber,
    PatientStatus,
    Person,
    Sex,
)
from practice_app.rules.permissions import CLINICAL_ROLES, Permission
from practice_app.services import access, entered, timeline
from practice_app.services.earlier_details import LONGEST_REASON
from practice_app.services.marks import changes, views
from practice_app.services.reaching import (
    AddressDetails,
    AddressKind,
    EmailDetails,
    EmailKind,
    PhoneDetails,
    PhoneKind,
    Safety,
)
from practice_app.services.registration import reading, undoing, writing
from practice_app.services.registration.details import (
    LABELS,
    Details,
    HealthDetails,
    begun_from,
    check,
    said,
    tidied,
)
from practice_app.services.registration.undoing import Undo
from practice_app.services.two_writers import ChangedMeanwhile, merged
from practice_app.storage.records import Work

__all__ = [
    "LABELS",
    "AddressDetails",
    "AddressKind",
    "ChangedMeanwhile",
    "Details",
    "EmailDetails",
    "EmailKind",
    "Gender",
    "HealthDetails",
    "HealthFactKind",
    "NoNHSNumber",
    "PatientStatus",
    "PhoneDetails",
    "PhoneKind",
    "Safety",
    "Sex",
    "Undo",
    "begun_from",
    "change",
    "check",
    "confirm",
    "details",
    "register",
    "said",
    "take_back",
    "take_back_registration",
    "tidied",
]

_TAKEN_BACK_WITHIN = timedelta(minutes=5)


@views(Permission.EDIT_PEOPLE)
def details(work: Work, patient: UUID) -> Details:
    """Everything the form edits, as the role may see it; the viewing is recorded."""
    access.require_record(work, patient)
    found = reading.read(work, patient)
    work.note("viewed", "patient", patient)
    return found


@changes(Permission.EDIT_PEOPLE)
def register(work: Work, details: Details) -> UUID:
    """Store a new patient; returns the id. A name of any kind is enough, a nickname alone too (P30).

    Raises Invalid, naming the field, for what cannot be stored; what is only doubtful is stored.
    """
    _refuse_health_from_others(work, details)
    check(details, timeline.today(work)).raise_first()
    known, _new_gp = _with_gp(work, tidied(details))
    new = writing.new_patient(work, known)
    access.take_on(work, new)
    return new


@changes(Permission.EDIT_PEOPLE)
def change(work: Work, patient: UUID, before: Details, wanted: Details, reason: str = "") -> Undo | None:
    """Change what differs between `before`, as it was read, and `wanted`; None when nothing does.

    Each replaced value is kept, with when, by whom and `reason` (P11, P17). What somebody else changed in
    the meantime stays; raises ChangedMeanwhile for fields that both changed, and Invalid as `register` does.
    """
    access.require_record(work, patient)
    _refuse_health_from_others(work, wanted)
    why = entered.line(reason, "reason", LONGEST_REASON)
    now = reading.read(work, patient)
    agreed = merged(tidied(before), tidied(wanted), tidied(now))
    check(agreed, timeline.today(work)).raise_first()
    if agreed == tidied(now):
        return None
    rows = undoing.snapshot(work, patient)
    agreed, new_gp = _with_gp(work, agreed)
    replaced = writing.change(work, patient, now, agreed)
    replaced.store(work, patient, why)
    work.flush()
    return Undo(patient, reading.read(work, patient), rows, replaced.id, new_gp)


@changes(Permission.EDIT_PEOPLE)
def confirm(work: Work, patient: UUID) -> Undo:
    """Note that the details were gone through with the person today (P45)."""
    access.require_record(work, patient)
    rows = undoing.snapshot(work, patient)
    work.get(Person, patient).details_confirmed_on = timeline.today(work)
    work.flush()
    return Undo(patient, reading.read(work, patient), rows)


@changes(Permission.EDIT_PEOPLE)
def take_back(work: Work, undo: Undo) -> None:
    """Undo a change exactly, earlier details included; the log keeps the change and its undoing.

    Raises OutOfDate when the details were changed again since.
    """
    access.require_record(work, undo.patient)
    undoing.restore(work, undo)


@changes(Permission.EDIT_PEOPLE)
def take_back_registration(work: Work, patient: UUID) -> None:
    """Take somebody out again whom the actor registered within the last minutes, by mistake.

    Their practice number is not given again. Raises NotAllowed for anybody else's and for one of earlier,
    PracticeError when something is recorded about them by now.
    """
    access.require_record(work, patient)
    registered = select(AuditEvent.seq).where(
        AuditEvent.record_id == patient,
        AuditEvent.action == "new",
        AuditEvent.use_case == register.name,
        AuditEvent.user_id == work.actor.id,
        AuditEvent.at >= work.now - _TAKEN_BACK_WITHIN,
    )
    if work.first(registered) is None:
        raise NotAllowed("Only who registered somebody can take it back, and only within five minutes.")
    try:
        undoing.forget_patient(work, patient)
    except IntegrityError:
        raise PracticeError(
            "Something is recorded about them by now, so they stay. Archive them if they were entered twice."
        ) from None


def _refuse_health_from_others(work: Work, details: Details) -> None:
    if details.health is not None and work.actor.role not in CLINICAL_ROLES:
        raise NotAllowed("What was told about somebody's health is for clinicians to record.")


def _with_gp(work: Work, details: Details) -> tuple[Details, UUID | None]:
    """The details with the row of a GP who is only typed, and that row's id when it had to be made.

    Raises NotFound for a practice or GP who has gone from the directory meanwhile.
    """
    if details.gp_practice is not None:
        work.get(GPPractice, details.gp_practice)
    if details.gp is not None:
        work.get(GP, details.gp)
    if details.gp is not None or not details.gp_name:
        return details, None
    here = writing.gp_here(work, details)
    new = writing.new_gp(work, details) if here is None else None
    return replace(details, gp=here or new, gp_name=""), new
