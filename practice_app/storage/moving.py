"""Moving one item to the person it is about: its link, its sealed texts, and the chain of signed notes.

A sealed text names whom it was written about, so it is sealed anew for the right person: author, time and
words stay. For a signed note the chain gets a link that takes the place of the earlier one; the earlier one
stays, so that the move is there to be seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Table, select, update

from practice_app.errors import NotFound
from practice_app.model.notes import Addendum, Note, NoteSeal
from practice_app.storage import note_chain, sealed
from practice_app.storage.person_links import row_of, set_columns
from practice_app.storage.records import Work
from practice_app.storage.resealing import SealedColumn, sealed_columns

_OWNER = "author_id"
"""The column that names who an "only me" text is sealed for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item's person is named: in a column of a link row, or of the item itself.

    `owner` is the link's column that names the item; None when the item names its person itself.
    """

    item: Table
    person: Column[Any]
    owner: Column[Any] | None = None

    @property
    def key(self) -> Column[Any]:
        """The column by which the row that names the person is found for an item."""
        return self.person.table.c.id if self.owner is None else self.owner


def people_of(work: Work, place: Place, item: UUID) -> tuple[UUID, ...]:
    """Everybody the item is about; NotFound when there is no such item."""
    found = work.connection().execute(select(place.person).where(place.key == item)).scalars().all()
    if not found:
        raise NotFound("That is not in the records any more.")
    return tuple(found)


def move(work: Work, place: Place, item: UUID, one: UUID, other: UUID) -> None:
    """Make the item about `other` instead of `one`; the other people of a joint item stay.

    Raises NotAllowed for a sealed text that the keys do not open, PracticeError for one that was written for
    neither. The rows that say so (`moved_item`, `moved_away`) are stored before, for append-only tables.
    """
    connection = work.connection()
    for table, id in ((place.item, item), *_parts(connection, place.item, item)):
        _seal_for(work, connection, table, id, one, other)
    _relink(connection, place, item, one, other)
    work.touched.update({place.item.name, place.person.table.name})


def _parts(connection: Connection, table: Table, item: UUID) -> Iterator[tuple[Table, UUID]]:
    """The rows with sealed values that belong to the item: additions to a note, files with a letter."""
    for part in dict.fromkeys(each.table for each in sealed_columns()):
        for column in part.columns:
            if any(link.column.table is table for link in column.foreign_keys):
                ids = connection.execute(select(part.c.id).where(column == item)).scalars().all()
                yield from ((part, id) for id in ids)


def _seal_for(work: Work, connection: Connection, table: Table, id: UUID, one: UUID, other: UUID) -> None:
    """Seal one row's values for the right person, and chain what is signed."""
    row = row_of(connection, table, id) or {}
    anew = {
        each.column.name: _sealed_anew(work, each, row, one, other)
        for each in sealed_columns()
        if each.table is table and row.get(each.column.name)
    }
    if anew:
        set_columns(connection, table, [id], anew)
        _chain(work, connection, table, row, anew)


def _sealed_anew(work: Work, where: SealedColumn, row: dict[str, Any], one: UUID, other: UUID) -> bytes:
    return sealed.with_another(
        work,
        row["id"],
        where.purpose,
        row[where.column.name],
        one=one,
        other=other,
        owner=row.get(_OWNER),
    )


def _chain(
    work: Work, connection: Connection, table: Table, row: dict[str, Any], anew: dict[str, bytes]
) -> None:
    """A link in the place of the earlier one, for a note or an addition that is signed."""
    replaces = note_chain.link_of(work, row["id"])
    if replaces is None or table.name not in (Note.__tablename__, Addendum.__tablename__):
        return
    link = connection.execute(select(NoteSeal.__table__).where(NoteSeal.seq == replaces)).one()
    [blob] = anew.values()
    signed = note_chain.SignedNote(
        row["id"],
        row["version"] + 1,
        link.signed_at,
        link.author,
        blob,
        added_to=row.get("note_id"),
        replaces=replaces,
    )
    note_chain.append(connection, work.keys, [signed])


def _relink(connection: Connection, place: Place, item: UUID, one: UUID, other: UUID) -> None:
    """Name the right person where the wrong one is named."""
    table = place.person.table
    values = {place.person.name: other, "version": table.c.version + 1}
    mine = (place.key == item) & (place.person == one)
    connection.execute(update(table).where(mine).values(values))
