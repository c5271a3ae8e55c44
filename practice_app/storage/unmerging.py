"""Taking a merge apart again: every row as it was, except what was changed or written since."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, delete, insert, select

from practice_app.model.base import Base
from practice_app.model.merges import Merge, MergeStep, StepKind
from practice_app.storage import merged, search
from practice_app.storage.person_links import (
    Values,
    check_links_at_the_end,
    from_json,
    own_tables,
    pieces,
    referring_to,
    row_of,
    rows_of,
    set_columns,
)
from practice_app.storage.records import Work


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an undo could not put back as it was, and what stays with the kept person because it is newer.

    `stayed` are rows written since, as table and id; `not_restored` are rows that were changed or moved
    since, as table and id, and were left as they are.
    """

    stayed: tuple[tuple[str, UUID], ...]
    not_restored: tuple[tuple[str, UUID], ...]


def undo(work: Work, row: Merge) -> Outcome:
    """Put everything back as it was before the merge; rows written since stay with the kept person.

    The merge and its steps are deleted: they hold what one of two people told, and are of no use any more.
    """
    return _Undoing(work, row).run()


def item_ids(work: Work, table_name: str, id: UUID) -> tuple[UUID, ...]:
    """The row itself, and what it links somebody to when it is a link: an attendee's appointment."""
    table = Base.metadata.tables[table_name]
    row = row_of(work.connection(), table, id) or {}
    owners = (row.get(column.name) for column in table.columns if column.foreign_keys)
    return (id, *(owner for owner in owners if owner is not None))


class _Undoing:
    """One merge being taken back."""

    def __init__(self, work: Work, row: Merge) -> None:
        self._work, self._row = work, row
        self._not_restored: list[tuple[str, UUID]] = []

    def run(self) -> Outcome:
        connection = self._work.connection()
        check_links_at_the_end(connection)
        steps = connection.execute(
            select(MergeStep.__table__)
            .where(MergeStep.merge_id == self._row.id)
            .order_by(MergeStep.position.desc())
        ).all()
        moved, copied = StepKind.MOVED, StepKind.COPIED
        for step in (each for each in steps if each.kind not in (moved, copied)):
            self._take_back(connection, step)
        self._move_back(connection, [each for each in steps if each.kind is moved])
        # What the kept person was given goes last, when nothing refers to it any more.
        for step in (each for each in steps if each.kind is copied):
            self._take_back(connection, step)
        connection.execute(delete(MergeStep).where(MergeStep.merge_id == self._row.id))
        newer = tuple(self._newer())
        self._work.delete(self._row)
        self._note(steps)
        merged.forget(self._work)
        search.refresh(self._work.connection(), (self._row.kept_id, self._row.gone_id))
        return Outcome(newer, tuple(self._not_restored))

    def _take_back(self, connection: Connection, step: Any) -> None:
        """Undo one step, or note that its row was changed since."""
        table = Base.metadata.tables.get(step.table_name)
        if table is None or not self._is_taken_back(connection, table, step):
            self._not_restored.append((step.table_name, step.record_id))

    def _is_taken_back(self, connection: Connection, table: Table, step: Any) -> bool:
        match step.kind:
            case StepKind.PARKED:
                return self._put_back(connection, table, from_json(table, step.before))
            case StepKind.CHANGED:
                return self._change_back(connection, table, step)
        return self._take_away(connection, table, step.record_id)

    def _move_back(self, connection: Connection, steps: Sequence[Any]) -> None:
        """Name the gone person again in every row that still names the kept one."""
        places: dict[tuple[str, str], list[UUID]] = {}
        for step in steps:
            places.setdefault((step.table_name, step.column_name), []).append(step.record_id)
        for (name, column), ids in places.items():
            table = Base.metadata.tables.get(name)
            still = set() if table is None else self._still_moved(connection, table, column, ids)
            self._not_restored += [(name, id) for id in ids if id not in still]

    def _still_moved(
        self, connection: Connection, table: Table, column: str, ids: Sequence[UUID]
    ) -> set[UUID]:
        """Which of these rows named the kept person still, and name the gone one again."""
        done: set[UUID] = set()
        for piece in pieces(ids):
            here = select(table.c.id).where(table.c.id.in_(piece), table.c[column] == self._row.kept_id)
            found = connection.execute(here).scalars().all()
            set_columns(connection, table, found, {column: self._row.gone_id})
            done.update(found)
        return done

    def _put_back(self, connection: Connection, table: Table, row: Values) -> bool:
        """Bring a parked row back, unless what it refers to was removed since."""
        for column in table.columns:
            for link in column.foreign_keys:
                target, id = link.column.table, row.get(column.name)
                if target in own_tables() or id is None:
                    continue  # comes back itself, before the end
                if row_of(connection, target, id) is None:
                    return False
        connection.execute(insert(table), [{name: row[name] for name in row if name in table.c}])
        return True

    def _change_back(self, connection: Connection, table: Table, step: Any) -> bool:
        row = row_of(connection, table, step.record_id)
        if row is None:
            return False
        before, after = from_json(table, step.before), from_json(table, step.after)
        untouched = {name: value for name, value in before.items() if row.get(name) == after[name]}
        if untouched:
            set_columns(connection, table, [step.record_id], untouched)
        return len(untouched) == len(before)

    def _take_away(self, connection: Connection, table: Table, id: UUID) -> bool:
        """Remove what the kept person was given, unless something written since needs it."""
        for column in referring_to(table):
            if connection.execute(select(column.table.c.id).where(column == id).limit(1)).first():
                return False
        connection.execute(delete(table).where(table.c.id == id))
        return True

    def _newer(self) -> Iterator[tuple[str, UUID]]:
        for place, ids in rows_of(self._work, self._row.kept_id).items():
            table, known = place.partition(".")[0], set(self._row.stayed.get(place, ()))
            if table != Merge.__tablename__:
                yield from ((table, UUID(id)) for id in ids if id not in known)

    def _note(self, steps: Sequence[Any]) -> None:
        tables = Counter(step.table_name for step in steps)
        for table, count in tables.items():
            self._work.note("unmerged", table, count=count)
        self._work.note("unmerged", "patient", self._row.kept_id)
        self._work.note("unmerged", "patient", self._row.gone_id)
        self._work.touched.update(tables, ("merge",))
