"""Judgements of whether a patient can decide for themselves: recorded once, read by those who may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import undefer

from practice_app.errors import Invalid, NotFound
from practice_app.model.competence import CompetenceNote
from practice_app.model.people import Patient
from practice_app.rules.permissions import Permission
from practice_app.services import access, timeline
from practice_app.services.marks import changes, reads, views
from practice_app.storage import sealed
from practice_app.storage.records import Work

_LONGEST_ASSESSOR = 200


@dataclass(frozen=True, slots=True, repr=False)
class Judgement:
    """What a clinician writes down: `matter` is the decision it was about, `reasons` what was understood.

    `assessor` names somebody from outside who judged; "" when the user did.
    """

    assessed_on: date
    can_decide: bool
    matter: str
    reasons: str
    assessor: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement as every role may see it: not what it was about."""

    id: UUID
    assessed_on: date
    can_decide: bool
    assessor: str
    entered_on: date


@dataclass(frozen=True, slots=True, repr=False)
class JudgementText:
    """A judgement as clinicians read it."""

    judged: Judged
    matter: str
    reasons: str


@changes(Permission.WRITE_NOTES)
def record(work: Work, patient: UUID, judgement: Judgement) -> UUID:
    """Write a judgement down; it is never altered, a later one is a row of its own. Returns its id.

    Raises Invalid for missing words or a day to come, NotFound for somebody who is no patient, NotAllowed
    without the clinical key.
    """
    subject = work.get(Patient, patient).id
    access.require_record(work, subject)
    _check(work, judgement)
    row = CompetenceNote(
        patient_id=subject,
        assessed_on=judgement.assessed_on,
        can_decide=judgement.can_decide,
        assessor_id=work.actor.id,
        assessor=judgement.assessor.strip(),
        entered_at=work.now,
    )
    row.matter_sealed = sealed.put(
        work, row, sealed.COMPETENCE_MATTER, judgement.matter.strip(), subject=subject
    )
    row.reasons_sealed = sealed.put(
        work, row, sealed.COMPETENCE_REASONS, judgement.reasons.strip(), subject=subject
    )
    work.add(row)
    return row.id


@reads(Permission.OPEN_RECORD)
def judgements(work: Work, patient: UUID) -> tuple[Judged, ...]:
    """All judgements about a patient, the latest first, without what they were about."""
    access.require_record(work, patient)
    return tuple(_judged(work, row) for row in reversed(_rows(work, patient)))


@views(Permission.READ_NOTES)
def open_note(work: Work, note: UUID, patient: UUID) -> JudgementText:
    """One judgement of the patient whose record is open, with its reasons; the viewing is recorded."""
    access.require_record(work, patient)
    row = work.first(
        select(CompetenceNote)
        .where(CompetenceNote.id == note, CompetenceNote.patient_id == patient)
        .options(undefer(CompetenceNote.matter_sealed), undefer(CompetenceNote.reasons_sealed))
    )
    if row is None:
        raise NotFound("This note is not in this patient's record.")
    about = (patient,)
    opened = JudgementText(
        _judged(work, row),
        sealed.get(work, row.id, sealed.COMPETENCE_MATTER, row.matter_sealed, subjects=about),
        sealed.get(work, row.id, sealed.COMPETENCE_REASONS, row.reasons_sealed, subjects=about),
    )
    work.note("viewed", "competence_note", row.id)
    return opened


def latest(work: Work, patient: UUID, on: date) -> tuple[bool, date] | None:
    """Whether the patient could decide by the latest judgement up to a day, and its day; None without one."""
    made = [row for row in _rows(work, patient) if row.assessed_on <= on]
    return (made[-1].can_decide, made[-1].assessed_on) if made else None


def _rows(work: Work, patient: UUID) -> Sequence[CompetenceNote]:
    return work.select(
        select(CompetenceNote)
        .where(CompetenceNote.patient_id == patient)
        .order_by(CompetenceNote.assessed_on, CompetenceNote.entered_at)
    )


def _judged(work: Work, row: CompetenceNote) -> Judged:
    zone = timeline.practice_zone(work)
    return Judged(
        row.id,
        row.assessed_on,
        row.can_decide,
        row.assessor or timeline.user_name(work, row.assessor_id),
        row.entered_at.astimezone(zone).date(),
    )


def _check(work: Work, judgement: Judgement) -> None:
    if judgement.assessed_on > timeline.today(work):
        raise Invalid("This day is still to come.", field="assessed_on")
    if not judgement.matter.strip():
        raise Invalid("Say which decision it was about.", field="matter")
    if not judgement.reasons.strip():
        raise Invalid("Say what was understood, weighed up and answered.", field="reasons")
    if len(judgement.assessor) > _LONGEST_ASSESSOR:
        raise Invalid(f"A name can have at most {_LONGEST_ASSESSOR} characters.", field="assessor")
