"""Changing the practice's keys: after somebody left with a copy, after a theft, or because it is time."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select

from practice_app.errors import BackupRefused, Cancelled, CannotOpen, PracticeError
from practice_app.model.settings import Backup
from practice_app.progress import Progress
from practice_app.rules import dates
from practice_app.rules.permissions import Permission
from practice_app.services import backups, unfinished_changes
from practice_app.services.marks import long, reads
from practice_app.storage import checkpoints, keys, presence, resealing, server, whereabouts
from practice_app.storage.keys.device import DeviceStore, fitting_secret
from practice_app.storage.records import Records, Work

_DATABASE_KEY = "key_changes.change_database_key"
_CLINICAL_KEY = "key_changes.change_clinical_key"
_BYTES_A_MINUTE = 200_000_000  # a practice of 3,000 patients: 63 MB in 17 s, its backup included
_DEVICE_SECRET = "key_changes.change_device_secret"  # noqa: S105  a use case's name


@dataclass(frozen=True, slots=True)
class OlderBackup:
    """A registered backup that the keys before the change open, and the last day it may live."""

    folder: Path
    made_at: datetime
    expires_on: date


@dataclass(frozen=True, slots=True)
class DatabaseKeyChanged:
    """The practice open under its new key. `older_backups` are not reached by the change.

    They open with the recovery key as before, and whoever has an old database key and a copy of one reads
    it: destroy those that can be reached, and make a new backup.
    """

    records: Records
    older_backups: tuple[OlderBackup, ...]


@dataclass(frozen=True, slots=True)
class KeysChanged:
    """The practice open under its new keys, and in sentences what the change did not reach."""

    records: Records
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClinicalKeyChanged:
    """`unopened` sealed values did not open and stay as they are; `faults` of the signed notes were accepted.

    `is_old_key_dropped` is False while one of `unopened` or a backup that may still live needs the old key.
    """

    unopened: int
    faults: tuple[str, ...]
    is_old_key_dropped: bool
    older_backups: tuple[OlderBackup, ...]


@long(Permission.MANAGE_USERS)
def change_database_key(
    records: Records, folder: Path, *, backup_to: Path | None = None, progress: Progress
) -> DatabaseKeyChanged:
    """Encrypt the whole practice under a new key; nobody's password changes.

    Nobody else may have it open (Busy). Without a verified backup of today one is made below `backup_to`
    first (BackupRefused without that). `records` are closed; go on with those of the outcome. After an
    error they may be closed too: signing in again finishes the change or shows that it was not begun.
    """
    with records.work(writes=False) as work:
        allowed = unfinished_changes.holders(work)
    if not server.is_kept_on_one(folder):  # whose tables are not copied, only the key that signs is changed
        _see_to_backup(records, folder, backup_to, progress)
    progress(0, 1, "Copying under the new key")  # the last chance to stop: from here on it is finished
    with _alone(records, folder) as coming_back:
        if whereabouts.key_in_use(folder, records.keys)[0] == records.keys.newest_dek[0]:
            keys.add_dek_generation(folder, records.keys, allowed)
            with records.work(use_case=_DATABASE_KEY) as work:
                unfinished_changes.keep_in_step(work)
        held, actor, clock = keys.own_copy(records.keys), records.actor, records.clock
        coming_back.pop_all()  # `records` do not
        records.close()
        try:
            unfinished_changes.exchange_database(folder, held)
        except BaseException:
            held.drop()
            raise
        changed = Records(whereabouts.engine_of(folder, held, held.newest_dek[1]), held, actor, clock)
        try:
            unfinished_changes.drop_older_database_keys(changed, folder, _DATABASE_KEY)
            older = _living_backups(changed)
        except BaseException:
            changed.close()
            raise
    presence.enter(folder, changed.engine)
    return DatabaseKeyChanged(changed, older)


@long(Permission.MANAGE_USERS)
def change_clinical_key(
    records: Records, folder: Path, *, accept_faults: bool = False, progress: Progress
) -> ClinicalKeyChanged:
    """Seal every note, draft, letter, attachment and stored copy anew under a new clinical key.

    Nobody else may have the practice open (Busy). Stopped or interrupted it goes on when it is called
    again. The signed notes get a new chain, in which an earlier fault would not show: with faults it
    refuses (CannotOpen), unless a director accepts them, which is logged.
    """
    with _alone(records, folder):
        faults = _look_at_signed_notes(records, accept_faults)
        _begin_or_go_on(records, folder)
        try:
            _seal_anew(records, faults, progress)
        except Cancelled:
            raise Cancelled(
                "Stopped. The change of the clinical key is not finished: start it again to finish it."
            ) from None
        with records.work(use_case=_CLINICAL_KEY) as work:
            unopened = resealing.left(work)
            work.note(unfinished_changes.ENDED, "vault", work.keys.vault, count=unopened)
        is_dropped = unfinished_changes.drop_older_clinical_keys(records, folder, _CLINICAL_KEY)
    return ClinicalKeyChanged(unopened, faults, is_dropped, _living_backups(records))


@long(Permission.MANAGE_USERS)
def change_keys(
    records: Records, folder: Path, *, backup_to: Path | None = None, progress: Progress
) -> KeysChanged:
    """Change the database's key and then the clinical key, as after somebody left who may hold copies.

    Refuses as `change_database_key` does, and closes `records` in any case. Once the database's key is
    changed nothing is refused any more: what could not be done is said in a notice.
    """
    try:
        changed = change_database_key(records, folder, backup_to=backup_to, progress=progress)
    except BaseException:
        records.close()
        raise
    notices = list(_backups_words(changed.older_backups))
    try:
        clinical = change_clinical_key(changed.records, folder, progress=progress)
    except PracticeError as error:
        notices.insert(0, f"The key of the file was changed, the key of the notes was not. {error}")
    else:
        if clinical.unopened:
            notices.insert(0, f"{clinical.unopened} sealed texts did not open and stay under the old key.")
    return KeysChanged(changed.records, tuple(notices) or ("The keys were changed.",))


def _backups_words(older: tuple[OlderBackup, ...]) -> Iterator[str]:
    if older:
        listed = "; ".join(f"{each.folder} (until {dates.show(each.expires_on)})" for each in older)
        yield (
            "The keys were changed. These backups still open with the old keys: make a new backup and "
            f"destroy them. {listed}"
        )


@reads(Permission.MANAGE_USERS)
def minutes_needed(work: Work, folder: Path) -> int:
    """About how long a change of the keys takes: the file is copied, checked and its texts sealed anew."""
    return max(1, round(whereabouts.size(folder, work) / _BYTES_A_MINUTE))


@long(Permission.MANAGE_USERS)
def change_device_secret(records: Records, folder: Path, devices: DeviceStore) -> bytearray:
    """After a PC was stolen: a new device secret, without which its files and passwords open nothing.

    Returns the secret; its enrolment code is needed on every other account and PC. Nobody else may have
    the practice open (Busy). Raises CannotOpen for a practice that is opened by password only.
    """
    with _alone(records, folder):
        old = fitting_secret(folder, devices)
        if old is None:
            raise CannotOpen("This practice is opened by password only; there is no device secret to change.")
        new = keys.change_device_secret(folder, records.keys, devices, old)
        with records.work(use_case=_DEVICE_SECRET) as work:
            vault = unfinished_changes.keep_in_step(work)
            work.note("changed_secret", "vault", vault.id)
    return new


@contextmanager
def _alone(records: Records, folder: Path) -> Iterator[ExitStack]:
    """Have the practice to oneself; others hold keys and secrets that will not fit any more.

    Gives what makes `records` present again afterwards.
    """
    records.engine.dispose()  # gives up our own place among those present
    with ExitStack() as coming_back:
        coming_back.callback(presence.enter, folder, records.engine)
        with presence.alone(folder, records.engine):
            yield coming_back


def _see_to_backup(records: Records, folder: Path, target: Path | None, progress: Progress) -> None:
    now = records.clock()
    with records.work(writes=False) as work:
        newest = work.first(select(Backup.verified_at).order_by(Backup.verified_at.desc()).limit(1))
    if newest is not None and newest.date() == now.date():
        return
    if target is None:
        raise BackupRefused("There is no backup of today. Choose a place for one; it is made first.")
    backups.make(records, folder, target, progress=progress)


def _living_backups(records: Records) -> tuple[OlderBackup, ...]:
    with records.work(writes=False) as work:
        rows = work.select(
            select(Backup).where(Backup.expires_on >= work.now.date()).order_by(Backup.made_at)
        )
        return tuple(OlderBackup(Path(row.folder), row.made_at, row.expires_on) for row in rows)


def _look_at_signed_notes(records: Records, accept_faults: bool) -> tuple[str, ...]:
    with records.work(writes=False) as work:
        found = resealing.chain_faults(work)
    faults = tuple(sorted(f"{fault.problem} (entry {fault.seq})" for fault in found))
    if faults and not accept_faults:
        raise CannotOpen(
            f"{len(faults)} signed notes do not fit their log, which would not show any more afterwards. "
            "Nothing was changed; run a check first."
        )
    return faults


def _begin_or_go_on(records: Records, folder: Path) -> None:
    with records.work(writes=False) as work:
        begun, allowed = unfinished_changes.begun_generation(work), unfinished_changes.holders(work)
    if begun == records.keys.newest_ck[0]:
        return
    if begun is None:
        with records.work(use_case=_CLINICAL_KEY) as work:
            unfinished_changes.begin_clinical_change(work)
    keys.add_ck_generation(folder, records.keys, allowed)
    with records.work(use_case=_CLINICAL_KEY) as work:
        unfinished_changes.keep_in_step(work)


def _seal_anew(records: Records, faults: tuple[str, ...], progress: Progress) -> None:
    with records.work(use_case=_CLINICAL_KEY) as work:
        resealing.chain_anew(work, lambda done, total: progress(done, total, "Sealing signed notes anew"))
        if faults:
            work.note("accepted_faults", "note_seal", count=len(faults))
        checkpoints.set_checkpoint(work)
        waiting = resealing.left(work)
    done = 0
    for column in resealing.sealed_columns():
        after = None
        while True:
            progress(done, waiting, "Sealing everything else anew")
            with records.work(use_case=_CLINICAL_KEY) as work:
                after = resealing.next_batch(work, column, after)
            if after is None:
                break
            done = min(done + resealing.BATCH, waiting)
