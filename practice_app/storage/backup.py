"""Verified copies of the practice, and putting one back.

A bundle is a folder: the encrypted database, a manifest under a MAC, and a keys file that only the
recovery key opens. No password opens anything in it, so an old one never does.
"""

import errno
import hashlib
import hmac
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine

from practice_app.errors import BackupRefused, Defect
from practice_app.paths import BUNDLE_FILES, is_network_path
from practice_app.progress import Progress
from practice_app.storage import copying
from practice_app.storage.database_key import fitting
from practice_app.storage.engine import DATABASE, check_pages, connect
from practice_app.storage.keys import VaultKeys, bundle_keys, crypto, dek_id, keys_exist, read_slots

MANIFEST, KEYS = BUNDLE_FILES

KEEP_FOR = timedelta(days=90)
"""How long a backup may live, so that what is destroyed also dies out in the copies (P71)."""


_MARK = ".practice-app-making"
"""A file that says a half-made folder is ours."""

_SWEPT_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says about itself; `counts` are rows by table, `digest` is the database's SHA-256."""

    vault: str
    dek_id: str
    made_at: str
    digest: str
    size: int
    schema: str
    counts: dict[str, int]
    audit_seq: int
    audit_head: str
    expires_on: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """One verified backup on disk."""

    folder: Path
    manifest: Manifest


def make(
    practice: Path,
    target: Path,
    keys: VaultKeys,
    now: datetime,
    progress: Progress,
    *,
    server: Engine | None = None,
) -> Bundle:
    """Copy the practice in folder `practice` into a new bundle below `target`, verified before it counts.

    The records of a practice on a server are read through `server`, whose role may read all of them; the
    bundle is the same. Other connections may go on writing. Refuses (BackupRefused) when there is no recovery
    key, when the target lies in the practice's own folder, or when the copy is not sound; then nothing is
    left behind.
    """
    _refuse_bad_target(practice, target)
    if not read_slots(practice).recovery:
        raise BackupRefused(
            "There is no recovery key, so nobody could open a backup. Make a recovery key first."
        )
    key = keys.newest_dek[1]
    if server is None:
        _refuse_older_key(practice, keys)
    name = f"backup-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    with staging(target, name) as making:
        progress(0, 3, "Copying")
        copy = making / DATABASE
        if server is None:
            _copy(practice / DATABASE, copy, key)
        else:
            with server.connect() as connection:
                copying.make_file(connection, copy, key, progress)
        progress(1, 3, "Checking the copy")
        _refuse_unsound(copy, key)
        manifest = _describe(copy, keys.vault, key, now)
        if server is None:  # the copy of a server was compared with it row by row
            _refuse_other_chain(practice / DATABASE, manifest, key)
        progress(2, 3, "Writing the manifest")
        _write(making / KEYS, bundle_keys(practice, keys))
        _write(making / MANIFEST, _signed(manifest, keys))
    progress(3, 3, "Done")
    return Bundle(target / name, manifest)


def beside(practice: Path) -> Path:
    """Where the backups go that nobody chose a place for."""
    return practice.parent / f"{practice.name} backups"


def read(folder: Path) -> tuple[Manifest, bytes]:
    """A bundle's manifest and keys file, not yet checked; raises BackupRefused when it is none."""
    try:
        parsed = crypto.read_canonical((folder / MANIFEST).read_bytes())
        return Manifest(**parsed["manifest"]), (folder / KEYS).read_bytes()
    except (OSError, ValueError, KeyError, TypeError):
        raise BackupRefused(f"“{folder.name}” is not a backup of this program, or it is damaged.") from None


def verify(folder: Path, keys: VaultKeys, progress: Progress) -> Bundle:
    """Prove that a bundle is whole: its manifest, every page of its database, and its counts.

    Raises BackupRefused with what is wrong.
    """
    manifest, _ = read(folder)
    key = _key_named(keys, manifest.dek_id)
    stored = crypto.read_canonical((folder / MANIFEST).read_bytes())["mac"]
    if manifest.vault != str(keys.vault):
        raise BackupRefused("This backup belongs to another practice.")
    if not hmac.compare_digest(stored, _mac(manifest, keys)):
        raise BackupRefused("The backup's manifest was altered.")
    progress(0, 2, "Reading the backup")
    copy = folder / DATABASE
    if not copy.exists() or _digest(copy) != manifest.digest:
        raise BackupRefused("The backup's database was altered or is cut off.")
    progress(1, 2, "Checking every page")
    _refuse_unsound(copy, key)
    if _counts(copy, key) != manifest.counts:
        raise BackupRefused("The backup does not hold what its manifest says.")
    return Bundle(folder, manifest)


@contextmanager
def staging(parent: Path, name: str) -> Iterator[Path]:
    """A folder that appears as parent/name only when the block ends without an error.

    A crash leaves a folder whose name begins with a dot, which a later run sweeps. Refuses a place where
    no folder can be made with BackupRefused, before any work is done.
    """
    goal = parent / name
    making = parent / f".making-{secrets.token_hex(4)}"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        if goal.exists() and not goal.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        sweep(parent)
        making.mkdir(mode=0o700)
        (making / _MARK).touch(mode=0o600)
    except OSError as error:
        raise BackupRefused(f"No folder can be made at “{goal}”: {error.strerror}.") from None
    try:
        yield making
        (making / _MARK).unlink()
        for file in making.iterdir():
            _sync(file)
        _sync(making)
        if goal.is_dir() and not any(goal.iterdir()):
            goal.rmdir()
        making.rename(goal)
        _sync(parent)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise


def sweep(parent: Path) -> None:
    """Remove what a run of ours left half-made a day ago or earlier; a younger one may be at work."""
    yesterday = time.time() - _SWEPT_AFTER.total_seconds()
    for mark in parent.glob(f".making-*/{_MARK}"):
        if mark.stat().st_mtime < yesterday:
            shutil.rmtree(mark.parent, ignore_errors=True)


def copy_database(bundle: Path, target: Path) -> None:
    """Copy a verified bundle's database to a file that does not exist yet."""
    if target.exists():
        raise Defect("A restore never writes over a database.")
    shutil.copyfile(bundle / DATABASE, target)
    target.chmod(0o600)


def _refuse_older_key(practice: Path, keys: VaultKeys) -> None:
    """A restore opens its copy with the newest key, so another would be a backup nobody can put back."""
    if fitting(practice / DATABASE, keys)[0] != keys.newest_dek[0]:
        raise BackupRefused(
            "A change of the database key was interrupted. "
            "No backup can be made until a director has signed in."
        )


def _refuse_bad_target(practice: Path, target: Path) -> None:
    if is_network_path(practice):
        raise BackupRefused("The practice lies on a network drive; move it to this PC first.")
    if target.resolve().is_relative_to(practice.resolve()):
        raise BackupRefused(
            "A backup inside the practice's own folder is lost together with it. Choose another place."
        )
    if keys_exist(target):
        raise BackupRefused("This folder is itself a practice. Choose another place for backups.")


def _copy(source: Path, target: Path, key: bytes | bytearray) -> None:
    """VACUUM INTO gives a compact copy under the same key, consistent while others write."""
    opened = connect(source, key)
    try:
        opened.execute("VACUUM INTO ?", (str(target),))
    finally:
        opened.close()
    target.chmod(0o600)


def _refuse_unsound(copy: Path, key: bytes | bytearray) -> None:
    faults = check_pages(copy, key)
    if faults:
        raise BackupRefused(f"The copy is not sound ({len(faults)} faults). Nothing was replaced.")


def _refuse_other_chain(source: Path, manifest: Manifest, key: bytes | bytearray) -> None:
    """The copy's audit head must be in the source's chain: otherwise it is a copy of something else."""
    opened = connect(source, key)
    try:
        row = opened.execute("SELECT mac FROM audit_event WHERE seq = ?", (manifest.audit_seq,)).fetchone()
    finally:
        opened.close()
    if (row[0].hex() if row else "") != manifest.audit_head:
        raise BackupRefused("The copy does not continue this practice's log. It was not kept.")


def _describe(copy: Path, vault: UUID, key: bytes | bytearray, now: datetime) -> Manifest:
    opened = connect(copy, key)
    try:
        last = opened.execute("SELECT seq, mac FROM audit_event ORDER BY seq DESC LIMIT 1").fetchone()
        schema = opened.execute("SELECT version_num FROM alembic_version").fetchone()
    finally:
        opened.close()
    return Manifest(
        vault=str(vault),
        dek_id=dek_id(key),
        made_at=now.isoformat(),
        digest=_digest(copy),
        size=copy.stat().st_size,
        schema=str(schema[0]),
        counts=_counts(copy, key),
        audit_seq=last[0] if last else 0,
        audit_head=last[1].hex() if last else "",
        expires_on=(now.date() + KEEP_FOR).isoformat(),
    )


def _counts(path: Path, key: bytes | bytearray) -> dict[str, int]:
    opened = connect(path, key)
    try:
        tables = opened.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_index%' "
            "AND name NOT LIKE 'sqlite_%' ORDER BY name"
        ).fetchall()
        return {name: opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}
    finally:
        opened.close()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _signed(manifest: Manifest, keys: VaultKeys) -> bytes:
    return crypto.canonical({"manifest": asdict(manifest), "mac": _mac(manifest, keys)})


def _mac(manifest: Manifest, keys: VaultKeys) -> str:
    generation = next((g for g, k in keys.dek.items() if dek_id(k) == manifest.dek_id), None)
    return crypto.tag(keys.manifest_key(generation), crypto.canonical(asdict(manifest))).hex()


def _key_named(keys: VaultKeys, wanted: str) -> bytearray:
    for key in keys.dek.values():
        if dek_id(key) == wanted:
            return key
    raise BackupRefused("This backup was made with keys that are no longer held.")


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


def _sync(path: Path) -> None:
    """Make sure a file or folder has reached the disk; Windows has no way to ask for a folder."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
