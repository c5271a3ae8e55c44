"""Couples and families: who is seen together, since when, and until they part."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from practice_app.errors import Invalid, NotFound
from practice_app.model.families import Family, FamilyKind, FamilyMember, Parting
from practice_app.model.people import Patient, Person
from practice_app.rules import dates
from practice_app.rules.permissions import Permission
from practice_app.rules.rulings import Ruling
from practice_app.services import access, kept_from, timeline
from practice_app.services.marks import changes, reads
from practice_app.storage.records import Work

__all__ = [
    "FamilyKind",
    "Member",
    "Parting",
    "Together",
    "add_member",
    "may_join",
    "of",
    "part",
    "rejoin",
    "start",
    "take_back",
    "take_member_back",
]

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Member:
    """One patient of a couple or family; `parted_on` is the first day they are not seen together any more."""

    id: UUID
    patient: UUID
    name: str
    since: date
    parted_on: date | None
    parting: Parting | None


@dataclass(frozen=True, slots=True)
class Together:
    """A couple or family, by whom it is made up. Nothing of the others but their names is in it."""

    id: UUID
    kind: FamilyKind
    name: str
    members: tuple[Member, ...]

    def members_on(self, day: date) -> tuple[Member, ...]:
        """Who is seen together on a day."""
        return tuple(each for each in self.members if _is_in(each.since, each.parted_on, day))


@reads(Permission.OPEN_RECORD)
def of(work: Work, patient: UUID) -> tuple[Together, ...]:
    """The couples and families a patient is or was in, those that go on first."""
    access.require_record(work, patient)
    day = timeline.today(work)
    found = [_together(work, row) for row in _families_of(work, patient)]
    return tuple(sorted(found, key=lambda each: patient not in {m.patient for m in each.members_on(day)}))


@changes(Permission.EDIT_PEOPLE)
def start(work: Work, kind: FamilyKind, patients: Sequence[UUID], since: date, name: str = "") -> UUID:
    """Note that patients are seen together from a day; returns the couple's or family's id.

    Raises Invalid for fewer than two people, a couple of more than two, somebody who died before, and for a
    couple that is known already.
    """
    people = tuple(dict.fromkeys(patients))
    access.require_records(work, people)
    if len(people) < 2:
        raise Invalid("Choose at least one other person.", field="patients")
    if kind is FamilyKind.COUPLE and len(people) > 2:
        raise Invalid("A couple is two people. Choose “family” for more.", field="kind")
    if len(name) > _LONGEST_NAME:
        raise Invalid(f"A name can have at most {_LONGEST_NAME} characters.", field="name")
    for each in people:
        _check_alive(work, each, since)
    for known in _families_of(work, people[0]):
        if known.kind is kind and set(_now_in(known, since)) == set(people):
            raise Invalid("They are recorded as seen together already.", field="patients")
    row = Family(kind=kind, name=" ".join(name.split()))
    row.members = [FamilyMember(patient_id=each, since=since) for each in people]
    work.add(row)
    return row.id


@changes(Permission.EDIT_PEOPLE)
def add_member(work: Work, family: UUID, patient: UUID, since: date) -> UUID:
    """Let one more patient be seen together with a family from a day; returns the membership's id.

    As with `start`, a therapist must see everybody who is written to together from then on.
    """
    row = _family(work, family)
    access.require_records(work, (patient, *_now_in(row, since)))
    if row.kind is FamilyKind.COUPLE:
        raise Invalid("A couple is two people. Record a family instead.", field="patients")
    if any(each.patient_id == patient and each.parted_on is None for each in row.members):
        raise Invalid("This person belongs to the family already.", field="patients")
    _check_alive(work, patient, since)
    made = FamilyMember(patient_id=patient, since=since)
    row.members.append(made)
    return made.id


@changes(Permission.EDIT_PEOPLE)
def part(
    work: Work, family: UUID, on: date, parting: Parting, patient: UUID | None = None
) -> tuple[UUID, ...]:
    """Note that they are not seen together from a day on; `patient` leaves alone when given.

    Nothing is written jointly by default after that. Returns the memberships that ended, for `rejoin`.
    Raises Invalid for a day before they were seen together, or when they have parted already.
    """
    row = _family(work, family)
    access.require_records(work, (each.patient_id for each in row.members) if patient is None else (patient,))
    going = [each for each in row.members if each.parted_on is None and patient in (None, each.patient_id)]
    if not going:
        raise Invalid("They are not seen together any more.", field="parted_on")
    if any(on < each.since for each in going):
        first = max(each.since for each in going)
        raise Invalid(
            f"They have been seen together since {dates.show(first)}. Give a later day.", field="parted_on"
        )
    for each in going:
        each.parted_on, each.parting = on, parting
    return tuple(each.id for each in going)


@changes(Permission.EDIT_PEOPLE)
def rejoin(work: Work, members: Iterable[UUID]) -> None:
    """Undo `part` for these memberships."""
    for each in members:
        row = work.get(FamilyMember, each)
        access.require_record(work, row.patient_id)
        row.parted_on = row.parting = None


@changes(Permission.EDIT_PEOPLE)
def take_back(work: Work, family: UUID) -> None:
    """Undo `start`: a couple or family just recorded by mistake goes; refused once somebody parted."""
    row = _family(work, family)
    access.require_records(work, (each.patient_id for each in row.members))
    if row.version != 1 or any(each.version != 1 for each in row.members):
        raise Invalid("This was changed meanwhile. Say that they have parted instead.")
    work.delete(row)


@changes(Permission.EDIT_PEOPLE)
def take_member_back(work: Work, member: UUID) -> None:
    """Undo `add_member`."""
    row = work.get(FamilyMember, member)
    access.require_record(work, row.patient_id)
    if row.version != 1:
        raise Invalid("This was changed meanwhile. Say that they have parted instead.")
    work.delete(row)


@reads(Permission.OPEN_RECORD)
def may_join(work: Work, people: Sequence[UUID], on: date) -> Ruling:
    """Whether these patients are written to or invited together by default on a day (P14).

    Only people recorded as one couple or family that has not parted are; never after a death, nor when one's
    record is kept from another. Somebody alone is no question.
    """
    wanted = list(dict.fromkeys(people))
    access.require_records(work, wanted)
    if len(wanted) < 2:
        return Ruling(True, "Only one person: nothing is joint.")
    for each in wanted:
        died = work.get(Person, each).died
        if died is not None and died <= on:
            return Ruling(
                False, f"Not together: one of them died on {dates.show(died)}. Write to each alone."
            )
    if any(
        kept_from.is_kept_from(work, one, other, on) for one in wanted for other in wanted if one != other
    ):
        return Ruling(
            False, "Not together: something is not to be shown to one of them. Write to each alone."
        )
    return _by_families(work, wanted, on)


def _by_families(work: Work, people: Sequence[UUID], on: date) -> Ruling:
    parted: list[date] = []
    for row in _families_of(work, people[0]):
        rows = [each for each in row.members if each.patient_id in people]
        if {each.patient_id for each in rows} != set(people):
            continue
        if {each.patient_id for each in rows if _is_in(each.since, each.parted_on, on)} == set(people):
            return Ruling(True, f"Together: they are seen as a {row.kind.value}.")
        parted += [each.parted_on for each in rows if each.parted_on and each.parted_on <= on]
    if parted:
        day = dates.show(max(parted))
        return Ruling(False, f"Not together: they parted on {day}. Write to each alone.")
    return Ruling(False, "Not together: they are not recorded as a couple or family. Write to each alone.")


def _now_in(row: Family, day: date) -> tuple[UUID, ...]:
    return tuple(each.patient_id for each in row.members if _is_in(each.since, each.parted_on, day))


def _is_in(since: date, parted_on: date | None, day: date) -> bool:
    return since <= day and (parted_on is None or day < parted_on)


def _check_alive(work: Work, patient: UUID, on: date) -> None:
    work.get(Patient, patient)
    who = work.get(Person, patient)
    if who.died is not None and who.died <= on:
        raise Invalid(f"{who.display_name} died on {dates.show(who.died)}.", field="patients")


def _families_of(work: Work, patient: UUID) -> Sequence[Family]:
    statement = (
        select(Family)
        .where(Family.id.in_(select(FamilyMember.family_id).where(FamilyMember.patient_id == patient)))
        .options(selectinload(Family.members))
        .order_by(Family.id)
    )
    return work.select(statement)


def _family(work: Work, id: UUID) -> Family:
    found = work.first(select(Family).where(Family.id == id).options(selectinload(Family.members)))
    if found is None:
        raise NotFound("That couple or family is not in the records any more.")
    return found


def _together(work: Work, row: Family) -> Together:
    members = [
        Member(
            each.id,
            each.patient_id,
            work.get(Person, each.patient_id).display_name,
            each.since,
            each.parted_on,
            each.parting,
        )
        for each in row.members
    ]
    return Together(
        row.id, row.kind, row.name, tuple(sorted(members, key=lambda each: (each.since, each.name)))
    )
