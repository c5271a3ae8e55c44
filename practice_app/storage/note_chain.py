"""The chain over signed notes and what was added to them: none was changed, exchanged or taken out."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, event, func, insert, select
from sqlalchemy.orm import Mapper, object_session
from sqlalchemy.orm.attributes import get_history

from practice_app.errors import Defect
from practice_app.model.notes import Addendum, Note, NoteSeal
from practice_app.storage.audit import START, Finding, Head, canonical
from practice_app.storage.keys import VaultKeys

if TYPE_CHECKING:
    from practice_app.storage.records import Work


@dataclass(frozen=True, slots=True)
class SignedNote:
    """What the chain keeps of a signed note or addendum: no text, only a digest of its sealed bytes.

    `added_to` is the note an addendum belongs to. The digest covers it, because an addendum moved to another
    note of the same patient opens there. `replaces` is the number of the earlier link, when the same words
    were sealed for another record.
    """

    note_id: UUID
    revision: int
    signed_at: datetime
    author: UUID | None
    blob: bytes
    added_to: UUID | None = None
    replaces: int | None = None

    @property
    def digest(self) -> bytes:
        """What the link keeps of the sealed bytes."""
        return _digest(self.blob, self.added_to)


@dataclass(frozen=True, slots=True)
class Replaced:
    """A link whose sealed bytes are no more, because they were sealed for another record since."""

    note_id: UUID
    revision: int
    signed_at: datetime
    author: UUID | None
    digest: bytes
    replaces: int | None = None


def head(connection: Connection) -> Head:
    """The last link, or the start when nothing was signed yet."""
    last = connection.execute(
        select(NoteSeal.seq, NoteSeal.mac).order_by(NoteSeal.seq.desc()).limit(1)
    ).first()
    return Head(0, START) if last is None else Head(last.seq, last.mac)


def append(connection: Connection, keys: VaultKeys, signed: Sequence[SignedNote | Replaced]) -> None:
    """Chain newly signed notes, in order; needs the clinical key and a writing transaction."""
    if not signed:
        return
    key, last, links = keys.note_chain_key(), head(connection), []
    for note in signed:
        link = {
            "note_id": note.note_id,
            "revision": note.revision,
            "signed_at": note.signed_at,
            "author": note.author,
            "blob_digest": note.digest,
            "replaces": note.replaces,
        }
        last = Head(last.seq + 1, hmac.digest(key, last.mac + _chained(link), "sha256"))
        links.append({"seq": last.seq, **link, "mac": last.mac})
    connection.execute(insert(NoteSeal), links)


def _chained(link: dict[str, Any]) -> bytes:
    """What a link's MAC is taken over. Links that replace none have the form they always had."""
    return canonical({name: value for name, value in link.items() if name != "replaces" or value is not None})


def link_of(work: "Work", note_id: UUID) -> int | None:
    """The number of the link that stands for a note or addendum; None for one that is not signed."""
    return work.first(select(func.max(NoteSeal.seq)).where(NoteSeal.note_id == note_id))


def chain(work: "Work", signed: Sequence[SignedNote]) -> None:
    """Chain what this work stored and signed, in this order; NotAllowed without the clinical key."""
    append(work.connection(), work.keys, signed)


_LINKS_WITH_ROWS = (
    select(
        NoteSeal.__table__,
        Addendum.note_id.label("added_to"),
        func.coalesce(Note.body_sealed, Addendum.body_sealed).label("body_sealed"),
        func.coalesce(Note.author_id, Addendum.author_id).label("row_author"),
        func.coalesce(Note.signed_at, Addendum.entered_at).label("row_signed_at"),
    )
    .outerjoin(Note, Note.id == NoteSeal.note_id)
    .outerjoin(Addendum, Addendum.id == NoteSeal.note_id)
    .order_by(NoteSeal.seq)
)

_UNCHAINED = (
    select(func.count())
    .select_from(Note)
    .where(Note.signed_at.is_not(None), Note.id.not_in(select(NoteSeal.note_id))),
    select(func.count()).select_from(Addendum).where(Addendum.id.not_in(select(NoteSeal.note_id))),
)
"""How many signed notes, and how many additions, have no link: none may."""


def verify(connection: Connection, keys: VaultKeys, heads: dict[int, bytes]) -> tuple[Finding, ...]:
    """Everything wrong with the chain or with what it covers; fills `heads` like audit.verify.

    Needs the clinical key. The whole chain may still hang on an older generation of it, while a change of
    keys is interrupted, so every generation held may confirm a link.
    """
    chain_keys = [keys.note_chain_key(generation) for generation in keys.clinical_keys()]
    heads[0] = previous = START
    findings: list[Finding] = []
    standing = _standing_links(connection)
    for expected, row in enumerate(connection.execute(_LINKS_WITH_ROWS), 1):
        link = {
            "note_id": row.note_id,
            "revision": row.revision,
            "signed_at": row.signed_at,
            "author": row.author,
            "blob_digest": row.blob_digest,
            "replaces": row.replaces,
        }
        if row.seq != expected:
            findings.append(Finding(expected, "a signed note's entry is missing"))
        elif not _confirms(chain_keys, previous + _chained(link), row.mac):
            findings.append(Finding(row.seq, "a signed note's entry was altered"))
        if row.body_sealed is None:
            findings.append(Finding(row.seq, "a signed note is gone"))
        elif row.replaces != standing.earlier.get(row.seq):
            findings.append(Finding(row.seq, "a signed note was signed a second time"))
        elif row.seq in standing.last and _digest(row.body_sealed, row.added_to) != row.blob_digest:
            findings.append(Finding(row.seq, "a signed note was exchanged"))
        elif (row.row_author, row.row_signed_at) != (row.author, row.signed_at):
            findings.append(Finding(row.seq, "a signed note's author or time was altered"))
        heads[row.seq] = previous = row.mac
    unchained = sum(connection.execute(statement).scalar_one() for statement in _UNCHAINED)
    return (*findings, *[Finding(0, "a signed note has no entry")] * unchained)


@dataclass(frozen=True, slots=True)
class _Standing:
    """The last link of each note, and for each link of a note with several the one before it."""

    last: frozenset[int]
    earlier: dict[int, int]


def _standing_links(connection: Connection) -> _Standing:
    last: dict[UUID, int] = {}
    earlier: dict[int, int] = {}
    for row in connection.execute(select(NoteSeal.seq, NoteSeal.note_id).order_by(NoteSeal.seq)):
        if row.note_id in last:
            earlier[row.seq] = last[row.note_id]
        last[row.note_id] = row.seq
    return _Standing(frozenset(last.values()), earlier)


def _confirms(chain_keys: Sequence[bytes], message: bytes, mac: bytes) -> bool:
    return any(hmac.compare_digest(hmac.digest(key, message, "sha256"), mac) for key in chain_keys)


def _digest(blob: bytes, added_to: UUID | None) -> bytes:
    return hashlib.sha256((added_to.bytes if added_to else b"") + blob).digest()


@event.listens_for(Note, "before_update")
def _keep_signed_note(_mapper: Mapper[Note], _connection: Connection, note: Note) -> None:
    """A belt for our own code: nothing but signing itself changes a signed note's row."""
    history = get_history(note, "signed_at")
    if _is_changed(note) and any((*history.deleted, *history.unchanged)):
        raise Defect("A signed note was about to be changed.")


@event.listens_for(Addendum, "before_update")
def _keep_addendum(_mapper: Mapper[Addendum], _connection: Connection, addendum: Addendum) -> None:
    """An addendum is signed from its beginning."""
    if _is_changed(addendum):
        raise Defect("An addendum was about to be changed.")


def _is_changed(row: Note | Addendum) -> bool:
    """Whether columns changed; a row is also looked at when something was only linked to it."""
    session = object_session(row)
    return session is not None and session.is_modified(row, include_collections=False)
