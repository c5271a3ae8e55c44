"""Letters in and out, what came with them, and telephone calls."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from practice_app.model.base import Base, Row, SealedBytes, by_value
from practice_app.rules.files import FileState


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
    """One letter. What a letter about care says is sealed, its subject too; others keep both plain."""

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
    subject_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)
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
    """A file that belongs to one letter or one document: its content and its name are sealed.

    `content_sealed` is the original as it came, never shown or sent; `cleaned_sealed` is the copy without
    anything active, which is. `sheets_sealed` is what the clean copy needs to stand in a subject-access copy
    (`documents.intake.readied`), made when one is first prepared: scans are read by a machine for it, which
    takes seconds a page. `digest` is HMAC-SHA256 (hex) of the original under the `person_key` of the
    person it is about: it tells whether the same file was filed for them twice, and nothing to anybody once
    the key is gone.
    """

    __tablename__ = "attachment"

    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letter.id"), index=True)
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"), index=True)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    state: Mapped[FileState] = mapped_column(by_value(FileState), default=FileState.AS_RECEIVED)
    pages: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64), default="")
    name_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)
    content_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)
    cleaned_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)
    sheets_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)

    __table_args__ = (CheckConstraint("(letter_id IS NULL) <> (document_id IS NULL)", name="one_owner"),)


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
