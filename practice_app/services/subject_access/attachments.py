"""The files of a record in its copy: made ready once, then set page by page, given beside it, or listed."""

from collections.abc import Callable
from itertools import count
from uuid import UUID

from sqlalchemy import Select, select

from practice_app.documents.attached import File
from practice_app.documents.intake import readied, reading
from practice_app.documents.intake.confined import Cleaner
from practice_app.documents.intake.readied import Readied
from practice_app.documents.intake.reading import Reader
from practice_app.errors import PracticeError
from practice_app.model.correspondence import Attachment, LetterSubject
from practice_app.model.documents import DocumentSubject
from practice_app.progress import Progress
from practice_app.rules.files import FileState, ending_of
from practice_app.rules.permissions import Permission
from practice_app.services import access
from practice_app.services.marks import long
from practice_app.storage import merged, sealed
from practice_app.storage.records import Records, Work

ReadFile = Callable[[UUID], bytes]
"""Gets the bytes of a file by the id of its row."""


def about(person: UUID) -> Select[Attachment]:
    """The files that came with the letters and documents about a person."""
    letters = select(LetterSubject.letter_id).where(LetterSubject.person_id == person)
    documents = select(DocumentSubject.document_id).where(DocumentSubject.person_id == person)
    return select(Attachment).where(Attachment.letter_id.in_(letters) | Attachment.document_id.in_(documents))


@long(Permission.PREPARE_SUBJECT_ACCESS)
def make_ready(records: Records, person: UUID, *, progress: Progress) -> None:
    """Make every file of a person that can be shown ready to stand in a copy, and keep that sealed.

    Scans are read by a machine where there is one, which takes seconds a page; it is done once. Each file is
    stored by itself, so that what was done before a stop is not lost. What does not open for this person is
    left alone.
    """
    with records.work(writes=False, use_case=make_ready.name) as work:
        access.require_record(work, person)
        statement = about(merged.kept(work, person)).where(Attachment.state == FileState.READY)
        ids = [row.id for row in work.select(statement.order_by(Attachment.id))]
    if not ids:
        return
    reader = reading.installed()
    with Cleaner() as cleaner:
        for number, id in enumerate(ids):
            progress(number, len(ids), "Reading files")
            _make_one_ready(records, id, person, cleaner, reader, progress)


def _make_one_ready(
    records: Records, id: UUID, person: UUID, cleaner: Cleaner, reader: Reader | None, progress: Progress
) -> None:
    with records.work(writes=False, use_case=make_ready.name) as work:
        try:
            kept, clean = _kept(work, id, person), _clean(work, id, person)
        except PracticeError:
            return
    made = kept or cleaner.ready(clean)
    if made is not None and reader and made.to_read and not made.reader:
        made = reading.read_pages(made.pdf or clean, made, reader, progress)
    if made is None or made == kept:
        return
    with records.work(use_case=make_ready.name) as work:
        row = work.get(Attachment, id)
        row.sheets_sealed = sealed.put_bytes(
            work, row, sealed.ATTACHMENT_SHEETS, made.kept(), subject=person, also=_people(work, row)
        )


def _people(work: Work, row: Attachment) -> list[UUID]:
    """Whom the letter or the document of a file is about."""
    if row.letter_id is not None:
        of = select(LetterSubject.person_id).where(LetterSubject.letter_id == row.letter_id)
    else:
        of = select(DocumentSubject.person_id).where(DocumentSubject.document_id == row.document_id)
    return list(work.select(of))


def _kept(work: Work, id: UUID, person: UUID) -> Readied | None:
    blob = work.first(select(Attachment.sheets_sealed).where(Attachment.id == id))
    if blob is None:
        return None
    return readied.opened(sealed.get_bytes(work, id, sealed.ATTACHMENT_SHEETS, blob, subjects=(person,)))


def _clean(work: Work, id: UUID, person: UUID) -> bytes:
    blob = work.first(select(Attachment.cleaned_sealed).where(Attachment.id == id))
    if blob is None:
        raise PracticeError("There is nothing to show of this file.")
    return sealed.get_bytes(work, id, sealed.ATTACHMENT_CLEANED, blob, subjects=(person,))


def pages(work: Work, id: UUID, person: UUID) -> bytes:
    """The PDF of a file's pages as they stand in a copy; raises PracticeError when it does not open."""
    kept = _kept(work, id, person)
    return kept.pdf if kept is not None and kept.pdf is not None else _clean(work, id, person)


class Pages:
    """The pages of a person's files, each file read in a transaction of its own when it is asked for."""

    def __init__(self, records: Records, person: UUID) -> None:
        self._records = records
        self._person = person

    def __call__(self, id: UUID) -> bytes:
        with self._records.work(writes=False, use_case=make_ready.name) as work:
            return pages(work, id, self._person)


def original(work: Work, id: UUID, person: UUID) -> bytes:
    """A file as it came, for what is given beside the copy; raises PracticeError when it does not open."""
    blob = work.first(select(Attachment.content_sealed).where(Attachment.id == id))
    return b"" if blob is None else sealed.get_bytes(work, id, sealed.ATTACHMENT, blob, subjects=(person,))


def file_of(work: Work, row: Attachment, person: UUID, read: ReadFile) -> tuple[File, str] | None:
    """The pages of a file and who read its scans ("" for nobody); None where there are none to set.

    Raises PracticeError when it is not about this person, or is damaged: that must not stop the whole copy
    later, when it is drawn.
    """
    kept = _kept(work, row.id, person) if row.state is FileState.READY else None
    if kept is None:
        return None
    if kept.pdf is None:
        _clean(work, row.id, person)
    return File(kept.sheets, lambda: read(row.id)), kept.reader


class Beside:
    """What is given beside the copy, under names that tell nothing about anybody."""

    def __init__(self) -> None:
        self.files: list[tuple[str, UUID]] = []
        self._numbers = count(1)

    def add(self, work: Work, row: Attachment, person: UUID) -> str:
        """Give a file beside the copy; its name there. Raises PracticeError as `original` does."""
        original(work, row.id, person)
        name = f"recording-{next(self._numbers)}{ending_of(row.media_type)}"
        self.files.append((name, row.id))
        return name
