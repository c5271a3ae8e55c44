"""Papers about people that are no letters: scans, proofs of identity, signed consents."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from practice_app.model.base import Base, Row, SealedBytes, by_value


class DocumentKind(StrEnum):
    """What a document is."""

    SCAN = "scan"
    IDENTITY = "identity_document"
    SIGNED_CONSENT = "signed_consent"
    RECORDING = "recording"
    OTHER = "other"


class Document(Row, Base):
    """One paper or recording; its title is sealed, and its file is an attachment.

    `dated` is the day on the paper, `source` says who gave it to the practice.
    """

    __tablename__ = "document"

    kind: Mapped[DocumentKind] = mapped_column(by_value(DocumentKind))
    dated: Mapped[date]
    title_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)
    source: Mapped[str] = mapped_column(String(300), default="")
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    entered_at: Mapped[datetime]

    subjects: Mapped[list["DocumentSubject"]] = relationship(
        back_populates="document", lazy="raise_on_sql", cascade="all, delete-orphan"
    )


class DocumentSubject(Row, Base):
    """One person a document is about (P14)."""

    __tablename__ = "document_subject"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)

    document: Mapped[Document] = relationship(back_populates="subjects", lazy="raise_on_sql")
