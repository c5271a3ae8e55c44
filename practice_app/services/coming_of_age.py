"""What was agreed for a child and must be agreed again once they are of age: proxies, contacts, consents."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from practice_app.errors import Invalid, NotFound
from practice_app.model.consents import Consent
from practice_app.model.people import Contact, Patient, Person
from practice_app.model.settings import Practice
from practice_app.rules import ages, authority, dates
from practice_app.rules.ages import Minority
from practice_app.rules.authority import Authority
from practice_app.rules.consents import Channel, Decision, Method, Status, VoicemailLevel
from practice_app.rules.permissions import Permission, Role
from practice_app.services import access, consent_lines, consents, timeline
from practice_app.services.marks import changes, reads
from practice_app.storage.records import Work

__all__ = [
    "Due",
    "DueKind",
    "Method",
    "Minority",
    "confirm",
    "due_for_confirming",
    "end",
    "flag_at_registration",
    "minority",
    "undo",
]


class DueKind(StrEnum):
    """What is to be agreed again."""

    CONTACT = "contact"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Due:
    """One thing agreed before somebody came of age that still stands, in words."""

    kind: DueKind
    id: UUID
    patient: UUID
    patient_name: str
    of_age_on: date
    what: str


@dataclass(frozen=True, slots=True)
class Before:
    """How a contact stood before it was confirmed or ended, for `undo`."""

    contact: UUID
    version: int
    confirmed_on: date | None
    valid_to: date | None
    may_speak_from: date | None


@reads(Permission.OPEN_RECORD)
def due_for_confirming(work: Work, on: date, patient: UUID | None = None) -> tuple[Due, ...]:
    """Proxies, contacts and consents from before the 18th birthday (16th in Scotland) that still stand.

    Of one patient or of everybody, by the patient's name. Those who have died are left out.
    """
    if patient is not None:
        access.require_record(work, patient)
    nation = _nation(work)
    found = [*_contacts(work, nation, on, patient), *_consents(work, nation, on, patient)]
    if patient is None and work.actor.role is Role.THERAPIST:
        own = access.own_patients(work)
        found = [due for due in found if due.patient in own]
    return tuple(sorted(found, key=lambda due: (due.patient_name, due.kind, due.what)))


@reads(Permission.OPEN_RECORD)
def minority(work: Work, patient: UUID, on: date) -> Minority | None:
    """When a patient comes of age and in how many days; None for adults and the dead."""
    access.require_record(work, patient)
    who = work.get(Person, patient)
    return None if who.died else ages.minority(who.born, _nation(work), on)


@changes(Permission.EDIT_PEOPLE)
def confirm(work: Work, kind: DueKind, id: UUID, method: Method = Method.IN_PERSON) -> Before | None:
    """Note that the person, now of age, agrees that it goes on; a contact gives back what `undo` needs.

    Parental responsibility has ended by law, so a parent may be spoken to from today because the person says
    so. A consent gets a new decision by the person; the earlier one stays.
    """
    if kind is DueKind.CONTACT:
        row = _contact(work, id)
        before = _before(row)
        row.confirmed_on = timeline.today(work)
        if row.authority is Authority.PARENTAL_RESPONSIBILITY and row.may_speak_from is None:
            row.may_speak_from = row.confirmed_on
        work.flush()
        return _with_version(before, row)
    _decide(work, id, Decision.GIVEN, method)
    return None


@changes(Permission.EDIT_PEOPLE)
def end(work: Work, kind: DueKind, id: UUID, method: Method = Method.IN_PERSON) -> Before | None:
    """Note that it does not go on: a contact ends today, a consent is withdrawn by a decision of its own."""
    if kind is DueKind.CONTACT:
        row = _contact(work, id)
        before = _before(row)
        row.valid_to = timeline.today(work)
        row.confirmed_on = row.valid_to
        work.flush()
        return _with_version(before, row)
    _decide(work, id, Decision.WITHDRAWN, method)
    return None


@changes(Permission.EDIT_PEOPLE)
def undo(work: Work, before: Before) -> None:
    """Undo `confirm` or `end` of a contact; Invalid when it was changed since."""
    row = _contact(work, before.contact)
    if row.version != before.version:
        raise Invalid("This contact was changed meanwhile and stays as it is.")
    row.confirmed_on, row.valid_to = before.confirmed_on, before.valid_to
    row.may_speak_from = before.may_speak_from


@reads(Permission.FIND_PEOPLE)
def flag_at_registration(work: Work, born: date | None) -> str:
    """What to notice when somebody born on this day is registered here; "" for nothing (P44).

    It warns and never refuses: the clinic may have agreed to see them.
    """
    today = timeline.today(work)
    minimum = work.first(select(Practice.minimum_age))
    if born is None or born > today or minimum is None or not ages.below_minimum(born, minimum, today):
        return ""
    first = dates.show(dates.birthday(born, minimum))
    age = dates.years(born, today)
    return (
        f"Aged {age}: this clinic sees people from the age of {minimum}, so from {first}. Ask whoever leads "
        "the clinic before booking."
    )


def _contact(work: Work, id: UUID) -> Contact:
    row = work.get(Contact, id)
    access.require_record(work, row.patient_id)
    return row


def _nation(work: Work) -> str:
    return work.first(select(Practice.nation)) or "ENG"


def _contacts(work: Work, nation: str, on: date, patient: UUID | None) -> Iterator[Due]:
    """Contacts that still stand and were agreed before the birthday, as far as a day is known for them.

    Parental responsibility always counts: it cannot have been agreed later.
    """
    statement = (
        select(Contact, Person, Patient.registered_on)
        .join(Patient, Patient.id == Contact.patient_id)
        .join(Person, Person.id == Contact.patient_id)
        .where(_is_of_age_somewhere(on), or_(Contact.valid_to.is_(None), Contact.valid_to >= on))
    )
    if patient is not None:
        statement = statement.where(Contact.patient_id == patient)
    for row, who, registered in work.rows(statement):
        day = ages.came_of_age(who.born, nation, on)
        if day is None or (row.confirmed_on is not None and row.confirmed_on >= day):
            continue
        agreed = row.valid_from or row.authority_seen_on or registered
        is_parent = row.authority is Authority.PARENTAL_RESPONSIBILITY
        if is_parent or (agreed is not None and agreed < day):
            yield Due(DueKind.CONTACT, row.id, who.id, who.display_name, day, _contact_words(work, row))


def _contact_words(work: Work, row: Contact) -> str:
    parts = [work.get(Person, row.person_id).display_name, row.relation, authority.WORDS[row.authority]]
    return ", ".join(filter(None, parts))


def _consents(work: Work, nation: str, on: date, patient: UUID | None) -> Iterator[Due]:
    """Consents in force that were given before the birthday, and not again since."""
    statement = (
        select(Person)
        .join(Patient, Patient.id == Person.id)
        .where(
            _is_of_age_somewhere(on), Person.id.in_(select(Consent.person_id).where(Consent.decided_on <= on))
        )
    )
    if patient is not None:
        statement = statement.where(Person.id == patient)
    for who in work.select(statement):
        day = ages.came_of_age(who.born, nation, on)
        if day is not None:
            yield from _consents_before(work, who, day, on)


def _consents_before(work: Work, who: Person, day: date, on: date) -> Iterator[Due]:
    told = consent_lines.told(work, who.id)
    for asked in dict.fromkeys(each.asked for each in told):
        now = consent_lines.standing(told, asked, on)
        row = work.find(Consent, now.consent_id)
        if row is not None and now.status is Status.GIVEN and row.decided_on < day:
            yield Due(DueKind.CONSENT, row.id, who.id, who.display_name, day, asked.label)


def _is_of_age_somewhere(on: date) -> ColumnElement[bool]:
    """Born long enough ago to be of age in any nation; the exact day is judged in the rules."""
    return (Person.born <= dates.add_years(on, -16)) & Person.died.is_(None)


def _decide(work: Work, consent: UUID, decision: Decision, method: Method) -> None:
    earlier = work.find(Consent, consent)
    if earlier is None:
        raise NotFound("This consent is not in the records any more.")
    access.require_record(work, earlier.person_id)
    asked = consent_lines.asked_in(earlier)
    level, limits = _voicemail(earlier)
    given = consents.Answer(
        asked.purpose,
        decision,
        method,
        (asked.channel,),
        about=asked.about,
        limits=limits if decision is Decision.GIVEN else "",
        voicemail=level,
        wording=earlier.wording_id,
    )
    consents.record(work, earlier.person_id, given)


def _voicemail(row: Consent) -> tuple[VoicemailLevel | None, str]:
    """What may be left on the answering machine, which stands among the limits, and the other limits.

    A consent from elsewhere says nothing of it: the least is taken.
    """
    if row.channel is not Channel.VOICEMAIL:
        return None, row.scope
    level = next((each for each in VoicemailLevel if each.value in row.scope), VoicemailLevel.NAME_ONLY)
    return level, row.scope.replace(level.value, "").strip(" ,")


def _before(row: Contact) -> Before:
    return Before(row.id, 0, row.confirmed_on, row.valid_to, row.may_speak_from)


def _with_version(before: Before, row: Contact) -> Before:
    return Before(before.contact, row.version, before.confirmed_on, before.valid_to, before.may_speak_from)
