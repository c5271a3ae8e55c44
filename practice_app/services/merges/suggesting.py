"""Records that may be one person's: suggested with the reason, never merged without somebody's decision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select

from practice_app.errors import Invalid
from practice_app.model.merges import Judgement, MergeSuggestion
from practice_app.model.people import Patient, Person
from practice_app.rules import dates
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Permission
from practice_app.services import access, reaching, timeline, typed_duplicates
from practice_app.services.marks import changes, reads
from practice_app.services.merges.comparing import Party, party
from practice_app.services.typed_duplicates import Typed
from practice_app.storage import merged
from practice_app.storage.records import Work


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
    """Say that two records are two people's, so that nobody is asked again, whoever suggested them."""
    _judge(work, patient, other, Judgement.TWO_PEOPLE)


@changes(Permission.SUGGEST_MERGES)
def take_back(work: Work, patient: UUID, other: UUID) -> None:
    """Forget what was said about two records last; a suggestion made before that stays."""
    access.require_record(work, patient)
    rows = _between(work, patient, other)
    apart = [row for row in rows if row.judgement is Judgement.TWO_PEOPLE]
    for row in apart or rows:
        work.delete(row)


def _judge(work: Work, patient: UUID, other: UUID, judgement: Judgement) -> None:
    access.require_record(work, patient)
    one, two = (work.get(Patient, merged.kept(work, each)).id for each in (patient, other))
    if one == two:
        raise Invalid("This is the same record.", field="other")
    for row in _between(work, one, two):
        if judgement is Judgement.ONE_PERSON or row.judgement is judgement:
            work.delete(row)
    work.add(
        MergeSuggestion(
            person_id=one, other_id=two, judgement=judgement, made_by_id=work.actor.id, made_at=work.now
        )
    )


def _between(work: Work, one: UUID, other: UUID) -> Sequence[MergeSuggestion]:
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
    """Those who are like this patient, as somebody who typed the patient's details would be told."""
    person, ways = work.get(Person, patient), reaching.read(work, patient, timeline.today(work))
    typed = Typed(
        name=PersonName(person.title, person.given, person.family, person.known_as),
        born=person.born,
        nhs_number=work.get(Patient, patient).nhs_number or "",
        phones=tuple(each.number for each in ways.phones),
        emails=tuple(each.address for each in ways.emails),
        postcode=next((each.postcode for each in ways.addresses if each.postcode), ""),
        patient=patient,
    )
    return ((each.id, each.reason) for each in typed_duplicates.find(work, typed))
