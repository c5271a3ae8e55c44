"""Forms that somebody has begun and not saved, kept so that a lock or a crash loses nothing."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from practice_app.model.base import Base, Row, SealedBytes


class FormDraft(Row, Base):
    """What one user has typed into one form: `plain` as JSON, clinical fields sealed.

    `person_id` is whom the form is about, None while they are not in the records yet; `record_id` is the
    row the form changes, None for a new one.
    """

    __tablename__ = "form_draft"

    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    form: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    record_id: Mapped[UUID | None]
    saved_at: Mapped[datetime]
    plain: Mapped[str] = mapped_column(Text, default="{}")
    clinical_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)
