"""Taking in telephone calls, at their moments in the practice's zone."""

from uuid import UUID, uuid4

from practice_app.errors import Invalid
from practice_app.exchange.rows import CallRow, ImportedRow, Prepared
from practice_app.model.correspondence import Call, CallSubject, Direction
from practice_app.model.settings import Imported
from practice_app.services.imports import wall_time
from practice_app.services.imports.events import sift
from practice_app.services.imports.plan import Known, Setting, change_marks, new_marks
from practice_app.services.imports.queries import versions
from practice_app.services.imports.request import Duplicate
from practice_app.storage import bulk
from practice_app.storage.bulk import Batch, Values
from practice_app.storage.records import Work


class CallsPlan:
    """The calls a file adds, changes and leaves as they are."""

    duplicates: tuple[Duplicate, ...] = ()

    def __init__(self, work: Work, prepared: Prepared[CallRow], setting: Setting) -> None:
        self._setting = setting
        self._new: list[Values] = []
        self._subjects: list[Values] = []
        self._marks: list[tuple[ImportedRow, str, UUID]] = []
        self._changed: list[Values] = []
        self._changed_marks: list[tuple[ImportedRow, Known, UUID]] = []
        sifted = sift(work, prepared, setting)
        for new in sifted.new:
            values = self._checked(new.row)
            if values is not None:
                id = uuid4()
                self._new.append({"id": id, **values, "source": setting.origin})
                self._subjects.append(
                    {"id": uuid4(), "call_id": id, "person_id": sifted.patients[new.row.line]}
                )
                self._marks.append((new.row, new.ref, id))
        here = versions(work, Call, [each.known.record_id for each in sifted.changed])
        for each in sifted.changed:
            id = each.known.record_id
            values = self._checked(each.row) if id in here else None
            if values is not None:
                self._changed.append({"id": id, "version": here[id], **values})
                self._changed_marks.append((each.row, each.known, id))
        self.added, self.updated, self.unchanged = len(self._new), len(self._changed), sifted.unchanged

    def write(self, batch: Batch) -> None:
        """Write the calls and whom they are about."""
        for chunk in bulk.chunks(self._new):
            batch.add(Call, chunk)
        for chunk in bulk.chunks(self._subjects):
            batch.add(CallSubject, chunk)
        for marks in bulk.chunks(self._marks):
            batch.add(Imported, new_marks(self._setting, marks))
        batch.change(Call, self._changed)
        change_marks(batch, self._changed_marks)

    def _checked(self, row: CallRow) -> Values | None:
        try:
            at = wall_time.moment(row.at, self._setting.zone, row.line, self._setting.findings)
        except Invalid as problem:
            self._setting.findings.refuse(row.line, str(problem))
            return None
        return {
            "at": at,
            "direction": Direction(row.direction),
            "number": row.number,
            "caller": row.caller,
            "about": row.about,
            "outcome": row.outcome,
        }
