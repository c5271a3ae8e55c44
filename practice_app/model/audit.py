"""The audit chain: who did what to which row and when, never values and never words."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, column
from sqlalchemy.orm import Mapped, mapped_column

from practice_app.model.base import Base

COVERED = "covered"
"""The log's action for a reason given to open a record outside one's caseload."""

_IS_COVER = column("action") == COVERED


class AuditEvent(Base):
    """One link of the chain. `fields` are names of changed columns; `count` is for batches."""

    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[UUID | None]
    role: Mapped[str] = mapped_column(String(20))
    pc: Mapped[str] = mapped_column(String(64))
    use_case: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[UUID | None]
    row_version: Mapped[int | None]
    fields: Mapped[list[str]]
    count: Mapped[int] = mapped_column(default=1)
    reason_code: Mapped[str] = mapped_column(String(40), default="")
    result: Mapped[str] = mapped_column(String(20), default="done")
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))

    __table_args__ = (
        Index("ix_audit_event_record", "record_id", "action"),
        # Few entries among many: the directors' list of them must not read the whole log.
        Index("ix_audit_event_covered", "seq", sqlite_where=_IS_COVER, postgresql_where=_IS_COVER),
    )


class AuditReason(Base):
    """The words behind a reason code, in a table of their own so that a purge can reach them."""

    __tablename__ = "audit_reason"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    audit_seq: Mapped[int] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(String(1000))


class Checkpoint(Base):
    """The chain's head as a director (admin key) or clinician (clinical key) saw it.

    Somebody who holds the file's key alone can rewrite rows and recompute the chain, but not these.
    """

    __tablename__ = "checkpoint"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    seq: Mapped[int]
    links: Mapped[int]
    head: Mapped[bytes] = mapped_column(LargeBinary(32))
    note_seq: Mapped[int]
    note_head: Mapped[bytes] = mapped_column(LargeBinary(32))
    admin_mac: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    clinical_mac: Mapped[bytes | None] = mapped_column(LargeBinary(32))
