"""The people who see patients, the rooms they use and the kinds of appointments they give."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select

from practice_app.errors import Invalid, NotAllowed
from practice_app.model.diary import Appointment, AppointmentType, Room
from practice_app.model.people import Person
from practice_app.model.staff import Practitioner, UserAccount
from practice_app.rules import dates, names
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Permission
from practice_app.services import entered, naming, timeline
from practice_app.services.marks import changes, reads
from practice_app.services.practice import new_person
from practice_app.services.two_writers import merged
from practice_app.storage.records import Work

SHORTEST_APPOINTMENT, LONGEST_APPOINTMENT = 5, 480


@dataclass(frozen=True, slots=True, kw_only=True)
class PractitionerDetails:
    """What is entered about a practitioner. `name` is written in one piece ("Dr Asha Shah").

    `user` is the account they sign in with, if they do.
    """

    name: str
    profession: str = ""
    is_health_professional: bool = False
    registration_body: str = ""
    registration_number: str = ""
    joined_on: date | None = None
    left_on: date | None = None
    user: UUID | None = None


@dataclass(frozen=True, slots=True)
class PractitionerRow:
    """A practitioner in the list; `signs_in_as` is the name of their account, or ""."""

    id: UUID
    name: str
    signs_in_as: str
    details: PractitionerDetails

    @property
    def is_here(self) -> bool:
        """Whether no leaving date is recorded."""
        return self.details.left_on is None


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room; `is_used` says that appointments name it, so that it can be closed but not deleted."""

    id: UUID
    name: str
    closed_on: date | None
    is_used: bool


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A kind of appointment with its usual length; see RoomRow."""

    id: UUID
    name: str
    minutes: int
    closed_on: date | None
    is_used: bool


@reads(Permission.READ_SETTINGS)
def practitioners(work: Work) -> tuple[PractitionerRow, ...]:
    """Everybody who sees or saw patients here, by name; those who left come last."""
    accounts = {
        id: names.plain_name(naming.name_of(person))
        for id, person in work.rows(select(UserAccount.id, Person).join(Person))
    }
    statement = select(Practitioner, Person).join(Person).order_by(Person.name_key, Person.id)
    rows = [_row(row, person, accounts) for row, person in work.rows(statement)]
    return tuple(sorted(rows, key=lambda row: not row.is_here))


@reads(Permission.CHANGE_SETTINGS)
def accounts_to_link(work: Work) -> tuple[tuple[UUID, str], ...]:
    """The accounts a practitioner may sign in with, by name: those in use."""
    statement = (
        select(UserAccount.id, Person.display_name)
        .join(Person)
        .where(UserAccount.disabled_at.is_(None))
        .order_by(Person.name_key)
    )
    return tuple((row.id, row.display_name) for row in work.rows(statement))


@changes(Permission.CHANGE_SETTINGS)
def add_practitioner(work: Work, wanted: PractitionerDetails) -> UUID:
    """Add somebody who sees patients; an account they sign in with makes them the same person as its user.

    Refuses (Invalid) a name that is none, dates in the wrong order, and an account of another practitioner.
    """
    checked = _checked(work, wanted, None)
    name = _name(checked)
    account = work.find(UserAccount, checked.user)
    person_id = account.person_id if account else new_person(work, name, source="entered by a director").id
    made = Practitioner(person_id=person_id)
    work.add(made)
    _write(made, checked)
    work.flush()
    return made.id


@changes(Permission.CHANGE_SETTINGS)
def change_practitioner(
    work: Work, id: UUID, before: PractitionerDetails, wanted: PractitionerDetails
) -> PractitionerDetails:
    """Change what differs between `before`, as it was read, and `wanted`; returns what is written then.

    Refuses as `add_practitioner` does, and with ChangedMeanwhile.
    """
    row = work.get(Practitioner, id)
    person = work.get(Person, row.person_id)
    now = _details(row, person)
    checked = _checked(work, merged(before, wanted, now), id)
    if checked.name != now.name:
        naming.rename(person, _name(checked))
    _write(row, checked)
    work.flush()
    return _details(row, person)


@changes(Permission.CHANGE_SETTINGS)
def take_practitioner_back(work: Work, id: UUID) -> None:
    """Undo an addition: delete a practitioner whom nothing names yet; raises NotAllowed otherwise."""
    row = work.get(Practitioner, id)
    if work.first(select(Appointment.id).where(Appointment.practitioner_id == id).limit(1)):
        raise NotAllowed("There are appointments with this practitioner. Enter the day they left instead.")
    person = work.get(Person, row.person_id)
    has_account = work.first(select(UserAccount.id).where(UserAccount.person_id == person.id).limit(1))
    work.delete(row)
    work.flush()
    if not has_account:
        naming.take_back(work, person)


@reads(Permission.READ_SETTINGS)
def rooms(work: Work) -> tuple[RoomRow, ...]:
    """All rooms by name; closed ones come last."""
    used = exists().where(Appointment.room_id == Room.id)
    statement = select(Room.id, Room.name, Room.closed_on, used).order_by(
        Room.closed_on.is_not(None), func.lower(Room.name)
    )
    return tuple(RoomRow(*row) for row in work.rows(statement))


@reads(Permission.READ_SETTINGS)
def types(work: Work) -> tuple[TypeRow, ...]:
    """All kinds of appointments by name; closed ones come last."""
    kind = AppointmentType
    used = exists().where(Appointment.type_id == kind.id)
    statement = select(kind.id, kind.name, kind.minutes, kind.closed_on, used).order_by(
        kind.closed_on.is_not(None), func.lower(kind.name)
    )
    return tuple(TypeRow(*row) for row in work.rows(statement))


@changes(Permission.CHANGE_SETTINGS)
def add_room(work: Work, name: str) -> UUID:
    """Add a room; refuses (Invalid) a name that a room has, open or closed."""
    made = Room(name=_free_name(work, Room, name, None))
    work.add(made)
    work.flush()
    return made.id


@changes(Permission.CHANGE_SETTINGS)
def rename_room(work: Work, id: UUID, before: str, name: str) -> None:
    """Call a room something else, in past appointments too; refuses as `add_room`, and ChangedMeanwhile."""
    row = work.get(Room, id)
    wanted = merged(_Named(before), _Named(name), _Named(row.name))
    row.name = _free_name(work, Room, wanted.name, id)


@changes(Permission.CHANGE_SETTINGS)
def add_type(work: Work, name: str, minutes: int) -> UUID:
    """Add a kind of appointment of 5 to 480 minutes; refuses (Invalid) a name that one has."""
    made = AppointmentType(name=_free_name(work, AppointmentType, name, None), minutes=_length(minutes))
    work.add(made)
    work.flush()
    return made.id


@changes(Permission.CHANGE_SETTINGS)
def change_type(work: Work, id: UUID, before: tuple[str, int], wanted: tuple[str, int]) -> None:
    """Change name and usual length; appointments that are booked keep theirs. Refuses as `add_type`."""
    row = work.get(AppointmentType, id)
    name, minutes = wanted
    merging = merged(_Kind(*before), _Kind(name, minutes), _Kind(row.name, row.minutes))
    row.name = _free_name(work, AppointmentType, merging.name, id)
    row.minutes = _length(merging.minutes)


@changes(Permission.CHANGE_SETTINGS)
def put_away_room(work: Work, id: UUID) -> bool:
    """Delete a room that was never used, close one that was; whether it was deleted."""
    return _put_away(work, work.get(Room, id), exists().where(Appointment.room_id == id))


@changes(Permission.CHANGE_SETTINGS)
def put_away_type(work: Work, id: UUID) -> bool:
    """Delete a kind of appointment that was never used, close one that was; whether it was deleted."""
    return _put_away(work, work.get(AppointmentType, id), exists().where(Appointment.type_id == id))


@changes(Permission.CHANGE_SETTINGS)
def open_room_again(work: Work, id: UUID) -> None:
    """Take the closing of a room back."""
    work.get(Room, id).closed_on = None


@changes(Permission.CHANGE_SETTINGS)
def open_type_again(work: Work, id: UUID) -> None:
    """Take the closing of a kind of appointment back."""
    work.get(AppointmentType, id).closed_on = None


@dataclass(frozen=True, slots=True)
class _Named:
    name: str


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    minutes: int


def _row(row: Practitioner, person: Person, accounts: dict[UUID, str]) -> PractitionerRow:
    signs_in_as = accounts.get(row.user_id, "") if row.user_id else ""
    return PractitionerRow(row.id, person.display_name, signs_in_as, _details(row, person))


def _details(row: Practitioner, person: Person) -> PractitionerDetails:
    kept = {field.name: getattr(row, field.name) for field in fields(PractitionerDetails)[1:-1]}
    return PractitionerDetails(name=naming.full_name(person), user=row.user_id, **kept)


def _write(row: Practitioner, wanted: PractitionerDetails) -> None:
    for field in fields(PractitionerDetails)[1:-1]:
        setattr(row, field.name, getattr(wanted, field.name))
    row.user_id = wanted.user


def _name(wanted: PractitionerDetails) -> PersonName:
    if not wanted.name.strip():
        raise Invalid("Enter the practitioner's name, like Dr Asha Shah.", field="name")
    return names.split_full_name(wanted.name)


def _checked(work: Work, given: PractitionerDetails, id: UUID | None) -> PractitionerDetails:
    _name(given)
    if given.joined_on and given.left_on and given.left_on < given.joined_on:
        raise Invalid(f"They joined on {dates.show(given.joined_on)}: enter a later day.", field="left_on")
    if given.user is not None:
        other = select(Practitioner.id).where(Practitioner.user_id == given.user, Practitioner.id != id)
        if work.first(other if id else select(Practitioner.id).where(Practitioner.user_id == given.user)):
            raise Invalid("Another practitioner signs in with this account.", field="user")
    return replace(
        given,
        name=entered.line(given.name, "name", 200),
        profession=entered.line(given.profession, "profession", 100),
        registration_body=entered.line(given.registration_body, "registration_body", 100),
        registration_number=entered.line(given.registration_number, "registration_number", 60),
    )


def _length(minutes: int) -> int:
    return entered.whole_number(minutes, "minutes", SHORTEST_APPOINTMENT, LONGEST_APPOINTMENT, "minutes")


def _free_name(work: Work, kind: type[Room] | type[AppointmentType], text: str, id: UUID | None) -> str:
    """A name nothing else of this kind has, however capitalised: two "Room 1" cannot be told apart."""
    name = entered.line(text, "name", 100, needed="Give it a name.")
    same = select(kind.id, kind.closed_on).where(func.lower(kind.name) == name.lower())
    other = next((row for row in work.rows(same) if row.id != id), None)
    if other is not None:
        closed = " It is closed; open it again instead." if other.closed_on else ""
        raise Invalid(f"“{name}” is there already.{closed}", field="name")
    return name


def _put_away(work: Work, row: Room | AppointmentType, used: Any) -> bool:
    if work.first(select(used)):
        row.closed_on = timeline.today(work)
        return False
    work.delete(row)
    return True
