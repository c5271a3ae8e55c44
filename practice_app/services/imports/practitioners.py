"""Finding the practitioner a row names, and adding those who are not here yet when that was asked for."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select

from practice_app.errors import Invalid
from practice_app.model.people import Person
from practice_app.model.staff import Practitioner
from practice_app.rules import names
from practice_app.rules.names import PersonName
from practice_app.services.imports import people_values
from practice_app.services.imports.plan import Setting
from practice_app.storage.bulk import Batch
from practice_app.storage.records import Work


@dataclass(frozen=True, slots=True)
class _New:
    id: UUID
    person_id: UUID
    name: PersonName


class Practitioners:
    """The practitioners by name, in either order and with or without title."""

    def __init__(self, work: Work, setting: Setting) -> None:
        self._setting = setting
        self._by_name: defaultdict[str, set[UUID]] = defaultdict(set)
        statement = select(Practitioner.id, Person.title, Person.given, Person.family, Person.known_as).join(
            Person, Person.id == Practitioner.person_id
        )
        self._all: list[UUID] = []
        for row in work.rows(statement):
            self._all.append(row.id)
            for form in _forms(PersonName(row.title, row.given, row.family, row.known_as)):
                self._by_name[form].add(row.id)
        self._new: list[_New] = []

    def find(self, typed: str | None) -> UUID:
        """The practitioner of this name; without a name, the only one there is.

        Refuses with Invalid a name that nobody or more than one has. Where the import may create
        practitioners, a name that nobody has becomes one.
        """
        if not typed:
            if len(self._all) == 1:
                return self._all[0]
            raise Invalid("This row names no practitioner.")
        name = people_values.name_of(typed, "a practitioner")
        found: set[UUID] = set().union(*(self._by_name.get(form, set()) for form in _forms(name)))
        if len(found) > 1:
            raise Invalid(f"More than one practitioner is called “{typed}”.")
        return found.pop() if found else self._add(typed, name)

    def write(self, batch: Batch) -> None:
        """Write the new practitioners as people of their own."""
        now, origin = batch.work.now, self._setting.origin
        batch.add(
            Person,
            [
                people_values.person(new.person_id, new.name, entered_at=now, source=origin)
                for new in self._new
            ],
        )
        batch.add(Practitioner, [{"id": new.id, "person_id": new.person_id} for new in self._new])
        batch.add_search_entries({new.person_id: people_values.search_words(new.name) for new in self._new})

    def _add(self, typed: str, name: PersonName) -> UUID:
        if not self._setting.create_practitioners:
            raise Invalid(
                f"There is no practitioner called “{typed}”. Add them first, or let the import add "
                "practitioners (--create-practitioners)."
            )
        new = _New(uuid4(), uuid4(), name)
        self._new.append(new)
        self._all.append(new.id)
        for form in _forms(name):
            self._by_name[form].add(new.id)
        return new.id


def _forms(name: PersonName) -> set[str]:
    """The folded forms a name is recognised by: family name first and last, and the nickname alone."""
    forms = {names.sort_key(name), names.fold(f"{name.given or ''} {name.family or ''}")}
    if name.known_as:
        forms |= {names.fold(name.known_as), names.fold(f"{name.known_as} {name.family or ''}")}
    return {form for form in forms if form} or {names.plain_name(name)}
