"""The chain over signed notes: it shows that none was exchanged for an older version or taken out."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select

from practice_app.model.notes import Note, NoteSeal
from practice_app.storage.audit import START, Finding, Head, canonical
from practice_app.storage.keys import VaultKeys


@dataclass(frozen=True, slots=True)
class SignedNote:
    """What the chain keeps of a signed note: no text, only a digest of its sealed bytes."""

    note_id: UUID
    revision: int
    signed_at: datetime
    author: UUID | None
    blob: bytes


def head(connection: Connection) -> Head:
    """The last link, or the start when nothing was signed yet."""
    last = connection.execute(
        select(NoteSeal.seq, NoteSeal.mac).order_by(NoteSeal.seq.desc()).limit(1)
    ).first()
    return Head(0, START) if last is None else Head(last.seq, last.mac)


def append(connection: Connection, keys: VaultKeys, signed: Sequence[SignedNote]) -> None:
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
            "blob_digest": hashlib.sha256(note.blob).digest(),
        }
        last = Head(last.seq + 1, hmac.digest(key, last.mac + canonical(link), "sha256"))
        links.append({"seq": last.seq, **link, "mac": last.mac})
    connection.execute(insert(NoteSeal), links)


def verify(connection: Connection, keys: VaultKeys) -> tuple[Finding, ...]:
    """Everything wrong with the chain or with the notes it covers; needs the clinical key."""
    key, previous, findings = keys.note_chain_key(), START, []
    statement = (
        select(NoteSeal.__table__, Note.body_sealed)
        .outerjoin(Note, Note.id == NoteSeal.note_id)
        .order_by(NoteSeal.seq)
    )
    for expected, row in enumerate(connection.execute(statement), 1):
        link = {
            "note_id": row.note_id,
            "revision": row.revision,
            "signed_at": row.signed_at,
            "author": row.author,
            "blob_digest": row.blob_digest,
        }
        if row.seq != expected:
            findings.append(Finding(expected, "a signed note's entry is missing"))
        elif not hmac.compare_digest(hmac.digest(key, previous + canonical(link), "sha256"), row.mac):
            findings.append(Finding(row.seq, "a signed note's entry was altered"))
        if row.body_sealed is None:
            findings.append(Finding(row.seq, "a signed note is gone"))
        elif hashlib.sha256(row.body_sealed).digest() != row.blob_digest:
            findings.append(Finding(row.seq, "a signed note was exchanged"))
        previous = row.mac
    return tuple(findings)
