"""From whom somebody's record, or a part of it, is kept."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from practice_app.model.base import Base, Row, by_value


class Expectation(StrEnum):
    """Why something is not to be shown to somebody (DPA 2018 Sch. 3 para. 4)."""

    EXPRESSLY_BARRED = "expressly_barred"
    GIVEN_IN_CONFIDENCE = "given_in_confidence"
    EXAMINATION = "examination"
    COURT_ORDER = "court_order"


class KeptFrom(Row, Base):
    """That a patient's record, one kind of item or one item of it is not to be shown to somebody.

    They are one of the patient's contacts, or somebody `named` only. `item_kind` is a kind of the timeline
    ("note"), "" for the whole record; `item_id` one item of that kind. `lifted_on` is when the patient said
    that it may be shown after all; the row stays.
    """

    __tablename__ = "kept_from"

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    named: Mapped[str] = mapped_column(String(300), default="")
    item_kind: Mapped[str] = mapped_column(String(40), default="")
    item_id: Mapped[UUID | None]
    expectation: Mapped[Expectation] = mapped_column(by_value(Expectation))
    since: Mapped[date]
    lifted_on: Mapped[date | None]
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
