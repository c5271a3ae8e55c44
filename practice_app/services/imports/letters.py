"""Taking in letters: a list, and beside it a file for each, read, cleaned, sealed and stored by itself.

Files are large, and one transaction with all of them would need as much memory and twice the disk. Every
letter is therefore stored in a transaction of its own, with the mark that it was taken in. Whatever ends an
import in the middle, each letter is there whole or not at all, and the same import run again takes the rest.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from practice_app.documents.intake.confined import Cleaner
from practice_app.errors import Cancelled, Defect, FileRefused
from practice_app.exchange.rows import ImportedRow, LetterRow, RowWarning
from practice_app.model.correspondence import Direction, Letter, LetterClass, LetterState, LetterSubject
from practice_app.model.settings import Imported
from practice_app.progress import Progress
from practice_app.rules import files
from practice_app.rules.files import CleanedFile, FileState
from practice_app.services.files import attach
from practice_app.services.imports import letter_files
from practice_app.services.imports.earlier import New
from practice_app.services.imports.events import sift
from practice_app.services.imports.letter_files import Found
from practice_app.services.imports.plan import Setting, new_marks
from practice_app.services.imports.request import Duplicate, Outcome
from practice_app.services.letters import put_subject
from practice_app.storage.bulk import Batch
from practice_app.storage.records import Records, Work


class LettersPlan:
    """The letters a list adds and leaves as they are; a letter that was filed is never changed."""

    duplicates: tuple[Duplicate, ...] = ()
    updated = 0

    def __init__(self, work: Work, found: Found, setting: Setting) -> None:
        self._found, self._setting = found, setting
        sifted = sift(work, found.prepared, setting, lambda row, patient: f"{patient} {row.file}")
        for each in sifted.changed:
            setting.findings.refuse(
                each.row.line,
                "This letter was taken in earlier, and it or its file is another now. A letter that was "
                "filed is never changed: give the row an id of its own to file it beside the first.",
            )
        self._new = [(each, sifted.patients[each.row.line]) for each in sifted.new]
        self.added, self.unchanged = len(self._new), sifted.unchanged

    def write(self, batch: Batch) -> None:
        """Letters are not written together; see `take_in`."""
        raise Defect("letters are stored one by one")

    def take_in(self, records: Records, outcome: Outcome, use_case: str, progress: Progress) -> Outcome:
        """Read, clean, seal and store one letter after another; what came of it.

        Raises Cancelled between two letters, and FileRefused for a file that was changed meanwhile; the
        letters before it are in then, which the sentence says.
        """
        warnings: list[RowWarning] = []
        taken = 0
        with Cleaner() as cleaner:
            for done, (new, patient) in enumerate(self._new):
                try:
                    progress(done, len(self._new), "Taking in letters")
                    file = letter_files.read(self._found, new.row, cleaner)
                except (Cancelled, FileRefused) as ended:
                    raise type(ended)(f"{ended} {_so_far(taken)}") from None
                if file.state is not FileState.READY:
                    warnings.append(RowWarning(new.row.line, f"“{file.name}”: {files.WHY[file.state]}"))
                with records.work(use_case=use_case) as work:
                    taken += self._store(work, new, patient, file)
        found = sorted((*outcome.warnings, *warnings), key=lambda each: each.line)
        return replace(
            outcome,
            added=taken,
            unchanged=outcome.unchanged + len(self._new) - taken,
            warnings=tuple(found),
            is_written=True,
        )

    def _store(self, work: Work, new: New[LetterRow], patient: UUID, file: CleanedFile) -> bool:
        """Store one letter, unless somebody else's import did so meanwhile."""
        if _is_in(work, self._setting, new.ref):
            return False
        row = new.row
        is_in = row.direction == Direction.IN
        letter = Letter(
            direction=Direction(row.direction),
            letter_class=LetterClass(row.letter_class),
            state=LetterState.FILED if is_in else LetterState.SENT,
            dated=row.dated,
            sender=row.sender,
            recipient=row.recipient,
            entered_at=work.now,
            source=self._setting.origin,
        )
        letter.subjects = [LetterSubject(person_id=patient)]
        put_subject(work, letter, row.subject, (patient,))
        attached = attach(work, file, (patient,), letter=letter.id)
        work.add(letter)
        work.flush()
        work.add(attached, *_marks(self._setting, [(row, new.ref, letter.id)]))
        return True


def _marks(setting: Setting, taken: Sequence[tuple[ImportedRow, str, UUID]]) -> list[Imported]:
    return [Imported(**values) for values in new_marks(setting, taken)]


def _is_in(work: Work, setting: Setting, ref: str) -> bool:
    mark = select(Imported.id).where(Imported.source == setting.source, Imported.kind == setting.kind)
    return work.first(mark.where(Imported.ref == ref)) is not None


def _so_far(taken: int) -> str:
    if not taken:
        return "No letter was taken in."
    letters = "1 letter is" if taken == 1 else f"{taken:,} letters are"
    return f"{letters} in already; the same import run again takes the others."
