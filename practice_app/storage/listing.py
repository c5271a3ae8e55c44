"""All patients in an order, as ids only, and the rows of those that are looked at."""

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from practice_app.model.diary import ATTENDED
from practice_app.storage.search import PATIENT_COLUMNS

if TYPE_CHECKING:
    from practice_app.storage.records import Work

_ATTENDED = f"({', '.join(repr(state.value) for state in sorted(ATTENDED))})"

# One string of all ids: a row object for each of 100,000 would cost ten times as much.
_BY_NAME = """SELECT group_concat(id, '') FROM (
    SELECT p.id FROM person p INDEXED BY ix_person_name WHERE p.id IN (SELECT id FROM patient)
    ORDER BY p.name_key, p.id)"""

_BY_LAST_VISIT = f"""SELECT group_concat(id, '') FROM (
    SELECT t.id FROM patient t CROSS JOIN person p ON p.id = t.id LEFT JOIN (
        SELECT a.patient_id, max(v.local_start) AS last
        FROM attendee a CROSS JOIN appointment v ON v.id = a.appointment_id
        WHERE v.state IN {_ATTENDED} GROUP BY a.patient_id
    ) seen ON seen.patient_id = t.id
    ORDER BY seen.last IS NULL, seen.last DESC, p.name_key, p.id)"""

_LAST_VISIT = f"""(SELECT max(v.local_start)
    FROM attendee a CROSS JOIN appointment v ON v.id = a.appointment_id
    WHERE a.patient_id = p.id AND v.state IN {_ATTENDED})"""

_ROWS = f"""SELECT {PATIENT_COLUMNS}, {{visit}} FROM json_each(?) m
    CROSS JOIN person p ON p.id = m.value CROSS JOIN patient t ON t.id = p.id ORDER BY {{order}}"""


def by_name(work: "Work") -> bytes:
    """The ids of all patients by name, 16 bytes each."""
    return _packed(work.reader.execute(_BY_NAME).fetchone())


def by_last_visit(work: "Work") -> bytes:
    """The same by the last attended appointment, the latest first; who was never here comes last, by name."""
    return _packed(work.reader.execute(_BY_LAST_VISIT).fetchone())


def rows(
    work: "Work", ids: Iterable[UUID], *, with_visits: bool, sort: bool = False
) -> Sequence[tuple[Any, ...]]:
    """The columns a search gives, and the last visit's local time (None without `with_visits`).

    They come in the order of the ids, or sorted by name.
    """
    visit, order = _LAST_VISIT if with_visits else "NULL", "p.name_key, p.id" if sort else "m.key"
    statement = _ROWS.format(visit=visit, order=order)
    asked = json.dumps([each.hex for each in ids])
    found: list[tuple[Any, ...]] = work.reader.execute(statement, (asked,)).fetchall()
    return found


def _packed(row: tuple[str | None]) -> bytes:
    return bytes.fromhex(row[0] or "")
