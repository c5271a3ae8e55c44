"""All patients in an order, as ids only, and the rows of those that are looked at."""

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from practice_app.model.diary import ATTENDED
from practice_app.storage.reading import GIVEN_IDS, Statement
from practice_app.storage.search import PATIENT_COLUMNS

if TYPE_CHECKING:
    from practice_app.storage.records import Work

_ATTENDED = f"({', '.join(repr(state.value) for state in sorted(ATTENDED))})"

# One string of all ids: a row object for each of 100,000 would cost ten times as much.
_BY_NAME = Statement(
    """SELECT group_concat(id, '') FROM (
    SELECT p.id FROM person p INDEXED BY ix_person_name WHERE p.id IN (SELECT id FROM patient)
    ORDER BY p.name_key, p.id)""",
    """SELECT encode(string_agg(uuid_send(p.id), ''::bytea ORDER BY p.name_key, p.id), 'hex')
    FROM person p JOIN patient t ON t.id = p.id""",
)

_SEEN = f"""SELECT a.patient_id, max(v.local_start) AS last
        FROM attendee a CROSS JOIN appointment v ON v.id = a.appointment_id
        WHERE v.state IN {_ATTENDED} GROUP BY a.patient_id"""

_BY_LAST_VISIT = Statement(
    f"""SELECT group_concat(id, '') FROM (
    SELECT t.id FROM patient t CROSS JOIN person p ON p.id = t.id LEFT JOIN ({_SEEN}
    ) seen ON seen.patient_id = t.id
    ORDER BY seen.last IS NULL, seen.last DESC, p.name_key, p.id)""",
    f"""SELECT encode(
        string_agg(uuid_send(t.id), ''::bytea ORDER BY seen.last DESC NULLS LAST, p.name_key, p.id), 'hex')
    FROM patient t JOIN person p ON p.id = t.id LEFT JOIN ({_SEEN.replace("CROSS JOIN", "JOIN")}
    ) seen ON seen.patient_id = t.id""",
)

_LAST_VISIT = f"""(SELECT max(v.local_start)
    FROM attendee a CROSS JOIN appointment v ON v.id = a.appointment_id
    WHERE a.patient_id = p.id AND v.state IN {_ATTENDED})"""

_ROWS = Statement(
    f"""SELECT {PATIENT_COLUMNS.file}, {{visit}} FROM json_each(?) m
    CROSS JOIN person p ON p.id = m.value CROSS JOIN patient t ON t.id = p.id ORDER BY {{order}}""",
    f"""SELECT {PATIENT_COLUMNS.server}, {{visit}}::text FROM {GIVEN_IDS} m(value, key)
    JOIN person p ON p.id = m.value::uuid JOIN patient t ON t.id = p.id ORDER BY {{order}}""",
)


def by_name(work: "Work") -> bytes:
    """The ids of all patients by name, 16 bytes each."""
    return _packed(work, _BY_NAME)


def by_last_visit(work: "Work") -> bytes:
    """The same by the last attended appointment, the latest first; who was never here comes last, by name."""
    return _packed(work, _BY_LAST_VISIT)


def rows(
    work: "Work", ids: Iterable[UUID], *, with_visits: bool, sort: bool = False
) -> Sequence[tuple[Any, ...]]:
    """The columns a search gives, and the last visit's local time (None without `with_visits`).

    They come in the order of the ids, or sorted by name.
    """
    asked = json.dumps([each.hex for each in ids])
    return work.reader.rows(_ROWS_AS[with_visits, sort], (asked,))


def _rows_as(visit: str, order: str) -> Statement:
    server_visit = visit.replace("CROSS JOIN", "JOIN")
    return Statement(
        _ROWS.file.format(visit=visit, order=order),
        _ROWS.server.format(visit=server_visit, order=order),
    )


_ROWS_AS = {
    (with_visits, sort): _rows_as(visit, order)
    for with_visits, visit in ((True, _LAST_VISIT), (False, "NULL"))
    for sort, order in ((True, "p.name_key, p.id"), (False, "m.key"))
}


def _packed(work: "Work", statement: Statement) -> bytes:
    [(ids,)] = work.reader.rows(statement)
    return bytes.fromhex(ids or "")
