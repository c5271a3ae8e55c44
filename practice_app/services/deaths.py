"""A death, recorded in one act that stops what must stop, and undone exactly when it was a mistake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from practice_app.errors import Invalid, NotFound
from practice_app.model.deaths import Death, DeathStop
from practice_app.model.diary import Appointment, AppointmentState, Attendee
from practice_app.model.people import Patient, Person
from practice_app.rules import dates, deaths
from practice_app.rules.deaths import Addressee
from practice_app.rules.permissions import Permission
from practice_app.rules.rulings import Ruling
from practice_app.services import access, timeline
from practice_app.services.marks import changes, reads
from practice_app.storage.records import Work

__all__ = [
    "DECEASED",
    "Addressee",
    "Recorded",
    "Restored",
    "died_on",
    "is_deceased",
    "may_still_write_to",
    "preview",
    "record",
    "recorded",
    "undo",
]

DECEASED = "deceased"
"""Why appointments are cancelled by a death, as the diary shows it."""

_CANCELLED_BY = "the practice"
_LONGEST_SOURCE = 300


@dataclass(frozen=True, slots=True)
class Recorded:
    """A death as it was recorded. `joint` appointments stay booked for the others who come to them."""

    id: UUID
    died_on: date
    source: str
    recorded_by: str
    recorded_on: date
    cancelled: int
    joint: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What undoing brought back; `left` appointments were changed by somebody since and stay as they are."""

    restored: int
    left: int


@reads(Permission.OPEN_RECORD)
def recorded(work: Work, patient: UUID) -> Recorded | None:
    """The death as it was recorded here; None for the living and for a date from another system."""
    access.require_record(work, patient)
    row = _standing(work, patient)
    if row is None:
        return None
    zone = timeline.practice_zone(work)
    stopped = work.first(select(func.count()).where(DeathStop.death_id == row.id)) or 0
    return Recorded(
        row.id,
        row.died_on,
        row.source,
        timeline.user_name(work, row.recorded_by_id),
        row.recorded_at.astimezone(zone).date(),
        stopped,
        len(_joint(work, patient, row.died_on)),
    )


@reads(Permission.OPEN_RECORD)
def preview(work: Work, patient: UUID, on: date) -> tuple[int, int]:
    """How many appointments a death on this day would cancel, and how many joint ones it would leave."""
    access.require_record(work, patient)
    return len(_alone(work, patient, on)), len(_joint(work, patient, on))


@changes(Permission.EDIT_PEOPLE)
def record(work: Work, patient: UUID, on: date, source: str) -> Recorded:
    """Record that a patient died: appointments to come are cancelled and kept, reminders and marketing stop.

    Joint appointments stay booked, because the others still come: whoever leads them decides. Raises Invalid
    for a day to come or before birth, without a source, and when a death is recorded already.
    """
    subject = work.get(Patient, patient).id
    access.require_record(work, subject)
    person = work.get(Person, subject)
    _check(work, person, on, source)
    row = Death(
        patient_id=subject,
        died_on=on,
        source=" ".join(source.split()),
        recorded_at=work.now,
        recorded_by_id=work.actor.id,
    )
    stopped = _alone(work, subject, on)
    before = [each.state for each in stopped]
    person.died = on
    for each in stopped:
        each.state = AppointmentState.CANCELLED
        each.cancelled_by, each.cancelled_reason = _CANCELLED_BY, DECEASED
    work.add(row)
    work.flush()  # gives the appointments the versions that undoing compares
    work.add(
        *(
            DeathStop(
                death_id=row.id, appointment_id=each.id, state_before=state, cancelled_version=each.version
            )
            for each, state in zip(stopped, before, strict=True)
        )
    )
    work.flush()
    made = recorded(work, subject)
    if made is None:
        raise NotFound("The death was not recorded.")
    return made


@changes(Permission.EDIT_PEOPLE)
def undo(work: Work, death: UUID) -> Restored:
    """Take back a death recorded by mistake: what it changed stands as before, and nothing else changes.

    An appointment that somebody has changed since stays as they left it. Raises Invalid when the date of
    death was changed since, or was taken back already.
    """
    row = work.get(Death, death)
    access.require_record(work, row.patient_id)
    person = work.get(Person, row.patient_id)
    if row.undone_at is not None:
        raise Invalid("This was taken back already.")
    if person.died != row.died_on:
        raise Invalid("The date of death was changed since. Correct it in the person's details.")
    person.died, row.undone_at = None, work.now
    stops = work.select(select(DeathStop).where(DeathStop.death_id == row.id))
    restored = 0
    for stop in stops:
        each = work.find(Appointment, stop.appointment_id)
        if each is not None and each.version == stop.cancelled_version:
            each.state, each.cancelled_by, each.cancelled_reason = stop.state_before, "", ""
            restored += 1
    return Restored(restored, len(stops) - restored)


@reads(Permission.OPEN_RECORD)
def may_still_write_to(work: Work, patient: UUID, addressee: Addressee) -> Ruling:
    """Whether a letter about a patient may go to this kind of receiver, as far as a death decides.

    After it, letters to the executor, the coroner and the GP stay possible, and nothing else is sent.
    """
    access.require_record(work, patient)
    died = died_on(work, patient)
    if died is None:
        return Ruling(True, "Nothing is recorded that stops this letter.")
    day = dates.show(died)
    if deaths.may_be_written_to(addressee, has_died=True):
        return Ruling(True, f"Died on {day}: letters to the executor, the coroner and the GP may be written.")
    return Ruling(False, f"Died on {day}: only the executor, the coroner and the GP may be written to.")


def is_deceased(work: Work, person: UUID) -> bool:
    """Whether somebody has died: asked before anything goes out to them, at the moment of sending."""
    return died_on(work, person) is not None


def died_on(work: Work, person: UUID) -> date | None:
    """The date of death, wherever it came from."""
    return work.get(Person, person).died


def _standing(work: Work, patient: UUID) -> Death | None:
    return work.first(
        select(Death)
        .where(Death.patient_id == patient, Death.undone_at.is_(None))
        .order_by(Death.recorded_at.desc())
    )


def _to_come(work: Work, patient: UUID, died: date) -> Sequence[Appointment]:
    """Booked appointments after the day of death, and those still to come today."""
    rows = work.select(
        select(Appointment)
        .join(Attendee, Attendee.appointment_id == Appointment.id)
        .where(Attendee.patient_id == patient, Appointment.state == AppointmentState.BOOKED)
        .order_by(Appointment.starts_at)
    )
    return [each for each in rows if each.local_start.date() > died or each.starts_at > work.now]


def _attendees(work: Work, appointment: UUID) -> int:
    return work.first(select(func.count()).where(Attendee.appointment_id == appointment)) or 0


def _alone(work: Work, patient: UUID, died: date) -> list[Appointment]:
    return [each for each in _to_come(work, patient, died) if _attendees(work, each.id) == 1]


def _joint(work: Work, patient: UUID, died: date) -> list[Appointment]:
    return [each for each in _to_come(work, patient, died) if _attendees(work, each.id) > 1]


def _check(work: Work, person: Person, on: date, source: str) -> None:
    if person.died is not None:
        raise Invalid(f"A death on {dates.show(person.died)} is recorded already.", field="died_on")
    if on > timeline.today(work):
        raise Invalid("This day is still to come.", field="died_on")
    if person.born is not None and on < person.born:
        raise Invalid(f"Born on {dates.show(person.born)}: give that day or a later one.", field="died_on")
    if not source.strip():
        raise Invalid("Say who told us, or which document was seen.", field="source")
    if len(source) > _LONGEST_SOURCE:
        raise Invalid(f"Write at most {_LONGEST_SOURCE} characters.", field="source")
