"""A person's row: the name it carries in one piece as it is typed, a new name, and taking the row back."""

from dataclasses import replace

from practice_app.model.people import Person
from practice_app.rules import names
from practice_app.rules.names import PersonName
from practice_app.services.practice.making import check_name
from practice_app.storage import search
from practice_app.storage.records import Work


def name_of(person: Person) -> PersonName:
    """The parts of a person's name."""
    return PersonName(person.title, person.given, person.family, person.known_as)


def full_name(person: Person) -> str:
    """The name in one piece, so that names.split_full_name gives its parts again.

    "Dr Asha Shah"; "Garcia Lopez, Ana (Dr)" where the plain order would be taken apart wrongly. A nickname
    is given only where there is no other name.
    """
    whole = name_of(person)
    if not (whole.given or whole.family):
        return whole.known_as or ""
    name = replace(whole, known_as=None)
    plain = " ".join(part for part in (name.title, name.given, name.family) if part)
    if names.split_full_name(plain) == name:
        return plain
    title = f" ({name.title})" if name.title else ""
    return f"{name.family or ''}, {name.given or ''}{title}".strip()


def take_back(work: Work, person: Person) -> None:
    """Delete somebody who was just entered by mistake, and whom nothing else names."""
    search.forget(work, person.id)
    work.delete(person)


def rename(person: Person, name: PersonName) -> None:
    """Give a person another name and what follows from it; a nickname stays unless another is given."""
    check_name(name)
    person.title, person.given, person.family = name.title, name.given, name.family
    person.known_as = name.known_as or person.known_as
    person.display_name = names.display_name(name_of(person))
    person.name_key = names.sort_key(name_of(person))
