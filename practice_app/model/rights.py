"""What people may ask for: subject-access bundles, and who received what about whom."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from practice_app.model.base import Base, Row, SealedBytes, by_value


class BundleState(StrEnum):
    """A bundle is for review until somebody releases it."""

    FOR_REVIEW = "for_review"
    RELEASED = "released"


class SubjectAccessBundle(Row, Base):
    """The copy of everything held about one person, as a sealed PDF (P1).

    For review it is not a disclosure; releasing it records identity, authority, recipient and means.
    """

    __tablename__ = "subject_access_bundle"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[BundleState] = mapped_column(by_value(BundleState), default=BundleState.FOR_REVIEW)
    prepared_at: Mapped[datetime]
    prepared_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    pages: Mapped[int]
    items: Mapped[int]
    content_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)
    released_at: Mapped[datetime | None]
    disclosure_id: Mapped[UUID | None] = mapped_column(ForeignKey("disclosure.id"), index=True)


class Disclosure(Row, Base):
    """Something about a person that left the practice: to whom, what, on what basis (P50)."""

    __tablename__ = "disclosure"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    made_on: Mapped[date]
    recipient: Mapped[str] = mapped_column(String(300))
    what: Mapped[str] = mapped_column(String(500))
    basis: Mapped[str] = mapped_column(String(300))
    means: Mapped[str] = mapped_column(String(100), default="")
    country: Mapped[str] = mapped_column(String(100), default="United Kingdom")
    identity_seen: Mapped[str] = mapped_column(String(300), default="")
    authority_seen: Mapped[str] = mapped_column(String(300), default="")
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letter.id"), index=True)
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
