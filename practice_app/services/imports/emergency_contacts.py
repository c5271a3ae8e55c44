"""Whom to ring in an emergency: a person of their own, tied to the patient."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from practice_app.exchange.rows import EmergencyContact
from practice_app.model.people import Contact, Person, Phone
from practice_app.rules.authority import Authority
from practice_app.services.imports import people_values
from practice_app.storage.bulk import Batch


def write(batch: Batch, named: Sequence[tuple[UUID, EmergencyContact]], origin: str) -> None:
    """Write one new contact for each patient named; two patients' contacts of one name stay two people."""
    people = [(uuid4(), patient_id, contact) for patient_id, contact in named]
    now = batch.work.now
    batch.add(
        Person,
        [people_values.person(id, contact.name, entered_at=now, source=origin) for id, _, contact in people],
    )
    batch.add(
        Contact,
        [
            {
                "id": uuid4(),
                "patient_id": patient_id,
                "person_id": id,
                "relation": contact.relation,
                "authority": Authority.NONE,
                "is_emergency_contact": True,
                "source": origin,
            }
            for id, patient_id, contact in people
        ],
    )
    batch.add(
        Phone, [people_values.phone(id, contact.phone, 0) for id, _, contact in people if contact.phone]
    )
    batch.add_search_entries(
        {
            id: people_values.search_words(contact.name, [contact.phone] if contact.phone else [])
            for id, _, contact in people
        }
    )
