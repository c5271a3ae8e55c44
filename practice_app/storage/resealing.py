"""Sealing everything anew under the newest clinical key, and chaining the signed notes anew with it.

A seal is exchanged byte for byte: what is inside, its author and its time included, stays as it was written.
Values sealed for their author only do not depend on the clinical key and are left alone.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    Table,
    and_,
    delete,
    func,
    select,
    update,
)

from practice_app.errors import Defect, PracticeError
from practice_app.model.base import Base, SealedBytes
from practice_app.model.competence import CompetenceNote
from practice_app.model.correspondence import Attachment, Letter
from practice_app.model.documents import Document
from practice_app.model.form_drafts import FormDraft
from practice_app.model.notes import Addendum, Draft, Note, NoteSeal
from practice_app.model.rights import SubjectAccessBundle
from practice_app.storage import checkpoints, note_chain, sealed
from practice_app.storage.audit import Finding
from practice_app.storage.keys import Kind, VaultKeys, seal_bytes, unseal_bytes
from practice_app.storage.keys.seals import sealed_with
from practice_app.storage.note_chain import Replaced, SignedNote
from practice_app.storage.records import Work

BATCH = 200
"""How many values are sealed anew in one transaction, if they are small."""

BATCH_BYTES = 64 * 1024 * 1024
"""How large they may be together: two hundred files would fill the disk with their journal."""

_PURPOSES: dict[Any, str] = {
    Note.__table__.c.body_sealed: sealed.NOTE,
    Addendum.__table__.c.body_sealed: sealed.ADDENDUM,
    Draft.__table__.c.body_sealed: sealed.DRAFT,
    FormDraft.__table__.c.clinical_sealed: sealed.FORM_DRAFT,
    Letter.__table__.c.subject_sealed: sealed.LETTER_SUBJECT,
    CompetenceNote.__table__.c.matter_sealed: sealed.COMPETENCE_MATTER,
    CompetenceNote.__table__.c.reasons_sealed: sealed.COMPETENCE_REASONS,
    Letter.__table__.c.text_sealed: sealed.LETTER,
    Attachment.__table__.c.name_sealed: sealed.ATTACHMENT_NAME,
    Attachment.__table__.c.content_sealed: sealed.ATTACHMENT,
    Attachment.__table__.c.cleaned_sealed: sealed.ATTACHMENT_CLEANED,
    Attachment.__table__.c.sheets_sealed: sealed.ATTACHMENT_SHEETS,
    Document.__table__.c.title_sealed: sealed.DOCUMENT_TITLE,
    SubjectAccessBundle.__table__.c.content_sealed: sealed.BUNDLE,
}

_KINDS = (Kind.CLINICAL, Kind.FOR_CLINICIANS)
_FORMAT_BYTE = b"\x01"


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One column whose values are sealed, and what for."""

    table: Table
    column: Column[Any]
    purpose: str


def sealed_columns() -> tuple[SealedColumn, ...]:
    """Every sealed column of every mapped class; a new one whose purpose is not known here is a Defect."""
    return tuple(
        SealedColumn(table, column, _purpose(column))
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, SealedBytes)
    )


def _purpose(column: Column[Any]) -> str:
    if column not in _PURPOSES:
        raise Defect(f"the sealed column {column} would be forgotten when the clinical key is changed")
    return _PURPOSES[column]


SAMPLE = 20
"""How many values of each column are opened to see whether they still do."""


def sample(work: Work) -> dict[tuple[str, UUID], bytes]:
    """Digests of what some values of every sealed column hold, by column and row.

    Those that do not open are left out, and those that only their author opens. Ids are random, so the first
    are as good as any, and the same wherever the practice is.
    """
    opened = {}
    for each in sealed_columns():
        rows = select(each.table.c.id, each.column).where(each.column.is_not(None))
        for id, blob in work.connection().execute(rows.order_by(each.table.c.id).limit(SAMPLE)):
            with suppress(PracticeError):
                if sealed_with(blob)[0] in _KINDS:
                    content = unseal_bytes(work.keys, each.purpose, id, blob)
                    opened[str(each.column), id] = hashlib.sha256(content).digest()
    return opened


def left(work: Work) -> int:
    """How many values are still sealed with an older clinical key."""
    connection = work.connection()
    return sum(
        connection.execute(
            select(func.count()).select_from(each.table).where(_is_stale(each, work.keys))
        ).scalar_one()
        for each in sealed_columns()
    )


def next_batch(work: Work, where: SealedColumn, after: UUID | None) -> UUID | None:
    """Seal the next values of one column anew, by row id, from behind `after`; the last id, None at the end.

    A value that does not open (damaged, or moved here from another row) stays as it is.
    """
    connection, id_column = work.connection(), where.table.c.id
    statement = select(id_column, func.length(where.column)).where(_is_stale(where, work.keys))
    statement = statement.order_by(id_column).limit(BATCH)
    if after is not None:
        statement = statement.where(id_column > after)
    ids = list(_not_too_much(connection.execute(statement).all()))
    done = sum(_reseal(connection, work.keys, where, id) for id in ids)
    if done:
        work.note("resealed", where.table.name, count=done, fields=(where.column.name,))
    return ids[-1] if ids else None


def _not_too_much(rows: Sequence[Any]) -> Iterator[UUID]:
    """The ids of the first rows, (id, size), that fit into one transaction; at least one."""
    taken = 0
    for id, size in rows:
        if taken and taken + size > BATCH_BYTES:
            return
        taken += size
        yield id


def chain_faults(work: Work) -> frozenset[Finding]:
    """What is wrong with the signed notes, which the new chain would hide."""
    return frozenset(note_chain.verify(work.connection(), work.keys, {}))


def chain_anew(work: Work, reached: Callable[[int, int], None]) -> None:
    """Seal the signed notes anew and write their chain anew under the newest key, in one transaction.

    Each link hangs on the one before and on its note's sealed bytes, so that half of it would look like
    tampering. The links keep their order, revision, author and time. `reached(done, total)` may raise to
    stop: nothing is changed then. The checkpoints are renewed too. The caller has seen to
    `chain_faults` before: a fault is not visible in the new chain.
    """
    connection = work.connection()
    links = connection.execute(select(NoteSeal.__table__).order_by(NoteSeal.seq)).all()
    anew = _Anew(connection, work.keys, links)
    connection.execute(delete(NoteSeal))
    for start in range(0, len(links), BATCH):
        reached(start, len(links))
        signed = anew.links(links[start : start + BATCH])
        note_chain.append(connection, work.keys, list(signed))
    checkpoints.renew(work)
    work.note("rechained", "note_seal", count=len(links))


class _Anew:
    """The links of the chain under the newest key: in their order, without those of notes that are gone."""

    def __init__(self, connection: Connection, keys: VaultKeys, links: Sequence[Any]) -> None:
        self._connection, self._keys = connection, keys
        self._standing = frozenset({link.note_id: link.seq for link in links}.values())
        self._numbers: dict[int, int] = {}
        columns: dict[Any, SealedColumn] = {each.column: each for each in sealed_columns()}
        self._note = columns[Note.__table__.c.body_sealed]
        self._addendum = columns[Addendum.__table__.c.body_sealed]

    def links(self, links: Sequence[Any]) -> Iterator[SignedNote | Replaced]:
        """These links anew; one that replaces another names it by its new number."""
        for link in links:
            added_to = self._connection.execute(
                select(Addendum.note_id).where(Addendum.id == link.note_id)
            ).scalar_one_or_none()
            where = self._addendum if added_to else self._note
            is_standing = link.seq in self._standing
            if is_standing:
                _reseal(self._connection, self._keys, where, link.note_id)
            blob = _stored(self._connection, where, link.note_id)
            if blob is None:
                continue
            self._numbers[link.seq] = len(self._numbers) + 1
            signed = (link.note_id, link.revision, link.signed_at, link.author)
            replaces = self._numbers.get(link.replaces)
            if is_standing:
                yield SignedNote(*signed, blob, added_to=added_to, replaces=replaces)
            else:
                yield Replaced(*signed, link.blob_digest, replaces)


def _reseal(connection: Connection, keys: VaultKeys, where: SealedColumn, id: UUID) -> bool:
    """Exchange the seal of one value if it is stale and opens; whether it was exchanged."""
    blob = _stored(connection, where, id)
    if blob is None:
        return False
    kind, generation = sealed_with(blob)
    if kind not in _KINDS or generation == keys.newest_ck[0]:
        return False
    try:
        content = unseal_bytes(keys, where.purpose, id, blob)
    except PracticeError:
        return False
    anew = seal_bytes(keys, where.purpose, id, content, kind)
    connection.execute(update(where.table).where(where.table.c.id == id).values({where.column: anew}))
    return True


def _stored(connection: Connection, where: SealedColumn, id: UUID) -> bytes | None:
    statement = select(where.column).where(where.table.c.id == id)
    blob: bytes | None = connection.execute(statement).scalar_one_or_none()
    return blob


def _is_stale(where: SealedColumn, keys: VaultKeys) -> ColumnElement[bool]:
    """Whether a value's first four bytes (format, kind, generation) name an older clinical key."""
    newest = keys.newest_ck[0].to_bytes(2, "big")
    kinds = [_FORMAT_BYTE + bytes([kind]) for kind in _KINDS]
    return and_(
        func.substr(where.column, 1, 2, type_=LargeBinary()).in_(kinds),
        func.substr(where.column, 3, 2, type_=LargeBinary()) != newest,
    )
