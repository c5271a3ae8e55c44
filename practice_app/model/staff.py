"""The people who work here: user accounts and practitioners."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from practice_app.model.base import Base, Row, by_value
from practice_app.model.people import Person
from practice_app.rules.permissions import Role


class UserAccount(Row, Base):
    """Somebody who signs in. The id is the one in the key-slot file; keys are not kept here."""

    __tablename__ = "user_account"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(by_value(Role))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    not_after: Mapped[date | None]
    disabled_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class Practitioner(Row, Base):
    """Somebody who sees patients.

    `is_health_professional` follows the list of DPA 2018 s.204, which decides how health data
    may be disclosed; most counsellors are not on it.
    """

    __tablename__ = "practitioner"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    profession: Mapped[str] = mapped_column(String(100), default="")
    is_health_professional: Mapped[bool] = mapped_column(default=False)
    registration_body: Mapped[str] = mapped_column(String(100), default="")
    registration_number: Mapped[str] = mapped_column(String(60), default="")
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]

    person: Mapped[Person] = relationship(lazy="raise_on_sql")
