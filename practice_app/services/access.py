"""Whose records a therapist sees: their own caseload, others after a reason, and who looked at what with one.

Directors and receptionists see every record as far as their role goes; receptionists never see notes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from practice_app.errors import Invalid, OutsideCaseload
from practice_app.model.access import Caseload
from practice_app.model.audit import COVERED, AuditEvent, AuditReason
from practice_app.model.diary import Appointment, AppointmentState, Attendee
from practice_app.model.notes import Note, NoteSubject
from practice_app.model.people import Patient, Person
from practice_app.model.staff import Practitioner, UserAccount
from practice_app.rules import dates
from practice_app.rules.access import USUAL_WORDS, CoverReason, Whose
from practice_app.rules.permissions import CLINICAL_ROLES, Permission, Role
from practice_app.services import staff_names, timeline
from practice_app.services.marks import changes, reads
from practice_app.storage import merged
from practice_app.storage.records import Work

__all__ = [
    "Asked",
    "Colleague",
    "CoverReason",
    "Covered",
    "Listed",
    "Reason",
    "Whose",
    "cover",
    "covered",
    "end_listing",
    "listed",
    "lists",
    "own_patients",
    "put_on_list",
    "question",
    "require_record",
    "require_records",
    "take_on",
]

_SHORTEST, _LONGEST = 3, 300


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody looks at a record outside their caseload: the kind the log keeps, and the words."""

    kind: CoverReason
    words: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked before a record outside the caseload: about whom (two identifiers), and usual answers."""

    about: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """One reason that was given; `at` is the clinic's local time, `words` is "" once they were purged."""

    patient: UUID
    patient_name: str
    who: str
    at: datetime
    kind: CoverReason
    words: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody a patient can be put on the list of."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A patient on somebody's list; `until_on` None means until it is ended, both days are included."""

    id: UUID
    user: UUID
    who: str
    from_on: date
    until_on: date | None


def require_record(work: Work, patient: UUID) -> None:
    """Refuse (OutsideCaseload) a therapist who neither sees the patient nor gave a reason today.

    Every use case that opens or changes one person's record calls it first; a test looks for the call.
    Caseloads are about patients: a GP or an enquirer is in nobody's. Raises NotFound for somebody who is not
    in the records.
    """
    if work.actor.role is not Role.THERAPIST:
        return
    patient = merged.kept(work, patient)
    if _sees(work, patient) or _gave_a_reason_today(work, patient):
        return
    if work.find(Patient, patient) is None:
        work.get(Person, patient)
        return
    raise OutsideCaseload(
        "This person is not among those you see. Say why you need the record and it opens for today, "
        "or ask a director to put them on your list.",
        patient,
    )


def require_records(work: Work, patients: Iterable[UUID]) -> None:
    """The same for everybody a joint item is about."""
    for each in patients:
        require_record(work, each)


def own_patients(work: Work) -> tuple[UUID, ...]:
    """The ids of the actor's caseload, in no order."""
    return tuple({patient for way, _ in _ways(work) for patient in work.select(way)})


def take_on(work: Work, patient: UUID) -> None:
    """Put somebody a therapist has just entered on that therapist's own list; nothing for other roles.

    Called by the use case that enters a new patient: whoever writes the first page sees the person.
    """
    if work.actor.role is Role.THERAPIST:
        work.add(
            Caseload(
                user_id=work.actor.id,
                patient_id=patient,
                from_on=timeline.today(work),
                put_by_id=work.actor.id,
            )
        )


@reads(Permission.COVER_RECORDS)
def question(work: Work, patient: UUID) -> Asked:
    """Whom it is about, and the reasons to pick from: covering for each colleague, then the usual ones."""
    person = work.get(Person, patient)
    born = f", born {dates.show(person.born)}" if person.born else ""
    return Asked(f"{person.display_name}{born}", _reasons(work))


@changes(Permission.COVER_RECORDS)
def cover(work: Work, patient: UUID, reason: Reason) -> None:
    """Open a record outside one's caseload for the rest of the clinic's day, and log why.

    The day, not the session: a screen that locks itself must not ask again. The director sees every reason.
    Raises Invalid("reason") for words that say nothing, NotFound for somebody who is no patient here.
    """
    words = " ".join(reason.words.split())
    if len(words) < _SHORTEST:
        raise Invalid("Say why in a few words, or choose one of the reasons.", field="reason")
    if len(words) > _LONGEST:
        raise Invalid(f"Say why in at most {_LONGEST} characters.", field="reason")
    work.get(Patient, patient)
    work.note(COVERED, "patient", patient, reason_code=reason.kind.value, reason=words)
    work.touched.add(AuditReason.__tablename__)


@reads(Permission.REVIEW_ACCESS)
def covered(work: Work, days: int | None = None) -> tuple[Covered, ...]:
    """Every reason given for a record outside a caseload, the newest first; all, or of the last `days`."""
    zone = timeline.practice_zone(work)
    statement = (
        select(AuditEvent, AuditReason.text, Person.display_name)
        .outerjoin(AuditReason, AuditReason.audit_seq == AuditEvent.seq)
        .outerjoin(Person, Person.id == AuditEvent.record_id)
        .where(AuditEvent.action == literal_column(f"'{COVERED}'"))
        .order_by(AuditEvent.seq.desc())
    )
    if days is not None:
        since = datetime.combine(timeline.today(work) - timedelta(days=days), datetime.min.time(), zone)
        statement = statement.where(AuditEvent.at >= since)
    who = staff_names.of_users(work)
    return tuple(
        Covered(
            patient=event.record_id,
            patient_name=name or "Somebody whose record is gone",
            who=who.get(event.user_id, "Somebody who has left"),
            at=event.at.astimezone(zone).replace(tzinfo=None),
            kind=CoverReason(event.reason_code),
            words=words or "",
        )
        for event, words, name in work.rows(statement)
    )


@reads(Permission.MANAGE_CASELOADS)
def lists(work: Work) -> tuple[Colleague, ...]:
    """The therapists a patient can be put on the list of, by name."""
    statement = (
        select(UserAccount.id, Person)
        .join(Person)
        .where(UserAccount.role == Role.THERAPIST, UserAccount.disabled_at.is_(None))
        .order_by(Person.name_key)
    )
    return tuple(Colleague(id, staff_names.plain(person)) for id, person in work.rows(statement))


@reads(Permission.OPEN_RECORD)
def listed(work: Work, patient: UUID) -> tuple[Listed, ...]:
    """On whose lists a patient was put and still is, or will be."""
    require_record(work, patient)
    statement = (
        select(Caseload, Person)
        .join(UserAccount, UserAccount.id == Caseload.user_id)
        .join(Person, Person.id == UserAccount.person_id)
        .where(
            Caseload.patient_id == patient,
            or_(Caseload.until_on.is_(None), Caseload.until_on >= timeline.today(work)),
        )
        .order_by(Person.name_key, Caseload.from_on)
    )
    return tuple(
        Listed(row.id, row.user_id, staff_names.plain(person), row.from_on, row.until_on)
        for row, person in work.rows(statement)
    )


@changes(Permission.MANAGE_CASELOADS)
def put_on_list(
    work: Work, patient: UUID, user: UUID, from_on: date | None = None, until_on: date | None = None
) -> UUID:
    """Let a therapist see a patient without a reason, from today or a day on; returns the entry's id.

    Raises Invalid naming the field: for somebody who sees no patients, or an end before the beginning.
    """
    work.get(Patient, patient)
    begins = from_on or timeline.today(work)
    if work.get(UserAccount, user).role not in CLINICAL_ROLES:
        raise Invalid("Choose somebody who sees patients.", field="user")
    if until_on is not None and until_on < begins:
        raise Invalid("The last day lies before the first.", field="until_on")
    row = Caseload(
        user_id=user, patient_id=patient, from_on=begins, until_on=until_on, put_by_id=work.actor.id
    )
    work.add(row)
    return row.id


@changes(Permission.MANAGE_CASELOADS)
def end_listing(work: Work, entry: UUID) -> None:
    """Take a patient off a list from today on. What began today or later is taken back as if never given."""
    row = work.get(Caseload, entry)
    if row.from_on >= timeline.today(work):
        work.delete(row)
    else:
        row.until_on = timeline.today(work) - timedelta(days=1)


def _reasons(work: Work) -> tuple[Reason, ...]:
    colleagues = (
        select(Person)
        .join(Practitioner, Practitioner.person_id == Person.id)
        .where(
            or_(Practitioner.left_on.is_(None), Practitioner.left_on > timeline.today(work)),
            or_(Practitioner.user_id.is_(None), Practitioner.user_id != work.actor.id),
        )
        .order_by(Person.name_key)
    )
    covering = [
        Reason(CoverReason.COVER, f"Cover for {staff_names.plain(each)}") for each in work.select(colleagues)
    ]
    return (*covering, *(Reason(kind, words) for kind, words in USUAL_WORDS.items()))


def _ways(work: Work) -> tuple[tuple[Select[UUID], InstrumentedAttribute[UUID]], ...]:
    """What makes a patient one's own, each with its column of patients.

    An appointment with the actor that was not cancelled, a note by the actor, or being put on the list.
    """
    mine, today = work.actor.id, timeline.today(work)
    seen = (
        select(Attendee.patient_id)
        .join(Appointment, Appointment.id == Attendee.appointment_id)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .where(Practitioner.user_id == mine, Appointment.state != AppointmentState.CANCELLED)
    )
    written = (
        select(NoteSubject.patient_id)
        .join(Note, Note.id == NoteSubject.note_id)
        .where(Note.author_id == mine)
    )
    given = select(Caseload.patient_id).where(
        Caseload.user_id == mine,
        Caseload.from_on <= today,
        or_(Caseload.until_on.is_(None), Caseload.until_on >= today),
    )
    return (
        (seen, Attendee.patient_id),
        (written, NoteSubject.patient_id),
        (given, Caseload.patient_id),
    )


def _sees(work: Work, patient: UUID) -> bool:
    return any(
        work.first(way.where(patients == patient).limit(1)) is not None for way, patients in _ways(work)
    )


def _gave_a_reason_today(work: Work, patient: UUID) -> bool:
    midnight = datetime.combine(timeline.today(work), datetime.min.time(), timeline.practice_zone(work))
    statement = select(AuditEvent.seq).where(
        AuditEvent.record_id.in_(merged.everyone(work, patient)),
        AuditEvent.action == COVERED,
        AuditEvent.user_id == work.actor.id,
        AuditEvent.at >= midnight,
    )
    return work.first(statement.limit(1)) is not None
