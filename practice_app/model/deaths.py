"""That somebody died, who told us, and what recording it changed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from practice_app.model.base import Base, Row, by_value
from practice_app.model.diary import AppointmentState


class Death(Row, Base):
    """A death as it was recorded. One that was recorded by mistake stays, with the moment it was undone."""

    __tablename__ = "death"

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    died_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(300))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    undone_at: Mapped[datetime | None]


class DeathStop(Row, Base):
    """One appointment that recording a death cancelled, and how it stood before.

    `cancelled_version` is the appointment's version after it was cancelled: another one means that somebody
    has changed it since, and undoing leaves it alone.
    """

    __tablename__ = "death_stop"

    death_id: Mapped[UUID] = mapped_column(ForeignKey("death.id"), index=True)
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"), index=True)
    state_before: Mapped[AppointmentState] = mapped_column(by_value(AppointmentState))
    cancelled_version: Mapped[int]
