"""What is held about the care somebody was given: appointments and session notes."""

from sqlalchemy import select

from practice_app.model.access import Caseload
from practice_app.model.diary import Appointment, AppointmentType, Attendee, Room
from practice_app.model.notes import Addendum, Draft, Note, NoteLevel, NoteSubject
from practice_app.rules import dates
from practice_app.services.subject_access import other_people
from practice_app.services.subject_access.section import (
    RECORDED_HERE,
    Reading,
    Section,
    Shown,
    day,
    facts,
    technical,
    words,
)
from practice_app.storage import sealed


def _appointment(reading: Reading, row: Appointment) -> Shown:
    kind = reading.work.find(AppointmentType, row.type_id)
    room = reading.work.find(Room, row.room_id)
    others = reading.others(each.patient_id for each in row.attendees)
    return Shown(
        kind.name if kind else "Appointment",
        row.source or RECORDED_HERE,
        facts(
            ("With", other_people.practitioner(reading, row.practitioner_id)),
            ("Length", f"{row.minutes} minutes"),
            ("Time zone", row.zone if row.zone != reading.zone.key else ""),
            ("Room", room.name if room else ""),
            ("State", words(row.state)),
            ("Cancelled by", other_people.party(reading, row.cancelled_by, others)),
            ("Reason", row.cancelled_reason),
            ("Joint", other_people.joint(len(others), "A joint session with")),
        ),
    )


def _note(reading: Reading, row: Note) -> Shown:
    others = reading.others(each.patient_id for each in row.subjects)
    opened = reading.opened(row.id, sealed.NOTE, row.body_sealed, owner=row.author_id)
    return Shown(
        "Session note",
        row.source or RECORDED_HERE,
        facts(
            ("Author", other_people.staff(reading, row.author_id) or row.author_text),
            ("Written", reading.moment(row.entered_at)),
            ("Signed", reading.moment(row.signed_at) or "Not signed"),
            ("Open to", "Its author only" if row.level is NoteLevel.ONLY_ME else "Those who give care here"),
            ("Joint", other_people.joint(len(others), "A note about a joint session with")),
        ),
        opened.text,
        opened.is_whole,
    )


def _addendum(reading: Reading, row: Addendum) -> Shown:
    opened = reading.opened(row.id, sealed.ADDENDUM, row.body_sealed, owner=row.author_id)
    return Shown(
        f"Addition to the note of {dates.show(reading.work.get(Note, row.note_id).happened_on)}",
        RECORDED_HERE,
        facts(("Author", other_people.staff(reading, row.author_id))),
        opened.text,
        opened.is_whole,
    )


def _draft(reading: Reading, row: Draft) -> Shown:
    opened = reading.opened(row.id, sealed.DRAFT, row.body_sealed, owner=row.author_id)
    return Shown(
        "Unfinished text",
        RECORDED_HERE,
        facts(("Author", other_people.staff(reading, row.author_id))),
        opened.text,
        opened.is_whole,
    )


def _listed(reading: Reading, row: Caseload) -> Shown:
    return Shown(
        f"On the list of {other_people.staff(reading, row.user_id)}",
        RECORDED_HERE,
        facts(
            ("From", day(row.from_on)),
            ("Until", day(row.until_on)),
            ("Put on it by", other_people.staff(reading, row.put_by_id)),
        ),
    )


SECTIONS = (
    Section(
        Appointment,
        "Appointments",
        rows=lambda person: select(Appointment).where(
            Appointment.id.in_(select(Attendee.appointment_id).where(Attendee.patient_id == person))
        ),
        dated=lambda _reading, row: row.local_start,
        shown=_appointment,
        left_out=technical(
            starts_at="the beginning in universal time, worked out from the local time shown",
            ends_at="the end in universal time, worked out from the local time and the length shown",
        ),
        also=(Appointment.attendees,),
    ),
    Section(
        Note,
        "Session notes",
        rows=lambda person: select(Note).where(
            Note.id.in_(select(NoteSubject.note_id).where(NoteSubject.patient_id == person))
        ),
        dated=lambda _reading, row: row.happened_on,
        shown=_note,
        left_out=technical(),
        also=(Note.subjects,),
    ),
    Section(
        Addendum,
        "Additions to session notes",
        rows=lambda person: select(Addendum).where(
            Addendum.note_id.in_(select(NoteSubject.note_id).where(NoteSubject.patient_id == person))
        ),
        dated=lambda reading, row: reading.local(row.entered_at),
        shown=_addendum,
        left_out=technical(),
    ),
    Section(
        Draft,
        "Unfinished notes",
        rows=lambda person: select(Draft).where(Draft.patient_id == person),
        dated=lambda reading, row: reading.local(row.saved_at),
        shown=_draft,
        left_out=technical("patient_id"),
    ),
    Section(
        Caseload,
        "Who was given your record to work with",
        rows=lambda person: select(Caseload).where(Caseload.patient_id == person),
        dated=lambda _reading, row: row.from_on,
        shown=_listed,
        left_out=technical("patient_id"),
        note="Besides those you have appointments with and those who wrote notes about you.",
    ),
)
