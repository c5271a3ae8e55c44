"""What proves the logs from outside the file: checkpoints under the admin and clinical keys, and anchors.

Tampering is shown up to the last checkpoint whose key the checking user has; after it by anchors only.
"""

import hmac
from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from practice_app.model.audit import AuditEvent, Checkpoint
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
    last, note = audit.head(connection), note_chain.head(connection)
    links = connection.execute(select(func.count()).select_from(AuditEvent)).scalar_one()
    sealed = _sealed_part(last, note, links)
    admin, clinical = _keys_of(work.keys)
    connection.execute(
        insert(Checkpoint),
        {
            "at": work.now,
            "seq": last.seq,
            "links": links,
            "head": last.mac,
            "note_seq": note.seq,
            "note_head": note.mac,
            "admin_mac": hmac.digest(admin, sealed, "sha256") if admin else None,
            "clinical_mac": hmac.digest(clinical, sealed, "sha256") if clinical else None,
        },
    )


def verify(work: Work, anchors: Sequence[Head] = ()) -> tuple[Finding, ...]:
    """Everything wrong with the audit chain, the signed notes (for a clinician), checkpoints and anchors."""
    connection = work.connection()
    heads: dict[int, bytes] = {}
    findings = [*audit.verify(connection, heads)]
    if work.keys.ck is not None:
        findings += note_chain.verify(connection, work.keys)
    findings += _verify_checkpoints(connection, work.keys, heads)
    findings += [
        Finding(anchor.seq, "this file is older than the one used here before, or was rewritten")
        for anchor in anchors
        if heads.get(anchor.seq) != anchor.mac
    ]
    return tuple(findings)


def _sealed_part(last: Head, note: Head, links: int) -> bytes:
    return canonical([last.seq, last.mac, note.seq, note.mac, links])


def _keys_of(keys: VaultKeys) -> tuple[bytes | None, bytes | None]:
    return (
        keys.checkpoint_key() if keys.ak is not None else None,
        keys.note_chain_key() if keys.ck is not None else None,
    )


def _verify_checkpoints(connection: Connection, keys: VaultKeys, heads: dict[int, bytes]) -> list[Finding]:
    findings = []
    admin, clinical = _keys_of(keys)
    for point in connection.execute(select(Checkpoint.__table__).order_by(Checkpoint.id)):
        sealed = _sealed_part(Head(point.seq, point.head), Head(point.note_seq, point.note_head), point.links)
        if _is_forged(point.admin_mac, admin, sealed) or _is_forged(point.clinical_mac, clinical, sealed):
            findings.append(Finding(point.seq, "a checkpoint was forged"))
        if heads.get(point.seq) != point.head:
            findings.append(Finding(point.seq, "the log was rewritten or cut before a checkpoint"))
    return findings


def _is_forged(mac: bytes | None, key: bytes | None, sealed: bytes) -> bool:
    """Only a MAC whose key this user has can be judged."""
    if mac is None or key is None:
        return False
    return not hmac.compare_digest(mac, hmac.digest(key, sealed, "sha256"))
