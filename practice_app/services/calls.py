"""Telephone calls of a record: who rang or was rung, about what, and what came of it (P38)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from practice_app.model.correspondence import Call, CallSubject, Direction
from practice_app.rules import contact_details
from practice_app.rules.permissions import Permission
from practice_app.services import access, staff_names, timeline
from practice_app.services.marks import reads
from practice_app.storage.records import Work

__all__ = ["Direction", "Listed", "of"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One call; `at` is the clinic's local time. `others` counts the other people it was about."""

    id: UUID
    at: datetime
    direction: Direction
    who: str
    number: str
    about: str
    outcome: str
    is_consultation: bool
    handled_by: str
    others: int
    source: str


@reads(Permission.OPEN_RECORD)
def of(work: Work, patient: UUID) -> tuple[Listed, ...]:
    """The calls about a person, the latest first."""
    access.require_record(work, patient)
    zone, staff = timeline.practice_zone(work), staff_names.of_users(work)
    beside = (
        select(func.count())
        .where(CallSubject.call_id == Call.id, CallSubject.person_id != patient)
        .scalar_subquery()
    )
    statement = (
        select(Call, beside.label("others"))
        .where(Call.id.in_(select(CallSubject.call_id).where(CallSubject.person_id == patient)))
        .order_by(Call.at.desc(), Call.id)
    )
    return tuple(
        Listed(
            id=row.id,
            at=row.at.astimezone(zone).replace(tzinfo=None),
            direction=row.direction,
            who=row.caller,
            number=contact_details.show_phone(row.number) if row.number else "",
            about=row.about,
            outcome=row.outcome,
            is_consultation=row.is_consultation,
            handled_by=staff.get(row.handled_by_id, "") if row.handled_by_id else "",
            others=others,
            source=row.source,
        )
        for row, others in work.rows(statement)
    )
