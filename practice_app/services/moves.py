"""Something was entered in the wrong record: it is moved to the right one, and a stub without content stays.

The stub says what kind of thing it was, when it was moved and by whom; it tells neither what it said nor
whose it is. Why it was moved is kept with the item, in its own record, where a purge of that reaches it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import func, select

from practice_app.errors import Invalid, NotFound
from practice_app.model.audit import AuditEvent
from practice_app.model.base import Base
from practice_app.model.consents import Consent, ConsentEvidence
from practice_app.model.correspondence import Call, CallSubject, Letter, LetterSubject
from practice_app.model.diary import Appointment, Attendee
from practice_app.model.documents import Document, DocumentSubject
from practice_app.model.kept_from import KeptFrom
from practice_app.model.merges import MovedAway, MovedItem, MoveReason
from practice_app.model.notes import Note, NoteSubject
from practice_app.model.people import HealthFact, Patient
from practice_app.model.rights import BundleState, Disclosure, SubjectAccessBundle
from practice_app.rules import dates
from practice_app.rules.permissions import Permission
from practice_app.services import access, files, person_words, timeline
from practice_app.services.marks import changes, reads, require
from practice_app.storage import merged, moving
from practice_app.storage.moving import Place
from practice_app.storage.records import Work

__all__ = [
    "KINDS",
    "Checked",
    "Fact",
    "Item",
    "MoveReason",
    "Moved",
    "Reason",
    "check",
    "health_facts",
    "move",
    "move_back",
]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in the record of `person`; `kind` is one of KINDS."""

    kind: str
    id: UUID
    person: UUID


@dataclass(frozen=True, slots=True, repr=False)
class Reason:
    """Why it was in the wrong record. `words` are kept in the right one only and should name nobody else."""

    code: MoveReason
    words: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What somebody should know before they move an item."""

    what: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """An item that was moved: `id` is for moving it back."""

    id: UUID
    what: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Fact:
    """A health fact to choose from."""

    id: UUID
    words: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of item: where its person is named, and what moving it takes."""

    place: Place
    permission: Permission


def _named(mapped: type[Base], column: str) -> Place:
    """An item that names its person itself."""
    return Place(mapped.__table__, mapped.__table__.c[column])  # type: ignore[arg-type]


def _linked(mapped: type[Base], link: type[Base], owner: str, person: str) -> Place:
    """An item that link rows name the people of."""
    columns = link.__table__.c
    return Place(mapped.__table__, columns[person], columns[owner])  # type: ignore[arg-type]


_KINDS: Mapping[str, _Kind] = MappingProxyType(
    {
        "appointment": _Kind(
            _linked(Appointment, Attendee, "appointment_id", "patient_id"),
            Permission.CHANGE_DIARY,
        ),
        "note": _Kind(_linked(Note, NoteSubject, "note_id", "patient_id"), Permission.WRITE_NOTES),
        "letter": _Kind(_linked(Letter, LetterSubject, "letter_id", "person_id"), Permission.READ_LETTERS),
        "document": _Kind(
            _linked(Document, DocumentSubject, "document_id", "person_id"), Permission.FILE_DOCUMENTS
        ),
        "call": _Kind(_linked(Call, CallSubject, "call_id", "person_id"), Permission.MOVE_ITEMS),
        "consent": _Kind(_named(Consent, "person_id"), Permission.RECORD_CONSENT),
        "health_fact": _Kind(_named(HealthFact, "patient_id"), Permission.READ_NOTES),
        "disclosure": _Kind(_named(Disclosure, "person_id"), Permission.MOVE_ITEMS),
    }
)

KINDS = frozenset(_KINDS)
"""The kinds of items that can be moved, as the timeline names them."""

_LONGEST_WORDS = 500


@reads(Permission.MOVE_ITEMS)
def check(work: Work, item: Item) -> Checked:
    """What is to be known before an item is moved: where it was given out, and who else it is about.

    Raises NotFound when it is not in this record, NotAllowed when the actor's role may not move it.
    """
    kind, person = _found(work, item)
    return Checked(timeline.moved_word(item.kind), tuple(_warnings(work, kind, item.id, person)))


@changes(Permission.MOVE_ITEMS)
def move(work: Work, item: Item, to: UUID, reason: Reason) -> Moved:
    """Move an item from the record it was entered in to the one it belongs in.

    Raises Invalid when it is there already or the words are too long, NotFound when it is not in this record,
    NotAllowed when the role may not, or when a sealed text is for its author only.
    """
    kind, person = _found(work, item)
    right = work.get(Patient, merged.kept(work, to)).id
    if right in moving.people_of(work, kind.place, item.id):
        raise Invalid(f"This {timeline.moved_word(item.kind).lower()} is in that record already.", field="to")
    words = reason.words.strip()
    if len(words) > _LONGEST_WORDS:
        raise Invalid(f"Give the reason in at most {_LONGEST_WORDS} characters.", field="words")
    warnings = tuple(_warnings(work, kind, item.id, person))
    by_now = {"moved_at": work.now, "moved_by_id": work.actor.id}
    away = MovedAway(person_id=person, kind=item.kind, **by_now)
    work.add(away)
    work.flush()
    row = MovedItem(
        person_id=right,
        kind=item.kind,
        item_id=item.id,
        away_id=away.id,
        reason=reason.code,
        words=words,
        **by_now,
    )
    work.add(row)
    moving.move(work, kind.place, item.id, person, right)
    files.mark_for(work, item.id, right)
    _note(work, "moved", kind, item.id, left=person, joined=right)
    return Moved(row.id, timeline.moved_word(item.kind), warnings)


@changes(Permission.MOVE_ITEMS)
def move_back(work: Work, moved: UUID) -> None:
    """Take a move back: the item is where it was, and the stub goes.

    Raises NotFound when it was moved back before or its stub was purged.
    """
    row = work.get(MovedItem, moved)
    kind = _KINDS[row.kind]
    require(work.actor, kind.permission)
    away = work.find(MovedAway, row.away_id)
    if away is not None:
        access.require_record(work, away.person_id)
    if away is None or row.person_id not in moving.people_of(work, kind.place, row.item_id):
        raise NotFound("This can no longer be moved back: it was changed since.")
    moving.move(work, kind.place, row.item_id, row.person_id, away.person_id)
    files.mark_for(work, row.item_id, away.person_id)
    _note(work, "moved back", kind, row.item_id, left=row.person_id, joined=away.person_id)
    work.delete(row)
    work.flush()
    work.delete(away)


@reads(Permission.READ_NOTES)
def health_facts(work: Work, patient: UUID) -> tuple[Fact, ...]:
    """The patient's health facts as they may have been entered by mistake, the newest first."""
    access.require_record(work, patient)
    statement = select(HealthFact).where(HealthFact.patient_id == merged.kept(work, patient))
    rows = work.select(statement.order_by(HealthFact.told_on.desc().nulls_last(), HealthFact.id))
    return tuple(
        Fact(
            row.id,
            f"{person_words.HEALTH[row.kind]}: {row.text}" if row.text else person_words.HEALTH[row.kind],
        )
        for row in rows
    )


def _found(work: Work, item: Item) -> tuple[_Kind, UUID]:
    """The item's kind, and the person whose record it is in."""
    kind = _KINDS.get(item.kind)
    if kind is None:
        raise Invalid("This cannot be moved to another record.", field="item")
    require(work.actor, kind.permission)
    access.require_record(work, item.person)
    person = merged.kept(work, item.person)
    if person not in moving.people_of(work, kind.place, item.id):
        raise NotFound("This is not in this record any more.")
    return kind, person


def _note(work: Work, action: str, kind: _Kind, item: UUID, *, left: UUID, joined: UUID) -> None:
    """The log learns that the item changed, and that two records did."""
    work.note(action, kind.place.item.name, item)
    work.note("lost an item", "patient", left)
    work.note("gained an item", "patient", joined)


def _warnings(work: Work, kind: _Kind, item: UUID, person: UUID) -> Iterator[str]:
    others = len(moving.people_of(work, kind.place, item)) - 1
    if others:
        yield "This is about several people. Only the link to this record moves; the others keep theirs."
    if _held_back(work, item):
        yield "This is kept from somebody. That stays behind: say it again in the right record."
    if _evidence(work, item):
        yield "A document in this record shows the decision. Move it too if it belongs there."
    for day, recipient in _given_out(work, kind, item, person):
        yield (
            f"This was given out on {dates.show(day)} in the copy for {recipient}: "
            "consider whether this is a breach."
        )
    for disclosure in _sent(work, kind, item):
        yield (
            f"This was sent to {disclosure.recipient} on {dates.show(disclosure.made_on)}: consider whether "
            "this is a breach. The entry about it stays in this record; move it too if it belongs there."
        )


def _held_back(work: Work, item: UUID) -> bool:
    """Whether the item alone is kept from somebody."""
    statement = select(KeptFrom.id).where(KeptFrom.item_id == item, KeptFrom.lifted_on.is_(None))
    return work.first(statement.limit(1)) is not None


def _evidence(work: Work, item: UUID) -> bool:
    """Whether a filed document shows the decision: it is in the wrong record too, most likely."""
    return (
        work.first(select(ConsentEvidence.id).where(ConsentEvidence.consent_id == item).limit(1)) is not None
    )


def _given_out(work: Work, kind: _Kind, item: UUID, person: UUID) -> Iterator[tuple[date, str]]:
    """When released copies of the person's record held the item, and who received them."""
    zone, since = timeline.practice_zone(work), _in_record_since(work, kind, item, person)
    copies = (
        select(SubjectAccessBundle.released_at, SubjectAccessBundle.prepared_at, Disclosure.recipient)
        .join(Disclosure, Disclosure.id == SubjectAccessBundle.disclosure_id)
        .where(SubjectAccessBundle.person_id == person, SubjectAccessBundle.state == BundleState.RELEASED)
        .order_by(SubjectAccessBundle.released_at.nulls_first())
    )
    for row in work.rows(copies):
        if since is None or row.prepared_at >= since:
            yield row.released_at.astimezone(zone).date(), row.recipient


def _in_record_since(work: Work, kind: _Kind, item: UUID, person: UUID) -> datetime | None:
    """When the item came into the record, as the log knows; None for one that came with an import."""
    entered = select(func.min(AuditEvent.at)).where(AuditEvent.record_id == item, AuditEvent.action == "new")
    moved_here = select(func.max(MovedItem.moved_at)).where(
        MovedItem.item_id == item, MovedItem.person_id == person
    )
    return work.first(moved_here) or work.first(entered)


def _sent(work: Work, kind: _Kind, item: UUID) -> Iterator[Disclosure]:
    if kind.place.item is Letter.__table__:
        yield from work.select(
            select(Disclosure).where(Disclosure.letter_id == item).order_by(Disclosure.made_on)
        )
