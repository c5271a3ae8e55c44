"""The practice as a whole: making it, opening it as a user, leaving it, and what every screen knows of it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from practice_app.errors import CannotOpen
from practice_app.model.settings import Backup, Practice
from practice_app.rules.permissions import Permission
from practice_app.services.marks import reads
from practice_app.services.practice.making import Created, OnServer, create, new_person, throw_away
from practice_app.services.practice.opening import Clock, Opened, wall_clock
from practice_app.services.practice.signing_in import director_named, is_practice, leave, recover, sign_in
from practice_app.storage import keys
from practice_app.storage.founding import Admin
from practice_app.storage.keys.crypto import Secret
from practice_app.storage.keys.device import DeviceStore, fitting_secret
from practice_app.storage.records import Work

__all__ = [
    "Admin",
    "Clock",
    "Created",
    "OnServer",
    "Opened",
    "PracticeFacts",
    "create",
    "device_secret",
    "director_named",
    "facts",
    "is_practice",
    "labels",
    "leave",
    "new_person",
    "recover",
    "sign_in",
    "the_practice",
    "throw_away",
    "wall_clock",
]


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """What every screen may know of the practice. `last_backup` is None when there was none.

    After `lock_minutes` without a touch the window locks.
    """

    name: str
    word_for_patient: str
    is_demo: bool
    last_backup: datetime | None
    lock_minutes: int


def labels(folder: Path) -> tuple[str, ...]:
    """The initials to choose from at sign-in; nothing else is readable before."""
    return keys.labels(folder)


def device_secret(folder: Path, devices: DeviceStore) -> Secret | None:
    """The secret this account on this PC holds for the practice; None when it opens by password only.

    Raises NotEnrolled, KeyStoreLocked or NoKeyStore. May take seconds: ask while the password is typed.
    """
    return fitting_secret(folder, devices)


@reads(Permission.READ_SETTINGS)
def facts(work: Work) -> PracticeFacts:
    """The practice's name, its word for patients, when it locks, and when it was last backed up."""
    row = the_practice(work)
    last = work.first(select(func.max(Backup.made_at)))
    return PracticeFacts(row.name, row.word_for_patient, row.is_demo, last, row.lock_minutes)


def the_practice(work: Work) -> Practice:
    """The one row about this practice."""
    row = work.first(select(Practice))
    if row is None:
        raise CannotOpen("The practice's own data are missing from this file. Restore a backup.")
    return row
