"""Couples and families: patients who are seen together."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from practice_app.model.base import Base, Row, by_value


class FamilyKind(StrEnum):
    """What patients who are seen together are to each other."""

    COUPLE = "couple"
    FAMILY = "family"


class Parting(StrEnum):
    """Why somebody is not seen together with the others any more."""

    SEPARATED = "separated"
    WORK_ENDED = "work_ended"
    OTHER = "other"


class Family(Row, Base):
    """A couple or family that is seen together. `name` is what the clinic calls them; it may be empty."""

    __tablename__ = "family"

    kind: Mapped[FamilyKind] = mapped_column(by_value(FamilyKind))
    name: Mapped[str] = mapped_column(String(200), default="")

    members: Mapped[list["FamilyMember"]] = relationship(
        back_populates="family", lazy="raise_on_sql", cascade="all, delete-orphan"
    )


class FamilyMember(Row, Base):
    """One patient's belonging to a couple or family (P14).

    `parted_on` is the first day they are not seen together any more, None while they are.
    """

    __tablename__ = "family_member"

    family_id: Mapped[UUID] = mapped_column(ForeignKey("family.id"), index=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    since: Mapped[date]
    parted_on: Mapped[date | None]
    parting: Mapped[Parting | None] = mapped_column(by_value(Parting))

    family: Mapped[Family] = relationship(back_populates="members", lazy="raise_on_sql")
