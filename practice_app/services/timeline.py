"""One timeline of everything about a patient, and when they were last seen."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from practice_app.model.correspondence import (
    Call,
    CallSubject,
    Direction,
    Letter,
    LetterClass,
    LetterSubject,
)
from practice_app.model.diary import ATTENDED, Appointment, AppointmentState, AppointmentType, Attendee
from practice_app.model.documents import Document, DocumentKind, DocumentSubject
from practice_app.model.merges import MovedAway, MovedItem
from practice_app.model.notes import Note, NoteSubject
from practice_app.model.people import Person
from practice_app.model.rights import Disclosure
from practice_app.model.settings import Practice
from practice_app.model.staff import Practitioner, UserAccount
from practice_app.rules import consents, dates, retention
from practice_app.rules.permissions import Permission
from practice_app.services import consent_lines as lines
from practice_app.storage.records import Work


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in the timeline; `when` is local wall time where a time is known.

    `kind` is appointment, note, letter, document, call, consent or disclosure; "moved" stands for what is
    in another record now.
    """

    id: UUID
    kind: str
    when: date | datetime
    title: str
    who: str
    detail: str


STATE_WORDS = {
    AppointmentState.BOOKED: "Booked",
    AppointmentState.ARRIVED: "Arrived",
    AppointmentState.IN_SESSION: "In session",
    AppointmentState.DONE: "Done",
    AppointmentState.DID_NOT_ATTEND: "Did not attend",
    AppointmentState.CANCELLED: "Cancelled",
}

DOCUMENT_WORDS = {
    DocumentKind.SCAN: "Scan",
    DocumentKind.IDENTITY: "Proof of identity",
    DocumentKind.SIGNED_CONSENT: "Signed consent",
    DocumentKind.RECORDING: "Recording",
    DocumentKind.OTHER: "Other document",
}


def items(work: Work, patient_id: UUID) -> tuple[Item, ...]:
    """Everything about a patient that the actor's role may see, newest first."""
    found = [*_appointments(work, patient_id), *_calls(work, patient_id), *_consents(work, patient_id)]
    found += _disclosures(work, patient_id)
    found += _moved_away(work, patient_id)
    if Permission.READ_LETTERS in work.actor.permissions:
        found += _letters(work, patient_id)
    if Permission.FILE_DOCUMENTS in work.actor.permissions:
        found += _documents(work, patient_id)
    if Permission.READ_NOTES in work.actor.permissions:
        found += _notes(work, patient_id)
    return _with_moves(work, patient_id, sorted(found, key=_moment, reverse=True))


def _moment(item: Item) -> datetime:
    """A day without a time sorts as its end, so that what happened on it comes before."""
    if isinstance(item.when, datetime):
        return item.when
    return datetime.combine(item.when, datetime.max.time())


def practice_zone(work: Work) -> ZoneInfo:
    """The zone the clinic's clocks show."""
    return ZoneInfo(work.first(select(Practice.zone)) or "Europe/London")


def today(work: Work) -> date:
    """The clinic's day."""
    return work.now.astimezone(practice_zone(work)).date()


def user_name(work: Work, user_id: UUID | None) -> str:
    """A user's name as lists show it; "" for nobody."""
    statement = select(Person.display_name).join(UserAccount).where(UserAccount.id == user_id)
    return work.first(statement) or ""


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _appointments(work: Work, patient_id: UUID) -> Iterator[Item]:
    statement = (
        select(
            Appointment.id, Appointment.local_start, Appointment.minutes, Appointment.state,
            Appointment.cancelled_reason, AppointmentType.name, Person.display_name,
        )
        .join(Attendee, Attendee.appointment_id == Appointment.id)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(Person, Person.id == Practitioner.person_id)
        .outerjoin(AppointmentType, AppointmentType.id == Appointment.type_id)
        .where(Attendee.patient_id == patient_id)
    )  # fmt: skip
    for row in work.rows(statement):
        state = STATE_WORDS[row.state]
        reason = f": {row.cancelled_reason}" if row.cancelled_reason else ""
        detail = f"{state}{reason}, {row.minutes} minutes"
        yield Item(
            row.id, "appointment", row.local_start, row.name or "Appointment", row.display_name, detail
        )


def _notes(work: Work, patient_id: UUID) -> Iterator[Item]:
    """Notes by date and author; their text stays sealed until somebody opens one."""
    statement = (
        select(Note.id, Note.happened_on, Note.signed_at, Note.author_text, Note.source, Person.display_name)
        .join(NoteSubject, NoteSubject.note_id == Note.id)
        .outerjoin(UserAccount, UserAccount.id == Note.author_id)
        .outerjoin(Person, Person.id == UserAccount.person_id)
        .where(NoteSubject.patient_id == patient_id)
        .order_by(Note.entered_at)
    )
    for row in work.rows(statement):
        state = "Signed" if row.signed_at else "Draft"
        detail = f"{state}, {row.source}" if row.source else state
        author = row.display_name or row.author_text
        yield Item(row.id, "note", row.happened_on, "Session note", author, detail)


def _letters(work: Work, patient_id: UUID) -> Iterator[Item]:
    statement = (
        select(Letter)
        .join(LetterSubject, LetterSubject.letter_id == Letter.id)
        .where(LetterSubject.person_id == patient_id)
        .order_by(Letter.entered_at)
    )
    for letter in work.select(statement):
        is_out = letter.direction is Direction.OUT
        who = letter.recipient if is_out else letter.sender
        title = f"Letter {'to' if is_out else 'from'} {who}" if who else f"Letter {letter.direction.value}"
        detail = letter.subject or ("Care letter" if letter.letter_class is LetterClass.CARE else "Letter")
        yield Item(letter.id, "letter", letter.dated, title, letter.state.value.capitalize(), detail)


def _documents(work: Work, patient_id: UUID) -> Iterator[Item]:
    """Documents by day and kind; their titles stay sealed until somebody opens one."""
    statement = (
        select(Document.id, Document.dated, Document.kind, Document.source, Person.display_name)
        .join(DocumentSubject, DocumentSubject.document_id == Document.id)
        .outerjoin(UserAccount, UserAccount.id == Document.entered_by_id)
        .outerjoin(Person, Person.id == UserAccount.person_id)
        .where(DocumentSubject.person_id == patient_id)
        .order_by(Document.entered_at)
    )
    for row in work.rows(statement):
        given = f"Given by {row.source}" if row.source else ""
        title = DOCUMENT_WORDS[row.kind]
        yield Item(row.id, "document", row.dated, title, row.display_name or "", given)


def _calls(work: Work, patient_id: UUID) -> Iterator[Item]:
    zone = practice_zone(work)
    statement = (
        select(Call)
        .join(CallSubject, CallSubject.call_id == Call.id)
        .where(CallSubject.person_id == patient_id)
    )
    for call in work.select(statement):
        title = "Call from" if call.direction is Direction.IN else "Call to"
        detail = " – ".join(filter(None, (call.about, call.outcome)))
        yield Item(
            call.id, "call", _local(call.at, zone), f"{title} {call.caller or call.number}", "", detail
        )


def _consents(work: Work, patient_id: UUID) -> Iterator[Item]:
    for told in lines.told(work, patient_id):
        row = told.row
        what = f"{told.asked.label}: {consents.answer(consents.Status(row.decision))}"
        wrong = "recorded wrongly, does not count" if told.correction else ""
        detail = ", ".join(filter(None, (wrong, lines.how(row), lines.limits(row))))
        yield Item(row.id, "consent", row.decided_on, what, row.given_by, detail)


def _disclosures(work: Work, patient_id: UUID) -> Iterator[Item]:
    for row in work.select(select(Disclosure).where(Disclosure.person_id == patient_id)):
        yield Item(row.id, "disclosure", row.made_on, f"Sent to {row.recipient}", row.means, row.what)


_MOVED_WORDS = {
    "appointment": ("Appointment", Permission.READ_DIARY),
    "note": ("Session note", Permission.READ_NOTES),
    "letter": ("Letter", Permission.READ_LETTERS),
    "document": ("Document", Permission.READ_LETTERS),
    "call": ("Telephone call", Permission.OPEN_RECORD),
    "consent": ("Consent", Permission.OPEN_RECORD),
    "health_fact": ("Health fact", Permission.READ_NOTES),
    "disclosure": ("Disclosure", Permission.OPEN_RECORD),
}
"""What can be moved to another record, and what it takes to know that it was."""


def moved_word(kind: str) -> str:
    """What something that can be moved is called: "Session note"."""
    return _MOVED_WORDS[kind][0]


def _moved_away(work: Work, patient_id: UUID) -> Iterator[Item]:
    """What stands in the place of things that were entered here by mistake."""
    zone = practice_zone(work)
    for row in work.select(select(MovedAway).where(MovedAway.person_id == patient_id)):
        word, permission = _MOVED_WORDS[row.kind]
        if permission in work.actor.permissions:
            yield Item(
                row.id,
                "moved",
                _local(row.moved_at, zone),
                f"{word} moved to another record",
                user_name(work, row.moved_by_id),
                "It was entered here by mistake",
            )


def _with_moves(work: Work, patient_id: UUID, items: list[Item]) -> tuple[Item, ...]:
    """What came from another record says so."""
    moved = {
        row.item_id: row for row in work.select(select(MovedItem).where(MovedItem.person_id == patient_id))
    }
    if not moved:
        return tuple(items)
    zone = practice_zone(work)
    return tuple(
        replace(item, detail=f"{item.detail} ({_moved_here(moved[item.id], zone)})".lstrip())
        if item.id in moved
        else item
        for item in items
    )


def _moved_here(row: MovedItem, zone: ZoneInfo) -> str:
    words = f": {row.words}" if row.words else ""
    return f"moved here on {dates.show(row.moved_at.astimezone(zone).date())}{words}"


def last_seen(work: Work, patient_id: UUID) -> date | None:
    """The latest attended appointment, note, care letter or telephone consultation; never stored.

    An appointment that was not attended, an invoice or a marketing letter does not count.
    """
    attended = work.first(
        select(func.max(Appointment.local_start))
        .join(Attendee, Attendee.appointment_id == Appointment.id)
        .where(Attendee.patient_id == patient_id, Appointment.state.in_(ATTENDED))
    )
    note = work.first(
        select(func.max(Note.happened_on))
        .join(NoteSubject, NoteSubject.note_id == Note.id)
        .where(NoteSubject.patient_id == patient_id)
    )
    letter = work.first(
        select(func.max(Letter.dated))
        .join(LetterSubject, LetterSubject.letter_id == Letter.id)
        .where(LetterSubject.person_id == patient_id, Letter.letter_class == LetterClass.CARE)
    )
    call = work.first(
        select(func.max(Call.at))
        .join(CallSubject, CallSubject.call_id == Call.id)
        .where(CallSubject.person_id == patient_id, Call.is_consultation)
    )
    return retention.last_seen(
        attended=attended.date() if attended else None,
        note=note,
        care_letter=letter,
        telephone=_local(call, practice_zone(work)).date() if call else None,
    )
