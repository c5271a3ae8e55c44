"""Files that belong to letters and documents: kept, listed, and their clean copies opened.

What is filed is sealed for those who give care; whoever else files it cannot open it afterwards.
"""

import hashlib
import hmac
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from practice_app.documents.intake.confined import Cleaner
from practice_app.errors import Defect, FileRefused, Invalid, NotAllowed, NotFound, PracticeError
from practice_app.exchange.files import read_once
from practice_app.model.correspondence import Attachment, Letter, LetterSubject
from practice_app.model.documents import Document, DocumentSubject
from practice_app.model.people import Person
from practice_app.model.settings import Practice
from practice_app.progress import Progress
from practice_app.rules import files
from practice_app.rules.files import WHY, CleanedFile, FileState, shown_name
from practice_app.rules.permissions import Permission
from practice_app.services import access, timeline
from practice_app.services.marks import long, reads, views
from practice_app.storage import sealed
from practice_app.storage.records import Records, Work

__all__ = [
    "WHY",
    "CleanedFile",
    "FileFacts",
    "FileState",
    "already_filed",
    "attach",
    "facts_of",
    "open_file",
    "read_file",
    "shown_name",
    "today",
]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A filed file in a list. `name` is None for those who may not read it; `why` says what is wrong."""

    id: UUID
    name: str | None
    media_type: str
    size: int
    pages: int
    state: FileState
    why: str


@long(Permission.FILE_DOCUMENTS)
def read_file(_records: Records, path: Path, *, progress: Progress) -> CleanedFile:
    """Read a file that is to be filed and make its clean copy, outside any transaction.

    Refuses (FileRefused) what `exchange.files.read_once` and `read_content` refuse. A file that is locked,
    broken or too large to show is given back with the reason in its state.
    """
    progress(0, 1, "Reading the file")
    content = read_once(path, files.LARGEST)
    with Cleaner() as cleaner:
        return read_content(path.name, content, cleaner)


def read_content(name: str, content: bytes, cleaner: Cleaner) -> CleanedFile:
    """A file's bytes with their clean copy; FileRefused for an empty one and one of a kind not taken."""
    media = media_of(name, content[: files.HEAD])
    return (
        cleaner.clean(name, content, media)
        if media
        else CleanedFile(name, files.media_by_name(name), content, FileState.BROKEN)
    )


def media_of(name: str, head: bytes) -> str | None:
    """What a file is by its first bytes; None for one that is broken: it is not what its name says.

    FileRefused for an empty file and for one of a kind that is not taken.
    """
    if not head:
        raise FileRefused(f"“{name}” is empty.")
    media = files.media_type(head)
    if media is None and not name.casefold().endswith(files.ENDINGS):
        raise FileRefused(
            f"“{name}” is not one of the files that can be filed: {files.ACCEPTED}. Print it to a PDF, or "
            "scan the paper."
        )
    return media


@reads(Permission.FILE_DOCUMENTS)
def already_filed(work: Work, patient: UUID, content: bytes) -> date | None:
    """The day of the letter or document of the patient with which this very file was filed, or None."""
    access.require_record(work, patient)
    digest = _digest(work.get(Person, patient), content)
    letter = select(Letter.dated).join(Attachment, Attachment.letter_id == Letter.id)
    letter = letter.join(LetterSubject).where(LetterSubject.person_id == patient)
    document = select(Document.dated).join(Attachment, Attachment.document_id == Document.id)
    document = document.join(DocumentSubject).where(DocumentSubject.person_id == patient)
    return work.first(letter.where(Attachment.digest == digest)) or work.first(
        document.where(Attachment.digest == digest)
    )


@views(Permission.READ_DOCUMENTS)
def open_file(work: Work, file: UUID, patient: UUID) -> bytes:
    """The clean copy of a file in the record of `patient`, a PDF; the viewing is recorded.

    Raises NotFound for a file of another record, NotAllowed without the clinical key, PracticeError when
    there is no clean copy (it says why) or it was written for another record.
    """
    access.require_record(work, patient)
    row = work.first(
        select(Attachment)
        .where(Attachment.id == file)
        .options(*sealed.at_once(work, Attachment.cleaned_sealed))
    )
    if row is None or not _is_about(work, row, patient):
        raise NotFound("This file is not in this record.")
    if not work.keys.ck:
        raise NotAllowed("Files are sealed for those who give care. Ask somebody who does to open it.")
    if row.cleaned_sealed is None:
        raise PracticeError(files.WHY[row.state] or "There is nothing to show of this file.")
    content = sealed.get_bytes(
        work, row.id, sealed.ATTACHMENT_CLEANED, row.cleaned_sealed, subjects=(patient,)
    )
    work.note("viewed", "attachment", row.id)
    return content


def attach(
    work: Work,
    file: CleanedFile,
    people: Sequence[UUID],
    *,
    letter: UUID | None = None,
    document: UUID | None = None,
) -> Attachment:
    """Seal a file and its clean copy for a letter or a document about `people`; the row, still to be added.

    Raises Invalid for a file over the limit and for a recording where the practice keeps none.
    """
    refuse_unfit(work, file)
    row = Attachment(
        letter_id=letter,
        document_id=document,
        media_type=file.media_type,
        size=len(file.original),
        state=file.state,
        pages=file.pages,
        digest=_digest(work.get(Person, people[0]), file.original),
    )
    kind, subject = sealed.kind_for_clinicians(work), people[0]
    row.name_sealed = sealed.put(
        work, row, sealed.ATTACHMENT_NAME, file.name, subject=subject, also=people, kind=kind
    )
    row.content_sealed = sealed.put_bytes(
        work, row, sealed.ATTACHMENT, file.original, subject=subject, also=people, kind=kind
    )
    if file.clean is not None:
        row.cleaned_sealed = sealed.put_bytes(
            work, row, sealed.ATTACHMENT_CLEANED, file.clean, subject=subject, also=people, kind=kind
        )
    return row


def mark_for(work: Work, owner: UUID, person: UUID) -> None:
    """Tell the files of a letter or document apart by the key of the person it was moved to.

    Without the clinical key their marks are cleared: the same file could be filed twice, which only annoys.
    """
    rows = work.select(
        select(Attachment)
        .where((Attachment.letter_id == owner) | (Attachment.document_id == owner))
        .options(*sealed.at_once(work, Attachment.content_sealed))
    )
    for row in rows:
        row.digest = ""
        if work.keys.ck and row.content_sealed is not None:
            content = sealed.get_bytes(
                work, row.id, sealed.ATTACHMENT, row.content_sealed, subjects=(person,)
            )
            row.digest = _digest(work.get(Person, person), content)


def refuse_unfit(work: Work, file: CleanedFile) -> None:
    """Raise Invalid (field "file") for a file that may not be kept here."""
    if len(file.original) > files.LARGEST:
        raise Invalid("A file may have 50 MB at most. Split it into smaller ones.", field="file")
    if (file.state is FileState.READY) != (file.clean is not None):
        raise Defect("a file is ready when there is a clean copy of it, and only then")
    if files.is_recording(file.media_type) and not work.first(select(Practice.keeps_recordings)):
        raise Invalid(
            "This practice keeps no recordings, so sound and video cannot be filed. A director can change "
            "that in the practice's settings.",
            field="file",
        )


def facts_of(work: Work, owners: Collection[UUID], patient: UUID) -> dict[UUID, tuple[FileFacts, ...]]:
    """The files of letters or documents, by their owners' ids; their names only for holders of the key."""
    rows = work.select(
        select(Attachment)
        .where(Attachment.letter_id.in_(owners) | Attachment.document_id.in_(owners))
        .options(*sealed.at_once(work, Attachment.name_sealed))
        .order_by(Attachment.id)
    )
    found: dict[UUID, tuple[FileFacts, ...]] = {}
    for row in rows:
        owner = row.letter_id or row.document_id
        if owner is not None:
            found[owner] = (*found.get(owner, ()), _facts(work, row, patient))
    return found


def opened_name(
    work: Work, id: UUID, purpose: str, blob: Callable[[], bytes | None], patient: UUID
) -> str | None:
    """A short sealed text for a list: None where the user may not read it; `blob` is not asked for then.

    One that was written for another record, or is damaged, becomes a sentence: a list must not fail by it.
    """
    if not work.keys.ck:
        return None
    try:
        return sealed.get(work, id, purpose, blob(), subjects=(patient,))
    except PracticeError:
        return "Cannot be shown: written for another record, or damaged"


@reads(Permission.FILE_DOCUMENTS)
def today(work: Work) -> date:
    """The clinic's day, on which something is filed."""
    return timeline.today(work)


def refuse_a_day_to_come(work: Work, day: date) -> None:
    """Raise Invalid (field "dated") for a paper that would be dated tomorrow or later."""
    if day > timeline.today(work):
        raise Invalid("That day is still to come. Give the day that stands on the paper.", field="dated")


def _facts(work: Work, row: Attachment, patient: UUID) -> FileFacts:
    name = opened_name(work, row.id, sealed.ATTACHMENT_NAME, lambda: row.name_sealed, patient)
    return FileFacts(row.id, name, row.media_type, row.size, row.pages, row.state, files.WHY[row.state])


def _is_about(work: Work, row: Attachment, patient: UUID) -> bool:
    if row.letter_id is not None:
        about = select(LetterSubject.id).where(LetterSubject.letter_id == row.letter_id)
        return work.first(about.where(LetterSubject.person_id == patient)) is not None
    about = select(DocumentSubject.id).where(DocumentSubject.document_id == row.document_id)
    return work.first(about.where(DocumentSubject.person_id == patient)) is not None


def _digest(person: Person, content: bytes) -> str:
    return hmac.new(person.person_key, content, hashlib.sha256).hexdigest()
