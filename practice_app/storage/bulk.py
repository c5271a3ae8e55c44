"""Many rows at once: what an import writes, one statement a batch, with its own audit and search entries."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import bindparam, insert, update

from practice_app.errors import Defect, OutOfDate
from practice_app.model.base import Base, Row
from practice_app.model.notes import Note, NoteLevel, NoteSubject
from practice_app.model.people import SearchEntry
from practice_app.storage import note_chain, sealed, search
from practice_app.storage.records import Work

CHUNK = 5_000
"""How many rows are turned into statements at a time: enough for speed, little enough for memory."""

Values = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NoteFromElsewhere:
    """A note another system held, in plain text; it becomes a signed, sealed note here.

    `author` is text: whoever wrote it need not be a user here.
    """

    id: UUID
    patient_id: UUID
    happened_on: date
    author: str
    text: str
    source: str


class Batch:
    """The rows one import writes within a work, counted for the audit."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._connection = work.connection()
        self._added: dict[str, int] = {}
        self._changed: dict[str, int] = {}
        self._changed_fields: dict[str, set[str]] = {}

    @property
    def work(self) -> Work:
        """The work the rows belong to."""
        return self._work

    def add(self, kind: type[Base], rows: Sequence[Values]) -> None:
        """Store new rows; they are taken over and given version 1.

        Every row names the same columns; the others get their defaults.
        """
        if not rows:
            return
        if issubclass(kind, Row):
            for row in rows:
                row["version"] = 1
        self._connection.execute(insert(kind), rows)
        _count(self._added, kind, len(rows))

    def change(self, kind: type[Base], rows: Sequence[Values]) -> None:
        """Change rows by `id` to the given values; `version` is the one they were read with.

        Every row names the same columns. Raises OutOfDate when one of them is gone or was changed since.
        """
        if not rows:
            return
        table = kind.__table__
        names = [name for name in rows[0] if name not in ("id", "version")]
        statement = (
            update(kind)
            .where(table.c.id == bindparam("its_id"), table.c.version == bindparam("its_version"))
            .values({name: bindparam(f"its_{name}") for name in names} | {"version": table.c.version + 1})
        )
        given = [{f"its_{name}": value for name, value in row.items()} for row in rows]
        done = self._connection.execute(statement, given).rowcount
        if done != len(rows):
            raise OutOfDate("Somebody else has changed this in the meantime. Nothing was overwritten.")
        _count(self._changed, kind, len(rows))
        self._changed_fields.setdefault(kind.__tablename__, set()).update(names)

    def add_search_entries(self, words: Mapping[UUID, search.Words]) -> None:
        """Make new people findable by words that are at hand, without reading their rows back."""
        entries = [{"person_id": id, "name": found.name, "other": found.other} for id, found in words.items()]
        if entries:
            self._connection.execute(insert(SearchEntry), entries)

    def refresh_search_entries(self, people: Iterable[UUID]) -> None:
        """Bring the search entries of changed people up to date from their rows."""
        search.refresh(self._connection, people)

    def add_signed_notes(self, notes: Sequence[NoteFromElsewhere]) -> None:
        """Seal, store and chain notes as signed now; NotAllowed for a user without the clinical key."""
        now = self._work.now
        rows: list[Values] = [
            {
                "id": note.id,
                "author_id": None,
                "author_text": note.author,
                "happened_on": note.happened_on,
                "entered_at": now,
                "signed_at": now,
                "level": NoteLevel.CLINICIANS,
                "source": note.source,
                "body_sealed": sealed.put(
                    self._work, Note(id=note.id), sealed.NOTE, note.text, subject=note.patient_id
                ),
            }
            for note in notes
        ]
        self.add(Note, rows)
        self.add(
            NoteSubject,
            [{"id": uuid4(), "note_id": note.id, "patient_id": note.patient_id} for note in notes],
        )
        signed = [note_chain.SignedNote(row["id"], 1, now, None, row["body_sealed"]) for row in rows]
        note_chain.append(self._connection, self._work.keys, signed)

    def _note_counts(self) -> None:
        """One audit entry a table for what was added, one for what was changed."""
        for table, count in self._added.items():
            self._work.note("imported", table, count=count)
        for table, count in self._changed.items():
            fields = tuple(sorted(self._changed_fields[table]))
            self._work.note("changed", table, count=count, fields=fields)
        self._work.touched.update(self._added, self._changed)


@contextmanager
def batch(work: Work) -> Iterator[Batch]:
    """A batch to write through; when the block ends without an error, the audit learns the counts."""
    if not work.use_case:
        raise Defect("A batch must belong to a use case.")
    opened = Batch(work)
    yield opened
    opened._note_counts()


def chunks(things: Sequence[T]) -> Iterator[Sequence[T]]:
    """`things` in pieces of at most CHUNK, in order."""
    for start in range(0, len(things), CHUNK):
        yield things[start : start + CHUNK]


def _count(counts: dict[str, int], kind: type[Base], more: int) -> None:
    counts[kind.__tablename__] = counts.get(kind.__tablename__, 0) + more
