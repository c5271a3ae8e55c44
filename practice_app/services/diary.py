"""The diary seen from one patient: appointments that were, are to come, or were cancelled."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from practice_app.model.diary import Appointment, AppointmentState, AppointmentType, Attendee, Room
from practice_app.model.people import Person
from practice_app.model.staff import Practitioner
from practice_app.rules.permissions import Permission
from practice_app.services import access
from practice_app.services.marks import reads
from practice_app.services.timeline import STATE_WORDS
from practice_app.storage.records import Work

__all__ = ["AppointmentState", "Booked", "of"]

_STANDS = frozenset({AppointmentState.BOOKED, AppointmentState.ARRIVED, AppointmentState.IN_SESSION})


@dataclass(frozen=True, slots=True)
class Booked:
    """One appointment of a patient; `starts` is the clinic's wall time.

    `others` counts the other people of a joint one, who are not named here. `cancelled` says by whom and why,
    "" for one that was not. `is_coming` is True for one that stands and is not over.
    """

    id: UUID
    starts: datetime
    minutes: int
    kind: str
    practitioner: str
    room: str
    state: AppointmentState
    state_words: str
    cancelled: str
    others: int
    source: str
    is_coming: bool

    @property
    def joint(self) -> str:
        """ "With another person", or "" for one alone."""
        if not self.others:
            return ""
        return "With another person" if self.others == 1 else f"With {self.others} other people"


@reads(Permission.READ_DIARY)
def of(work: Work, patient: UUID) -> tuple[Booked, ...]:
    """A patient's appointments, the latest first."""
    access.require_record(work, patient)
    beside = (
        select(func.count())
        .where(Attendee.appointment_id == Appointment.id, Attendee.patient_id != patient)
        .correlate(Appointment)
        .scalar_subquery()
    )
    statement = (
        select(
            Appointment, AppointmentType.name, Person.display_name, Room.name, beside.label("others")
        )
        .join(Attendee, Attendee.appointment_id == Appointment.id)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(Person, Person.id == Practitioner.person_id)
        .outerjoin(AppointmentType, AppointmentType.id == Appointment.type_id)
        .outerjoin(Room, Room.id == Appointment.room_id)
        .where(Attendee.patient_id == patient)
        .order_by(Appointment.starts_at.desc(), Appointment.id)
    )  # fmt: skip
    return tuple(
        Booked(
            id=row.id,
            starts=row.local_start,
            minutes=row.minutes,
            kind=kind or "Appointment",
            practitioner=practitioner,
            room=room or "",
            state=row.state,
            state_words=STATE_WORDS[row.state],
            cancelled=_cancelled(row),
            others=others,
            source=row.source,
            is_coming=row.state in _STANDS and row.ends_at > work.now,
        )
        for row, kind, practitioner, room, others in work.rows(statement)
    )


def _cancelled(row: Appointment) -> str:
    if row.state is not AppointmentState.CANCELLED:
        return ""
    by = f"by {row.cancelled_by}" if row.cancelled_by else ""
    return ": ".join(filter(None, (by, row.cancelled_reason)))
