"""Letters of a record: listed, opened, and letters that came in filed with their scan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from practice_app.errors import Invalid, NotAllowed, NotFound
from practice_app.model.correspondence import Direction, Letter, LetterClass, LetterState, LetterSubject
from practice_app.model.people import GPPractice, Patient, Person
from practice_app.rules import files, names
from practice_app.rules.files import CleanedFile
from practice_app.rules.permissions import Permission
from practice_app.services import access
from practice_app.services.files import FileFacts, attach, facts_of, opened_name, refuse_a_day_to_come
from practice_app.services.marks import changes, reads, views
from practice_app.storage import sealed
from practice_app.storage.records import Work

__all__ = [
    "CLASS_WORDS",
    "STATE_WORDS",
    "Direction",
    "LetterClass",
    "LetterIn",
    "LetterState",
    "LetterText",
    "ListedLetter",
    "Sender",
    "file_letter",
    "of",
    "open_letter",
    "senders",
]

CLASS_WORDS = {
    LetterClass.CARE: "About care",
    LetterClass.SERVICE: "About appointments and bills",
    LetterClass.MARKETING: "News and offers",
}
STATE_WORDS = {
    LetterState.DRAFT: "Draft",
    LetterState.SIGNED: "Signed",
    LetterState.SENT: "Sent",
    LetterState.RECEIVED: "Received",
    LetterState.FILED: "Filed",
}

_LONGEST = 300
_SUGGESTIONS = 20


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """A letter in the record's list. `subject` is None for who may not read it, "" where it has none."""

    id: UUID
    direction: Direction
    dated: date
    sender: str
    recipient: str
    subject: str | None
    letter_class: LetterClass
    state: LetterState
    files: tuple[FileFacts, ...]


@dataclass(frozen=True, slots=True, repr=False)
class LetterText:
    """A letter as it is read; `text` is "" for one that is in its files only."""

    id: UUID
    direction: Direction
    dated: date
    sender: str
    recipient: str
    subject: str
    letter_class: LetterClass
    state: LetterState
    source: str
    text: str
    files: tuple[FileFacts, ...]


@dataclass(frozen=True, slots=True)
class Sender:
    """A GP practice to choose as a sender."""

    id: UUID
    name: str
    detail: str


@dataclass(frozen=True, slots=True, repr=False)
class LetterIn:
    """A letter that came, to be filed with its scan. A joint letter is about several people."""

    patients: tuple[UUID, ...]
    sender: str
    dated: date
    letter_class: LetterClass
    file: CleanedFile
    subject: str = ""
    gp_practice: UUID | None = None
    source: str = ""


@reads(Permission.READ_LETTERS)
def of(work: Work, patient: UUID) -> tuple[ListedLetter, ...]:
    """The letters of a record, the newest first. What is about care shows its subject to key holders only."""
    access.require_record(work, patient)
    rows = work.select(
        select(Letter)
        .join(LetterSubject, LetterSubject.letter_id == Letter.id)
        .where(LetterSubject.person_id == patient)
        .options(*sealed.at_once(work, Letter.subject_sealed))
        .order_by(Letter.dated.desc(), Letter.entered_at.desc(), Letter.id)
    )
    attached = facts_of(work, [row.id for row in rows], patient)
    return tuple(
        ListedLetter(
            id=row.id,
            direction=row.direction,
            dated=row.dated,
            sender=row.sender,
            recipient=row.recipient,
            subject=_listed_subject(work, row, patient),
            letter_class=row.letter_class,
            state=row.state,
            files=attached.get(row.id, ()),
        )
        for row in rows
    )


@views(Permission.READ_LETTERS)
def open_letter(work: Work, letter: UUID, patient: UUID) -> LetterText:
    """A letter of the record of `patient`, with what its files are; the viewing is recorded.

    Raises NotFound for a letter of another record, NotAllowed for a letter about care without the clinical
    key, PracticeError for words that were written for another record.
    """
    access.require_record(work, patient)
    statement = select(Letter).where(Letter.id == letter)
    row = work.first(
        statement.options(
            selectinload(Letter.subjects), *sealed.at_once(work, Letter.text_sealed, Letter.subject_sealed)
        )
    )
    if row is None or patient not in [each.person_id for each in row.subjects]:
        raise NotFound("This letter is not in this record.")
    if row.letter_class is LetterClass.CARE and not work.keys.ck:
        raise NotAllowed(
            "Letters about care are sealed for those who give care. Ask somebody who does to open it."
        )
    sealed_text = sealed_subject = ""
    if work.keys.ck:
        sealed_text = sealed.get(work, row.id, sealed.LETTER, row.text_sealed, subjects=(patient,))
        sealed_subject = sealed.get(
            work, row.id, sealed.LETTER_SUBJECT, row.subject_sealed, subjects=(patient,)
        )
    work.note("viewed", "letter", row.id)
    return LetterText(
        id=row.id,
        direction=row.direction,
        dated=row.dated,
        sender=row.sender,
        recipient=row.recipient,
        subject=sealed_subject or row.subject,
        letter_class=row.letter_class,
        state=row.state,
        source=row.source,
        text="\n\n".join(filter(None, (row.body, sealed_text))),
        files=facts_of(work, [row.id], patient).get(row.id, ()),
    )


@reads(Permission.READ_LETTERS)
def senders(work: Work, text: str, patient: UUID) -> tuple[Sender, ...]:
    """GP practices with `text` in their name, the patient's own first; for no text only the patient's own."""
    access.require_record(work, patient)
    own = work.first(select(Patient.gp_practice_id).where(Patient.id == patient))
    key = names.fold(text)
    named = GPPractice.name_key.contains(key, autoescape=True) if key else GPPractice.id == own
    found = select(GPPractice).where(named, GPPractice.closed_on.is_(None))
    starts = GPPractice.name_key.startswith(key, autoescape=True)
    found = found.order_by((GPPractice.id == own).desc(), starts.desc(), GPPractice.name_key)
    return tuple(
        Sender(row.id, row.name, ", ".join(filter(None, (row.address, row.postcode))))
        for row in work.select(found.limit(_SUGGESTIONS))
    )


@changes(Permission.FILE_DOCUMENTS)
def file_letter(work: Work, letter: LetterIn) -> UUID:
    """File a letter that came in with its scan; returns the letter's id.

    Raises Invalid (fields patients, sender, dated, subject, file) and NotFound for somebody who is not in the
    records.
    """
    sender, subject = " ".join(letter.sender.split()), " ".join(letter.subject.split())
    if not 0 < len(sender) <= _LONGEST:
        raise Invalid(f"Say in 1 to {_LONGEST} characters whom the letter is from.", field="sender")
    if len(subject) > _LONGEST:
        raise Invalid(f"The subject can have {_LONGEST} characters at most.", field="subject")
    if files.is_recording(letter.file.media_type):
        raise Invalid("Sound and video are no letter. File it as a recording.", field="file")
    refuse_a_day_to_come(work, letter.dated)
    people = _known(work, letter.patients)
    access.require_records(work, people)
    row = Letter(
        direction=Direction.IN,
        letter_class=letter.letter_class,
        state=LetterState.FILED,
        dated=letter.dated,
        sender=sender,
        gp_practice_id=work.get(GPPractice, letter.gp_practice).id if letter.gp_practice else None,
        author_id=work.actor.id,
        entered_at=work.now,
        source=letter.source,
    )
    put_subject(work, row, subject, people)
    row.subjects = [LetterSubject(person_id=each) for each in people]
    attached = attach(work, letter.file, people, letter=row.id)
    work.add(row)
    work.flush()
    work.add(attached)
    return row.id


def put_subject(work: Work, row: Letter, subject: str, people: Sequence[UUID]) -> None:
    """Set a letter's subject: sealed where the letter is about care, else plain."""
    if row.letter_class is not LetterClass.CARE:
        row.subject = subject
    elif subject:
        kind = sealed.kind_for_clinicians(work)
        row.subject_sealed = sealed.put(
            work, row, sealed.LETTER_SUBJECT, subject, subject=people[0], also=people, kind=kind
        )


def _known(work: Work, patients: Sequence[UUID]) -> tuple[UUID, ...]:
    if not patients:
        raise Invalid("Say whom the letter is about.", field="patients")
    return tuple(work.get(Person, each).id for each in dict.fromkeys(patients))


def _listed_subject(work: Work, row: Letter, patient: UUID) -> str | None:
    if row.letter_class is not LetterClass.CARE:
        return row.subject
    return opened_name(work, row.id, sealed.LETTER_SUBJECT, lambda: row.subject_sealed, patient)
