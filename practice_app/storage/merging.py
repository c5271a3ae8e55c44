"""Making two records of one person one, table by table; unmerging.py takes it apart again.

Which rows move is read off the mapped tables: every foreign key that leads to the person, whoever adds the
table. Where a row cannot simply move, it is parked: taken out and kept whole in the merge's own steps.

- The gone person's own rows (person, patient, GP: those that share the person's id) are parked, because a
  second row for one person would go on appearing in lists, counts and searches that know nothing of merges.
- A link that would say the same thing twice is parked: both records were linked to one appointment, had the
  same telephone number, or would break a unique constraint.
- A row that links the two records with each other (one was the other's contact) is parked.

Consents and disclosures are append-only, and move too: a trigger lets their link to the person change while
a merge says so, and nothing else (migrate.py). The log is not touched: it names rows and whose they were.

Everything happens in the work's one transaction, so that a crash leaves either no merge or a whole one, and
so that no copy of the file is needed first: what is parked, changed and moved is written down, and undone
from there.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, Connection, Index, Table, UniqueConstraint, delete, func, insert, select

from practice_app.errors import Defect
from practice_app.model.base import Base, SealedBytes
from practice_app.model.families import FamilyMember
from practice_app.model.merges import Merge, MergeStep, StepKind
from practice_app.model.people import Address, Contact, Email, Phone
from practice_app.storage import merged, search
from practice_app.storage.person_links import (
    BARE_LINKS,
    Values,
    as_json,
    check_links_at_the_end,
    leads_to_a_person,
    links,
    own_tables,
    pieces,
    referring_to,
    row_of,
    rows_of,
    set_columns,
)
from practice_app.storage.records import Work

_SAID_ONCE = frozenset(each.__tablename__ for each in (Address, Contact, Email, Phone))
"""Tables in which two rows that say the same are one too many. Elsewhere they are two events."""

_AT_A_TIME = {FamilyMember.__tablename__: ("family_id", "patient_id", "parted_on")}
"""Columns that may say the same once only, empty ones too: nobody is in a family twice at a time."""

_ASIDE = frozenset({"id", "version", "position"})


def merge(
    work: Work,
    row: Merge,
    values: Mapping[str, Mapping[str, Any]],
    first: Iterable[str] = (),
) -> None:
    """Move everything of `row.gone_id` to `row.kept_id`.

    `values` are the columns of the kept person's own rows that are to be set, by table; `first` names tables
    (phone, address, e-mail) in which the gone person's rows come before the kept one's.
    """
    _Merging(work, row).run(values, frozenset(first))


def moved(work: Work, merge_id: UUID) -> dict[str, int]:
    """How many rows of each table moved."""
    statement = (
        select(MergeStep.table_name, func.count())
        .where(MergeStep.merge_id == merge_id, MergeStep.kind == StepKind.MOVED)
        .group_by(MergeStep.table_name)
    )
    return dict(work.rows(statement))


@dataclass
class _Steps:
    """The steps of one merge as they are taken."""

    merge_id: UUID
    rows: list[Values] = field(default_factory=list)

    def take(
        self,
        kind: StepKind,
        table: Table,
        id: UUID,
        column: str = "",
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        self.rows.append(
            {
                "id": uuid4(),
                "version": 1,
                "merge_id": self.merge_id,
                "position": len(self.rows),
                "kind": kind,
                "table_name": table.name,
                "column_name": column,
                "record_id": id,
                "before": as_json(table, before or {}),
                "after": as_json(table, after or {}),
            }
        )


class _Merging:
    """One merge under way."""

    def __init__(self, work: Work, row: Merge) -> None:
        self._work, self._row = work, row
        self._kept, self._gone = row.kept_id, row.gone_id
        self._steps = _Steps(row.id)

    def run(self, values: Mapping[str, Mapping[str, Any]], first: frozenset[str]) -> None:
        self._row.stayed = rows_of(self._work, self._kept)
        self._work.add(self._row)
        connection = self._work.connection()  # sends the row, which lets append-only links change
        check_links_at_the_end(connection)
        for column in links():
            self._move(connection, column)
        for column in BARE_LINKS:
            self._move_bare(connection, column)
        for name in (Address.__tablename__, Phone.__tablename__, Email.__tablename__):
            self._order(connection, Base.metadata.tables[name], name in first)
        for table in own_tables():
            self._take_in(connection, table)
        for name, columns in values.items():
            self._set(connection, Base.metadata.tables[name], self._kept, columns)
        connection.execute(insert(MergeStep), self._steps.rows)
        self._note()
        merged.forget(self._work)
        search.refresh(connection, (self._kept, self._gone))

    def _move(self, connection: Connection, column: Column[Any]) -> None:
        """Move what one column names the gone person in; what would be a double is parked."""
        table = column.table
        doubles = _Doubles(connection, column, self._kept)
        moving = []
        for row in connection.execute(
            select(*doubles.columns).where(column == self._gone).order_by(table.c.id)
        ).all():
            will_be = self._after(table, row._mapping)
            if _links_them(table, row._mapping, self._kept, self._gone):
                self._park(connection, table, row.id, None)
            elif (twin := doubles.twin(will_be)) is not None:
                self._park(connection, table, row.id, twin)
            else:
                doubles.know(will_be)
                moving.append(row.id)
        self._repoint(connection, column, moving, self._kept)
        for id in moving:
            self._steps.take(StepKind.MOVED, table, id, column.name)

    def _after(self, table: Table, row: Mapping[Any, Any]) -> Values:
        """What a row will say once everything has moved."""
        return {
            name: self._kept if value == self._gone and leads_to_a_person(table.c[name]) else value
            for name, value in row.items()
        }

    def _park(self, connection: Connection, table: Table, id: UUID, twin: UUID | None) -> None:
        """Take a row out. What refers to it refers to its twin from now on, or is parked as well."""
        row = row_of(connection, table, id)
        if row is None:
            return  # parked meanwhile
        if any(isinstance(column.type, SealedBytes) and row[column.name] for column in table.columns):
            raise Defect(f"a sealed {table.name} would be parked, where a change of keys does not reach it")
        for column in (*referring_to(table), *(BARE_LINKS if twin else ())):
            ids = connection.execute(select(column.table.c.id).where(column == id)).scalars().all()
            if twin is None:
                for dependent in ids:
                    self._park(connection, column.table, dependent, None)
                continue
            self._repoint(connection, column, ids, twin)
            before, after = {column.name: id}, {column.name: twin}
            for each in ids:
                self._steps.take(StepKind.CHANGED, column.table, each, before=before, after=after)
        connection.execute(delete(table).where(table.c.id == id))
        self._steps.take(StepKind.PARKED, table, id, before=row)

    def _repoint(self, connection: Connection, column: Column[Any], ids: Sequence[UUID], to: UUID) -> None:
        """Name another row in a column of these rows."""
        for piece in pieces(ids):
            set_columns(connection, column.table, piece, {column.name: to})

    def _move_bare(self, connection: Connection, column: Column[Any]) -> None:
        table = column.table
        ids = connection.execute(select(table.c.id).where(column == self._gone)).scalars().all()
        self._repoint(connection, column, ids, self._kept)
        for id in ids:
            self._steps.take(StepKind.MOVED, table, id, column.name)

    def _order(self, connection: Connection, table: Table, moved_first: bool) -> None:
        """Give the ways of reaching somebody one order: those that moved come last, or first when chosen."""
        arrived = {step["record_id"] for step in self._steps.rows if step["table_name"] == table.name}
        found = connection.execute(
            select(table.c.id, table.c.position)
            .where(table.c.person_id == self._kept)
            .order_by(table.c.position, table.c.id)
        ).all()
        ordered = sorted(found, key=lambda row: (row.id in arrived) is not moved_first)
        for position, row in enumerate(ordered if arrived else ()):
            self._set(connection, table, row.id, {"position": position})

    def _take_in(self, connection: Connection, table: Table) -> None:
        """Park the gone person's own row; the kept one gets what it was to the practice, if that is new."""
        row = row_of(connection, table, self._gone)
        if row is None:
            return
        connection.execute(delete(table).where(table.c.id == self._gone))
        self._steps.take(StepKind.PARKED, table, self._gone, before=row)
        if row_of(connection, table, self._kept) is None:
            connection.execute(insert(table), [{**row, "id": self._kept, "version": 1}])
            self._steps.take(StepKind.COPIED, table, self._kept)

    def _set(self, connection: Connection, table: Table, id: UUID, columns: Mapping[str, Any]) -> None:
        row = row_of(connection, table, id)
        if row is None:
            raise Defect(f"{table.name} has no row of the kept person")
        changed = {name: value for name, value in columns.items() if row[name] != value}
        if changed:
            set_columns(connection, table, [id], changed)
            before = {name: row[name] for name in changed}
            self._steps.take(StepKind.CHANGED, table, id, before=before, after=changed)

    def _note(self) -> None:
        """The log learns of the two records, and how many rows of each table moved."""
        tables: Counter[str] = Counter(step["table_name"] for step in self._steps.rows)
        for table, count in tables.items():
            self._work.note("merged", table, count=count)
        self._work.note("merged", "patient", self._kept)
        self._work.note("merged", "patient", self._gone)
        self._work.touched.update(tables, ("merge",))


class _Doubles:
    """What the kept person's rows of one table say already, as far as that may be said once only."""

    def __init__(self, connection: Connection, column: Column[Any], kept: UUID) -> None:
        table = column.table
        # A rule that does not name the column that moves cannot be broken by moving it.
        self._rules = [rule for rule in _what_makes_a_double(table) if column.name in rule[0]]
        named = {name for names, _ in self._rules for name in names}
        people = {each.name for each in table.columns if leads_to_a_person(each)}
        self.columns = [each for each in table.columns if each.name in named | people | {"id"}]
        self._known: list[dict[tuple[Any, ...], UUID]] = [{} for _ in self._rules]
        if self._rules:
            for row in connection.execute(select(*self.columns).where(column == kept)):
                self.know(row._mapping)

    def know(self, row: Mapping[Any, Any]) -> None:
        """Take note of what a row says."""
        for known, (names, _) in zip(self._known, self._rules, strict=True):
            known.setdefault(tuple(row[name] for name in names), row["id"])

    def twin(self, row: Mapping[Any, Any]) -> UUID | None:
        """The row that says already what this one would, or None."""
        for known, (names, is_unique) in zip(self._known, self._rules, strict=True):
            said = tuple(row[name] for name in names)
            # To a unique constraint an empty value is no double of another.
            if said in known and not (is_unique and None in said):
                return known[said]
        return None


def _links_them(table: Table, row: Mapping[Any, Any], kept: UUID, gone: UUID) -> bool:
    """Whether a row that needs two people has one of these at each end."""
    ends = [row[column.name] for column in table.columns if not column.nullable and leads_to_a_person(column)]
    return len(ends) > 1 and {kept, gone} <= set(ends)


def _what_makes_a_double(table: Table) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The columns whose values may stand together once only, and whether a unique constraint says so."""
    for unique in (*table.constraints, *table.indexes):
        if isinstance(unique, UniqueConstraint) or (isinstance(unique, Index) and unique.unique):
            yield tuple(column.name for column in unique.columns), True
    if table.name in _AT_A_TIME:
        yield _AT_A_TIME[table.name], False
    said = tuple(column.name for column in table.columns if column.name not in _ASIDE)
    is_a_bare_link = len(said) > 1 and all(table.c[name].foreign_keys for name in said)
    if is_a_bare_link or table.name in _SAID_ONCE:
        yield said, False
