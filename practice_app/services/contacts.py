"""The people around a patient: who they are, what lets them act, whether we may speak to them, and how."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from practice_app.errors import Invalid, NotFound, OutOfDate
from practice_app.model.kept_from import KeptFrom
from practice_app.model.people import (
    GP,
    Address,
    Contact,
    Email,
    Patient,
    Person,
    Phone,
)
from practice_app.model.settings import Practice
from practice_app.model.staff import Practitioner, UserAccount
from practice_app.rules import ages, authority, dates, mentions, names
from practice_app.rules.authority import Answer, Authority, Role, Speaking, Wish
from practice_app.rules.consents import Purpose, Status
from practice_app.rules.form_checks import FormChecks
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Permission
from practice_app.rules.typed_text import one_line
from practice_app.services import (
    access,
    coming_of_age,
    competence,
    consent_lines,
    deaths,
    families,
    kept_from,
    naming,
    reaching,
    timeline,
)
from practice_app.services.coming_of_age import Due, Minority, due_for_confirming
from practice_app.services.competence import Judged
from practice_app.services.consent_lines import Asked
from practice_app.services.deaths import Recorded
from practice_app.services.earlier_details import Replaced
from practice_app.services.families import Together, may_join
from practice_app.services.kept_from import Kept
from practice_app.services.marks import changes, reads
from practice_app.services.practice.making import add_person
from practice_app.services.reaching import Ways
from practice_app.storage import search
from practice_app.storage.person_links import is_named
from practice_app.storage.records import Work

__all__ = [
    "Added",
    "Answer",
    "Authority",
    "Candidate",
    "Circle",
    "Details",
    "Ended",
    "KnownContact",
    "NewPerson",
    "PersonName",
    "Speaking",
    "Ways",
    "add",
    "around",
    "candidates",
    "change",
    "due_for_confirming",
    "end",
    "known",
    "may_join",
    "may_speak_to",
    "people_of",
    "reopen",
    "take_back",
]

_LONGEST = {"relation": 80, "authority_seen": 300, "scope": 500, "source": 300}
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Details:
    """What somebody is to a patient. Last days are included; None is open.

    `shows_reach` is whether how to reach them stands in this patient's record.
    """

    relation: str = ""
    authority: Authority = Authority.NONE
    authority_seen: str = ""
    authority_seen_on: date | None = None
    scope: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    is_emergency_contact: bool = False
    may_speak_from: date | None = None
    may_speak_until: date | None = None
    not_to_speak_from: date | None = None
    not_to_speak_until: date | None = None
    shows_reach: bool = True
    source: str = ""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who is not in the records yet; a name is enough (P30)."""

    name: PersonName
    ways: Ways = field(default_factory=Ways)


@dataclass(frozen=True, slots=True)
class KnownContact:
    """One thing somebody is to a patient, as screens show it.

    `patient_number` is set when they are a patient too: their own record says how to reach them, and
    `ways` is empty. `no_ways` says in words why nothing is shown. `speaking` is today's answer.
    """

    id: UUID
    version: int
    person: UUID
    name: str
    plain_name: str
    patient_number: str
    details: Details
    seen_by: str
    ways: Ways
    no_ways: str
    speaking: Answer
    is_current: bool
    is_kept_from: bool

    @property
    def is_patient(self) -> bool:
        """Whether they have a record of their own here."""
        return bool(self.patient_number)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody in the records who may be meant, with what tells two of one name apart."""

    id: UUID
    name: str
    born: date | None
    what: str
    is_patient: bool


@dataclass(frozen=True, slots=True)
class Circle:
    """Everything around a patient that the contacts tab shows, read at once; `today` is the clinic's day."""

    today: date
    people: tuple[KnownContact, ...]
    families: tuple[Together, ...]
    kept: tuple[Kept, ...]
    judgements: tuple[Judged, ...]
    minority: Minority | None
    due: tuple[Due, ...]
    death: Recorded | None


@dataclass(frozen=True, slots=True)
class Added:
    """A contact just added; `made_person` is whether the person was not in the records before."""

    contact: UUID
    made_person: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """A contact just ended, with what undoing needs: the last day it had before."""

    contact: UUID
    valid_to: date | None
    version: int


@reads(Permission.OPEN_RECORD)
def people_of(work: Work, patient: UUID) -> tuple[KnownContact, ...]:
    """Everybody recorded with a patient, a line for each thing they are; those that ended come last."""
    access.require_record(work, work.get(Patient, patient).id)
    return known(work, patient)


@reads(Permission.OPEN_RECORD)
def around(work: Work, patient: UUID) -> Circle:
    """The people around a patient and everything that was agreed about them."""
    access.require_record(work, work.get(Patient, patient).id)
    today = timeline.today(work)
    return Circle(
        today,
        known(work, patient),
        families.of(work, patient),
        kept_from.listed(work, patient),
        competence.judgements(work, patient),
        coming_of_age.minority(work, patient, today),
        due_for_confirming(work, today, patient),
        deaths.recorded(work, patient),
    )


@reads(Permission.OPEN_RECORD)
def may_speak_to(work: Work, patient: UUID, person: UUID, on: date) -> Answer:
    """Whether staff may speak to a person about a patient on a day, in one sentence with the reason (P6)."""
    access.require_record(work, patient)
    rows = [row for row in _rows(work, patient) if row.person_id == person]
    return _Deciding(work, patient, on).answer(work.get(Person, person), rows)


@reads(Permission.FIND_PEOPLE)
def candidates(work: Work, text: str, patient: UUID, limit: int = 8) -> tuple[Candidate, ...]:
    """People in the records, patients or not, whom `text` may mean: asked before anybody is added anew.

    The patient is left out. How to reach them is not told.
    """
    found = search.find_everybody(work, text, limit + 1)
    return tuple(
        Candidate(id, name, born, _what_they_are(work, id, number), number is not None)
        for id, name, born, number in found
        if id != patient
    )[:limit]


@changes(Permission.EDIT_PEOPLE)
def add(work: Work, patient: UUID, who: UUID | NewPerson, details: Details) -> Added:
    """Record what somebody is to a patient: a person who is in the records, or a new one with a name only.

    Raises Invalid naming the field for what cannot be kept, and when they are recorded as that already.
    """
    subject = work.get(Patient, patient).id
    access.require_record(work, subject)
    _check(work, details)
    if isinstance(who, NewPerson):
        person = _new_person(work, who, details.source)
    else:
        person = work.get(Person, who).id
        _check_not_there(work, subject, person, details)
    row = Contact(patient_id=subject, person_id=person)
    _fill(work, row, details)
    work.add(row)
    return Added(row.id, isinstance(who, NewPerson))


@changes(Permission.EDIT_PEOPLE)
def change(work: Work, contact: UUID, version: int, details: Details, ways: Ways | None = None) -> int:
    """Change what somebody is to a patient, and how they are reached; returns the version it has now.

    `version` is the one the form was opened with: OutOfDate when somebody else has changed it since. `ways`
    None leaves them as they are; a patient's are changed in their own record only (Invalid).
    """
    row = _current(work, contact, version)
    access.require_record(work, row.patient_id)
    _check(work, details)
    if ways is not None:
        if work.find(Patient, row.person_id) is not None:
            raise Invalid("They have a record of their own. Change how to reach them there.")
        _write_ways(work, row.person_id, ways)
    _fill(work, row, details)
    work.flush()
    return row.version


@changes(Permission.EDIT_PEOPLE)
def end(work: Work, contact: UUID, on: date) -> Ended:
    """Note the last day of what somebody is to a patient; it stays in the record. `reopen` undoes it."""
    row = work.get(Contact, contact)
    access.require_record(work, row.patient_id)
    if row.valid_from is not None and on < row.valid_from:
        raise Invalid(f"It began on {dates.show(row.valid_from)}. Give that day or a later one.", field="on")
    if row.valid_to is not None and row.valid_to <= on:
        raise Invalid(f"It ended on {dates.show(row.valid_to)}.", field="on")
    before, row.valid_to = row.valid_to, on
    work.flush()
    return Ended(row.id, before, row.version)


@changes(Permission.EDIT_PEOPLE)
def reopen(work: Work, ended: Ended) -> None:
    """Undo `end`; OutOfDate when the contact was changed since."""
    row = _current(work, ended.contact, ended.version)
    access.require_record(work, row.patient_id)
    row.valid_to = ended.valid_to


@changes(Permission.EDIT_PEOPLE)
def take_back(work: Work, added: Added) -> None:
    """Undo `add`: the contact goes, and the person made with it when nothing else refers to them.

    Only what nobody has touched since can go; else Invalid, and it is ended instead.
    """
    row = work.get(Contact, added.contact)
    access.require_record(work, row.patient_id)
    is_listed = work.first(select(KeptFrom.id).where(KeptFrom.contact_id == row.id)) is not None
    if row.version != 1 or is_listed:
        raise Invalid("This was changed meanwhile. End it instead.")
    person = row.person_id
    work.delete(row)
    if added.made_person and not _is_anything_else(work, person, row.id):
        for kind in (Phone, Email, Address):
            for way in work.select(select(kind).where(kind.person_id == person)):
                work.delete(way)
        naming.take_back(work, work.get(Person, person))


def known(work: Work, patient: UUID) -> tuple[KnownContact, ...]:
    """See `people_of`; for use cases that have checked whose record is open."""
    today = timeline.today(work)
    deciding = _Deciding(work, patient, today)
    rows = _rows(work, patient)
    found = [_known(work, row, rows, deciding) for row in rows]
    return tuple(sorted(found, key=lambda each: (not each.is_current, each.name)))


class _Deciding:
    """What about one patient decides who may be spoken to, read once for all their contacts."""

    def __init__(self, work: Work, patient: UUID, on: date) -> None:
        self.on = on
        who = work.get(Person, patient)
        nation, word = _nation_and_word(work)
        since, by_age = decides_alone(work, who, on) or (None, False)
        self.patient = authority.Patient(
            of_age_on=ages.of_age_on(who.born, nation) if who.born else None,
            decides_since=since,
            decides_by_age=by_age,
            died=who.died,
            word=word,
        )
        self._told = consent_lines.told(work, patient)
        self._kept = kept_from.whole_record_from(work, patient, on)

    def answer(self, person: Person, rows: Sequence[Contact]) -> Answer:
        """Whether staff may speak to `person`, who is each of `rows` to the patient."""
        return authority.may_speak(
            names.plain_name(naming.name_of(person)),
            [_role(row) for row in rows],
            self.patient,
            self.on,
            wish=self._wish_about(person),
            is_kept_from=self.keeps_from(person, rows),
        )

    def keeps_from(self, person: Person, rows: Sequence[Contact]) -> bool:
        """Whether the whole record is kept from `person`, who is each of `rows` to the patient."""
        called = [row.relation for row in rows if row.relation]
        return self._kept.means(naming.name_of(person), [row.id for row in rows], called)

    def _wish_about(self, person: Person) -> Wish | None:
        """What was decided about sharing with this person by name; else a no that names nobody."""
        general, name = Asked(Purpose.SHARE_WITH_RELATIVE), naming.name_of(person)
        named = [
            asked
            for asked in consent_lines.lines_of(self._told, Purpose.SHARE_WITH_RELATIVE)
            if asked.about and mentions.means(asked.about, name)
        ]
        found = [consent_lines.standing(self._told, asked, self.on) for asked in named or [general]]
        known = [each for each in found if each.since is not None]
        if not known:
            return None
        last = max(known, key=lambda each: each.since or date.min)
        is_no = last.status in {Status.REFUSED, Status.WITHDRAWN}
        if last.since is None or not (named or is_no):
            return None
        return Wish(last.status, last.since, last.limits)


def _nation_and_word(work: Work) -> tuple[str, str]:
    [(nation, word)] = work.rows(select(Practice.nation, Practice.word_for_patient))
    return nation, word


def decides_alone(work: Work, who: Person, on: date) -> tuple[date, bool] | None:
    """Since when a young person decides alone and whether only by age; None when they do not, or none knows.

    The latest judgement counts; without one, whoever is 16 is presumed to.
    """
    judged = competence.latest(work, who.id, on)
    if judged is not None:
        can_decide, day = judged
        return (day, False) if can_decide else None
    if who.born is None:
        return None
    since = ages.presumed_to_decide_from(who.born)
    return (since, True) if since <= on else None


def decides_as_minor(work: Work, patient: UUID) -> bool:
    """Whether a patient is not of age and yet decides alone today."""
    who, today = work.get(Person, patient), timeline.today(work)
    nation, _word = _nation_and_word(work)
    return ages.is_minor(who.born, nation, today) and decides_alone(work, who, today) is not None


def _role(row: Contact) -> Role:
    seen = row.authority_seen
    if not seen and row.authority_seen_on:
        seen = dates.show(row.authority_seen_on)
    elif seen and row.authority_seen_on:
        seen = f"{seen}, {dates.show(row.authority_seen_on)}"
    return Role(
        relation=row.relation,
        authority=row.authority,
        seen=seen,
        scope=row.scope,
        begins=row.valid_from,
        ends=row.valid_to,
        may=_days(row.may_speak_from, row.may_speak_until),
        may_not=_days(row.not_to_speak_from, row.not_to_speak_until),
        is_emergency_contact=row.is_emergency_contact,
    )


def _days(first: date | None, last: date | None) -> tuple[date, date | None] | None:
    """A stretch of days; one that has an end only has always been."""
    if first is None and last is None:
        return None
    return first or date.min, last


def _rows(work: Work, patient: UUID) -> Sequence[Contact]:
    statement = select(Contact).where(Contact.patient_id == patient)
    return work.select(statement.order_by(Contact.relation, Contact.id))


def _known(work: Work, row: Contact, rows: Sequence[Contact], deciding: _Deciding) -> KnownContact:
    person = work.get(Person, row.person_id)
    own = work.find(Patient, row.person_id)
    ways, no_ways = _ways_here(work, row, is_patient=own is not None)
    theirs = [each for each in rows if each.person_id == row.person_id]
    return KnownContact(
        id=row.id,
        version=row.version,
        person=person.id,
        name=person.display_name,
        plain_name=names.plain_name(naming.name_of(person)),
        patient_number=str(own.number) if own else "",
        details=Details(**{each.name: getattr(row, each.name) for each in fields(Details)}),
        seen_by=timeline.user_name(work, row.authority_seen_by_id),
        ways=ways,
        no_ways=no_ways,
        speaking=deciding.answer(person, theirs),
        is_current=(row.valid_from is None or row.valid_from <= deciding.on)
        and (row.valid_to is None or deciding.on <= row.valid_to),
        is_kept_from=deciding.keeps_from(person, theirs),
    )


def _ways_here(work: Work, row: Contact, *, is_patient: bool) -> tuple[Ways, str]:
    """How to reach a contact as this patient's record may show it, and in words why it shows nothing.

    What a patient told us about themselves is theirs: a partner's new address or number must never stand in
    the other's record (P14; UK GDPR Art. 5(1)(f)). It is read in their own record, which is noted.
    """
    if is_patient:
        return Ways(), "Their own record says how to reach them."
    if not row.shows_reach:
        return Ways(), "How to reach them is not to stand in this record."
    return reaching.read(work, row.person_id, timeline.today(work)), ""


def _what_they_are(work: Work, person: UUID, number: int | None) -> str:
    """What somebody is here, in a few words: "patient 1003; mother of EZENWA, Adaeze"."""
    parts = [f"{_nation_and_word(work)[1]} {number}"] if number is not None else []
    statement = (
        select(Contact.relation, Person.display_name)
        .join(Person, Person.id == Contact.patient_id)
        .where(Contact.person_id == person)
        .order_by(Person.name_key)
        .limit(2)
    )
    parts += [f"{relation or 'contact'} of {name}" for relation, name in work.rows(statement)]
    if work.find(GP, person) is not None:
        parts.append("GP")
    works_here = (UserAccount.person_id, Practitioner.person_id)
    if any(work.first(select(column).where(column == person)) is not None for column in works_here):
        parts.append("works here")
    return "; ".join(parts)


def _check(work: Work, details: Details) -> None:
    """Every value within what the record keeps, dates in order, and a document seen with its day."""
    if not details.relation.strip():
        raise Invalid("Say what they are: mother, husband, solicitor…", field="relation")
    for name, longest in _LONGEST.items():
        if len(getattr(details, name)) > longest:
            raise Invalid(f"Write at most {longest} characters.", field=name)
    for first, last in (
        ("valid_from", "valid_to"),
        ("may_speak_from", "may_speak_until"),
        ("not_to_speak_from", "not_to_speak_until"),
    ):
        begins, ends = getattr(details, first), getattr(details, last)
        if begins is not None and ends is not None and ends < begins:
            raise Invalid("The last day is before the first.", field=last)
    if details.authority_seen.strip() and details.authority_seen_on is None:
        raise Invalid("Say when the document was seen.", field="authority_seen_on")
    if details.authority_seen_on is not None and details.authority_seen_on > timeline.today(work):
        raise Invalid("This day is still to come.", field="authority_seen_on")


def _check_not_there(work: Work, patient: UUID, person: UUID, details: Details) -> None:
    if person == patient:
        raise Invalid("This is the same person. Choose somebody else.", field="person")
    relation = one_line(details.relation).casefold()
    today = timeline.today(work)
    for row in _rows(work, patient):
        is_over = row.valid_to is not None and row.valid_to < today
        if row.person_id == person and row.relation.casefold() == relation and not is_over:
            name = work.get(Person, person).display_name
            raise Invalid(f"{name} is recorded as “{row.relation}” already.", field="relation")


def _fill(work: Work, row: Contact, details: Details) -> None:
    """Write the details; who saw the document is whoever says that it was seen."""
    seen = (details.authority_seen.strip(), details.authority_seen_on)
    if seen == ("", None):
        row.authority_seen_by_id = None
    elif seen != (row.authority_seen or "", row.authority_seen_on):
        row.authority_seen_by_id = work.actor.id
    tidied = replace(
        details,
        relation=one_line(details.relation),
        authority_seen=one_line(details.authority_seen),
        scope=details.scope.strip(),
        source=one_line(details.source),
    )
    for each in fields(Details):
        setattr(row, each.name, getattr(tidied, each.name))


def _new_person(work: Work, who: NewPerson, source: str) -> UUID:
    name = who.name
    for part in ("given", "family", "known_as"):
        if len(getattr(name, part) or "") > _LONGEST_NAME:
            raise Invalid(f"A name can have at most {_LONGEST_NAME} characters.", field=part)
    row = add_person(work, name, source=one_line(source))
    _write_ways(work, row.id, who.ways)
    return row.id


def _write_ways(work: Work, person: UUID, ways: Ways) -> None:
    """Make somebody be reached in these ways; what is replaced is kept with their earlier details (P11)."""
    checks = FormChecks()
    reaching.check(ways, checks)
    checks.raise_first()
    replaced = Replaced()
    reaching.write(work, person, reaching.tidied(ways), replaced.keep, timeline.today(work))
    replaced.store(work, person, "")


def _is_anything_else(work: Work, person: UUID, besides: UUID) -> bool:
    """Whether somebody is more here than the one contact: then the person stays."""
    their_own = frozenset(each.__tablename__ for each in (Phone, Email, Address))
    return is_named(work, person, besides=besides, without=their_own)


def _current(work: Work, contact: UUID, version: int) -> Contact:
    row = work.find(Contact, contact)
    if row is None:
        raise NotFound("This contact is not in the records any more.")
    if row.version != version:
        raise OutOfDate("Somebody else has changed this contact in the meantime. Nothing was overwritten.")
    return row
