"""What a person's details were before they were changed: kept with when, by whom and why (P11, P17)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from practice_app.model.people import EarlierDetail, Person
from practice_app.model.staff import UserAccount
from practice_app.services import timeline
from practice_app.storage.records import Work

LONGEST_REASON = 500
"""How many characters the reason for a change may have."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """One detail as it was until somebody changed it; `by` is "" where nobody here did (an old import)."""

    what: str
    was: str
    until: date
    by: str
    reason: str


@dataclass(slots=True)
class Replaced:
    """The values one saving replaces, collected while it is done and stored at its end."""

    id: UUID = field(default_factory=uuid4)
    values: list[tuple[str, str]] = field(default_factory=list)

    def keep(self, what: str, was: str) -> None:
        """Note a value that is replaced; an empty one leaves nothing behind."""
        if was:
            self.values.append((what, was))

    def rows(self, work: Work, person: UUID, reason: str) -> list[dict[str, Any]]:
        """The columns of the rows to store, which an import writes in a batch."""
        return [
            {
                "id": uuid4(),
                "person_id": person,
                "change_id": self.id,
                "what": what,
                "was": was,
                "changed_at": work.now,
                "changed_by_id": work.actor.id,
                "reason": reason,
            }
            for what, was in self.values
        ]

    def store(self, work: Work, person: UUID, reason: str) -> None:
        """Keep them in the record."""
        work.add(*(EarlierDetail(**row) for row in self.rows(work, person, reason)))


def of(work: Work, person: UUID) -> tuple[Earlier, ...]:
    """What somebody's details were before, the newest change first."""
    zone = timeline.practice_zone(work)
    statement = (
        select(EarlierDetail, Person.display_name)
        .outerjoin(UserAccount, UserAccount.id == EarlierDetail.changed_by_id)
        .outerjoin(Person, Person.id == UserAccount.person_id)
        .where(EarlierDetail.person_id == person)
        .order_by(EarlierDetail.changed_at.desc(), EarlierDetail.what, EarlierDetail.was)
    )
    rows: Sequence[Any] = work.rows(statement)
    return tuple(
        Earlier(row.what, row.was, row.changed_at.astimezone(zone).date(), by or "", row.reason)
        for row, by in rows
    )
