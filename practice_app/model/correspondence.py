"""Letters in and out, what came with them, and telephone calls."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from practice_app.model.base import Base, Row, SealedBytes, by_value


class Direction(StrEnum):
    """Whether something came to the practice or went out from it."""

    IN = "in"
    OUT = "out"


class LetterClass(StrEnum):
    """What a letter is for; consent is checked by class (P49)."""

    CARE = "care"
    SERVICE = "service"
    MARKETING = "marketing"


class LetterState(StrEnum):
    """Where a letter stands; once sent it is never altered."""

    DRAFT = "draft"
    SIGNED = "signed"
    SENT = "sent"
    RECEIVED = "received"
    FILED = "filed"


class Letter(Row, Base):
    """One letter. Letters about care are sealed (`text_sealed`); others keep plain subject and body."""

    __tablename__ = "letter"

    direction: Mapped[Direction] = mapped_column(by_value(Direction))
    letter_class: Mapped[LetterClass] = mapped_column(by_value(LetterClass))
    state: Mapped[LetterState] = mapped_column(by_value(LetterState))
    dated: Mapped[date]
    sender: Mapped[str] = mapped_column(String(300), default="")
    recipient: Mapped[str] = mapped_column(String(300), default="")
    gp_practice_id: Mapped[UUID | None] = mapped_column(ForeignKey("gp_practice.id"), index=True)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    subject: Mapped[str] = mapped_column(String(300), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    text_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)
    entered_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(300), default="")

    subjects: Mapped[list["LetterSubject"]] = relationship(
        back_populates="letter", lazy="raise_on_sql", cascade="all, delete-orphan"
    )


class LetterSubject(Row, Base):
    """One person a letter is about (P14)."""

    __tablename__ = "letter_subject"

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letter.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)

    letter: Mapped[Letter] = relationship(back_populates="subjects", lazy="raise_on_sql")


class Attachment(Row, Base):
    """A file that belongs to a letter: its content and its name are sealed."""

    __tablename__ = "attachment"

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letter.id"), index=True)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    name_sealed: Mapped[bytes | None] = mapped_column(SealedBytes)
    content_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)


class Call(Row, Base):
    """One telephone call: who, about what, and what came of it (P38)."""

    __tablename__ = "call"

    at: Mapped[datetime]
    direction: Mapped[Direction] = mapped_column(by_value(Direction))
    number: Mapped[str] = mapped_column(String(60), default="")
    caller: Mapped[str] = mapped_column(String(300), default="")
    about: Mapped[str] = mapped_column(String(2000), default="")
    outcome: Mapped[str] = mapped_column(String(1000), default="")
    is_consultation: Mapped[bool] = mapped_column(default=False)
    handled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    source: Mapped[str] = mapped_column(String(300), default="")

    subjects: Mapped[list["CallSubject"]] = relationship(
        back_populates="call", lazy="raise_on_sql", cascade="all, delete-orphan"
    )


class CallSubject(Row, Base):
    """One person a call was about (P14)."""

    __tablename__ = "call_subject"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)

    call: Mapped[Call] = relationship(back_populates="subjects", lazy="raise_on_sql")
