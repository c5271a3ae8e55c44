"""Records that may be one person's: suggested with the reason, never merged without somebody's decision."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from practice_app.errors import Invalid
from practice_app.model.merges import Judgement, MergeSuggestion
from practice_app.model.people import Email, Patient, Person, Phone
from practice_app.progress import Progress
from practice_app.rules import dates
from practice_app.rules.permissions import Permission
from practice_app.services import access, timeline
from practice_app.services.imports.duplicates import likely
from practice_app.services.imports.duplicates_here import those_here
from practice_app.services.marks import changes, reads
from practice_app.services.merges.comparing import Party, party
from practice_app.storage import merged
from practice_app.storage.records import Work

_MOST = 200
"""How many records that share something are looked at."""

_AFTER_ALL = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A record that may be the same person's, and why somebody or the program thinks so."""

    other: Party
    reason: str


@reads(Permission.SUGGEST_MERGES)
def suggestions(work: Work, patient: UUID) -> tuple[Suggestion, ...]:
    """The records that may be this patient's second one, without those judged to be another person's."""
    access.require_record(work, patient)
    patient = merged.kept(work, patient)
    found = dict(_by_people(work, patient))
    for other, reason in _by_likeness(work, patient):
        found.setdefault(other, reason)
    judged = _judged(work, patient, Judgement.TWO_PEOPLE)
    return tuple(
        Suggestion(party(work, other), reason) for other, reason in found.items() if other not in judged
    )


@changes(Permission.SUGGEST_MERGES)
def suggest(work: Work, patient: UUID, other: UUID) -> None:
    """Tell the directors that two records are one person's; whoever opens either sees it."""
    _judge(work, patient, other, Judgement.ONE_PERSON)


@changes(Permission.SUGGEST_MERGES)
def keep_apart(work: Work, patient: UUID, other: UUID) -> None:
    """Say that two records are two people's, so that nobody is asked again."""
    _judge(work, patient, other, Judgement.TWO_PEOPLE)


@changes(Permission.SUGGEST_MERGES)
def take_back(work: Work, patient: UUID, other: UUID) -> None:
    """Forget what was said about two records."""
    access.require_record(work, patient)
    for row in _between(work, patient, other):
        work.delete(row)


def _judge(work: Work, patient: UUID, other: UUID, judgement: Judgement) -> None:
    access.require_record(work, patient)
    one, two = (work.get(Patient, merged.kept(work, each)).id for each in (patient, other))
    if one == two:
        raise Invalid("This is the same record.", field="other")
    for row in _between(work, one, two):
        work.delete(row)
    work.add(
        MergeSuggestion(
            person_id=one, other_id=two, judgement=judgement, made_by_id=work.actor.id, made_at=work.now
        )
    )


def _between(work: Work, one: UUID, other: UUID) -> Iterable[MergeSuggestion]:
    row = MergeSuggestion
    either = or_(
        and_(row.person_id == one, row.other_id == other), and_(row.person_id == other, row.other_id == one)
    )
    return work.select(select(row).where(either))


def _judged(work: Work, patient: UUID, judgement: Judgement) -> dict[UUID, MergeSuggestion]:
    row = MergeSuggestion
    statement = select(row).where(
        row.judgement == judgement, or_(row.person_id == patient, row.other_id == patient)
    )
    return {
        found.other_id if found.person_id == patient else found.person_id: found
        for found in work.select(statement)
    }


def _by_people(work: Work, patient: UUID) -> Iterable[tuple[UUID, str]]:
    zone = timeline.practice_zone(work)
    for other, row in _judged(work, patient, Judgement.ONE_PERSON).items():
        on = dates.show(row.made_at.astimezone(zone).date())
        yield other, f"suggested by {timeline.user_name(work, row.made_by_id)} on {on}"


def _by_likeness(work: Work, patient: UUID) -> Iterable[tuple[UUID, str]]:
    """Those among the records that share something with this one who are like enough."""
    near = [each for each in _near(work, patient) if each != patient]
    numbers = select(Patient.number, Patient.id).where(Patient.id.in_(near))
    ids = {row.number: row.id for row in work.rows(numbers)}
    [mine] = (replace(each, line=1) for each in those_here(work, [patient]))
    for pair in likely([mine, *those_here(work, near)], Progress()):
        yield ids[pair.other.number], pair.reason


def _near(work: Work, patient: UUID) -> Iterable[UUID]:
    """Patients of the same NHS number, birth date, telephone, e-mail address, or family name and initial."""
    person, row = work.get(Person, patient), work.get(Patient, patient)
    people = select(Patient.id).join(Person, Person.id == Patient.id)
    key = person.name_key[: person.name_key.find(" ") + 2]
    wanted = [people.where(Person.name_key >= key, Person.name_key < key + _AFTER_ALL)] if key else []
    if row.nhs_number:
        wanted.append(people.where(Patient.nhs_number == row.nhs_number))
    if person.born:
        wanted.append(people.where(Person.born == person.born))
    digits = work.select(select(Phone.digits).where(Phone.person_id == patient))
    if digits:
        wanted.append(people.where(Patient.id.in_(select(Phone.person_id).where(Phone.digits.in_(digits)))))
    mails = [each.casefold() for each in work.select(select(Email.address).where(Email.person_id == patient))]
    if mails:
        same = select(Email.person_id).where(func.lower(Email.address).in_(mails))
        wanted.append(people.where(Patient.id.in_(same)))
    return dict.fromkeys(id for statement in wanted for id in work.select(statement.limit(_MOST)))
