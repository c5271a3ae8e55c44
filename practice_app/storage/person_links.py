"""What leads to a person in any table, read off the mapped tables; and rows of any table as plain values."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, LargeBinary, Table, TypeDecorator, Uuid, func, select, update

from practice_app.errors import Defect
from practice_app.model.base import Base
from practice_app.model.form_drafts import FormDraft
from practice_app.model.people import Person, SearchEntry
from practice_app.model.settings import Imported
from practice_app.storage.records import Work

Values = dict[str, Any]

PERSON: Table = Base.metadata.tables[Person.__tablename__]

BARE_LINKS = (
    Base.metadata.tables[Imported.__tablename__].c.record_id,
    Base.metadata.tables[FormDraft.__tablename__].c.record_id,
)
"""Columns that hold the id of a person (or of any row) without a foreign key and must follow them."""

_MADE_ANEW = frozenset({SearchEntry.__tablename__})
"""Tables that follow from others and are brought up to date afterwards."""


@cache
def own_tables() -> tuple[Table, ...]:
    """The tables whose rows share a person's id, `person` first."""
    found = [PERSON]
    for table in Base.metadata.sorted_tables:
        if any(link.column.table in found for column in table.primary_key for link in column.foreign_keys):
            found.append(table)
    return tuple(found)


@cache
def links() -> tuple[Column[Any], ...]:
    """Every column that leads to a person by a foreign key, directly or as patient or GP.

    A table whose rows have no id of their own is a Defect: a merge could not move them.
    """
    found = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if table.name not in _MADE_ANEW and not column.primary_key and leads_to_a_person(column)
    ]
    for column in found:
        if "id" not in column.table.c or not isinstance(column.table.c.id.type, Uuid):
            raise Defect(f"{column} names a person in a row without an id; a merge cannot move it")
    return tuple(found)


def leads_to_a_person(column: Column[Any]) -> bool:
    """Whether a column holds the id of somebody, as a person or as what they are to the practice."""
    own = own_tables()
    return any(link.column.table in own for link in column.foreign_keys)


def linked(work: Work, person: UUID) -> dict[str, int]:
    """How many rows of each table lead to a person: what a merge would move."""
    connection = work.connection()
    found: Counter[str] = Counter()
    for column in links():
        count = select(func.count()).select_from(column.table).where(column == person)
        found[column.table.name] += connection.execute(count).scalar_one()
    return {name: count for name, count in found.items() if count}


def rows_of(work: Work, person: UUID) -> dict[str, list[str]]:
    """The ids of all rows that lead to a person, by "table.column"."""
    connection = work.connection()
    found = {}
    for column in links():
        ids = connection.execute(select(column.table.c.id).where(column == person)).scalars().all()
        if ids:
            found[f"{column.table.name}.{column.name}"] = [str(id) for id in ids]
    return found


def is_named(work: Work, person: UUID, *, besides: UUID, without: Collection[str]) -> bool:
    """Whether anything leads to somebody, or they are a patient or GP here.

    The row `besides` does not count, nor do the tables `without`.
    """
    found = rows_of(work, person)
    if any(
        set(ids) != {str(besides)} for name, ids in found.items() if name.partition(".")[0] not in without
    ):
        return True
    connection = work.connection()
    return any(row_of(connection, table, person) for table in own_tables() if table is not PERSON)


def referring_to(table: Table) -> Iterator[Column[Any]]:
    """The columns that refer to rows of a table, except the ids of those that are the same person."""
    for other in Base.metadata.sorted_tables:
        for column in other.columns:
            refers = any(link.column.table is table for link in column.foreign_keys)
            if refers and not column.primary_key and other.name not in _MADE_ANEW:
                yield column


def check_links_at_the_end(connection: Connection) -> None:
    """Let rows be exchanged in any order; whether every link leads somewhere is checked at the commit."""
    is_file = connection.dialect.name == "sqlite"
    connection.exec_driver_sql(
        "PRAGMA defer_foreign_keys = ON" if is_file else "SET CONSTRAINTS ALL DEFERRED"
    )


def row_of(connection: Connection, table: Table, id: UUID) -> Values | None:
    """All columns of one row, or None."""
    found = connection.execute(select(table).where(table.c.id == id)).one_or_none()
    return None if found is None else dict(found._mapping)


def set_columns(connection: Connection, table: Table, ids: Sequence[UUID], values: Mapping[str, Any]) -> None:
    """Set columns of some rows and count their versions up, so that a form opened before is told."""
    counted = {"version": table.c.version + 1} if "version" in table.c else {}
    connection.execute(update(table).where(table.c.id.in_(ids)).values({**values, **counted}))


_AT_ONCE = 500
"""How many ids a statement names at a time."""


def pieces(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """Ids in as many as one statement names, in order."""
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def as_json(table: Table, values: Mapping[str, Any]) -> Values:
    """Values of a table's columns as JSON holds them."""
    return {name: _plain(value) for name, value in values.items() if name in table.c}


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return value.hex()
    return value


def from_json(table: Table, values: Mapping[str, Any]) -> Values:
    """The values `as_json` was given; columns that a newer version no longer has are left out."""
    return {name: _typed(table.c[name], value) for name, value in values.items() if name in table.c}


def _typed(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, LargeBinary):
        return bytes.fromhex(value)
    wanted = kind.python_type
    if issubclass(wanted, UUID):
        return UUID(value)
    if issubclass(wanted, Enum):
        return wanted(value)
    if issubclass(wanted, datetime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if issubclass(wanted, date) else value
