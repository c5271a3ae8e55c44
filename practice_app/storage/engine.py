"""Opens the encrypted SQLCipher file, and says in words why a file cannot be opened."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as sqlcipher

from practice_app.errors import Busy, CannotOpen, Defect, PracticeError
from practice_app.paths import DATABASE_FILE, is_network_path
from practice_app.storage import postgres

DATABASE = DATABASE_FILE
"""The name of the encrypted file in a practice's folder."""

KEY_BYTES = 32
"""A raw key of any other length would silently be taken as a passphrase."""

PATIENT_WAIT_MS = 10_000
"""How long a job waits for the write lock."""

SCREEN_WAIT_MS = 250
"""How long a screen waits for the write lock before it says Busy."""

APPLICATION_ID = 0x50524143  # "PRAC", so that file(1) and our own checks know the file

_PRAGMAS = (
    "foreign_keys = ON",
    f"busy_timeout = {PATIENT_WAIT_MS}",
    "secure_delete = ON",
    "temp_store = MEMORY",
    "journal_mode = WAL",
    "synchronous = FULL",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    # 64 MB of decrypted pages: the one setting that decides the speed of an encrypted file.
    "cache_size = -65536",
)


class NotEncrypted(Defect):
    """A connection turned out to be without encryption."""


def connect(path: Path, key: bytes | bytearray, *, create: bool = False) -> Any:
    """A DB-API connection to the encrypted file at `path` with the 32-byte raw `key`.

    Refuses (CannotOpen) a missing or empty file unless `create`: SQLite would take either for a
    new, empty database. A wrong key or a damaged file raises CannotOpen too. The file is not changed.
    """
    if len(key) != KEY_BYTES:
        raise Defect("A database key has 32 bytes.")
    if not create:
        _refuse_what_is_no_practice(path)
    made = sqlcipher.connect(str(path), timeout=10, check_same_thread=False, isolation_level=None)
    try:
        made.execute("PRAGMA cipher_log_level = NONE")
        made.execute(f"PRAGMA key = \"x'{bytes(key).hex()}'\"")
        made.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if made.execute("PRAGMA cipher_status").fetchone()[0] != "1":
            raise NotEncrypted("The file is open without encryption.")
        for pragma in _PRAGMAS:
            made.execute(f"PRAGMA {pragma}")
        if made.execute("PRAGMA secure_delete").fetchone()[0] != 1:
            raise Defect("Deleted data would not be overwritten.")
    except sqlcipher.DatabaseError as error:
        made.close()
        raise _in_words(error) from None
    except BaseException:
        made.close()
        raise
    return made


def _refuse_what_is_no_practice(path: Path) -> None:
    if is_network_path(path):
        raise CannotOpen(
            "This folder is on a network drive, where a database can be damaged. "
            "Keep the practice on this PC's own disk."
        )
    if not path.exists():
        raise CannotOpen(f"There is no practice in “{path.parent}”: the file {path.name} is missing.")
    if path.stat().st_size == 0:
        raise CannotOpen(
            f"The file {path.name} is empty. It may have been damaged by a full disk or a failed copy. "
            "Nothing was changed; restore a backup."
        )
    with path.open("rb") as file:
        if file.read(16) == b"SQLite format 3\0":
            raise CannotOpen(
                f"The file {path.name} is a database without encryption, not a practice. Nothing was changed."
            )


def _in_words(error: sqlcipher.DatabaseError) -> Exception:
    """What went wrong on opening, as a sentence; SQLCipher tells damage and wrong key by text only."""
    text = str(error)
    if "not a database" in text:
        return CannotOpen(
            "These keys do not fit this file: it belongs to another practice, or its beginning is damaged. "
            "Nothing was changed."
        )
    if "malformed" in text:
        return CannotOpen(
            "The practice file is damaged (it may have been cut off). Nothing was changed; restore a backup."
        )
    if "locked" in text:
        return Busy("Another program is using the practice file. Try again in a moment.")
    return CannotOpen("The practice file could not be opened. Nothing was changed.")


def open_file(path: Path, key: bytes | bytearray, *, create: bool = False) -> Engine:
    """An engine on the encrypted file. Each transaction says whether it writes and how long it waits.

    Execution options of a connection: `writes` (default False) begins with BEGIN IMMEDIATE and
    otherwise switches the connection to read-only; `wait_ms` is the wait for the write lock.
    """
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=lambda: connect(path, key, create=create),
        poolclass=QueuePool,
        pool_size=2,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        writes = options.get("writes", False)
        driver: Any = connection.connection.driver_connection
        wanted = (int(options.get("wait_ms", PATIENT_WAIT_MS)), "OFF" if writes else "ON")
        # Remembered per connection: a search at every key press would pay for both each time.
        if connection.info.get("begun_with") != wanted:
            driver.execute(f"PRAGMA busy_timeout = {wanted[0]}")
            driver.execute(f"PRAGMA query_only = {wanted[1]}")
            connection.info["begun_with"] = wanted
        try:
            driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        except sqlcipher.OperationalError as error:
            raise OperationalError("BEGIN", None, error) from None

    return engine


@contextmanager
def spoken_errors() -> Iterator[None]:
    """Turn the driver's "locked" into Busy; nothing of a statement or its values goes on."""
    try:
        yield
    except DBAPIError as error:
        if postgres.is_servers(error.orig):
            raise postgres.in_words(postgres.without_values(error)) from error
        raise _in_words_of_a_file(error) from _without_values(error)


def _in_words_of_a_file(error: DBAPIError) -> PracticeError | Defect:
    text = str(error.orig)
    if isinstance(error, OperationalError) and ("locked" in text or "busy" in text):
        return Busy("Somebody else is saving at this moment. Nothing was lost; try again.")
    if "malformed" in text or "not a database" in text:
        return CannotOpen("The practice file is damaged. Restore a backup.")
    return Defect("The database refused a statement.")


def _without_values(error: DBAPIError) -> Exception:
    """The driver's own words only: SQLAlchemy's error still carries the parameters, which are personal."""
    kind = type(error.orig).__name__ if error.orig is not None else type(error).__name__
    text = str(error.orig).split(":")[0]
    return sqlite3.DatabaseError(f"{kind}: {text}")


def check_pages(path: Path, key: bytes | bytearray) -> tuple[str, ...]:
    """Everything wrong with the file's pages and structure; an empty tuple means sound.

    Reads all rows of both checks: the first row alone hides damage.
    """
    opened = connect(path, key)
    try:
        found = [str(row[0]) for row in opened.execute("PRAGMA cipher_integrity_check").fetchall()]
        found += [
            str(row[0]) for row in opened.execute("PRAGMA integrity_check").fetchall() if row[0] != "ok"
        ]
        found += [f"broken link in {row[0]}" for row in opened.execute("PRAGMA foreign_key_check").fetchall()]
    except sqlcipher.DatabaseError as error:
        return (str(error),)
    finally:
        opened.close()
    return tuple(found)
