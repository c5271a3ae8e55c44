"""Backups: making one, checking the practice, and putting a backup back."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from practice_app.errors import BackupRefused, NotAllowed
from practice_app.model.settings import Backup, Vault
from practice_app.model.staff import UserAccount
from practice_app.progress import Progress
from practice_app.rules.permissions import Permission, Role, permissions_of
from practice_app.services import practice, roster
from practice_app.services.marks import long
from practice_app.services.practice import Clock, wall_clock
from practice_app.storage import backup, checkpoints, keys, migrate, server, whereabouts
from practice_app.storage.audit import Head
from practice_app.storage.backup import KEEP_FOR
from practice_app.storage.engine import DATABASE, open_file
from practice_app.storage.keys import Kdf, RecoveredKeys, Standing
from practice_app.storage.keys.device import DeviceStore
from practice_app.storage.records import Actor, Records


@dataclass(frozen=True, slots=True)
class Made:
    """A verified backup: where it lies, its size in bytes, and the last day it may live."""

    folder: Path
    size: int
    expires_on: date


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of the practice found; an empty `problems` means sound.

    `signed_notes` is False when the user may not read notes, so their chain was not looked at. `advice` is
    for whoever looks after the practice's server, if it is on one.
    """

    problems: tuple[str, ...]
    audit_entries: int
    signed_notes: bool
    password_only: bool
    advice: tuple[str, ...] = ()
    on_server: bool = False


@long(Permission.BACK_UP)
def make(records: Records, folder: Path, target: Path, *, progress: Progress) -> Made:
    """Copy the open practice in `folder` into a new bundle below `target` and verify it.

    The backup is entered in the register, with the day it must be gone. Of a practice on a server only a
    director can make one (NotAllowed): the server gives nobody else every row.
    """
    now = records.clock()
    on_server = records.engine if server.is_kept_on_one(folder) else None
    if on_server is not None and records.actor.role is not Role.DIRECTOR:
        raise NotAllowed("This practice is on a server; its backups are made by a director.")
    bundle = backup.make(folder, target, records.keys, now, progress, server=on_server)
    expires = now.date() + KEEP_FOR
    with records.work(use_case="backups.make") as work:
        work.add(
            Backup(
                made_at=now,
                folder=str(bundle.folder),
                size=bundle.manifest.size,
                digest=bundle.manifest.digest,
                verified_at=work.now,
                expires_on=expires,
            )
        )
    return Made(bundle.folder, bundle.manifest.size, expires)


@long(Permission.CHECK_PRACTICE)
def check(records: Records, folder: Path, *, devices: DeviceStore | None, progress: Progress) -> Checked:
    """Look at every page, every link, the audit chain with its checkpoints, and the signed notes.

    Of a practice on a server also at its roles, their rights and what the server writes into its own log.
    """
    progress(0, 2, "Reading every page")
    with records.work(writes=False) as work:
        looked = whereabouts.look(folder, work)
    problems = list(looked.problems)
    progress(1, 2, "Checking the log and the signed notes")
    anchor = devices.read_anchor(records.keys.vault) if devices else None
    anchors = [Head(anchor.seq, anchor.head)] if anchor else []
    with records.work(writes=False) as work:
        findings = checkpoints.verify(work, anchors)
        if records.actor.role is Role.DIRECTOR and not roster.is_sealed(work):
            problems.append("The list of users was changed outside this program.")
        entries = checkpoints.latest(work).seq
    problems += [f"{finding.problem} (entry {finding.seq})" for finding in findings]
    with records.work(use_case="backups.check") as work:
        work.note("checked", "practice", result="sound" if not problems else "problems")
    return Checked(
        tuple(problems),
        entries,
        records.keys.ck is not None,
        not keys.read_slots(folder).device,
        looked.advice,
        server.is_kept_on_one(folder),
    )


def restore(
    bundle: Path,
    folder: Path,
    *,
    recovery_key: str,
    director: str,
    password: str,
    devices: DeviceStore | None,
    progress: Progress,
    clock: Clock = wall_clock,
    kdf: Kdf = keys.STANDARD_KDF,
) -> None:
    """Put a backup back as a practice in an empty or missing folder, with one director let in.

    The bundle is verified first; nothing in it is changed. `director` must be a director of the backup.
    Everybody else is let in again by that director. `devices` keeps the device secret on this PC.
    """
    if practice.is_practice(folder):
        raise BackupRefused(
            "There is a practice in this folder already. Restore into a new folder, then compare."
        )
    manifest, key_file = backup.read(bundle)
    recovered = keys.open_bundle_keys(key_file, recovery_key)
    try:
        if recovered.device_secret is not None and devices is None:
            raise BackupRefused("This practice needs this PC's key store, which is not available.")
        backup.verify(bundle, recovered, progress)
        migrate.is_due(manifest.schema)  # refuses a backup made by a newer version
        _rebuild(bundle, folder, key_file, recovered, director, password, clock, kdf)
        if devices is not None and recovered.device_secret is not None:
            devices.set(recovered.vault, recovered.device_secret)
    finally:
        recovered.drop()


def _rebuild(
    bundle: Path,
    folder: Path,
    key_file: bytes,
    recovered: RecoveredKeys,
    director: str,
    password: str,
    clock: Clock,
    kdf: Kdf,
) -> None:
    with backup.staging(folder.parent, folder.name) as making:
        backup.copy_database(bundle, making / DATABASE)
        migrate.upgrade(making / DATABASE, recovered.newest_dek[1])
        account = practice.director_named(making, recovered, director)
        standing = keys.rebuild_from_bundle(
            making,
            key_file,
            recovered,
            director=account,
            name=director,
            password=password,
            kdf=kdf,
        )
        # Signing in as anybody would proves that the restored practice opens, before it is put in place.
        held = keys.sign_in(making, str(account), password, recovered.device_secret).keys
        actor = Actor(account, director, Role.DIRECTOR, permissions_of(Role.DIRECTOR))
        records = Records(open_file(making / DATABASE, held.newest_dek[1]), held, actor, clock)
        try:
            _enter_restore(records, account, standing)
        finally:
            records.close()


def _enter_restore(records: Records, account: UUID, standing: Standing) -> None:
    """Bring the restored file in step with its new key file; everybody but the director waits outside."""
    with records.work(use_case="backups.restore") as work:
        for user in work.select(select(UserAccount)):
            user.disabled_at = None if user.id == account else user.disabled_at or work.now
        vault = work.get(Vault, records.keys.vault)
        vault.slots_seq, vault.dek_id = standing.seq, standing.dek_id
        work.note("restored", "practice")
        roster.seal(work)
