"""Sealed text and files in rows: put in under the right key, got back only for the right person.

Purposes are constants, never table or column names, because migrations may rename those.
"""

from collections.abc import Collection
from uuid import UUID

from practice_app.errors import PracticeError
from practice_app.model.base import Row
from practice_app.storage.keys import Kind, SealedText, seal, seal_bytes, unseal, unseal_bytes
from practice_app.storage.records import Work

NOTE = "note.body"
ADDENDUM = "note.addendum"
DRAFT = "draft.body"
LETTER = "letter.text"
ATTACHMENT = "attachment.content"
ATTACHMENT_NAME = "attachment.name"
BUNDLE = "subject_access.bundle"

_ID_BYTES = 16


def put(
    work: Work,
    row: Row,
    purpose: str,
    text: str,
    *,
    subject: UUID,
    revision: int = 1,
    kind: Kind = Kind.CLINICAL,
) -> bytes:
    """The sealed form of `text` for this row, written about `subject` by the acting user.

    CLINICAL raises NotAllowed for a user without the clinical key.
    """
    payload = SealedText(subject=subject, author=work.actor.id, at=work.now, revision=revision, text=text)
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

    A text moved here from another record opens with the same key, so its inner subject is checked:
    otherwise a re-linked note would be shown, or disclosed, as somebody else's.
    """
    if blob is None:
        return ""
    opened = unseal(work.keys, purpose, row_id, blob, owner)
    _check_subject(opened.subject, subjects)
    return opened.text


def put_bytes(
    work: Work, row: Row, purpose: str, content: bytes, *, subject: UUID, kind: Kind = Kind.CLINICAL
) -> bytes:
    """The sealed form of a file's bytes for this row, bound to the person it is about like a text."""
    return seal_bytes(work.keys, purpose, row.id, subject.bytes + content, kind)


def get_bytes(work: Work, row_id: UUID, purpose: str, blob: bytes, *, subjects: Collection[UUID]) -> bytes:
    """The bytes of a sealed file, if it is about one of `subjects`; else PracticeError, as for a text."""
    opened = unseal_bytes(work.keys, purpose, row_id, blob)
    _check_subject(UUID(bytes=opened[:_ID_BYTES]), subjects)
    return opened[_ID_BYTES:]


def _check_subject(written_about: UUID, subjects: Collection[UUID]) -> None:
    if written_about not in subjects:
        raise PracticeError("This text was written for another record; it is not shown.")
