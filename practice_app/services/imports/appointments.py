"""Taking in appointments: each with one patient, placed by its wall time in the practice's zone."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from practice_app.errors import Invalid
from practice_app.exchange.rows import AppointmentRow, ImportedRow, Prepared
from practice_app.model.diary import Appointment, AppointmentState, AppointmentType, Attendee, Room
from practice_app.model.settings import Imported
from practice_app.services.imports import wall_time
from practice_app.services.imports.diary_names import DiaryNames
from practice_app.services.imports.earlier import Changed
from practice_app.services.imports.events import sift
from practice_app.services.imports.plan import Known, Setting, change_marks, new_marks
from practice_app.services.imports.practitioners import Practitioners
from practice_app.services.imports.queries import pieces, versions
from practice_app.services.imports.request import Duplicate
from practice_app.storage import bulk
from practice_app.storage.bulk import Batch, Values
from practice_app.storage.records import Work

_USUAL_MINUTES = 50


class AppointmentsPlan:
    """The appointments a file adds, changes and leaves as they are."""

    duplicates: tuple[Duplicate, ...] = ()

    def __init__(self, work: Work, prepared: Prepared[AppointmentRow], setting: Setting) -> None:
        self._setting = setting
        self._practitioners = Practitioners(work, setting)
        self._rooms = DiaryNames(work, Room, setting.findings)
        self._types = DiaryNames(work, AppointmentType, setting.findings)
        self._minutes = {
            row.id: row.minutes for row in work.rows(select(AppointmentType.id, AppointmentType.minutes))
        }
        self._new: list[Values] = []
        self._attendees: list[Values] = []
        self._marks: list[tuple[ImportedRow, str, UUID]] = []
        self._changed: list[Values] = []
        self._changed_marks: list[tuple[ImportedRow, Known, UUID]] = []
        sifted = sift(work, prepared, setting, _natural_key)
        for each in sifted.new:
            values = self._checked(each.row)
            if values is not None:
                patient_id = sifted.patients[each.row.line]
                self._new.append({"id": uuid4(), **values, "source": setting.origin})
                self._attendees.append(
                    {"id": uuid4(), "appointment_id": self._new[-1]["id"], "patient_id": patient_id}
                )
                self._marks.append((each.row, each.ref, self._new[-1]["id"]))
        self._plan_changes(work, sifted.changed, sifted.patients)
        self.added, self.updated, self.unchanged = len(self._new), len(self._changed), sifted.unchanged

    def write(self, batch: Batch) -> None:
        """Write practitioners, rooms and types first, because appointments refer to them."""
        self._practitioners.write(batch)
        self._rooms.write(batch)
        self._types.write(batch)
        for chunk in bulk.chunks(self._new):
            batch.add(Appointment, chunk)
        for chunk in bulk.chunks(self._attendees):
            batch.add(Attendee, chunk)
        for marks in bulk.chunks(self._marks):
            batch.add(Imported, new_marks(self._setting, marks))
        batch.change(Appointment, self._changed)
        change_marks(batch, self._changed_marks)

    def _plan_changes(
        self, work: Work, changed: list[Changed[AppointmentRow]], patients: dict[int, UUID]
    ) -> None:
        ids = [each.known.record_id for each in changed]
        here, attendees = versions(work, Appointment, ids), _attendees(work, ids)
        for each in changed:
            id = each.known.record_id
            if attendees.get(id) != {patients[each.row.line]}:
                self._setting.findings.refuse(
                    each.row.line,
                    "This appointment is another patient's here, or is no longer in the records.",
                )
                continue
            values = self._checked(each.row)
            if values is not None:
                self._changed.append({"id": id, "version": here[id], **values})
                self._changed_marks.append((each.row, each.known, id))

    def _checked(self, row: AppointmentRow) -> Values | None:
        try:
            return self._values(row)
        except Invalid as problem:
            self._setting.findings.refuse(row.line, str(problem))
            return None

    def _values(self, row: AppointmentRow) -> Values:
        starts_at = wall_time.moment(row.start, self._setting.zone, row.line, self._setting.findings)
        practitioner_id = self._practitioners.find(row.practitioner)
        type_id = self._types.find(row.type, row.line)
        minutes = row.minutes or (self._minutes.get(type_id) if type_id else None) or _USUAL_MINUTES
        return {
            "practitioner_id": practitioner_id,
            "room_id": self._rooms.find(row.room, row.line),
            "type_id": type_id,
            "local_start": row.start,
            "zone": self._setting.zone.key,
            "minutes": minutes,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=minutes),
            "state": AppointmentState(row.state),
            "cancelled_by": row.cancelled_by,
            "cancelled_reason": row.cancelled_reason,
        }


def _natural_key(row: AppointmentRow, patient_id: UUID) -> str:
    """Nobody has two appointments that begin at one time."""
    return f"{patient_id} at {row.start.isoformat()}"


def _attendees(work: Work, appointments: list[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for piece in pieces(appointments):
        for row in work.rows(
            select(Attendee.appointment_id, Attendee.patient_id).where(Attendee.appointment_id.in_(piece))
        ):
            found.setdefault(row.appointment_id, set()).add(row.patient_id)
    return found
