"""Taking in session notes: sealed, signed as imported, chained, and never changed afterwards."""

from uuid import uuid4

from practice_app.exchange.rows import NoteRow, Prepared
from practice_app.model.settings import Imported
from practice_app.rules import dates
from practice_app.services.imports.earlier import New
from practice_app.services.imports.events import sift
from practice_app.services.imports.plan import Setting, new_marks
from practice_app.services.imports.request import Duplicate
from practice_app.storage import bulk
from practice_app.storage.bulk import Batch, NoteFromElsewhere
from practice_app.storage.records import Work


class NotesPlan:
    """The notes a file adds and leaves as they are; a signed note takes addenda only."""

    duplicates: tuple[Duplicate, ...] = ()
    updated = 0

    def __init__(self, work: Work, prepared: Prepared[NoteRow], setting: Setting) -> None:
        self._setting = setting
        sifted = sift(work, prepared, setting)
        for each in sifted.changed:
            setting.findings.refuse(
                each.row.line,
                "This note was taken in earlier with other words. A signed note is never changed: write the "
                "difference as an addendum.",
            )
        self._new = [(each, sifted.patients[each.row.line]) for each in sifted.new]
        self.added, self.unchanged = len(self._new), sifted.unchanged

    def write(self, batch: Batch) -> None:
        """Seal, write and chain the notes in the order of the file."""
        for done, chunk in enumerate(bulk.chunks(self._new)):
            self._setting.progress(done * bulk.CHUNK, len(self._new), "Sealing notes")
            notes = [
                NoteFromElsewhere(
                    id=uuid4(),
                    patient_id=patient_id,
                    happened_on=new.row.happened_on,
                    author=new.row.author,
                    text=_text(new),
                    source=self._setting.origin,
                )
                for new, patient_id in chunk
            ]
            batch.add_signed_notes(notes)
            marks = [(new.row, new.ref, note.id) for (new, _), note in zip(chunk, notes, strict=True)]
            batch.add(Imported, new_marks(self._setting, marks))


def _text(new: New[NoteRow]) -> str:
    """The note with its time and heading, which have no column of their own, as its first line."""
    time = dates.show_time(new.row.happened_at) if new.row.happened_at else ""
    heading = " ".join(filter(None, (time, new.row.title)))
    return f"{heading}\n\n{new.row.text}" if heading else new.row.text
