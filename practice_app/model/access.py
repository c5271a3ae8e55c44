"""Who is on whose list, beyond what the diary and the notes say."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from practice_app.model.base import Base, Row


class Caseload(Row, Base):
    """A patient put on a therapist's list by a director or at reception; both days are included."""

    __tablename__ = "caseload"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    put_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
