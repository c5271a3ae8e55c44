"""The audit chain: appending links, setting checkpoints, and checking that nothing was altered."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, select

from practice_app.errors import Defect
from practice_app.model.audit import AuditEvent, AuditReason, Checkpoint
from practice_app.model.notes import NoteSeal
from practice_app.model.people import SearchEntry
from practice_app.model.settings import Vault
from practice_app.storage import postgres
from practice_app.storage.keys import crypto

if TYPE_CHECKING:
    from practice_app.storage.records import Work

UNAUDITED = (AuditEvent, AuditReason, Checkpoint, NoteSeal, SearchEntry, Vault)
"""Tables that are the record of changes themselves, or that follow from audited ones."""

START = bytes(32)
"""What the first link is chained to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done to one row, or to `count` rows of a batch, before it is chained.

    `reason` are words somebody gave; they are kept beside the chain, where a purge can reach them.
    """

    action: str
    kind: str
    record_id: UUID | None = None
    row_version: int | None = None
    fields: tuple[str, ...] = ()
    count: int = 1
    reason_code: str = ""
    result: str = "done"
    reason: str = ""


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


def hold_head(connection: Connection) -> None:
    """Let nobody else add to the chain until this transaction ends; in a file, whoever writes is alone."""
    if connection.dialect.name == "postgresql":
        postgres.lock_log(connection)


def append(connection: Connection, work: "Work", entries: Sequence[Entry]) -> Head:
    """Chain `entries` to the head and write them, when nobody can come between."""
    if not work.use_case:
        raise Defect("A change must belong to a use case.")
    hold_head(connection)
    key = connection.execute(select(Vault.audit_key)).scalar_one()
    last = head(connection)
    links, reasons = [], []
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
        if entry.reason:
            reasons.append({"id": uuid4(), "audit_seq": last.seq, "text": entry.reason})
    connection.execute(insert(AuditEvent), links)
    if reasons:
        connection.execute(insert(AuditReason), reasons)
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


def verify(connection: Connection, heads: dict[int, bytes]) -> tuple[Finding, ...]:
    """Every altered or missing link; fills `heads` with each link's value by its number.

    Somebody who holds the file's key can rewrite the chain whole; checkpoints and anchors show that.
    """
    key = connection.execute(select(Vault.audit_key)).scalar_one()
    findings: list[Finding] = []
    heads[0] = previous = START
    expected = 1
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
    return tuple(findings)
