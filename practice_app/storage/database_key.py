"""The database under another key: a verified copy takes the file's place, the file itself is never rekeyed.

Until the copy is in place the old file is whole and untouched; the caller sees to it that both keys are in
the key file meanwhile, and that nobody else has the practice open.
"""

import os
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from practice_app.errors import Busy, CannotOpen, Defect, PracticeError
from practice_app.storage.engine import DATABASE, check_pages, connect
from practice_app.storage.keys import VaultKeys
from practice_app.storage.keys.crypto import Secret

_COPY = f"{DATABASE}.new"


def fitting(path: Path, keys: VaultKeys) -> tuple[int, bytearray]:
    """Generation and key the file at `path` is under: the newest, or an older one after an interruption.

    Raises CannotOpen when none fits. With one key held the file is not looked at.
    """
    if len(keys.dek) == 1:
        return keys.newest_dek
    refusals = []
    for generation, key in sorted(keys.dek.items(), reverse=True):
        try:
            connect(path, key).close()
        except CannotOpen as refusal:
            refusals.append(refusal)
        else:
            return generation, key
    raise refusals[0]


def copy_under(folder: Path, old: Secret, new: Secret) -> None:
    """Make a copy of the practice's database under the key `new` and verify it: pages, rows, log.

    Raises CannotOpen when the database itself is not sound, PracticeError when the copy cannot be written;
    no copy is left then.
    """
    remove_copy(folder)
    copy = folder / _COPY
    try:
        _copied(folder / DATABASE, copy, old, new)
        _refuse_faults(folder / DATABASE, copy, old, new)
        _sync(copy)
    except (sqlcipher.DatabaseError, OSError):
        remove_copy(folder)
        raise PracticeError(
            "The copy under the new key could not be written; perhaps the disk is full. Nothing was replaced."
        ) from None
    except BaseException:
        remove_copy(folder)
        raise


def put_in_place(folder: Path, old: Secret) -> None:
    """Put the verified copy in the database's place; nobody has that open any more (Busy otherwise)."""
    path = folder / DATABASE
    opened = connect(path, old)
    try:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        opened.close()
    # A journal that stays behind would be taken for the new file's: the last one to close removes it.
    if path.with_name(f"{path.name}-wal").exists():
        raise Busy("Another program has the practice file open. Close it, then sign in again.")
    os.replace(folder / _COPY, path)
    if os.name == "posix":  # Windows has no handle on a folder to flush
        _sync(folder)


def remove_copy(folder: Path) -> None:
    """Remove what an interrupted run has left of its copy."""
    for left in folder.glob(f"{_COPY}*"):
        left.unlink()


def _copied(path: Path, copy: Path, old: Secret, new: Secret) -> None:
    source = connect(path, old)
    try:
        target = connect(copy, new, create=True)
        try:
            # In one step: page by page it would start again at every change and might never end.
            source.backup(target, pages=-1)
        finally:
            target.close()
    finally:
        source.close()
    copy.chmod(0o600)


def _refuse_faults(path: Path, copy: Path, old: Secret, new: Secret) -> None:
    if faults := check_pages(copy, new):
        raise CannotOpen(
            f"The practice file is not sound ({len(faults)} faults), so its key was not changed. "
            "Run a check, or restore a backup."
        )
    if _content(path, old) != _content(copy, new):
        raise Defect("the copy under the new key differs from the database; it was not put in place")


def _content(path: Path, key: Secret) -> tuple[dict[str, int], Any]:
    """Rows by table, and the end of the log: what a copy must have in common with its source."""
    opened = connect(path, key)
    try:
        tables = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        counts = {name: opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}
        head = opened.execute("SELECT seq, mac FROM audit_event ORDER BY seq DESC LIMIT 1").fetchone()
    finally:
        opened.close()
    return counts, head


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
