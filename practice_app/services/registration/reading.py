"""A patient's details out of the records, as the role may see them."""

from uuid import UUID

from sqlalchemy import select

from practice_app.model.people import GP, GPPractice, HealthFact, Patient, Person
from practice_app.rules.permissions import CLINICAL_ROLES
from practice_app.services import reaching, timeline
from practice_app.services.registration.details import Details, HealthDetails
from practice_app.storage.records import Work


def read(work: Work, patient: UUID) -> Details:
    """The details of a patient; `health` is None for a role that may not see it."""
    row, person = work.get(Patient, patient), work.get(Person, patient)
    ways = reaching.read(work, patient, timeline.today(work))
    return Details(
        title=person.title or "",
        given=person.given or "",
        family=person.family or "",
        known_as=person.known_as or "",
        born=person.born,
        sex=person.sex,
        gender=person.gender,
        nhs_number=row.nhs_number or "",
        no_nhs_number=row.no_nhs_number,
        addresses=ways.addresses,
        phones=ways.phones,
        emails=ways.emails,
        safety_line=row.safety_line,
        gp_practice=row.gp_practice_id,
        gp=row.gp_id,
        status=row.status,
        registered_on=row.registered_on,
        discharged_on=row.discharged_on,
        archived_on=row.archived_on,
        source=person.source,
        introduced_by=row.introduced_by,
        confirmed_on=person.details_confirmed_on,
        health=_health(work, patient) if work.actor.role in CLINICAL_ROLES else None,
    )


def open_facts(work: Work, patient: UUID) -> list[HealthFact]:
    """What was told about somebody's health and still holds, as rows."""
    statement = select(HealthFact).where(HealthFact.patient_id == patient, HealthFact.ended_on.is_(None))
    return list(work.select(statement.order_by(HealthFact.told_on.nulls_first(), HealthFact.id)))


def _health(work: Work, patient: UUID) -> tuple[HealthDetails, ...]:
    return tuple(
        HealthDetails(row.id, row.kind, row.text, row.told_on, row.source)
        for row in open_facts(work, patient)
    )


def gp_words(work: Work, id: UUID | None) -> str:
    """A GP's name; "" for none."""
    gp = work.find(GP, id)
    return work.get(Person, gp.id).display_name if gp else ""


def practice_words(work: Work, id: UUID | None) -> str:
    """A GP practice by name and postcode; "" for none."""
    practice = work.find(GPPractice, id)
    return ", ".join(filter(None, (practice.name, practice.postcode))) if practice else ""
