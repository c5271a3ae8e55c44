"""What left the practice about a person: to whom, what, when and on what basis (P50)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from practice_app.model.correspondence import Letter
from practice_app.model.rights import Disclosure
from practice_app.rules.permissions import Permission
from practice_app.services import access, staff_names
from practice_app.services.marks import reads
from practice_app.storage.records import Work


@dataclass(frozen=True, slots=True)
class Given:
    """One thing that was given out; `letter_dated` is the day of the letter it went with, if any."""

    id: UUID
    made_on: date
    recipient: str
    what: str
    basis: str
    means: str
    country: str
    identity_seen: str
    authority_seen: str
    made_by: str
    letter_dated: date | None


@reads(Permission.OPEN_RECORD)
def of(work: Work, patient: UUID) -> tuple[Given, ...]:
    """What was given to others about a person, the latest first."""
    access.require_record(work, patient)
    staff = staff_names.of_users(work)
    statement = (
        select(Disclosure, Letter.dated)
        .outerjoin(Letter, Letter.id == Disclosure.letter_id)
        .where(Disclosure.person_id == patient)
        .order_by(Disclosure.made_on.desc(), Disclosure.id)
    )
    return tuple(
        Given(
            id=row.id,
            made_on=row.made_on,
            recipient=row.recipient,
            what=row.what,
            basis=row.basis,
            means=row.means,
            country=row.country,
            identity_seen=row.identity_seen,
            authority_seen=row.authority_seen,
            made_by=staff.get(row.made_by_id, "") if row.made_by_id else "",
            letter_dated=letter_dated,
        )
        for row, letter_dated in work.rows(statement)
    )
