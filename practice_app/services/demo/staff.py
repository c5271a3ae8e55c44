"""The people who work at the demo clinic: user accounts that open it, and practitioners."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from practice_app.model.people import Person
from practice_app.model.staff import Practitioner, UserAccount
from practice_app.rules import names
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services.demo.clinic import Colleague
from practice_app.storage.records import Work


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the staff, before there is an account. The password is no secret: all data are invented."""

    name: str
    role: Role
    password: str
    title: str = ""
    profession: str = ""
    work: str = ""
    body: str = ""
    number: str = ""
    is_health_professional: bool = False
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A user of the demo practice and the password that opens it, to be shown on screen."""

    id: UUID
    name: str
    role: Role
    password: str


DIRECTOR = Member(
    name="Ines Calloway",
    role=Role.DIRECTOR,
    password="paper lantern follows nine gulls",  # noqa: S106  shown on screen; the data are invented
    title="Dr",
    profession="Clinical psychologist",
    work="psychology",
    body="Health and Care Professions Council",
    number="PYL000000",
    is_health_professional=True,
    weekdays=frozenset({0, 1, 2, 3}),
)

OTHERS = (
    Member(
        name="Tomasz Zielony",
        role=Role.THERAPIST,
        password="copper teapot beside wide stairs",  # noqa: S106  shown on screen
        profession="Counsellor",
        work="counselling",
        body="British Association for Counselling and Psychotherapy",
        number="000000",
        weekdays=frozenset({1, 2, 3, 4}),
    ),
    Member(
        name="Priya Raman",
        role=Role.THERAPIST,
        password="seven umbrellas under grey slate",  # noqa: S106  shown on screen
        profession="Physiotherapist",
        work="physiotherapy",
        body="Health and Care Professions Council",
        number="PH000000",
        is_health_professional=True,
        weekdays=frozenset({0, 1, 2, 3, 4}),
    ),
    Member(
        name="Sam Okoro",
        role=Role.RECEPTIONIST,
        password="wooden ladder crosses quiet moss",  # noqa: S106  shown on screen
    ),
)


def practitioners(
    work: Work, everybody: tuple[DemoUser, ...], rooms: tuple[UUID, ...]
) -> tuple[Colleague, ...]:
    """Complete the accounts' people and professions; returns those who see patients."""
    members, free_rooms = (DIRECTOR, *OTHERS), iter(rooms)
    colleagues = []
    for user, member in zip(everybody, members, strict=True):
        account = work.get(UserAccount, user.id)
        account.must_change_password = False
        person = work.get(Person, account.person_id)
        if member.title:
            person.title = member.title
            person.display_name = names.display_name(_name_of(person))
        if member.weekdays:
            id = _practitioner(work, user.id, person, member)
            name = names.plain_name(_name_of(person))
            colleagues.append(
                Colleague(
                    id, user.id, name, member.profession, member.work, member.weekdays, next(free_rooms)
                )
            )
    return tuple(colleagues)


def _practitioner(work: Work, user: UUID, person: Person, member: Member) -> UUID:
    row = work.first(select(Practitioner).where(Practitioner.user_id == user))
    if row is None:  # a new practice's director need not be a practitioner
        row = Practitioner(person_id=person.id, user_id=user)
        work.add(row)
    row.profession = member.profession
    row.is_health_professional = member.is_health_professional
    row.registration_body = member.body
    row.registration_number = member.number
    work.flush()
    return row.id


def _name_of(person: Person) -> PersonName:
    return PersonName(person.title, person.given, person.family, person.known_as)
