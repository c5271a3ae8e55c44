"""Finding people, opening a record, and what the record shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from practice_app.errors import NotFound
from practice_app.model.merges import Merge
from practice_app.model.people import (
    Address,
    Email,
    GPPractice,
    HealthFact,
    HealthFactKind,
    IdentityCheck,
    Patient,
    Person,
    Phone,
    Safety,
)
from practice_app.rules import authority, contact_details, dates
from practice_app.rules.access import Whose
from practice_app.rules.authority import Authority
from practice_app.rules.permissions import CLINICAL_ROLES, Permission, Role
from practice_app.services import (
    access,
    consents,
    contacts,
    earlier_details,
    person_words,
    reaching,
    timeline,
)
from practice_app.services.consents import Mark
from practice_app.services.contacts import KnownContact
from practice_app.services.earlier_details import Earlier
from practice_app.services.marks import reads, views
from practice_app.services.timeline import Item
from practice_app.storage import merged, search
from practice_app.storage.records import Work


class Found(NamedTuple):
    """One patient that a search found, with what tells two of one name apart.

    A named tuple, because fifty are made at every key press and a frozen dataclass costs nine times as much.
    """

    id: UUID
    number: str
    name: str
    known_as: str | None
    born: date | None
    nhs_number: str | None
    phone: str | None
    postcode: str | None
    status: str
    last_visit: date | None = None

    def without_contact(self) -> "Found":
        """Name and identifiers only."""
        return self._replace(phone=None, last_visit=None)


@dataclass(frozen=True, slots=True)
class Banner:
    """What stands over every screen about one patient.

    `allergies` is None where the role may not see them, () when nothing is recorded. `consents` is what
    everybody at the desk asks first.
    """

    id: UUID
    number: str
    name: str
    known_as: str | None
    born: date | None
    age: str
    gender: str
    nhs_number: str | None
    died: date | None
    age_at_death: str
    address: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    gp: str
    safety_line: str
    allergies: tuple[str, ...] | None
    no_known_allergies: bool
    consents: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Facts under one heading, as label and value."""

    title: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """A patient's record as the role may see it; `earlier` is what their details were before."""

    banner: Banner
    groups: tuple[Group, ...]
    timeline: tuple[Item, ...]
    earlier: tuple[Earlier, ...]
    confirmed_on: date | None


@reads(Permission.FIND_PEOPLE)
def find(work: Work, text: str, limit: int = 50, whose: Whose = Whose.EVERYBODY) -> tuple[Found, ...]:
    """Patients found by name parts, nickname, birth date, NHS number, phone, postcode or practice number.

    An empty text gives the first `limit` by name. Typing a search is not audited; opening a result is.
    MINE looks among the actor's own caseload only; among everybody, a therapist is shown identifiers only.
    """
    if whose is Whose.MINE:
        return tuple(map(as_found, search.find_among(work, access.own_patients(work), text, limit)))
    found = map(as_found, search.find(work, text, limit))
    if work.actor.role is Role.THERAPIST:
        return tuple(each.without_contact() for each in found)
    return tuple(found)


def as_found(row: Sequence[Any]) -> Found:
    """One row of a search; see storage/search.py for its columns.

    The fields by their places: by their names, fifty of them take half as long again.
    """
    return Found(
        UUID(row[0]),
        str(row[4]),
        row[1],
        row[2],
        date.fromisoformat(row[3]) if row[3] else None,
        row[5],
        row[8],
        row[9],
        "deceased" if row[7] else row[6],
    )


@reads(Permission.FIND_PEOPLE)
def identify(work: Work, text: str) -> UUID:
    """The person meant by ten digits (an NHS number), a practice number or an id; raises NotFound.

    The numbers of a record that was merged find the one it is in. Two people under one NHS number are
    refused: the caller must name the practice number.
    """
    text = text.strip()
    compact = text.replace(" ", "").replace("-", "")
    if compact.isdigit() and len(compact) == 10:
        now = work.select(select(Patient.id).where(Patient.nhs_number == compact))
        matches = {*now, *_merged(work, Merge.gone_nhs_number == compact)}
        if len(matches) > 1:
            raise NotFound("More than one patient has this NHS number. Give the practice number instead.")
    elif compact.isdigit():
        now = work.select(select(Patient.id).where(Patient.number == int(compact)))
        matches = {*now, *_merged(work, Merge.gone_number == int(compact))}
    else:
        try:
            matches = {*work.select(select(Person.id).where(Person.id == merged.kept(work, UUID(text))))}
        except ValueError:
            raise NotFound(
                "Name the person by NHS number (ten digits), practice number or record id."
            ) from None
    if not matches:
        raise NotFound("Nobody in this practice has that number.")
    return matches.pop()


def _merged(work: Work, numbered: ColumnElement[bool]) -> Sequence[UUID]:
    """Whom the numbers of records that were merged into others find."""
    return work.select(select(Merge.kept_id).where(numbered))


@views(Permission.OPEN_RECORD)
def open_record(work: Work, id: UUID) -> PatientRecord:
    """A patient's banner, facts and timeline, as the role may see them; the viewing is recorded.

    The id of a record that was merged into another opens that one. Raises OutsideCaseload for a therapist who
    neither sees the patient nor gave a reason today.
    """
    access.require_record(work, id)
    patient = work.get(Patient, merged.kept(work, id))
    work.note("viewed", "patient", patient.id)
    return PatientRecord(
        banner=_banner(work, patient),
        groups=_groups(work, patient),
        timeline=timeline.items(work, patient.id),
        earlier=earlier_details.of(work, patient.id),
        confirmed_on=work.get(Person, patient.id).details_confirmed_on,
    )


def _banner(work: Work, patient: Patient) -> Banner:
    person = work.get(Person, patient.id)
    today = timeline.today(work)
    clinical = work.actor.role in CLINICAL_ROLES
    facts = _health_facts(work, patient.id) if clinical else ()
    address = next(iter(_addresses(work, patient.id)), None)
    return Banner(
        id=patient.id,
        number=str(patient.number),
        name=person.display_name,
        known_as=person.known_as,
        born=person.born,
        age=dates.age(person.born, today) if person.born and not person.died else "",
        gender=person_words.GENDER[person.gender],
        nhs_number=patient.nhs_number,
        died=person.died,
        age_at_death=dates.age(person.born, person.died) if person.born and person.died else "",
        address=reaching.one_line(address) if address else "",
        phones=tuple(_phone_line(phone) for phone in _phones(work, patient.id)),
        emails=tuple(_email_line(email) for email in _emails(work, patient.id)),
        gp=_gp_line(work, patient),
        safety_line=patient.safety_line,
        allergies=tuple(f.text for f in facts if f.kind is HealthFactKind.ALLERGY) if clinical else None,
        no_known_allergies=any(f.kind is HealthFactKind.NO_KNOWN_ALLERGIES for f in facts),
        consents=consents.summary(work, patient.id),
    )


def _addresses(work: Work, person_id: UUID) -> Sequence[Address]:
    """The addresses that hold today, the preferred one first."""
    holds = or_(Address.valid_to.is_(None), Address.valid_to >= timeline.today(work))
    return work.select(
        select(Address).where(Address.person_id == person_id, holds).order_by(Address.position)
    )


def _phones(work: Work, patient: UUID) -> Sequence[Phone]:
    rows = work.select(select(Phone).where(Phone.person_id == patient).order_by(Phone.position))
    return _own_safe_first(work, patient, rows)


def _emails(work: Work, patient: UUID) -> Sequence[Email]:
    rows = work.select(select(Email).where(Email.person_id == patient).order_by(Email.position))
    return _own_safe_first(work, patient, rows)


Way = TypeVar("Way", Phone, Email)

_SAFEST_FIRST = {Safety.SAFE: 0, Safety.NOT_ASKED: 1, Safety.UNSAFE: 2}


def _own_safe_first(work: Work, patient: UUID, rows: Sequence[Way]) -> Sequence[Way]:
    """Of a young person who decides alone, the ways that are safe for them come before a parent's number."""
    if len(rows) < 2 or not contacts.decides_as_minor(work, patient):
        return rows
    return sorted(rows, key=lambda row: _SAFEST_FIRST[row.safety])


def _health_facts(work: Work, patient_id: UUID) -> Sequence[HealthFact]:
    statement = select(HealthFact).where(HealthFact.patient_id == patient_id, HealthFact.ended_on.is_(None))
    return work.select(statement.order_by(HealthFact.told_on.nulls_first()))


def _address_line(address: Address) -> str:
    return reaching.marked(reaching.one_line(address), address.safety, address.note)


def _phone_line(phone: Phone) -> str:
    return reaching.marked(contact_details.show_phone(phone.shown), phone.safety, phone.note)


def _email_line(email: Email) -> str:
    return reaching.marked(email.address, email.safety, email.note)


def _gp_line(work: Work, patient: Patient) -> str:
    practice = work.find(GPPractice, patient.gp_practice_id)
    gp = work.find(Person, patient.gp_id)
    parts = [gp.display_name] if gp else []
    if practice:
        parts.append(f"{practice.name} (closed)" if practice.closed_on else practice.name)
    return ", ".join(parts)


def _groups(work: Work, patient: Patient) -> tuple[Group, ...]:
    person = work.get(Person, patient.id)
    groups = [
        Group("Person", _person_facts(person)),
        Group("Reaching them", _reaching_facts(work, patient)),
        Group("With this practice", _standing_facts(work, patient, person)),
        Group("Contacts", _contact_facts(work, patient.id)),
    ]
    if work.actor.role in CLINICAL_ROLES:
        groups.append(Group("Health, as told", _health_lines(work, patient.id)))
    return tuple(group for group in groups if group.facts)


def _filled(*facts: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, value) for label, value in facts if value)


def _day(day: date | None) -> str:
    return dates.show(day) if day else ""


def _person_facts(person: Person) -> tuple[tuple[str, str], ...]:
    return _filled(
        ("Known as", person.known_as or ""),
        ("Born", dates.show(person.born)),
        ("Died", _day(person.died)),
        ("Sex", person_words.SEX[person.sex] if person.sex else ""),
        ("Gender", person_words.GENDER[person.gender]),
    )


def _reaching_facts(work: Work, patient: Patient) -> tuple[tuple[str, str], ...]:
    facts = [("Safety", patient.safety_line)]
    facts += [
        (
            each.kind.value.capitalize() + " address",
            reaching.marked(reaching.one_line(each), each.safety, each.note),
        )
        for each in _addresses(work, patient.id)
    ]
    facts += [
        (f"{each.kind.value.capitalize()} phone", _phone_line(each)) for each in _phones(work, patient.id)
    ]
    facts += [("E-mail", _email_line(each)) for each in _emails(work, patient.id)]
    return _filled(*facts)


def _standing_facts(work: Work, patient: Patient, person: Person) -> tuple[tuple[str, str], ...]:
    return _filled(
        ("Status", person_words.STATUS[patient.status]),
        ("Registered", _day(patient.registered_on)),
        ("Discharged", _day(patient.discharged_on)),
        ("Archived", _day(patient.archived_on)),
        ("Last seen", _day(timeline.last_seen(work, patient.id))),
        ("GP", _gp_line(work, patient)),
        ("Identity seen", "; ".join(_identity_lines(work, patient.id))),
        ("Told by", person.source),
        ("Introduced by", patient.introduced_by),
        ("Details confirmed", _day(person.details_confirmed_on)),
    )


def _identity_lines(work: Work, person_id: UUID) -> list[str]:
    checks = work.select(
        select(IdentityCheck).where(IdentityCheck.person_id == person_id).order_by(IdentityCheck.seen_on)
    )
    return [f"{check.document_seen}, {dates.show(check.seen_on)}" for check in checks]


def _contact_facts(work: Work, patient_id: UUID) -> tuple[tuple[str, str], ...]:
    return tuple(
        (each.details.relation.capitalize() or "Contact", _contact_line(each))
        for each in contacts.known(work, patient_id)
        if each.is_current
    )


def _contact_line(contact: KnownContact) -> str:
    """Who it is and what matters before anybody rings; a patient is reached by their own record."""
    details = contact.details
    parts = [contact.name, *reaching.lines(contact.ways)[:1]]
    parts += ["emergency contact"] if details.is_emergency_contact else []
    parts += [authority.WORDS[details.authority]] if details.authority is not Authority.NONE else []
    if details.not_to_speak_from or details.not_to_speak_until:
        since = f" from {dates.show(details.not_to_speak_from)}" if details.not_to_speak_from else ""
        until = f" until {dates.show(details.not_to_speak_until)}" if details.not_to_speak_until else ""
        parts.append(f"MAY NOT SPEAK TO{since}{until}")
    elif contact.is_kept_from:
        parts.append("MAY NOT SPEAK TO: this record is kept from them")
    return ", ".join(parts)


def _health_lines(work: Work, patient_id: UUID) -> tuple[tuple[str, str], ...]:
    lines = []
    for fact in _health_facts(work, patient_id):
        told = ", ".join(filter(None, (_day(fact.told_on), fact.source)))
        lines.append((person_words.HEALTH[fact.kind], f"{fact.text} ({told})" if told else fact.text))
    return tuple(lines)
