"""A practice of the first version, with rows in every table, comes to the newest schema whole."""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Connection, Engine, MetaData, Table, insert, select
from sqlalchemy.types import JSON, Boolean, Date, DateTime, Integer, LargeBinary, Uuid

from practice_app.storage import migrate
from practice_app.storage.engine import open_file
from practice_app.storage.postgres import open_server
from tests.postgres import Cluster
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


@dataclass(frozen=True)
class Old:
    """A practice of the first version, filled: how it is opened, and how it is brought up to date."""

    open: Callable[[], Engine]
    upgrade: Callable[[], None]


@pytest.fixture
def old(store: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Old]:
    """One in a file, and one on a server."""
    with contextlib.ExitStack() as stack:
        if store == "postgres":
            cluster: Cluster = request.getfixturevalue("cluster")
            made = _on_a_server(cluster, stack.enter_context(cluster.database()))
        else:
            made = _in_a_file(tmp_path / "practice.db", os.urandom(32))
        engine = made.open()
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            fill(connection, tables_of(connection))
        engine.dispose()
        yield made


def _in_a_file(path: Path, key: bytes) -> Old:
    migrate.upgrade(path, key, create=True, to=FIRST)
    return Old(lambda: open_file(path, key), lambda: migrate.upgrade(path, key))


def _on_a_server(cluster: Cluster, database: str) -> Old:
    engine = open_server(cluster.url(database), cluster.connect_args)

    def upgrade(to: str = "head") -> None:
        migrate.upgrade_server(engine, to)
        engine.dispose()

    upgrade(FIRST)
    return Old(lambda: engine, upgrade)


def test_every_row_and_value_of_the_first_version_is_there_afterwards(old: Old) -> None:
    engine = old.open()
    with engine.connect() as connection:
        metadata = tables_of(connection)
        before = everything(connection, metadata)
    engine.dispose()
    assert {name: len(rows) for name, rows in before.items()} == dict.fromkeys(before, ROWS)
    assert len(before) > 30
    old.upgrade()
    engine = old.open()
    with engine.connect() as connection:
        after = everything(connection, metadata)
        if connection.dialect.name == "sqlite":  # a server checks every link at any time
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
        version = connection.execute(select(Table("alembic_version", MetaData(), autoload_with=connection)))
        assert version.scalar() == migrate.NEWEST
    engine.dispose()
    assert after == before


def test_a_lost_row_would_be_noticed(old: Old) -> None:
    engine = old.open()
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
