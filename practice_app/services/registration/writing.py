"""A patient's details into the records: only what differs is touched, and what was there before is kept."""

import secrets
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import select

from practice_app.model.people import (
    GP,
    HealthFact,
    IdentityCheck,
    Patient,
    Person,
)
from practice_app.rules import names
from practice_app.services import reaching, timeline
from practice_app.services.earlier_details import Replaced
from practice_app.services.practice import new_person, the_practice
from practice_app.services.registration import reading
from practice_app.services.registration.details import LABELS, Details, HealthDetails, said
from practice_app.storage.records import Work

_IN_OTHER_TABLES = frozenset({"addresses", "phones", "emails", "health", "identity_seen", "identity_seen_on"})
_NOT_KEPT = _IN_OTHER_TABLES | {"gp_practice", "gp", "gp_name", "confirmed_on"}
"""Fields whose earlier values are kept elsewhere: row by row, by name, or in the log alone."""


def new_patient(work: Work, details: Details) -> UUID:
    """Store somebody new under the next practice number; `details` are tidied and checked, their GP known."""
    person = Person(**_person_columns(details), entered_at=work.now, person_key=secrets.token_bytes(32))
    work.add(person)
    work.flush()
    work.add(Patient(id=person.id, number=_next_number(work), **_patient_columns(details)))
    work.flush()
    today = timeline.today(work)
    reaching.write(work, person.id, details.ways, lambda _what, _was: None, today)
    _write_identity(work, person.id, details)
    _write_health(work, person.id, details.health or ())
    return person.id


def change(work: Work, patient: UUID, now: Details, wanted: Details) -> Replaced:
    """Make the details `wanted`, which are tidied; gives back what is replaced, which is not stored yet."""
    row, person = work.get(Patient, patient), work.get(Person, patient)
    replaced = _replaced(work, now, wanted)
    for target, columns in ((person, _person_columns(wanted)), (row, _patient_columns(wanted))):
        for name, value in columns.items():
            setattr(target, name, value)
    reaching.write(work, patient, wanted.ways, replaced.keep, timeline.today(work))
    _write_identity(work, patient, wanted)
    if wanted.health is not None:
        _write_health(work, patient, wanted.health)
    return replaced


def _replaced(work: Work, now: Details, wanted: Details) -> Replaced:
    """The values of single fields that are about to go."""
    replaced = Replaced()
    for field in fields(Details):
        if field.name not in _NOT_KEPT and getattr(now, field.name) != getattr(wanted, field.name):
            replaced.keep(LABELS[field.name], said(field.name, getattr(now, field.name)))
    if now.gp_practice != wanted.gp_practice:
        replaced.keep(LABELS["gp_practice"], reading.practice_words(work, now.gp_practice))
    if now.gp != wanted.gp:
        replaced.keep(LABELS["gp"], reading.gp_words(work, now.gp))
    return replaced


def _person_columns(details: Details) -> dict[str, Any]:
    name = details.name
    return {
        "title": name.title,
        "given": name.given,
        "family": name.family,
        "known_as": name.known_as,
        "display_name": names.display_name(name),
        "name_key": names.sort_key(name),
        "born": details.born,
        "sex": details.sex,
        "gender": details.gender,
        "source": details.source,
        "details_confirmed_on": details.confirmed_on,
    }


def _patient_columns(details: Details) -> dict[str, Any]:
    return {
        "nhs_number": details.nhs_number or None,
        "no_nhs_number": details.no_nhs_number,
        "status": details.status,
        "registered_on": details.registered_on,
        "discharged_on": details.discharged_on,
        "archived_on": details.archived_on,
        "safety_line": details.safety_line,
        "gp_practice_id": details.gp_practice,
        "gp_id": details.gp,
        "introduced_by": details.introduced_by,
    }


def _next_number(work: Work) -> int:
    """The next practice number nobody has; the counter never goes back, so none is used twice."""
    practice = the_practice(work)
    number = practice.next_number
    while work.first(select(Patient.id).where(Patient.number == number)) is not None:
        number += 1
    practice.next_number = number + 1
    return number


def gp_here(work: Work, details: Details) -> UUID | None:
    """The GP of the typed name at the practice; None for nobody yet."""
    name = names.split_full_name(details.gp_name)
    return work.first(
        select(GP.id)
        .join(Person, Person.id == GP.id)
        .where(GP.gp_practice_id == details.gp_practice, Person.name_key == names.sort_key(name))
    )


def new_gp(work: Work, details: Details) -> UUID:
    """Enter the typed GP at the practice."""
    person = new_person(work, names.split_full_name(details.gp_name), source="named as a patient's GP")
    work.add(GP(id=person.id, gp_practice_id=details.gp_practice))
    work.flush()
    return person.id


def _write_identity(work: Work, person: UUID, details: Details) -> None:
    """Note a proof of identity that was seen now, by the actor; no copy is kept (P29)."""
    if details.identity_seen:
        work.add(
            IdentityCheck(
                person_id=person,
                document_seen=details.identity_seen,
                seen_on=details.identity_seen_on or timeline.today(work),
                seen_by_id=work.actor.id,
            )
        )


def _write_health(work: Work, patient: UUID, wanted: tuple[HealthDetails, ...]) -> None:
    """Nothing clinical is overwritten: a fact that is changed or left out ends, and another begins."""
    kept = {fact.id: fact for fact in wanted if fact.id is not None}
    new = [fact for fact in wanted if fact.id is None]
    for row in reading.open_facts(work, patient):
        same = kept.pop(row.id, None)
        if same is None or (same.kind, same.text, same.told_on, same.source) != (
            row.kind, row.text, row.told_on, row.source,
        ):  # fmt: skip
            row.ended_on = timeline.today(work)
            new += [same] if same else []
    work.add(
        *(
            HealthFact(
                patient_id=patient, kind=fact.kind, text=fact.text, told_on=fact.told_on, source=fact.source
            )
            for fact in new
        )
    )
