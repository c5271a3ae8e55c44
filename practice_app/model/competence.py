"""Whether somebody was judged able to decide for themselves: written once, never altered."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from practice_app.model.base import Base, Row, SealedBytes


class CompetenceNote(Row, Base):
    """One judgement of whether a patient can decide (Gillick; Mental Capacity Act 2005).

    Every role may see that it was judged, when, by whom and how it came out; what the decision was about and
    the reasons are sealed for clinicians. A later judgement is a new row. `assessor` names somebody from
    outside who judged; "" when it was `assessor_id`.
    """

    __tablename__ = "competence_note"

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    assessed_on: Mapped[date]
    can_decide: Mapped[bool]
    assessor_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    assessor: Mapped[str] = mapped_column(String(200), default="")
    entered_at: Mapped[datetime]
    matter_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)
    reasons_sealed: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)
