"""What the log and the imports say about somebody's record: viewings, changes, reasons, earlier systems."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from practice_app.documents.subject_access import Viewing
from practice_app.model.audit import AuditEvent, AuditReason
from practice_app.model.settings import Imported
from practice_app.model.staff import UserAccount
from practice_app.services.subject_access.record import record_ids
from practice_app.services.subject_access.section import (
    RECORDED_HERE,
    TECHNICAL,
    Count,
    Reading,
    Section,
    Shown,
    facts,
    technical,
)
from practice_app.storage.records import Work

VIEWED = "viewed"
"""The log's action for somebody opening a record or a document."""


def _imported(_reading: Reading, row: Imported) -> Shown:
    return Shown(f"Imported: {row.kind}", row.source, facts(("Number there", row.ref)))


def _reason(_reading: Reading, row: AuditReason) -> Shown:
    return Shown("A reason given for an entry in the log", RECORDED_HERE, text=row.text)


def _logged_at(reading: Reading, row: AuditReason) -> datetime:
    at = reading.work.first(select(AuditEvent.at).where(AuditEvent.seq == row.audit_seq))
    return reading.local(at or reading.person.entered_at)


SECTIONS = (
    Section(
        Imported,
        "Taken over from another system",
        rows=lambda person: select(Imported).where(Imported.record_id.in_(record_ids(person))),
        dated=lambda reading, row: reading.entered(row.record_id),
        shown=_imported,
        left_out=technical("fingerprint", record_id="the link to the item, which is in this copy"),
    ),
    Section(
        AuditReason,
        "Reasons in the log",
        rows=lambda person: (
            select(AuditReason)
            .join(AuditEvent, AuditEvent.seq == AuditReason.audit_seq)
            .where(AuditEvent.record_id.in_(record_ids(person)))
        ),
        dated=_logged_at,
        shown=_reason,
        left_out={"id": TECHNICAL["id"], "audit_seq": "the number of the log's entry"},
    ),
)


def entered(work: Work, person: UUID) -> dict[UUID, datetime]:
    """When the rows of a person's record were first written, by their ids, where the log has it."""
    statement = select(AuditEvent.record_id, AuditEvent.at).where(
        AuditEvent.action == "new", AuditEvent.record_id.in_(record_ids(person))
    )
    return {row.record_id: row.at for row in work.rows(statement)}


def viewings(reading: Reading) -> tuple[Viewing, ...]:
    """Every time somebody opened the record or an item of it, with the role they did it in."""
    statement = (
        select(AuditEvent.at, AuditEvent.role)
        .where(AuditEvent.action == VIEWED, AuditEvent.record_id.in_(record_ids(reading.person.id)))
        .order_by(AuditEvent.seq)
    )
    return tuple(
        Viewing(reading.local(row.at), row.role.capitalize()) for row in reading.work.rows(statement)
    )


def changes(reading: Reading) -> tuple[Count, ...]:
    """Everything else the log holds about the record, counted by what was done, to what and by which role."""
    about_it = AuditEvent.record_id.in_(record_ids(reading.person.id))
    return _counted_by_kind(reading, about_it & (AuditEvent.action != VIEWED))


def own_actions(reading: Reading) -> tuple[Count, ...]:
    """What the log holds about the person's own doings as a user, counted by kind."""
    accounts = reading.work.select(select(UserAccount.id).where(UserAccount.person_id == reading.person.id))
    if not accounts:  # most people: the whole log would be read to find nothing
        return ()
    return _counted_by_kind(reading, AuditEvent.user_id.in_(accounts))


def _counted_by_kind(reading: Reading, chosen: ColumnElement[bool]) -> tuple[Count, ...]:
    kind = (AuditEvent.action, AuditEvent.kind, AuditEvent.role)
    statement = (
        select(*kind, func.sum(AuditEvent.count), func.min(AuditEvent.at), func.max(AuditEvent.at))
        .where(chosen)
        .group_by(*kind)
        .order_by(func.min(AuditEvent.seq))
    )
    return tuple(
        Count(f"{_words(action)}: {_words(what)}, as {role}", number, reading.day(first), reading.day(last))
        for action, what, role, number, first, last in reading.work.rows(statement)
    )


def _words(name: str) -> str:
    """A name of the log in words: "user_account" -> "User account"."""
    return name.replace("_", " ").capitalize()
