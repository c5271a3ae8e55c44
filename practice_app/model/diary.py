"""The diary: who is seen by whom, where and when."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from practice_app.model.base import Base, Row, by_value
from practice_app.rules.times import moment


class AppointmentState(StrEnum):
    """Where an appointment stands; a cancelled one is kept."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    IN_SESSION = "in_session"
    DONE = "done"
    DID_NOT_ATTEND = "did_not_attend"
    CANCELLED = "cancelled"


ATTENDED = frozenset({AppointmentState.ARRIVED, AppointmentState.IN_SESSION, AppointmentState.DONE})
"""States that count as having been seen."""


class Room(Row, Base):
    """A room that can be booked; one no longer used is closed, because appointments still name it."""

    __tablename__ = "room"

    name: Mapped[str] = mapped_column(String(100), unique=True)
    closed_on: Mapped[date | None]


class AppointmentType(Row, Base):
    """A kind of appointment with its usual length in minutes; closed like a room when it is given up."""

    __tablename__ = "appointment_type"

    name: Mapped[str] = mapped_column(String(100), unique=True)
    minutes: Mapped[int] = mapped_column(default=50)
    closed_on: Mapped[date | None]


class Appointment(Row, Base):
    """One appointment. Its truth is the local wall time and zone; the UTC moments are derived."""

    __tablename__ = "appointment"

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("room.id"), index=True)
    type_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment_type.id"), index=True)
    local_start: Mapped[datetime] = mapped_column(DateTime)
    zone: Mapped[str] = mapped_column(String(60), default="Europe/London")
    minutes: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[AppointmentState] = mapped_column(
        by_value(AppointmentState), default=AppointmentState.BOOKED
    )
    cancelled_by: Mapped[str] = mapped_column(String(100), default="")
    cancelled_reason: Mapped[str] = mapped_column(String(300), default="")
    source: Mapped[str] = mapped_column(String(300), default="")

    attendees: Mapped[list["Attendee"]] = relationship(
        back_populates="appointment", lazy="raise_on_sql", cascade="all, delete-orphan"
    )

    __table_args__ = (Index("ix_appointment_practitioner_start", "practitioner_id", "starts_at"),)

    def place(self, local_start: datetime, minutes: int, zone: str) -> None:
        """Set the wall time (naive), length and zone, and derive both moments from them."""
        self.local_start, self.minutes, self.zone = local_start, minutes, zone
        self.starts_at = moment(local_start, ZoneInfo(zone))
        self.ends_at = self.starts_at + timedelta(minutes=minutes)


class Attendee(Row, Base):
    """One patient of an appointment; a couple's or family's appointment has several (P14)."""

    __tablename__ = "attendee"

    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"), index=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)

    appointment: Mapped[Appointment] = relationship(back_populates="attendees", lazy="raise_on_sql")
