"""Sealed text and files in rows: put in under the right key, got back only for the right person.

Purposes are constants, never table or column names, because migrations may rename those.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from practice_app.errors import PracticeError
from practice_app.model.base import Row
from practice_app.storage.keys import Kind, SealedText, seal, seal_bytes, unseal, unseal_bytes
from practice_app.storage.records import Work

NOTE = "note.body"
ADDENDUM = "note.addendum"
DRAFT = "draft.body"
LETTER = "letter.text"
LETTER_SUBJECT = "letter.subject"
ATTACHMENT = "attachment.content"
ATTACHMENT_CLEANED = "attachment.cleaned"
ATTACHMENT_NAME = "attachment.name"
DOCUMENT_TITLE = "document.title"
BUNDLE = "subject_access.bundle"
FORM_DRAFT = "form_draft.clinical"

_ID_BYTES = 16


def kind_for_clinicians(work: Work) -> Kind:
    """The kind that clinicians read, whoever seals: without the clinical key one seals to its public part."""
    return Kind.CLINICAL if work.keys.ck else Kind.FOR_CLINICIANS


def put(
    work: Work,
    row: Row,
    purpose: str,
    text: str,
    *,
    subject: UUID,
    also: Iterable[UUID] = (),
    revision: int = 1,
    kind: Kind = Kind.CLINICAL,
) -> bytes:
    """The sealed form of `text` for this row, written about `subject` (and others of a joint item).

    CLINICAL raises NotAllowed for a user without the clinical key.
    """
    payload = SealedText(subject, work.actor.id, work.now, revision, text, _others(subject, also))
    return seal(work.keys, purpose, row.id, payload, kind)


def get(
    work: Work,
    row_id: UUID,
    purpose: str,
    blob: bytes | None,
    *,
    subjects: Collection[UUID],
    owner: UUID | None = None,
) -> str:
    """The text, if it was written about one of `subjects`; "" for an empty column.

    `subjects` is the person whose record is open, with those merged into them, never the row's own links:
    a text moved or linked here from another record opens with the same key, and would be shown, or
    disclosed, as somebody else's.
    """
    if blob is None:
        return ""
    opened = unseal(work.keys, purpose, row_id, blob, owner)
    _check_people(opened.people, subjects)
    return opened.text


def put_bytes(
    work: Work,
    row: Row,
    purpose: str,
    content: bytes,
    *,
    subject: UUID,
    also: Iterable[UUID] = (),
    kind: Kind = Kind.CLINICAL,
) -> bytes:
    """The sealed form of a file's bytes for this row, bound to the people it is about like a text."""
    people = (subject, *_others(subject, also))
    head = bytes([len(people)]) + b"".join(person.bytes for person in people)
    return seal_bytes(work.keys, purpose, row.id, head + content, kind)


def get_bytes(work: Work, row_id: UUID, purpose: str, blob: bytes, *, subjects: Collection[UUID]) -> bytes:
    """The bytes of a sealed file, if it is about one of `subjects`; else PracticeError, as for a text."""
    opened = unseal_bytes(work.keys, purpose, row_id, blob)
    end = 1 + opened[0] * _ID_BYTES
    people = [UUID(bytes=opened[at : at + _ID_BYTES]) for at in range(1, end, _ID_BYTES)]
    _check_people(people, subjects)
    return opened[end:]


def _others(subject: UUID, also: Iterable[UUID]) -> tuple[UUID, ...]:
    return tuple(sorted(set(also) - {subject}))


def _check_people(written_about: Iterable[UUID], subjects: Collection[UUID]) -> None:
    if not any(person in subjects for person in written_about):
        raise PracticeError("This text was written for another record; it is not shown.")
