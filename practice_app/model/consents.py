"""Consents: what was asked in which words, every decision, and who was given which privacy notice.

Decisions, wordings, notices and suppressions are append-only: a change of mind is a new row.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from practice_app.model.base import Base, Row, by_value
from practice_app.rules.consents import Basis, Channel, Decision, Method, Nature, Purpose
from practice_app.rules.deciding import CapacityBasis, GivenAs


class ConsentWording(Row, Base):
    """The exact words of a question, by version; old versions stay printable (UK GDPR Art. 7(1)).

    The highest revision of a purpose is the one that is asked now.
    """

    __tablename__ = "consent_wording"

    purpose: Mapped[Purpose] = mapped_column(by_value(Purpose))
    language: Mapped[str] = mapped_column(String(10), default="en-GB")
    revision: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    made_at: Mapped[datetime | None]
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)

    __table_args__ = (UniqueConstraint("purpose", "language", "revision"),)


class PrivacyNotice(Row, Base):
    """What the practice tells everybody about their data, by version (UK GDPR Art. 13; P25)."""

    __tablename__ = "privacy_notice"

    revision: Mapped[int] = mapped_column(unique=True)
    language: Mapped[str] = mapped_column(String(10), default="en-GB")
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    effective_from: Mapped[date] = mapped_column(index=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)


class PrivacyNoticeGiven(Row, Base):
    """That somebody was given a version of the notice: when, and by which way."""

    __tablename__ = "privacy_notice_given"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("privacy_notice.id"), index=True)
    given_on: Mapped[date]
    channel: Mapped[Channel] = mapped_column(by_value(Channel))
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    recorded_at: Mapped[datetime]


class Consent(Row, Base):
    """One decision about one purpose and channel. A later decision is a new row.

    `given_by` is who decided, `given_as` in what capacity; both are unknown in rows from elsewhere.
    `capacity` says how it was judged that they could; `how` adds to `method` in somebody's own words.
    `evidence` says where the signed form is kept. `effect` is what the practice said this changes.
    """

    __tablename__ = "consent"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[Purpose] = mapped_column(by_value(Purpose))
    channel: Mapped[Channel | None] = mapped_column(by_value(Channel))
    nature: Mapped[Nature] = mapped_column(by_value(Nature))
    decision: Mapped[Decision] = mapped_column(by_value(Decision))
    basis: Mapped[Basis | None] = mapped_column(by_value(Basis))
    got_from_them_here: Mapped[bool] = mapped_column(default=False)
    similar_services: Mapped[bool] = mapped_column(default=False)
    easy_to_refuse: Mapped[bool] = mapped_column(default=False)
    decided_on: Mapped[date]
    valid_from: Mapped[date | None]
    review_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    method: Mapped[Method | None] = mapped_column(by_value(Method))
    how: Mapped[str] = mapped_column(String(100), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    witness: Mapped[str] = mapped_column(String(200), default="")
    evidence: Mapped[str] = mapped_column(String(300), default="")
    given_by: Mapped[str] = mapped_column(String(300), default="")
    given_as: Mapped[GivenAs | None] = mapped_column(by_value(GivenAs))
    relation: Mapped[str] = mapped_column(String(100), default="")
    proof: Mapped[str] = mapped_column(String(300), default="")
    capacity_basis: Mapped[CapacityBasis | None] = mapped_column(by_value(CapacityBasis))
    capacity: Mapped[str] = mapped_column(String(1000), default="")
    modality: Mapped[str] = mapped_column(String(100), default="")
    named_recipient: Mapped[str] = mapped_column(String(300), default="")
    scope: Mapped[str] = mapped_column(String(500), default="")
    effect: Mapped[str] = mapped_column(String(500), default="")
    wording_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent_wording.id"), index=True)
    privacy_notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("privacy_notice.id"), index=True)
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    recorded_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(60), default="")
    source: Mapped[str] = mapped_column(String(300), default="")


class ConsentCorrection(Row, Base):
    """That a decision was recorded wrongly and why: it does not count any more, and stays to be seen."""

    __tablename__ = "consent_correction"

    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consent.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(500))
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    recorded_at: Mapped[datetime]


class ConsentEvidence(Row, Base):
    """That a filed document shows a decision: the scan of a signed form, an e-mail."""

    __tablename__ = "consent_evidence"

    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consent.id"), index=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), index=True)


class MarketingSuppression(Row, Base):
    """That an address must get no marketing by a channel, or, with `is_lifted`, may again (P48).

    The latest row of a digest counts. It names nobody: the digest is a keyed checksum of the address, kept
    when a person's records are erased, because a wish not to be approached outlives them.
    """

    __tablename__ = "marketing_suppression"

    channel: Mapped[Channel] = mapped_column(by_value(Channel))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    is_lifted: Mapped[bool] = mapped_column(default=False)
    noted_at: Mapped[datetime]
