"""Session notes: drafts kept while somebody writes, notes signed for good, additions, and opening them.

A draft is one person's unfinished text about one patient. A note stands in the record; until it is signed its
author may change it, afterwards it takes additions only, and the note chain shows that it stayed as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload, undefer

from practice_app.errors import Invalid, NotAllowed, NotFound, PracticeError
from practice_app.model.notes import Addendum, Draft, Note, NoteLevel, NoteSubject
from practice_app.model.people import Patient, Person
from practice_app.rules.permissions import Permission
from practice_app.services import access, staff_names, timeline
from practice_app.services.marks import changes, reads, views
from practice_app.storage import merged, note_chain, sealed
from practice_app.storage.keys import Kind, sealed_with
from practice_app.storage.note_chain import SignedNote
from practice_app.storage.records import Work

__all__ = [
    "AddendumText",
    "DraftText",
    "Listed",
    "NoteLevel",
    "NoteText",
    "Unfinished",
    "Words",
    "add_addendum",
    "discard_draft",
    "drafts",
    "of",
    "open_draft",
    "open_note",
    "save_draft",
    "sign",
    "write",
]


@dataclass(frozen=True, slots=True, repr=False)
class DraftText:
    """Unfinished text about one patient, as the editor holds it; it may still be empty."""

    patient: UUID
    text: str
    level: NoteLevel = NoteLevel.CLINICIANS


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A draft in the list of one's own, without its text. `saved_at` is the clinic's local time."""

    id: UUID
    patient: UUID
    patient_name: str
    saved_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Words:
    """What an author puts into a note; a joint note is about several patients."""

    patients: tuple[UUID, ...]
    happened_on: date
    text: str
    level: NoteLevel = NoteLevel.CLINICIANS


@dataclass(frozen=True, slots=True, repr=False)
class AddendumText:
    """An addition to a signed note."""

    id: UUID
    author: str
    entered_on: date
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class NoteText:
    """A note as it is read. `signed_on` is None while its author may still change it.

    `source` says where an imported note came from, else "". Days are the clinic's.
    """

    id: UUID
    patients: tuple[UUID, ...]
    text: str
    author: str
    happened_on: date
    entered_on: date
    signed_on: date | None
    level: NoteLevel
    source: str
    addenda: tuple[AddendumText, ...]

    @property
    def is_late(self) -> bool:
        """Whether it was entered on a later day than the session, which every reader is shown."""
        return self.entered_on > self.happened_on


@dataclass(frozen=True, slots=True)
class Listed:
    """A note in the record's list, or one's own draft, without its text. Days are the clinic's.

    `others` counts the other patients of a joint note, `additions` what was added after signing.
    """

    id: UUID
    is_draft: bool
    happened_on: date
    entered_on: date
    author: str
    is_own: bool
    is_signed: bool
    level: NoteLevel = NoteLevel.CLINICIANS
    additions: int = 0
    others: int = 0

    @property
    def is_late(self) -> bool:
        """Whether it was entered on a later day than the session."""
        return self.entered_on > self.happened_on


_KINDS = MappingProxyType({NoteLevel.CLINICIANS: Kind.CLINICAL, NoteLevel.ONLY_ME: Kind.PRIVATE})


@changes(Permission.WRITE_NOTES)
def save_draft(work: Work, draft: DraftText) -> UUID:
    """Keep unfinished text, in place of what the same author kept about the same patient; returns its id.

    Raises NotFound for a patient who is not in the records, NotAllowed without the clinical key. Words that
    are being kept already are kept on, also when the day of a reason to see the record has ended meanwhile.
    """
    patient = work.get(Patient, merged.kept(work, draft.patient)).id
    row = work.first(
        select(Draft)
        .where(Draft.author_id == work.actor.id, Draft.patient_id == patient)
        .order_by(Draft.saved_at.desc())  # two after a merge
    )
    if row is None:
        access.require_record(work, patient)
        row = Draft(author_id=work.actor.id, patient_id=patient)
    row.saved_at = work.now
    row.body_sealed = _sealed(work, row, sealed.DRAFT, draft.text, (patient,), draft.level)
    work.add(row)
    return row.id


@reads(Permission.WRITE_NOTES)
def drafts(work: Work) -> tuple[Unfinished, ...]:
    """The actor's own drafts, the newest first. No text is opened, so nothing of a patient is viewed."""
    zone = timeline.practice_zone(work)
    statement = (
        select(Draft.id, Draft.patient_id, Person.display_name, Draft.saved_at)
        .join(Person, Person.id == Draft.patient_id)
        .where(Draft.author_id == work.actor.id)
        .order_by(Draft.saved_at.desc())
    )
    return tuple(
        Unfinished(id, patient, name, saved_at.astimezone(zone).replace(tzinfo=None))
        for id, patient, name, saved_at in work.rows(statement)
    )


@views(Permission.WRITE_NOTES)
def open_draft(work: Work, draft_id: UUID) -> DraftText:
    """One of the actor's own drafts, to go on writing; the viewing is recorded.

    Raises NotAllowed for somebody else's, PracticeError for a text written for another record.
    """
    row = _own_draft(work, draft_id)
    access.require_record(work, row.patient_id)
    blob = row.body_sealed or b""
    text = sealed.get(work, row.id, sealed.DRAFT, blob, subjects=(row.patient_id,), owner=row.author_id)
    work.note("viewed", "draft", row.id)
    is_private = sealed_with(blob)[0] is Kind.PRIVATE
    return DraftText(row.patient_id, text, NoteLevel.ONLY_ME if is_private else NoteLevel.CLINICIANS)


@changes(Permission.WRITE_NOTES)
def discard_draft(work: Work, draft_id: UUID) -> None:
    """Delete one of the actor's own drafts; NotAllowed for somebody else's."""
    work.delete(_own_draft(work, draft_id))


@changes(Permission.WRITE_NOTES)
def write(work: Work, words: Words, *, note: UUID | None = None, draft: UUID | None = None) -> UUID:
    """Put a note into the record that is to be signed later; returns its id.

    `note` is one's own unsigned note to be replaced by these words, `draft` the draft they were kept in until
    now; it goes in the same transaction. Raises Invalid for an empty text, nobody to write about or a day to
    come, NotAllowed for another author's note or draft, PracticeError for a signed note.
    """
    row = _note_to_write(work, note)
    _put_words(work, row, words, draft)
    return row.id


@changes(Permission.WRITE_NOTES)
def sign(work: Work, words: Words, *, note: UUID | None = None, draft: UUID | None = None) -> UUID:
    """Sign exactly these words as a note that nobody can change from now on; returns its id.

    Arguments and errors are those of `write`: signing takes the words on the screen, never words that were
    stored meanwhile.
    """
    row = _note_to_write(work, note)
    blob = _put_words(work, row, words, draft)
    row.signed_at = work.now
    work.flush()  # gives the row the version that the chain keeps
    note_chain.chain(work, [SignedNote(row.id, row.version, work.now, work.actor.id, blob)])
    return row.id


@changes(Permission.WRITE_NOTES)
def add_addendum(work: Work, note_id: UUID, text: str) -> UUID:
    """Add to a signed note, signed by the actor and dated now; returns the addition's id.

    Raises Invalid for an empty text, NotAllowed when the note is for another author only, PracticeError for a
    note that is not signed or was moved here from another record.
    """
    note = _note(work, note_id)
    if note.signed_at is None:
        raise PracticeError("This note is not signed yet. Change the note itself.")
    _refuse_empty(text)
    patients = tuple(each.patient_id for each in note.subjects)
    access.require_records(work, patients)
    for patient in patients:  # one that was linked to a stranger must not get words sealed for the stranger
        _opened(work, note, sealed.NOTE, patient)
    row = Addendum(note_id=note.id, author_id=work.actor.id, entered_at=work.now)
    row.body_sealed = blob = _sealed(work, row, sealed.ADDENDUM, text, patients, note.level)
    work.add(row)
    work.flush()
    link = SignedNote(row.id, row.version, work.now, work.actor.id, blob, added_to=note.id)
    note_chain.chain(work, [link])
    return row.id


@reads(Permission.READ_NOTES)
def of(work: Work, patient: UUID) -> tuple[Listed, ...]:
    """The notes of a patient and one's own draft about them, the latest first; no text is opened."""
    access.require_record(work, patient)
    zone, staff = timeline.practice_zone(work), staff_names.of_users(work)
    added = select(func.count()).where(Addendum.note_id == Note.id).scalar_subquery()
    beside = (
        select(func.count())
        .where(NoteSubject.note_id == Note.id, NoteSubject.patient_id != patient)
        .scalar_subquery()
    )
    statement = select(Note, added.label("added"), beside.label("others")).where(
        Note.id.in_(select(NoteSubject.note_id).where(NoteSubject.patient_id == patient))
    )
    listed = [
        Listed(
            id=row.id,
            is_draft=False,
            happened_on=row.happened_on,
            entered_on=row.entered_at.astimezone(zone).date(),
            author=staff.get(row.author_id, "") if row.author_id else row.author_text,
            is_own=row.author_id == work.actor.id,
            is_signed=row.signed_at is not None,
            level=row.level,
            additions=additions,
            others=others,
        )
        for row, additions, others in work.rows(statement)
    ]
    mine = select(Draft).where(Draft.patient_id == patient, Draft.author_id == work.actor.id)
    for draft in work.select(mine):
        day = draft.saved_at.astimezone(zone).date()
        listed.append(Listed(draft.id, True, day, day, staff.get(work.actor.id, ""), True, False))
    return tuple(sorted(listed, key=lambda each: (each.happened_on, each.entered_on), reverse=True))


@views(Permission.READ_NOTES)
def open_note(work: Work, note_id: UUID, patient: UUID) -> NoteText:
    """A note of the patient whose record is open, with everything added to it; the viewing is recorded.

    Raises NotAllowed when it is for its author only, PracticeError for words that were written for another
    record, NotFound for a note that is not in this patient's record.
    """
    access.require_record(work, patient)
    row = _note(work, note_id)
    patient, patients = merged.kept(work, patient), tuple(each.patient_id for each in row.subjects)
    if patient not in patients:
        raise NotFound("This note is not in this patient's record.")
    zone, staff = timeline.practice_zone(work), staff_names.of_users(work)
    opened = NoteText(
        id=row.id,
        patients=patients,
        text=_opened(work, row, sealed.NOTE, patient),
        author=staff.get(row.author_id, "") if row.author_id else row.author_text,
        happened_on=row.happened_on,
        entered_on=row.entered_at.astimezone(zone).date(),
        signed_on=row.signed_at.astimezone(zone).date() if row.signed_at else None,
        level=row.level,
        source=row.source,
        addenda=tuple(
            AddendumText(
                each.id,
                staff.get(each.author_id, ""),
                each.entered_at.astimezone(zone).date(),
                _opened(work, each, sealed.ADDENDUM, patient),
            )
            for each in _addenda(work, row.id)
        ),
    )
    work.note("viewed", "note", row.id)
    return opened


def _own_draft(work: Work, draft_id: UUID) -> Draft:
    row = work.get(Draft, draft_id)
    if row.author_id != work.actor.id:
        raise NotAllowed("A draft is for the person who is writing it.")
    return row


def _note(work: Work, note_id: UUID) -> Note:
    """A note with its patients and its sealed text, in one reading."""
    found = work.first(
        select(Note).where(Note.id == note_id).options(selectinload(Note.subjects), undefer(Note.body_sealed))
    )
    if found is None:
        raise NotFound("That note is not in the records any more.")
    return found


def _addenda(work: Work, note_id: UUID) -> Sequence[Addendum]:
    statement = select(Addendum).where(Addendum.note_id == note_id).options(undefer(Addendum.body_sealed))
    return work.select(statement.order_by(Addendum.entered_at, Addendum.id))


def _note_to_write(work: Work, note_id: UUID | None) -> Note:
    """A new note, or the actor's own that is not signed yet."""
    if note_id is None:
        return Note(author_id=work.actor.id, entered_at=work.now)
    row = _note(work, note_id)
    if row.signed_at is not None:
        raise PracticeError("This note is signed and stays as it is. Add to it instead.")
    if row.author_id != work.actor.id:
        raise NotAllowed("Only its author can change or sign a note.")
    return row


def _put_words(work: Work, row: Note, words: Words, draft: UUID | None) -> bytes:
    """Fill the row, delete the draft the words come from, and return them sealed.

    All reading is done before the row is touched, so that it is stored and logged as one change.
    """
    _refuse_empty(words.text)
    _refuse_a_day_to_come(work, words.happened_on)
    patients = _known_patients(work, words.patients)
    access.require_records(work, patients)
    # The draft may be gone already, discarded in another window.
    if draft is not None and work.find(Draft, draft) is not None:
        work.delete(_own_draft(work, draft))
    row.happened_on, row.level = words.happened_on, words.level
    row.body_sealed = blob = _sealed(work, row, sealed.NOTE, words.text, patients, words.level)
    _link(row, patients)
    work.add(row)
    return blob


def _known_patients(work: Work, ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """Each patient once, in the order given; NotFound for one who is not in the records."""
    if not ids:
        raise Invalid("Say which patient the note is about.", field="patients")
    return tuple(work.get(Patient, each).id for each in dict.fromkeys(merged.kept(work, id) for id in ids))


def _link(row: Note, patients: Sequence[UUID]) -> None:
    """Make the note be about exactly these patients, touching only the links that change."""
    kept = [each for each in row.subjects if each.patient_id in patients]
    known = {each.patient_id for each in kept}
    row.subjects = [*kept, *(NoteSubject(patient_id=each) for each in patients if each not in known)]


def _refuse_empty(text: str) -> None:
    if not text.strip():
        raise Invalid("There is nothing written yet.", field="text")


def _refuse_a_day_to_come(work: Work, day: date) -> None:
    if day > timeline.today(work):
        raise Invalid("A session lies in the past. Give today's date or an earlier one.", field="happened_on")


def _sealed(
    work: Work,
    row: Draft | Note | Addendum,
    purpose: str,
    text: str,
    patients: Sequence[UUID],
    level: NoteLevel,
) -> bytes:
    """The text sealed for those who may read it, with the version the row will have once it is stored.

    A text for its author only is sealed without the clinical key; whoever lacks that writes no notes at all.
    """
    work.keys.clinical_keys()
    return sealed.put(
        work,
        row,
        purpose,
        text,
        subject=patients[0],
        also=patients,
        revision=(row.version or 0) + 1,
        kind=_KINDS[level],
    )


def _opened(work: Work, row: Note | Addendum, purpose: str, patient: UUID) -> str:
    return sealed.get(work, row.id, purpose, row.body_sealed, subjects=(patient,), owner=row.author_id)
