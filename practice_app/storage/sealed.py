"""Sealed text and files in rows: put in under the right key, got back only for the right person.

Purposes are constants, never table or column names, because migrations may rename those.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import QueryableAttribute, undefer
from sqlalchemy.sql.base import ExecutableOption

from practice_app.errors import PracticeError
from practice_app.model.base import Row
from practice_app.storage import merged
from practice_app.storage.keys import (
    Kind,
    SealedText,
    seal,
    seal_bytes,
    sealed_with,
    unseal,
    unseal_bytes,
)
from practice_app.storage.records import Work

NOTE = "note.body"
ADDENDUM = "note.addendum"
DRAFT = "draft.body"
LETTER = "letter.text"
LETTER_SUBJECT = "letter.subject"
ATTACHMENT = "attachment.content"
ATTACHMENT_CLEANED = "attachment.cleaned"
ATTACHMENT_NAME = "attachment.name"
ATTACHMENT_SHEETS = "attachment.sheets"
DOCUMENT_TITLE = "document.title"
BUNDLE = "subject_access.bundle"
FORM_DRAFT = "form_draft.clinical"
COMPETENCE_MATTER = "competence.matter"
COMPETENCE_REASONS = "competence.reasons"

_FILES = frozenset({ATTACHMENT, ATTACHMENT_CLEANED, ATTACHMENT_SHEETS, BUNDLE})
"""Purposes whose values are bytes, not text."""

_ID_BYTES = 16


def kind_for_clinicians(work: Work) -> Kind:
    """The kind that clinicians read, whoever seals: without the clinical key one seals to its public part."""
    return Kind.CLINICAL if work.keys.ck else Kind.FOR_CLINICIANS


def at_once(work: Work, *columns: QueryableAttribute[Any]) -> tuple[ExecutableOption, ...]:
    """Options that load sealed columns with their rows; none for whoever could not open what is in them.

    On a server these have no right to read them.
    """
    return tuple(undefer(column) for column in columns) if work.keys.ck else ()


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

    It is about those merged into them too, so that it opens where it belongs when a merge is undone.
    CLINICAL raises NotAllowed for a user without the clinical key.
    """
    payload = SealedText(subject, work.actor.id, work.now, revision, text, _others(work, subject, also))
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

    `subjects` is the person whose record is open, never the row's own links: a text linked here by hand
    from another record opens with the same key, and would be shown, or disclosed, as somebody else's. What
    was written about somebody who was merged into them opens too.
    """
    if blob is None:
        return ""
    opened = unseal(work.keys, purpose, row_id, blob, owner)
    _check_people(work, opened.people, subjects)
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
    people = (subject, *_others(work, subject, also))
    return seal_bytes(work.keys, purpose, row.id, _headed(people, content), kind)


def get_bytes(work: Work, row_id: UUID, purpose: str, blob: bytes, *, subjects: Collection[UUID]) -> bytes:
    """The bytes of a sealed file, if it is about one of `subjects`; else PracticeError, as for a text."""
    people, content = _parted(unseal_bytes(work.keys, purpose, row_id, blob))
    _check_people(work, people, subjects)
    return content


def with_another(
    work: Work, row_id: UUID, purpose: str, blob: bytes, *, one: UUID, other: UUID, owner: UUID | None = None
) -> bytes:
    """The same value, now about `other` where it was about `one`: for what was entered in the wrong record.

    Author, time and words stay. Raises PracticeError when it was not about `one` (nor anybody merged into
    them), and NotAllowed when the keys do not include what it takes: an "only me" text is moved by its
    author, who is its `owner`.
    """
    kind = sealed_with(blob)[0]
    opened = unseal_bytes(work.keys, purpose, row_id, blob, owner)
    if purpose in _FILES:
        people, content = _parted(opened)
        _check_people(work, people, (one,))
        anew = _headed(_instead(work, people, one, other), content)
        return seal_bytes(work.keys, purpose, row_id, anew, kind)
    text = unseal(work.keys, purpose, row_id, blob, owner)
    _check_people(work, text.people, (one,))
    subject, *also = _instead(work, text.people, one, other)
    return seal(work.keys, purpose, row_id, replace(text, subject=subject, also=tuple(sorted(also))), kind)


def _instead(work: Work, people: Iterable[UUID], one: UUID, other: UUID) -> tuple[UUID, ...]:
    """`other` with all they were merged from, and the rest of `people` without `one` in any of their ids."""
    rest = set(people) - {*merged.everyone(work, one), *merged.everyone(work, other)}
    return (*merged.everyone(work, other), *sorted(rest))


def _headed(people: Collection[UUID], content: bytes) -> bytes:
    return bytes([len(people)]) + b"".join(person.bytes for person in people) + content


def _parted(opened: bytes) -> tuple[list[UUID], bytes]:
    """Whom a file is about, and its own bytes."""
    end = 1 + opened[0] * _ID_BYTES
    return [UUID(bytes=opened[at : at + _ID_BYTES]) for at in range(1, end, _ID_BYTES)], opened[end:]


def _others(work: Work, subject: UUID, also: Iterable[UUID]) -> tuple[UUID, ...]:
    people = {*also, subject}
    return tuple(sorted({id for person in people for id in merged.everyone(work, person)} - {subject}))


def _check_people(work: Work, written_about: Iterable[UUID], subjects: Collection[UUID]) -> None:
    people = frozenset(written_about)
    if people.isdisjoint(subjects) and all(
        people.isdisjoint(merged.everyone(work, subject)) for subject in subjects
    ):
        raise PracticeError("This text was written for another record; it is not shown.")
