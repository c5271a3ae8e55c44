"""Rooms and types of appointment that rows name; those the practice does not have yet are added."""

from uuid import UUID, uuid4

from sqlalchemy import select

from practice_app.model.diary import AppointmentType, Room
from practice_app.rules import names
from practice_app.services.imports.plan import Findings
from practice_app.storage.bulk import Batch
from practice_app.storage.records import Work


class DiaryNames:
    """What is known by a name alone: `kind` is Room or AppointmentType."""

    def __init__(self, work: Work, kind: type[Room] | type[AppointmentType], findings: Findings) -> None:
        self._kind = kind
        self._findings = findings
        self._ids = {_key(row.name): row.id for row in work.rows(select(kind.name, kind.id))}
        self._new: dict[UUID, str] = {}

    def find(self, name: str | None, line: int) -> UUID | None:
        """The id of what is called so, new if need be; None for no name."""
        if not name:
            return None
        key = _key(name)
        if key not in self._ids:
            self._ids[key] = id = uuid4()
            self._new[id] = name
            what = "room" if self._kind is Room else "type of appointment"
            self._findings.warn(line, f"The {what} “{name}” is new here and is added.")
        return self._ids.get(key)

    def write(self, batch: Batch) -> None:
        """Write the new ones."""
        batch.add(self._kind, [{"id": id, "name": name} for id, name in self._new.items()])


def _key(name: str) -> str:
    """Names that differ in capitals and punctuation are one; one of punctuation alone is itself."""
    return names.fold(name) or name
