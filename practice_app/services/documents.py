"""Papers about people that are no letters: filed by anybody, opened by those who give care."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from sqlalchemy import select

from practice_app.errors import Invalid, NotFound
from practice_app.model.documents import Document, DocumentKind, DocumentSubject
from practice_app.model.people import Person
from practice_app.model.staff import UserAccount
from practice_app.rules import files
from practice_app.rules.files import CleanedFile
from practice_app.rules.permissions import Permission
from practice_app.services import access, timeline
from practice_app.services.files import (
    FileFacts,
    attach,
    facts_of,
    open_file,
    opened_name,
    refuse_a_day_to_come,
)
from practice_app.services.marks import changes, reads, views
from practice_app.services.timeline import DOCUMENT_WORDS
from practice_app.storage import sealed
from practice_app.storage.records import Work

__all__ = ["DOCUMENT_WORDS", "CleanedFile", "DocumentKind", "Filed", "add", "of", "open_pages"]

_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class Filed:
    """A document in the record's list; days are the clinic's. `title` is None for who may not read it."""

    id: UUID
    kind: DocumentKind
    dated: date
    title: str | None
    source: str
    entered_by: str
    entered_on: date
    files: tuple[FileFacts, ...]


@changes(Permission.FILE_DOCUMENTS)
def add(
    work: Work,
    patient: UUID,
    file: CleanedFile,
    kind: DocumentKind,
    title: str,
    dated: date,
    *,
    source: str = "",
    also: Sequence[UUID] = (),
) -> UUID:
    """File a paper about a person (and about `also`, where it is a joint one); returns the document's id.

    `source` says who gave it to the practice. Raises Invalid (fields file, kind, title, dated), and NotFound
    for somebody who is not in the records.
    """
    title = " ".join(title.split())
    if not 0 < len(title) <= _LONGEST_TITLE:
        raise Invalid(f"Say in 1 to {_LONGEST_TITLE} characters what the document is.", field="title")
    if files.is_recording(file.media_type) != (kind is DocumentKind.RECORDING):
        wrong = "Sound and video are filed as a recording." if kind is not DocumentKind.RECORDING else ""
        raise Invalid(wrong or "Only sound and video are filed as a recording.", field="kind")
    refuse_a_day_to_come(work, dated)
    people = tuple(work.get(Person, each).id for each in dict.fromkeys((patient, *also)))
    access.require_records(work, people)
    row = Document(
        kind=kind, dated=dated, source=source.strip(), entered_by_id=work.actor.id, entered_at=work.now
    )
    row.title_sealed = sealed.put(
        work,
        row,
        sealed.DOCUMENT_TITLE,
        title,
        subject=patient,
        also=people,
        kind=sealed.kind_for_clinicians(work),
    )
    row.subjects = [DocumentSubject(person_id=each) for each in people]
    attached = attach(work, file, people, document=row.id)
    work.add(row)
    work.flush()
    work.add(attached)
    return row.id


@reads(Permission.FILE_DOCUMENTS)
def of(work: Work, patient: UUID) -> tuple[Filed, ...]:
    """The documents of a record, the newest first; who lacks the clinical key sees that they are there."""
    access.require_record(work, patient)
    zone = timeline.practice_zone(work)
    statement = (
        select(
            Document.id, Document.kind, Document.dated, Document.source,
            Document.entered_at, Person.display_name,
            *((Document.title_sealed,) if work.keys.ck else ()),
        )
        .join(DocumentSubject, DocumentSubject.document_id == Document.id)
        .outerjoin(UserAccount, UserAccount.id == Document.entered_by_id)
        .outerjoin(Person, Person.id == UserAccount.person_id)
        .where(DocumentSubject.person_id == patient)
        .order_by(Document.dated.desc(), Document.entered_at.desc(), Document.id)
    )  # fmt: skip
    rows = work.rows(statement)
    attached = facts_of(work, [row.id for row in rows], patient)
    return tuple(
        Filed(
            id=row.id,
            kind=row.kind,
            dated=row.dated,
            title=opened_name(
                work, row.id, sealed.DOCUMENT_TITLE, partial(getattr, row, "title_sealed"), patient
            ),
            source=row.source,
            entered_by=row.display_name or "",
            entered_on=row.entered_at.astimezone(zone).date(),
            files=attached.get(row.id, ()),
        )
        for row in rows
    )


@views(Permission.READ_DOCUMENTS)
def open_pages(work: Work, document: UUID, patient: UUID) -> bytes:
    """The clean copy of a document's file, a PDF; the viewing is recorded. Errors as for files.open_file."""
    access.require_record(work, patient)
    attached = facts_of(work, [document], patient).get(document, ())
    if not attached:
        raise NotFound("This document has no file.")
    return open_file(work, attached[0].id, patient)
