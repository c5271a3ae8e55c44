"""Turns a practice file back into one of the first version, as a clinic that has not updated has it.

Run as a program it migrates such a file and kills itself before its nth statement:
`python -m tests.storage.old_version FILE KEY_HEX N`.
"""

import os
import signal
import sys
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, MetaData, event, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.types import Uuid

from practice_app.storage import migrate
from practice_app.storage.engine import open_file

FIRST = "0001"
_NOT_COPIED = {"alembic_version"}


def tables_of(connection: Connection) -> MetaData:
    """The schema as the file has it, with the types that SQLite cannot tell."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _meta: not name.startswith("search_index"))
    for table in metadata.tables.values():
        for column in table.columns:
            if str(column.type).startswith("CHAR(32)"):
                column.type = Uuid()
    return metadata


def put_back(path: Path, key: bytes | bytearray) -> None:
    """Replace the file by one of the first version with the same rows, as far as that version knows them."""
    old = path.with_name("first-version.db")
    migrate.upgrade(old, key, create=True, to=FIRST)
    newest, first = open_file(path, key), open_file(old, key)
    with newest.connect() as there, first.connect().execution_options(writes=True) as here:
        here.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        with here.begin():
            for table in tables_of(here).sorted_tables:
                rows = [row._asdict() for row in there.execute(select(table))]
                if rows and table.name not in _NOT_COPIED:
                    here.execute(insert(table), rows)
    newest.dispose()
    first.dispose()
    for leftover in path.parent.glob(f"{path.name}-*"):
        leftover.unlink()
    os.replace(old, path)
    for leftover in path.parent.glob("first-version.db-*"):
        leftover.unlink()


def main(path: Path, key: bytes, kill_before: int) -> None:
    """Migrate, and be killed before a statement."""
    numbers = count(1)

    @event.listens_for(Engine, "before_cursor_execute")
    def _count(*_given: object) -> None:
        if next(numbers) == kill_before:
            os.kill(os.getpid(), signal.SIGKILL)

    migrate.upgrade(path, key)


if __name__ == "__main__":
    main(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), int(sys.argv[3]))
