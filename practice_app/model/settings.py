"""The practice itself, the vault's technical facts, imports and backups."""

import os
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from practice_app.model.base import Base, Row


def _random_key() -> bytes:
    return os.urandom(32)


class Practice(Row, Base):
    """The one row about this practice: its name and address, its nation, its chosen words and habits.

    `nation` decides the bank holidays. `confirm_details_after_months` is how old a patient's details may
    be before somebody asks. Without `reception_reads_letters` receptionists see no letters.
    `minimum_age` is the age in years from which the clinic takes patients, None for any (P44).
    """

    __tablename__ = "practice"

    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(500), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    nation: Mapped[str] = mapped_column(String(3), default="ENG")
    zone: Mapped[str] = mapped_column(String(60), default="Europe/London")
    word_for_patient: Mapped[str] = mapped_column(String(20), default="patient")
    minimum_age: Mapped[int | None]
    data_protection_lead: Mapped[str] = mapped_column(String(200), default="")
    regulator_name: Mapped[str] = mapped_column(String(200))
    regulator_address: Mapped[str] = mapped_column(String(300))
    regulator_url: Mapped[str] = mapped_column(String(200))
    purposes: Mapped[str] = mapped_column(Text)
    recipients: Mapped[str] = mapped_column(Text)
    retention: Mapped[str] = mapped_column(Text)
    confirm_details_after_months: Mapped[int] = mapped_column(default=12)
    lock_minutes: Mapped[int] = mapped_column(default=5)
    reception_reads_letters: Mapped[bool] = mapped_column(default=True)
    keeps_recordings: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    next_number: Mapped[int] = mapped_column(default=1001)


class Vault(Base):
    """The one row that ties this file to its key slots and holds the chain's random key.

    `audit_key` is random, not derived from the file's key: a key rotation would break the chain. So is
    `suppression_key`, under which addresses that want no marketing are found again.
    """

    __tablename__ = "vault"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slots_seq: Mapped[int]
    dek_id: Mapped[str] = mapped_column(String(16))
    audit_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    roster_mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    suppression_key: Mapped[bytes] = mapped_column(LargeBinary(32), default=_random_key)


class Imported(Row, Base):
    """That a row of another system was taken in, so that a second run changes nothing."""

    __tablename__ = "imported"

    source: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(40))
    ref: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[UUID] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("source", "kind", "ref"),)


class ImportMapping(Row, Base):
    """What the columns of a kind of file mean, kept under a name for the next file with the same headings.

    `headings` are the file's, `fields` what each means here ("" for one that is left out), place by place.
    `dates` is the order of its dates ("" where each column tells its own).
    """

    __tablename__ = "import_mapping"

    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    headings: Mapped[list[str]]
    fields: Mapped[list[str]]
    dates: Mapped[str] = mapped_column(String(3), default="")
    source: Mapped[str] = mapped_column(String(100), default="")


class Backup(Row, Base):
    """One verified copy that was made, where, and when it must be gone."""

    __tablename__ = "backup"

    made_at: Mapped[datetime]
    folder: Mapped[str] = mapped_column(String(1000))
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    verified_at: Mapped[datetime]
    seals_verified_at: Mapped[datetime | None]
    expires_on: Mapped[date]
