"""What the people who work here are called in lists: plain names, without a title."""

from uuid import UUID

from sqlalchemy import select

from practice_app.model.people import Person
from practice_app.model.staff import UserAccount
from practice_app.rules import names
from practice_app.rules.names import PersonName
from practice_app.storage.records import Work


def plain(person: Person) -> str:
    """ "Asha Shah"."""
    return names.plain_name(PersonName(None, person.given, person.family, person.known_as))


def of_users(work: Work) -> dict[UUID, str]:
    """The name of everybody who ever signed in here, by the id of their account."""
    rows = work.rows(select(UserAccount.id, Person).join(Person))
    return {id: plain(person) for id, person in rows}
