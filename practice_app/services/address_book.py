"""The clinic's address book: whom one rings who is no patient, by name, organisation or work."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, or_, select

from practice_app.model.people import (
    GP,
    Address,
    AddressBookEntry,
    Email,
    GPPractice,
    Person,
    Phone,
    Safety,
)
from practice_app.rules import names
from practice_app.rules.permissions import Permission
from practice_app.services import timeline
from practice_app.services.marks import reads
from practice_app.services.reaching import one_line
from practice_app.storage.records import Work

__all__ = ["Entry", "find"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody in the address book; `phones` and `emails` have the one to try first first.

    What is marked as not safe is not among them, nor is an address that no longer holds.
    """

    id: UUID
    name: str
    organisation: str
    job: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    addresses: tuple[str, ...]
    source: str


@reads(Permission.FIND_PEOPLE)
def find(work: Work, text: str, limit: int = 200) -> tuple[Entry, ...]:
    """The entries that have every word of `text` in name, organisation or work, by name; GPs too."""
    organisation = func.coalesce(func.nullif(AddressBookEntry.organisation, ""), GPPractice.name, "")
    statement = (
        select(
            Person.id,
            Person.display_name,
            Person.source,
            organisation.label("organisation"),
            AddressBookEntry.job,
            GP.id.label("gp"),
        )
        .outerjoin(AddressBookEntry, AddressBookEntry.id == Person.id)
        .outerjoin(GP, GP.id == Person.id)
        .outerjoin(GPPractice, GPPractice.id == GP.gp_practice_id)
        .where(AddressBookEntry.id.is_not(None) | GP.id.is_not(None))
        .order_by(Person.name_key, Person.id)
        .limit(limit)
    )
    for word in names.fold(text).split():
        statement = statement.where(
            or_(
                Person.name_key.contains(word, autoescape=True),
                func.lower(organisation).contains(word, autoescape=True),
                func.lower(AddressBookEntry.job).contains(word, autoescape=True),
            )
        )
    rows = work.rows(statement)
    reached = _reached(work, [row.id for row in rows])
    return tuple(
        Entry(
            row.id,
            row.display_name,
            row.organisation,
            row.job or ("GP" if row.gp else ""),
            phones=tuple(reached[row.id].phones),
            emails=tuple(reached[row.id].emails),
            addresses=tuple(reached[row.id].addresses),
            source=row.source,
        )
        for row in rows
    )


@dataclass(slots=True)
class _Ways:
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


def _reached(work: Work, ids: list[UUID]) -> defaultdict[UUID, _Ways]:
    """How these people are reached today, without what is not safe."""
    found: defaultdict[UUID, _Ways] = defaultdict(_Ways)
    phones = select(Phone).where(Phone.person_id.in_(ids), Phone.safety != Safety.UNSAFE)
    for phone in work.select(phones.order_by(Phone.position)):
        found[phone.person_id].phones.append(phone.shown)
    emails = select(Email).where(Email.person_id.in_(ids), Email.safety != Safety.UNSAFE)
    for email in work.select(emails.order_by(Email.position)):
        found[email.person_id].emails.append(email.address)
    holds = or_(Address.valid_to.is_(None), Address.valid_to >= timeline.today(work))
    addresses = select(Address).where(Address.person_id.in_(ids), Address.safety != Safety.UNSAFE, holds)
    for address in work.select(addresses.order_by(Address.position)):
        found[address.person_id].addresses.append(one_line(address))
    return found
