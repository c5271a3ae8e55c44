"""From whom a patient's record, or a part of it, is kept; and the warning before a copy leaves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from practice_app.errors import Invalid, NotFound
from practice_app.model.kept_from import Expectation, KeptFrom
from practice_app.model.people import Contact, Patient, Person
from practice_app.rules import dates, mentions, names
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Permission
from practice_app.services import access, naming, timeline
from practice_app.services.marks import changes, reads
from practice_app.services.timeline import Item
from practice_app.storage.records import Work

__all__ = [
    "EXPECTATION_WORDS",
    "ITEM_KINDS",
    "Expectation",
    "Keeping",
    "Kept",
    "items",
    "keep",
    "keep_again",
    "lift",
    "listed",
    "take_back",
    "warning",
]

WHOLE_RECORD = ""

ITEM_KINDS: dict[str, tuple[str, str]] = {
    WHOLE_RECORD: ("the whole record", "the whole record"),
    "appointment": ("the appointment", "all appointments"),
    "note": ("the session note", "all session notes"),
    "letter": ("the letter", "all letters"),
    "call": ("the call", "all calls"),
    "consent": ("the consent", "all consents"),
    "document": ("the document", "all documents"),
}
"""Kinds of items, as the timeline names them: in words for one of them, and for all."""

EXPECTATION_WORDS = {
    Expectation.EXPRESSLY_BARRED: "They asked us not to show it",
    Expectation.GIVEN_IN_CONFIDENCE: "They told us in confidence",
    Expectation.EXAMINATION: "They agreed to an examination on that understanding",
    Expectation.COURT_ORDER: "A court ordered it",
}

_LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is to be kept from whom: one of the patient's contacts, or somebody named only.

    `item_kind` is a kind of the timeline, "" for the whole record; `item` one item of that kind.
    """

    expectation: Expectation
    since: date
    contact: UUID | None = None
    named: str = ""
    item_kind: str = WHOLE_RECORD
    item: UUID | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """One line of the list: from whom, what, why, since when; `lifted_on` when it may be shown after all."""

    id: UUID
    name: str
    what: str
    why: str
    since: date
    lifted_on: date | None
    contact: UUID | None
    person: UUID | None

    @property
    def sentence(self) -> str:
        """The line as one sentence."""
        return f"{self.what[:1].upper()}{self.what[1:]}: not to be shown to {self.name}"


@reads(Permission.OPEN_RECORD)
def listed(work: Work, patient: UUID) -> tuple[Kept, ...]:
    """The whole list, lifted entries last."""
    access.require_record(work, patient)
    statement = select(KeptFrom).where(KeptFrom.patient_id == patient).order_by(KeptFrom.since, KeptFrom.id)
    rows = work.select(statement)
    return tuple(_kept(work, row) for row in sorted(rows, key=lambda row: row.lifted_on is not None))


@reads(Permission.OPEN_RECORD)
def items(work: Work, patient: UUID) -> tuple[Item, ...]:
    """The items of a record that can be kept from somebody, newest first, as the role may see them."""
    access.require_record(work, patient)
    return tuple(item for item in timeline.items(work, patient) if item.kind in ITEM_KINDS)


@changes(Permission.EDIT_PEOPLE)
def keep(work: Work, patient: UUID, keeping: Keeping) -> UUID:
    """Put somebody on the list; returns the entry's id.

    Raises Invalid when nobody is named or they are on it already, NotFound for somebody else's contact or
    item.
    """
    subject = work.get(Patient, patient).id
    access.require_record(work, subject)
    named = " ".join(keeping.named.split())
    if keeping.contact is None and not named:
        raise Invalid("Say whom it is not to be shown to.", field="contact")
    if len(named) > _LONGEST_NAME:
        raise Invalid(f"A name can have at most {_LONGEST_NAME} characters.", field="named")
    if keeping.contact is not None:
        _check_contact(work, subject, keeping.contact)
        named = ""
    _check_item(work, subject, keeping)
    row = KeptFrom(
        patient_id=subject,
        contact_id=keeping.contact,
        named=named,
        item_kind=keeping.item_kind,
        item_id=keeping.item,
        expectation=keeping.expectation,
        since=keeping.since,
        recorded_by_id=work.actor.id,
    )
    if any(_is_same(row, other) for other in _active(work, subject)):
        raise Invalid("This is on the list already.", field="contact" if keeping.contact else "named")
    work.add(row)
    return row.id


@changes(Permission.EDIT_PEOPLE)
def lift(work: Work, entry: UUID) -> None:
    """Note that the patient agrees to it being shown after all, from today; the entry stays on the list."""
    row = _entry(work, entry)
    if row.lifted_on is None:
        row.lifted_on = timeline.today(work)


@changes(Permission.EDIT_PEOPLE)
def keep_again(work: Work, entry: UUID) -> None:
    """Undo `lift`."""
    _entry(work, entry).lifted_on = None


@changes(Permission.EDIT_PEOPLE)
def take_back(work: Work, entry: UUID) -> None:
    """Undo `keep`: an entry that was just made by mistake goes without a trace in the list."""
    row = _entry(work, entry)
    if row.version != 1:
        raise Invalid("This was changed meanwhile. Lift it instead.")
    work.delete(row)


@reads(Permission.OPEN_RECORD)
def warning(work: Work, patient: UUID, *said: str) -> str:
    """What must be read before something goes to the people these lines name; "" when nobody is listed.

    A line may name somebody in any way ("Mr Nuur", "his father"): a doubt warns (DPA 2018 Sch. 3 para. 4).
    """
    access.require_record(work, patient)
    found: dict[str, list[str]] = {}
    for row in _active(work, patient):
        name, called = _whom(work, row)
        if any(mentions.means(line, name, called) for line in said):
            found.setdefault(names.plain_name(name), []).append(_what(work, row))
    if not found:
        return ""
    parts = [f"{', '.join(dict.fromkeys(what))} to {name}" for name, what in found.items()]
    return f"Not to be shown: {'; '.join(parts)}. Take it out of the copy first, or make sure it was lifted."


@dataclass(frozen=True, slots=True)
class Barred:
    """From whom something is kept: contacts of the patient, and names in any form."""

    contacts: frozenset[UUID]
    named: tuple[str, ...]

    def means(self, name: PersonName, contacts: Iterable[UUID], called: Iterable[str] = ()) -> bool:
        """Whether somebody is meant: as one of the contacts, by name, or just as they are `called`."""
        words = {names.fold(each) for each in called}
        return not self.contacts.isdisjoint(contacts) or any(
            mentions.means(each, name) or names.fold(each) in words for each in self.named
        )


def whole_record_from(work: Work, patient: UUID, on: date) -> Barred:
    """From whom the whole record was to be kept on a day."""
    return _barred(row for row in _active(work, patient, on) if row.item_kind == WHOLE_RECORD)


def is_kept_from(work: Work, patient: UUID, person: UUID, on: date) -> bool:
    """Whether anything of a patient's record is kept from this person on a day."""
    statement = select(Contact.id).where(Contact.patient_id == patient, Contact.person_id == person)
    name = naming.name_of(work.get(Person, person))
    return _barred(_active(work, patient, on)).means(name, work.select(statement))


def _barred(rows: Iterable[KeptFrom]) -> Barred:
    listed = tuple(rows)
    return Barred(
        frozenset(row.contact_id for row in listed if row.contact_id is not None),
        tuple(row.named for row in listed if row.named),
    )


def _entry(work: Work, id: UUID) -> KeptFrom:
    row = work.get(KeptFrom, id)
    access.require_record(work, row.patient_id)
    return row


def _active(work: Work, patient: UUID, on: date | None = None) -> Sequence[KeptFrom]:
    rows = work.select(select(KeptFrom).where(KeptFrom.patient_id == patient))
    day = on or timeline.today(work)
    return [row for row in rows if row.since <= day and (row.lifted_on is None or day < row.lifted_on)]


def _whom(work: Work, row: KeptFrom) -> tuple[PersonName, tuple[str, ...]]:
    """The name of whoever is on the list, and what else the patient calls them."""
    if row.contact_id is None:
        return names.split_full_name(row.named), ()
    contact = work.get(Contact, row.contact_id)
    who = work.get(Person, contact.person_id)
    name = naming.name_of(who)
    return name, (contact.relation,) if contact.relation else ()


def _kept(work: Work, row: KeptFrom) -> Kept:
    contact = work.find(Contact, row.contact_id)
    who = work.get(Person, contact.person_id) if contact else None
    name = row.named
    if who and contact:
        name = f"{who.display_name} ({contact.relation})" if contact.relation else who.display_name
    why = EXPECTATION_WORDS[row.expectation]
    return Kept(
        row.id,
        name,
        _what(work, row),
        why,
        row.since,
        row.lifted_on,
        row.contact_id,
        who.id if who else None,
    )


def _what(work: Work, row: KeptFrom) -> str:
    one, every = ITEM_KINDS.get(row.item_kind, (f"the {row.item_kind}", f"every {row.item_kind}"))
    if row.item_id is None:
        return every
    when = next((item.when for item in _all_items(work, row) if item.id == row.item_id), None)
    return f"{one} of {dates.show(when)}" if when else f"one item ({one.removeprefix('the ')})"


def _all_items(work: Work, row: KeptFrom) -> Iterable[Item]:
    return timeline.items(work, row.patient_id)


def _check_contact(work: Work, patient: UUID, contact: UUID) -> None:
    if work.get(Contact, contact).patient_id != patient:
        raise NotFound("That is not one of this patient's contacts.")


def _check_item(work: Work, patient: UUID, keeping: Keeping) -> None:
    if keeping.item_kind not in ITEM_KINDS:
        raise Invalid("Choose what is to be kept from them.", field="item_kind")
    if keeping.item is not None and not any(
        item.id == keeping.item and item.kind == keeping.item_kind for item in timeline.items(work, patient)
    ):
        raise NotFound("That item is not in this patient's record.")


def _is_same(row: KeptFrom, other: KeptFrom) -> bool:
    return (row.contact_id, row.named, row.item_kind, row.item_id) == (
        other.contact_id,
        other.named,
        other.item_kind,
        other.item_id,
    )
