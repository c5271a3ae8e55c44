"""Valid rows with sensible defaults, so that a test says only what it is about."""

import itertools
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.orm import selectinload
from sqlalchemy.sql.base import ExecutableOption

from practice_app.model.access import Caseload
from practice_app.model.consents import Consent, PrivacyNotice, PrivacyNoticeGiven
from practice_app.model.correspondence import (
    Call,
    CallSubject,
    Direction,
    Letter,
    LetterClass,
    LetterState,
    LetterSubject,
)
from practice_app.model.diary import Appointment, AppointmentState, Attendee
from practice_app.model.documents import Document, DocumentKind, DocumentSubject
from practice_app.model.merges import Merge
from practice_app.model.notes import Note, NoteSubject
from practice_app.model.people import Address, Email, Patient, Person, Phone
from practice_app.model.settings import Practice, Vault
from practice_app.model.staff import Practitioner, UserAccount
from practice_app.rules import names
from practice_app.rules.consents import NATURE, Channel, Decision, Purpose
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role, permissions_of
from practice_app.services import wording
from practice_app.storage import note_chain, sealed
from practice_app.storage.keys import Keys
from practice_app.storage.records import Actor, Records, Work

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TODAY = NOW.date()

_numbers = itertools.count(1001)


def keys(role: Role = Role.DIRECTOR, vault: UUID | None = None, user: UUID | None = None) -> Keys:
    """A signed-in user's keys as their role holds them, without a key file."""
    full = Keys(
        vault=vault or uuid4(),
        user=user or uuid4(),
        uk=bytearray(os.urandom(32)),
        dek={1: bytearray(os.urandom(32))},
        ck={1: bytearray(os.urandom(32))},
        ak=bytearray(os.urandom(32)),
    )
    return full if role is Role.DIRECTOR else as_role(full, role)


def as_role(full: Keys, role: Role, user: UUID | None = None) -> Keys:
    """The same practice's keys as a user of another role holds them (copies, so that drop() is safe)."""
    clinical = role is not Role.RECEPTIONIST
    return Keys(
        vault=full.vault,
        user=user or full.user,
        uk=bytearray(full.uk),
        dek={g: bytearray(k) for g, k in full.dek.items()},
        ck={g: bytearray(k) for g, k in (full.ck or {}).items()} if clinical else None,
        ak=bytearray(full.ak) if role is Role.DIRECTOR and full.ak else None,
        clinical_public=full.clinical_public,
    )


def actor(role: Role = Role.DIRECTOR, id: UUID | None = None, name: str = "Dana Director") -> Actor:
    """Somebody of this role at the test PC."""
    return Actor(id or uuid4(), name, role, permissions_of(role), pc="test-pc")


def practice(**given: object) -> Practice:
    """The practice row."""
    values: dict[str, object] = {
        "name": "Harbour Clinic",
        "address": "1 Quay Street, Ramsgate, CT11 8AA",
        "phone": "01632 960001",
        "email": "hello@harbour.example",
        **wording.practice_defaults(),
    }
    return Practice(**{**values, **given})


def person(name: PersonName | None = None, **given: object) -> Person:
    """A person; `name` defaults to Margaret Holloway."""
    name = name or PersonName("Mrs", "Margaret", "Holloway", None)
    values: dict[str, object] = {
        "title": name.title,
        "given": name.given,
        "family": name.family,
        "known_as": name.known_as,
        "display_name": names.display_name(name),
        "name_key": names.sort_key(name),
        "born": date(1958, 3, 14),
        "entered_at": NOW,
        "source": "told by the patient",
        "person_key": os.urandom(32),
    }
    return Person(**{**values, **given})


def patient(
    work: Work,
    name: PersonName | None = None,
    *,
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    postcode: str = "",
    person_values: dict[str, object] | None = None,
    **given: object,
) -> UUID:
    """Add a patient with their ways of being reached; returns the id."""
    who = person(name, **(person_values or {}))
    values: dict[str, object] = {"number": next(_numbers), "registered_on": date(2026, 1, 5), **given}
    work.add(who)
    work.flush()
    work.add(Patient(id=who.id, **values))
    work.add(*(Phone(person_id=who.id, shown=shown, position=n) for n, shown in enumerate(phones)))
    work.add(*(Email(person_id=who.id, address=address, position=n) for n, address in enumerate(emails)))
    if postcode:
        work.add(Address(person_id=who.id, line_1="1 High Street", town="Ramsgate", postcode=postcode))
    work.flush()
    return who.id


def user(work: Work, role: Role, id: UUID, name: PersonName | None = None) -> UserAccount:
    """Add a user account for an id that holds keys."""
    who = person(name or PersonName(None, "Dana", "Director", None), born=None)
    work.add(who)
    work.flush()
    account = UserAccount(id=id, person_id=who.id, role=role)
    work.add(account)
    work.flush()
    return account


def practitioner(work: Work, name: PersonName | None = None) -> UUID:
    """Add somebody who sees patients."""
    who = person(name or PersonName("Dr", "Asha", "Shah", None), born=None)
    work.add(who)
    work.flush()
    made = Practitioner(person_id=who.id, profession="Psychologist")
    work.add(made)
    work.flush()
    return made.id


def appointment(
    work: Work,
    patients: Iterable[UUID],
    practitioner_id: UUID,
    start: datetime = datetime(2026, 11, 20, 10, 0),  # noqa: DTZ001  wall time
    state: AppointmentState = AppointmentState.DONE,
    **given: object,
) -> UUID:
    """Add an appointment of one or more patients at a local wall time."""
    made = Appointment(practitioner_id=practitioner_id, state=state, **given)
    made.place(start, 50, "Europe/London")
    made.attendees = [Attendee(patient_id=each) for each in patients]
    work.add(made)
    work.flush()
    return made.id


def note(work: Work, patients: Iterable[UUID], text: str = "Slept better.", **given: object) -> UUID:
    """Add a signed session note about one or more patients."""
    about = list(patients)
    values: dict[str, object] = {"happened_on": date(2026, 11, 20), "entered_at": NOW, **given}
    made = Note(author_id=work.actor.id, signed_at=NOW, **values)
    made.body_sealed = sealed.put(work, made, sealed.NOTE, text, subject=about[0], also=about)
    made.subjects = [NoteSubject(patient_id=each) for each in about]
    work.add(made)
    connection = work.connection()
    signed = note_chain.SignedNote(made.id, made.version, NOW, made.author_id, made.body_sealed)
    note_chain.append(connection, work.keys, [signed])
    return made.id


def letter(work: Work, people: Iterable[UUID], text: str = "Dear Dr Okafor, ...", **given: object) -> UUID:
    """Add a sealed care letter to a GP."""
    about = list(people)
    values: dict[str, object] = {
        "direction": Direction.OUT,
        "letter_class": LetterClass.CARE,
        "state": LetterState.SENT,
        "dated": date(2026, 11, 18),
        "sender": "Dr Asha Shah",
        "recipient": "Dr Okafor, Seafront Surgery",
        "entered_at": NOW,
    }
    made = Letter(**{**values, **given})
    made.text_sealed = sealed.put(work, made, sealed.LETTER, text, subject=about[0], also=about)
    made.subjects = [LetterSubject(person_id=each) for each in about]
    work.add(made)
    work.flush()
    return made.id


def document(work: Work, people: Iterable[UUID], title: str = "Referral form", **given: object) -> UUID:
    """Add a scanned document with a sealed title."""
    about = list(people)
    values: dict[str, object] = {
        "kind": DocumentKind.SCAN,
        "dated": date(2026, 11, 18),
        "entered_at": NOW,
        **given,
    }
    made = Document(**values)
    made.title_sealed = sealed.put(work, made, sealed.DOCUMENT_TITLE, title, subject=about[0], also=about)
    made.subjects = [DocumentSubject(person_id=each) for each in about]
    work.add(made)
    work.flush()
    return made.id


def call(work: Work, people: Iterable[UUID], **given: object) -> UUID:
    """Add a telephone call."""
    values: dict[str, object] = {
        "at": NOW,
        "direction": Direction.IN,
        "number": "01632 960123",
        "caller": "Her sister",
        "about": "Asked for a new time",
        "outcome": "Rang back",
    }
    made = Call(**{**values, **given})
    made.subjects = [CallSubject(person_id=each) for each in people]
    work.add(made)
    work.flush()
    return made.id


def on_list(work: Work, user: UUID, patients: Iterable[UUID], **given: object) -> None:
    """Put patients on a therapist's list, so that no reason is needed to see them."""
    for each in patients:
        values: dict[str, object] = {"from_on": date(2026, 1, 5), "put_by_id": work.actor.id, **given}
        work.add(Caseload(user_id=user, patient_id=each, **values))
    work.flush()


def consent(work: Work, person_id: UUID, purpose: Purpose = Purpose.TREATMENT, **given: object) -> UUID:
    """Add a decision as an import would: a yes of last spring, unless told otherwise."""
    values: dict[str, object] = {
        "nature": NATURE[purpose],
        "decision": Decision.GIVEN,
        "decided_on": date(2026, 5, 4),
        "recorded_at": NOW,
    }
    made = Consent(person_id=person_id, purpose=purpose, **{**values, **given})
    work.add(made)
    work.flush()
    return made.id


def privacy_notice(work: Work, text: str = "We keep what you tell us.", **given: object) -> UUID:
    """Add a version of the privacy notice, the next one; the actor must have a user account."""
    last = work.first(select(func.max(PrivacyNotice.revision))) or 0
    values: dict[str, object] = {
        "revision": last + 1,
        "text": text,
        "digest": "0" * 64,
        "effective_from": date(2026, 1, 5),
        "made_at": NOW,
        "made_by_id": work.actor.id,
    }
    made = PrivacyNotice(**{**values, **given})
    work.add(made)
    work.flush()
    return made.id


def given_notice(work: Work, person: UUID, notice: UUID, on: date = date(2026, 2, 2)) -> UUID:
    """Add that a version of the notice was given in person."""
    made = PrivacyNoticeGiven(
        person_id=person,
        notice_id=notice,
        given_on=on,
        channel=Channel.IN_PERSON,
        recorded_by_id=work.actor.id,
        recorded_at=NOW,
    )
    work.add(made)
    work.flush()
    return made.id


def merge(work: Work, kept: UUID, number: int = 900) -> UUID:
    """Add the row that says that a record of this number was merged into somebody's."""
    made = Merge(
        kept_id=kept,
        gone_id=uuid4(),
        gone_number=number,
        gone_name="HOLLOWAY, Meg",
        merged_at=NOW,
        merged_by_id=work.actor.id,
        stayed={},
    )
    work.add(made)
    work.flush()
    return made.id


def found(records: Records) -> None:
    """Write the rows every practice has: vault, settings, the director's account."""
    with records.work(use_case="tests.found") as work:
        work.connection().execute(
            insert(Vault),
            {
                "id": records.keys.vault,
                "slots_seq": 1,
                "dek_id": "0" * 16,
                "audit_key": os.urandom(32),
                "roster_mac": bytes(32),
            },
        )
        work.add(practice())
        user(work, Role.DIRECTOR, records.actor.id)


def with_attendees() -> ExecutableOption:
    """Load an appointment's attendees with it."""
    return selectinload(Appointment.attendees)
