"""The audit chain: appending links, setting checkpoints, and checking that nothing was altered."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, select

from practice_app.errors import Defect
from practice_app.model.audit import AuditEvent, AuditReason, Checkpoint
from practice_app.model.notes import NoteSeal
from practice_app.model.people import SearchEntry
from practice_app.model.settings import Vault
from practice_app.storage.keys import VaultKeys, crypto

if TYPE_CHECKING:
    from practice_app.storage.records import Work

UNAUDITED = (AuditEvent, AuditReason, Checkpoint, NoteSeal, SearchEntry, Vault)
"""Tables that are the record of changes themselves, or that follow from audited ones."""

START = bytes(32)
"""What the first link is chained to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done to one row, or to `count` rows of a batch, before it is chained."""

    action: str
    kind: str
    record_id: UUID | None = None
    row_version: int | None = None
    fields: tuple[str, ...] = ()
    count: int = 1
    reason_code: str = ""
    result: str = "done"


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: the number of the last link and its value."""

    seq: int
    mac: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with the chain, in words."""

    seq: int
    problem: str


def head(connection: Connection) -> Head:
    """The last link of the chain, or the start when it is empty."""
    last = connection.execute(
        select(AuditEvent.seq, AuditEvent.mac).order_by(AuditEvent.seq.desc()).limit(1)
    ).first()
    return Head(0, START) if last is None else Head(last.seq, last.mac)


def append(connection: Connection, work: "Work", entries: Sequence[Entry]) -> Head:
    """Chain `entries` to the head and write them. The write lock is held, so nobody comes between."""
    if not work.use_case:
        raise Defect("A change must belong to a use case.")
    key = connection.execute(select(Vault.audit_key)).scalar_one()
    last = head(connection)
    links = []
    for entry in entries:
        link = {
            "seq": last.seq + 1,
            "at": work.now,
            "user_id": work.actor.id,
            "role": work.actor.role.value,
            "pc": work.actor.pc,
            "use_case": work.use_case,
            "action": entry.action,
            "kind": entry.kind,
            "record_id": entry.record_id,
            "row_version": entry.row_version,
            "fields": list(entry.fields),
            "count": entry.count,
            "reason_code": entry.reason_code,
            "result": entry.result,
        }
        last = Head(last.seq + 1, _link(key, last.mac, link))
        links.append({**link, "mac": last.mac})
    connection.execute(insert(AuditEvent), links)
    return last


def _link(key: bytes, previous: bytes, row: dict[str, Any]) -> bytes:
    return hmac.digest(key, previous + canonical(row), "sha256")


def canonical(value: dict[str, Any] | Sequence[Any]) -> bytes:
    """The one byte form of a row that a MAC is taken over: moments and ids as text, bytes as hex."""
    return crypto.canonical(_plain(value))


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case datetime():
            return value.isoformat()
        case UUID():
            return str(value)
        case bytes():
            return value.hex()
    return value


def set_checkpoint(connection: Connection, keys: VaultKeys, note: Head, now: datetime) -> None:
    """Seal the heads of both chains under the keys this user has (director, clinician).

    `note` is the head of the note chain. A user with neither key sets none. The caller holds a
    writing transaction.
    """
    if keys.ak is None and keys.ck is None:
        return
    last = head(connection)
    links = connection.execute(select(func.count()).select_from(AuditEvent)).scalar_one()
    sealed = _checkpoint_bytes(last, note, links)
    connection.execute(
        insert(Checkpoint),
        {
            "at": now,
            "seq": last.seq,
            "links": links,
            "head": last.mac,
            "note_seq": note.seq,
            "note_head": note.mac,
            "admin_mac": hmac.digest(keys.checkpoint_key(), sealed, "sha256") if keys.ak else None,
            "clinical_mac": hmac.digest(keys.note_chain_key(), sealed, "sha256") if keys.ck else None,
        },
    )


def _checkpoint_bytes(last: Head, note: Head, links: int) -> bytes:
    return canonical([last.seq, last.mac, note.seq, note.mac, links])


def verify(connection: Connection, keys: VaultKeys, anchors: Sequence[Head] = ()) -> tuple[Finding, ...]:
    """Everything wrong with the audit chain, its checkpoints and the anchors kept outside.

    Tampering is shown up to the last checkpoint whose key this user has; after it, by anchors only.
    """
    key = connection.execute(select(Vault.audit_key)).scalar_one()
    findings: list[Finding] = []
    heads: dict[int, bytes] = {0: START}
    previous, expected = START, 1
    columns = [c for c in AuditEvent.__table__.columns if c.name != "mac"]
    statement = select(*columns, AuditEvent.__table__.c.mac).order_by(AuditEvent.seq)
    for found in connection.execute(statement):
        row = dict(found._mapping)
        mac = row.pop("mac")
        if row["seq"] != expected:
            findings.append(Finding(expected, "an entry is missing"))
            expected = row["seq"]
        elif not hmac.compare_digest(_link(key, previous, row), mac):
            findings.append(Finding(row["seq"], "an entry was altered"))
        heads[row["seq"]] = previous = mac
        expected += 1
    return (*findings, *_verify_checkpoints(connection, keys, heads), *_verify_anchors(heads, anchors))


def _verify_checkpoints(connection: Connection, keys: VaultKeys, heads: dict[int, bytes]) -> list[Finding]:
    findings = []
    for point in connection.execute(select(Checkpoint.__table__).order_by(Checkpoint.id)):
        sealed = _checkpoint_bytes(
            Head(point.seq, point.head), Head(point.note_seq, point.note_head), point.links
        )
        for mac, known in (
            (point.admin_mac, keys.checkpoint_key() if keys.ak else None),
            (point.clinical_mac, keys.note_chain_key() if keys.ck else None),
        ):
            if (
                mac is not None
                and known is not None
                and not hmac.compare_digest(mac, hmac.digest(known, sealed, "sha256"))
            ):
                findings.append(Finding(point.seq, "a checkpoint was forged"))
        if heads.get(point.seq) != point.head:
            findings.append(Finding(point.seq, "the log was rewritten or cut before a checkpoint"))
    return findings


def _verify_anchors(heads: dict[int, bytes], anchors: Sequence[Head]) -> list[Finding]:
    """An anchor must be *in* the chain; it need not be its end."""
    return [
        Finding(anchor.seq, "this file is older than the one used here before, or was rewritten")
        for anchor in anchors
        if heads.get(anchor.seq) != anchor.mac
    ]
