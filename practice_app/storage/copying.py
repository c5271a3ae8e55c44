"""Every row of a practice copied between its file and its server, and the proof that none was altered by it.

The tables are taken as the server has them, not as they are mapped: a copy is also made of a practice that an
earlier version of the program left there.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.types import TypeEngine

from practice_app.errors import CannotOpen, Defect
from practice_app.model.base import Instant
from practice_app.progress import Progress
from practice_app.storage import migrate, search
from practice_app.storage.engine import open_file
from practice_app.storage.keys.crypto import Secret

_NOT_ROWS = ("alembic_version", "search_index")
"""What the tables of no practice begin with: the schema's number, and the index made from `search_entry`."""

_AT_ONCE = 1_000
"""How many rows are held at a time, if they are small."""

_BYTES_AT_ONCE = 16 * 1024 * 1024
"""How large the files among them may be together."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How many rows a table has, and one digest over the values of all of them, in the order of their ids."""

    rows: int
    digest: str


def tables(server: Connection) -> tuple[Table, ...]:
    """The practice's tables as the server has them, those that others refer to first."""
    found = MetaData()
    found.reflect(server)
    kept = [table for table in found.sorted_tables if not table.name.startswith(_NOT_ROWS)]
    for table in kept:
        for column in list(table.columns):
            column.type = _portable(column)
    return tuple(kept)


def _portable(column: Column[Any]) -> TypeEngine[Any]:
    """The type that reads and writes the same value on both sides."""
    kind: TypeEngine[Any] = column.type
    if isinstance(kind, DateTime):
        return Instant() if kind.timezone else DateTime()
    if isinstance(kind, String):
        return String(kind.length)
    for plain in (Uuid, Date, Boolean, JSON, LargeBinary, BigInteger, Integer):
        if isinstance(kind, plain):
            return plain()
    raise Defect(f"the column {column} of the server has a type that no file has")


def make_file(server: Connection, path: Path, key: Secret, progress: Progress) -> None:
    """Make an encrypted file of every row on the server, and compare all of them.

    The server's connection is in a transaction that sees one moment. On any error no file is left.
    """
    try:
        migrate.upgrade(path, key, create=True, to=migrate.server_revision(server) or "head")
        engine = open_file(path, key)
        try:
            wanted = tables(server)
            with engine.connect().execution_options(writes=True) as file, file.begin():
                refuse_other_tables(file, wanted)
                copy_rows(server, file, wanted, progress)
            with engine.connect() as file:
                _refuse_difference(server, file, wanted, progress)
        finally:
            engine.dispose()
    except BaseException:
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()
        raise


def fill_server(file: Connection, server: Engine, progress: Progress) -> None:
    """Copy every row of the file into a server's empty tables in one transaction, and compare all of them.

    The server's role owns the tables. The file's connection is in a transaction that sees one moment.
    """
    with server.connect().execution_options(writes=True) as target, target.begin():
        wanted = tables(target)
        refuse_other_tables(file, wanted)
        copy_rows(file, target, wanted, progress)
    with server.connect() as target:
        _refuse_difference(file, target, wanted, progress)


def drop_tables(server: Engine) -> None:
    """Remove the practice's tables, with every row, from a server whose practice was moved away."""
    with server.connect().execution_options(writes=True) as connection, connection.begin():
        found = MetaData()
        found.reflect(connection)
        found.drop_all(connection)


def _refuse_difference(
    one: Connection, other: Connection, wanted: Sequence[Table], progress: Progress
) -> None:
    """Raise Defect, with the names of the tables, unless both sides have the same rows."""
    ours, theirs = (fingerprints(side, wanted, progress) for side in (one, other))
    different = sorted(name for name in ours if ours[name] != theirs[name])
    if different:
        raise Defect(f"the copy differs in {', '.join(different)}")


def refuse_other_tables(file: Connection, wanted: Sequence[Table]) -> None:
    """Raise Defect unless the file has exactly these tables with exactly these columns."""
    inspector = inspect(file)
    there = {
        name: {column["name"] for column in inspector.get_columns(name)}
        for name in inspector.get_table_names()
        if not name.startswith(_NOT_ROWS)
    }
    if there != {table.name: set(table.columns.keys()) for table in wanted}:
        raise Defect("file and server do not have the same tables, so not every row could be copied")


def copy_rows(source: Connection, target: Connection, wanted: Sequence[Table], progress: Progress) -> None:
    """Copy every row of the tables into a practice that has none yet; the caller commits.

    Raises CannotOpen, with the table's name and the row's id, for a text that the server cannot hold.
    """
    total = sum(source.execute(select(func.count()).select_from(table)).scalar_one() for table in wanted)
    done = 0
    for table in wanted:
        statement = insert(table)
        for batch in _batches(source, table):
            _refuse_what_does_not_fit(table, batch, target)
            target.execute(statement, batch)
            done += len(batch)
            progress(done, total, "Copying")
    if target.dialect.name == "postgresql":
        _set_counters(target, wanted)
    else:
        search.remake_index(target.connection.driver_connection)


def fingerprints(
    connection: Connection, wanted: Sequence[Table], progress: Progress
) -> dict[str, Fingerprint]:
    """What every table holds, by its name: equal exactly when every value of every row is."""
    found = {}
    for number, table in enumerate(wanted):
        progress(number, len(wanted), "Comparing every row")
        whole, count = hashlib.sha256(), 0
        for batch in _batches(connection, table):
            for row in batch:
                whole.update(_row_digest(row.values()))
            count += len(batch)
        found[table.name] = Fingerprint(count, whole.hexdigest())
    return found


def _row_digest(values: Iterator[Any] | Any) -> bytes:
    return hashlib.sha256(repr([_plain(value) for value in values]).encode("utf-8", "surrogatepass")).digest()


def _plain(value: Any) -> Any:
    """A value as one text that equal values share and others do not."""
    match value:
        case bytes():
            return hashlib.sha256(value).digest()
        case dict() | list():
            return json.dumps(value, sort_keys=True)
        case datetime() if value.tzinfo is not None:
            return value.isoformat()
    return value


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """All rows in the order of their ids, as many at a time as fit into the memory."""
    at_once = _rows_at_once(connection, table)
    statement = select(table).order_by(*table.primary_key)
    with connection.execute(statement, execution_options={"yield_per": at_once}) as rows:
        for part in rows.mappings().partitions():
            yield [dict(row) for row in part]


def _rows_at_once(connection: Connection, table: Table) -> int:
    """How many of a table's rows may be held, by the largest there is."""
    files = [column for column in table.columns if isinstance(column.type, LargeBinary)]
    if not files:
        return _AT_ONCE
    sizes = [func.coalesce(func.max(func.length(column)), 0) for column in files]
    largest = sum(connection.execute(select(*sizes)).one())
    return max(1, min(_AT_ONCE, _BYTES_AT_ONCE // max(1, largest)))


def _refuse_what_does_not_fit(table: Table, rows: Sequence[Mapping[str, Any]], target: Connection) -> None:
    """A file takes texts of any length and any character; a server keeps to what was said of the column."""
    if target.dialect.name != "postgresql":
        return
    lengths = {column.name: column.type.length for column in table.columns if isinstance(column.type, String)}
    for row in rows:
        for name, length in lengths.items():
            value = row[name]
            if value is None:
                continue
            if (length is not None and len(value) > length) or "\0" in value:
                key = ", ".join(str(row[column.name]) for column in table.primary_key)
                raise CannotOpen(
                    f"A text is too long for a server, or has a character that it cannot keep: {name} in "
                    f"{table.name}, entry {key}. Change it first. Nothing was moved."
                )


def _set_counters(server: Connection, wanted: Sequence[Table]) -> None:
    """Let the server count on from the highest number that was copied."""
    for table in wanted:
        (column, *others) = table.primary_key
        if others or not isinstance(column.type, Integer):
            continue
        counter = server.execute(select(func.pg_get_serial_sequence(table.name, column.name))).scalar_one()
        highest = server.execute(select(func.max(column))).scalar_one()
        if counter is not None and highest is not None:
            server.execute(select(func.setval(counter, highest)))
