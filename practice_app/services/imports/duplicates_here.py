"""The patients already in the records, as new ones are compared with them."""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from practice_app.model.people import Address, Email, Patient, Person, Phone
from practice_app.rules.names import PersonName
from practice_app.services.duplicates import Someone
from practice_app.storage.records import Work

_PATIENTS = select(
    Patient.id, Patient.number, Patient.nhs_number, Person.family, Person.given, Person.known_as, Person.born
).join(Person, Person.id == Patient.id)


def those_here(work: Work) -> Iterator[Someone]:
    """Everybody who is a patient here, with all telephone numbers and one address of each kind."""
    phones: defaultdict[UUID, set[str]] = defaultdict(set)
    for row in work.rows(select(Phone.person_id, Phone.e164).where(Phone.e164.is_not(None))):
        phones[row.person_id].add(row.e164)
    emails = {row.person_id: row.address for row in work.rows(select(Email.person_id, Email.address))}
    homes = select(Address.person_id, Address.postcode)
    postcodes = {row.person_id: row.postcode for row in work.rows(homes)}
    for row in work.rows(_PATIENTS):
        yield Someone.named(
            PersonName(None, row.given, row.family, row.known_as),
            line=None,
            number=row.number,
            born=row.born,
            nhs_number=row.nhs_number,
            phones=tuple(phones.get(row.id, ())),
            email=emails.get(row.id, "").casefold(),
            postcode=postcodes.get(row.id, ""),
        )
