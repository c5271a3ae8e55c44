"""What proves the logs from outside the file: checkpoints under the admin and clinical keys, and anchors.

Tampering is shown up to the last checkpoint whose key the checking user has; after it by anchors only.
"""

import hmac
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from practice_app.model.audit import AuditEvent, Checkpoint
from practice_app.model.notes import NoteSeal
from practice_app.storage import audit, note_chain
from practice_app.storage.audit import Finding, Head, canonical
from practice_app.storage.keys import VaultKeys
from practice_app.storage.records import Work


def latest(work: Work) -> Head:
    """The end of the audit chain as this transaction sees it."""
    return audit.head(work.connection())


def mac_at(work: Work, seq: int) -> bytes | None:
    """The value of one link, to compare an anchor with; None when there is no such link."""
    return work.first(select(AuditEvent.mac).where(AuditEvent.seq == seq))


def set_checkpoint(work: Work) -> None:
    """Seal the ends of both chains under the keys this user has; a user with neither key sets none.

    What this work itself adds to the log comes after the checkpoint.
    """
    if work.keys.ak is None and work.keys.ck is None:
        return
    connection = work.connection()
    audit.hold_head(connection)
    last, note = audit.head(connection), note_chain.head(connection)
    links = connection.execute(select(func.count()).select_from(AuditEvent)).scalar_one()
    part = _sealed_part(last, note, links)
    connection.execute(
        insert(Checkpoint),
        {
            "at": work.now,
            "seq": last.seq,
            "links": links,
            "head": last.mac,
            "note_seq": note.seq,
            "note_head": note.mac,
            "admin_mac": _mac(work.keys.checkpoint_key(), part) if work.keys.ak is not None else None,
            "clinical_mac": _mac(work.keys.note_chain_key(), part) if work.keys.ck is not None else None,
        },
    )


def verify(work: Work, anchors: Sequence[Head] = ()) -> tuple[Finding, ...]:
    """Everything wrong with the audit chain, the signed notes (for a clinician), checkpoints and anchors."""
    connection = work.connection()
    heads: dict[int, bytes] = {}
    note_heads: dict[int, bytes] = {}
    findings = [*audit.verify(connection, heads)]
    if work.keys.ck is not None:
        findings += note_chain.verify(connection, work.keys, note_heads)
    findings += _verify_checkpoints(connection, work.keys, heads, note_heads)
    findings += [
        Finding(anchor.seq, "this file is older than the one used here before, or was rewritten")
        for anchor in anchors
        if heads.get(anchor.seq) != anchor.mac
    ]
    return tuple(findings)


def renew(work: Work) -> None:
    """Seal the checkpoints anew after the signed notes were chained anew under a new clinical key.

    Each gets the new value of the note it reached. One that does not hold under the director's keys stays
    as it is, and goes on being reported. Needs the admin and the clinical key (NotAllowed).
    """
    connection, keys = work.connection(), work.keys
    admin, newest, clinical = keys.checkpoint_key(), keys.note_chain_key(), _clinical_keys(keys)
    note_heads = {0: audit.START}
    note_heads |= {link.seq: link.mac for link in connection.execute(select(NoteSeal.seq, NoteSeal.mac))}
    for point in connection.execute(select(Checkpoint.__table__).order_by(Checkpoint.id)).all():
        is_sound = _holds(point.admin_mac, [admin], point) and _holds(point.clinical_mac, clinical, point)
        note_head = note_heads.get(point.note_seq)
        if not is_sound or note_head is None:
            continue
        part = _sealed_part(Head(point.seq, point.head), Head(point.note_seq, note_head), point.links)
        renewed = {
            **point._mapping,
            "note_head": note_head,
            "admin_mac": _mac(admin, part) if point.admin_mac is not None else None,
            "clinical_mac": _mac(newest, part) if point.clinical_mac is not None else None,
        }
        # Rows of this table are never altered; a trigger sees to it.
        connection.execute(delete(Checkpoint).where(Checkpoint.id == point.id))
        connection.execute(insert(Checkpoint), renewed)


def _sealed_part(last: Head, note: Head, links: int) -> bytes:
    return canonical([last.seq, last.mac, note.seq, note.mac, links])


def _mac(key: bytes, part: bytes) -> bytes:
    return hmac.digest(key, part, "sha256")


def _clinical_keys(keys: VaultKeys) -> list[bytes]:
    """The key of every clinical generation held; none for somebody without."""
    return [keys.note_chain_key(generation) for generation in keys.ck or ()]


def _verify_checkpoints(
    connection: Connection, keys: VaultKeys, heads: dict[int, bytes], note_heads: dict[int, bytes]
) -> list[Finding]:
    """Judge each checkpoint by the keys held; `note_heads` is empty for somebody who cannot check notes."""
    findings = []
    admin = [keys.checkpoint_key()] if keys.ak is not None else []
    clinical = _clinical_keys(keys)
    for point in connection.execute(select(Checkpoint.__table__).order_by(Checkpoint.id)):
        if not (_holds(point.admin_mac, admin, point) and _holds(point.clinical_mac, clinical, point)):
            findings.append(Finding(point.seq, "a checkpoint was forged"))
        if heads.get(point.seq) != point.head:
            findings.append(Finding(point.seq, "the log was rewritten or cut before a checkpoint"))
        if note_heads and note_heads.get(point.note_seq) != point.note_head:
            findings.append(Finding(point.seq, "signed notes were exchanged or cut off before a checkpoint"))
    return findings


def _holds(mac: bytes | None, known: Sequence[bytes], point: Row[Any]) -> bool:
    """Whether a MAC fits under one of the keys; one that is not there, or whose key is not, is not judged."""
    if mac is None or not known:
        return True
    part = _sealed_part(Head(point.seq, point.head), Head(point.note_seq, point.note_head), point.links)
    return any(hmac.compare_digest(mac, _mac(key, part)) for key in known)
