"""Consents: what was asked in which words, and every decision, never overwritten."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from practice_app.model.base import Base, Row, by_value
from practice_app.rules.consents import Channel, Decision, Nature, Purpose


class ConsentWording(Row, Base):
    """The exact words of a question, by version; old versions stay printable (UK GDPR Art. 7(1))."""

    __tablename__ = "consent_wording"

    purpose: Mapped[Purpose] = mapped_column(by_value(Purpose))
    language: Mapped[str] = mapped_column(String(10), default="en-GB")
    revision: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64), unique=True)


class Consent(Row, Base):
    """One decision about one purpose and channel. A later decision is a new row."""

    __tablename__ = "consent"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[Purpose] = mapped_column(by_value(Purpose))
    channel: Mapped[Channel | None] = mapped_column(by_value(Channel))
    nature: Mapped[Nature] = mapped_column(by_value(Nature))
    decision: Mapped[Decision] = mapped_column(by_value(Decision))
    decided_on: Mapped[date]
    expires_on: Mapped[date | None]
    how: Mapped[str] = mapped_column(String(100), default="")
    given_by: Mapped[str] = mapped_column(String(300), default="")
    capacity: Mapped[str] = mapped_column(String(200), default="")
    named_recipient: Mapped[str] = mapped_column(String(300), default="")
    scope: Mapped[str] = mapped_column(String(500), default="")
    wording_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent_wording.id"), index=True)
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    recorded_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(300), default="")
