"""A practice of the first version, with rows in every table, comes to the newest schema whole."""

import os
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, insert, select
from sqlalchemy.types import JSON, Boolean, Date, DateTime, Integer, LargeBinary, Uuid

from practice_app.storage import migrate
from practice_app.storage.engine import open_file
from tests.storage.old_version import FIRST, tables_of

ROWS = 3
NOT_OURS = {"alembic_version"}


def value(column: Column[Any], row: int, known: dict[str, list[Any]], serial: "count[int]") -> Any:
    """Something for a column that no other row has; a link leads to a row that is there."""
    for link in column.foreign_keys:
        return known[link.column.table.name][row % len(known[link.column.table.name])]
    match column.type:
        case Uuid():
            return uuid4()
        case Boolean():
            return bool(row % 2)
        case Integer():
            return next(serial)
        case DateTime():
            return datetime(2026, 11, 23, 9, row, tzinfo=UTC).replace(tzinfo=None)
        case Date():
            return date(2026, 11, 1 + row)
        case LargeBinary():
            return os.urandom(32)
        case JSON():
            return ["name"]
        case _:
            return f"{column.name} {next(serial)}"[: column.type.length or 40]


def fill(connection: Connection, metadata: MetaData) -> None:
    """Put rows into every table; a table whose id is a link has one row for each it leads to."""
    known: dict[str, list[Any]] = {}
    serial = count(1)
    for table in metadata.sorted_tables:
        if table.name in NOT_OURS:
            continue
        keys = list(table.primary_key.columns)
        rows = [
            {column.name: value(column, row, known, serial) for column in table.columns}
            for row in range(ROWS)
        ]
        connection.execute(insert(table), rows)
        known[table.name] = [row[keys[0].name] for row in rows]


def everything(connection: Connection, metadata: MetaData) -> dict[str, set[tuple[Any, ...]]]:
    """All rows of the tables and columns that `metadata` knows."""
    return {
        table.name: {tuple(_plain(each) for each in row) for row in connection.execute(select(table))}
        for table in metadata.sorted_tables
        if table.name not in NOT_OURS
    }


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@pytest.fixture
def old_file(tmp_path: Path) -> tuple[Path, bytes]:
    """A file of the first version, filled."""
    path, key = tmp_path / "practice.db", os.urandom(32)
    migrate.upgrade(path, key, create=True, to=FIRST)
    engine = open_file(path, key)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        fill(connection, tables_of(connection))
    engine.dispose()
    return path, key


def test_every_row_and_value_of_the_first_version_is_there_afterwards(old_file: tuple[Path, bytes]) -> None:
    path, key = old_file
    engine = open_file(path, key)
    with engine.connect() as connection:
        metadata = tables_of(connection)
        before = everything(connection, metadata)
    engine.dispose()
    assert {name: len(rows) for name, rows in before.items()} == dict.fromkeys(before, ROWS)
    assert len(before) > 30
    migrate.upgrade(path, key)
    engine = open_file(path, key)
    with engine.connect() as connection:
        after = everything(connection, metadata)
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
        version = connection.execute(select(Table("alembic_version", MetaData(), autoload_with=connection)))
        assert version.scalar() == migrate.NEWEST
    engine.dispose()
    assert after == before


def test_a_lost_row_would_be_noticed(old_file: tuple[Path, bytes]) -> None:
    path, key = old_file
    engine = open_file(path, key)
    with engine.connect() as connection:
        metadata = tables_of(connection)
        before = everything(connection, metadata)
        gone: UUID = connection.execute(select(metadata.tables["room"].c.id)).scalars().first()
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(metadata.tables["appointment"].update().values(room_id=None))
        connection.execute(metadata.tables["room"].delete().where(metadata.tables["room"].c.id == gone))
    with engine.connect() as connection:
        assert everything(connection, metadata) != before
    engine.dispose()
