"""Session notes: sealed text, addenda, drafts, and the chain that shows a signed note unchanged."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from practice_app.model.base import Base, Row, SealedBytes, by_value


class NoteLevel(StrEnum):
    """Who may open a note."""

    CLINICIANS = "clinicians"
    ONLY_ME = "only_me"


class Note(Row, Base):
    """One session note. The text, its title included, is sealed; a signed note takes addenda only.

    `author_id` is the user who wrote it here; an imported note has `author_text` instead.
    """

    __tablename__ = "note"

    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    author_text: Mapped[str] = mapped_column(String(200), default="")
    happened_on: Mapped[date]
    entered_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    level: Mapped[NoteLevel] = mapped_column(by_value(NoteLevel), default=NoteLevel.CLINICIANS)
    source: Mapped[str] = mapped_column(String(300), default="")
    body_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)

    subjects: Mapped[list["NoteSubject"]] = relationship(
        back_populates="note", lazy="raise_on_sql", cascade="all, delete-orphan"
    )


class NoteSubject(Row, Base):
    """One patient a note is about; a joint note has several (P14)."""

    __tablename__ = "note_subject"

    note_id: Mapped[UUID] = mapped_column(ForeignKey("note.id"), index=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)

    note: Mapped[Note] = relationship(back_populates="subjects", lazy="raise_on_sql")


class Addendum(Row, Base):
    """A dated, signed addition to a signed note."""

    __tablename__ = "addendum"

    note_id: Mapped[UUID] = mapped_column(ForeignKey("note.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    entered_at: Mapped[datetime]
    body_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)


class Draft(Row, Base):
    """Unfinished text of one user about one patient, sealed, so that a crash loses nothing."""

    __tablename__ = "draft"

    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    saved_at: Mapped[datetime]
    body_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)


class NoteSeal(Base):
    """One link of the chain over signed notes, keyed by the clinical key.

    It holds no text: a digest of the sealed bytes, which are unguessable. `replaces` is the number of the
    link this one takes the place of: a note that was entered in the wrong record is sealed for the right one.
    """

    __tablename__ = "note_seal"

    seq: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[UUID]
    revision: Mapped[int]
    signed_at: Mapped[datetime]
    author: Mapped[UUID | None]
    blob_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    replaces: Mapped[int | None]
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))
