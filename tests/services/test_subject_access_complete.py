"""Nothing that is held about a person can be forgotten: every table, every link, every column."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import JSON, Column, Enum, ForeignKey, MetaData, Table, TypeDecorator, inspect
from sqlalchemy.orm import InstrumentedAttribute

from practice_app.model.audit import AuditEvent
from practice_app.model.base import Base, SealedBytes
from practice_app.model.consents import ConsentWording
from practice_app.model.correspondence import Attachment
from practice_app.model.diary import AppointmentType, Room
from practice_app.model.families import Family, FamilyKind
from practice_app.model.people import GP, Contact, GPPractice, Person
from practice_app.model.staff import Practitioner
from practice_app.rules.consents import Channel, Purpose
from practice_app.rules.names import PersonName
from practice_app.services.subject_access.registry import NOT_ABOUT_A_PERSON, SECTIONS
from practice_app.services.subject_access.section import Reading, Section
from practice_app.services.subject_access.staff import TALLIES
from practice_app.storage import sealed
from practice_app.storage.records import Records, Work
from tests import makers

WORKERS = {"user_account", "practitioner", "gp"}
"""Tables whose rows stand for somebody in their work."""


def mapped_classes() -> list[type[Base]]:
    return sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda each: each.__name__)


def without_a_place(classes: Iterable[type[Base]]) -> set[str]:
    """The names of classes that have neither a section nor a reason for having none."""
    known = {section.mapped for section in SECTIONS} | set(NOT_ABOUT_A_PERSON)
    return {each.__name__ for each in classes if each not in known}


def reaching_a_person(metadata: MetaData) -> set[str]:
    """The tables that lead to `person` by any number of foreign keys."""
    found = {"person"}
    while True:
        more = {
            table.name
            for table in metadata.tables.values()
            if any(link.column.table.name in found for link in table.foreign_keys)
        }
        if more <= found:
            return found
        found |= more


def test_every_table_has_a_section_or_a_reason_for_having_none() -> None:
    assert without_a_place(mapped_classes()) == set()


def test_a_new_table_would_be_noticed() -> None:
    class Complaint:
        """Stands for a class that somebody maps tomorrow."""

    assert without_a_place([*mapped_classes(), Complaint]) == {"Complaint"}


def test_no_table_has_both_and_every_reason_says_something() -> None:
    assert not {section.mapped for section in SECTIONS} & set(NOT_ABOUT_A_PERSON)
    assert all(len(reason.split()) >= 3 for reason in NOT_ABOUT_A_PERSON.values())


def test_every_table_that_leads_to_a_person_by_foreign_keys_is_found() -> None:
    reached = reaching_a_person(Base.metadata)
    placed = {section.mapped.__tablename__ for section in SECTIONS}
    placed |= {each.__tablename__ for each in NOT_ABOUT_A_PERSON}
    assert {"attachment", "addendum", "letter", "note", "practitioner"} <= reached
    assert reached <= placed


def links_to(*tables: str) -> list[Column[Any]]:
    return [
        column
        for mapped in mapped_classes()
        for column in mapped.__table__.columns
        if any(link.column.table.name in tables for link in column.foreign_keys)
    ]


def statements_about(person: UUID) -> str:
    return "\n".join(str(section.rows(person)) for section in SECTIONS)


@pytest.mark.parametrize("column", links_to("person", "patient"), ids=str)
def test_every_link_to_a_person_is_searched(column: Column[Any]) -> None:
    """Also the second one of a table: a contact is about the patient and about the contact."""
    shares_the_id = column.primary_key
    searched = f"{column.table.name}.{column.name} = "
    is_searched = searched in statements_about(uuid4()) or column.table.name == "search_entry"
    assert is_searched or (shares_the_id and column.table.name in {"patient", "gp"})


@pytest.mark.parametrize("column", links_to(*WORKERS), ids=str)
def test_every_link_to_somebody_who_works_here_is_counted(column: Column[Any]) -> None:
    counted = {tally.by.property.columns[0] for tally in TALLIES}
    assert column in counted or column is Practitioner.__table__.c.user_id


def test_a_new_link_would_be_noticed() -> None:
    copied = MetaData()
    for table in Base.metadata.tables.values():
        table.to_metadata(copied)
    Table("message", copied, Column("answers_id", ForeignKey("letter_subject.id")))
    assert "message" in reaching_a_person(copied)


def columns(section: Section[Any]) -> list[InstrumentedAttribute[Any]]:
    return [getattr(section.mapped, each.key) for each in inspect(section.mapped).column_attrs]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)
def test_columns_are_left_out_by_name_and_with_a_reason(section: Section[Any]) -> None:
    known = {column.key for column in columns(section)}
    assert set(section.left_out) <= known
    assert all(len(reason.split()) >= 3 for reason in section.left_out.values())


@dataclass
class Place:
    """A practice with two of everything that rows may point at, and the person the copy is about."""

    work: Work
    reading: Reading
    person: UUID
    targets: dict[str, list[UUID]]


@pytest.fixture
def place(records: Records) -> Iterable[Place]:
    with records.work(use_case="tests.arrange") as work:
        person = makers.patient(work, phones=["01632 960123"])
        practitioners = [
            makers.practitioner(work, PersonName("Dr", given, "Shah", None)) for given in ("A", "B")
        ]
        targets = {
            "person": [makers.patient(work, PersonName(None, given, "Ode", None)) for given in ("C", "D")],
            "practitioner": practitioners,
            "user_account": [_account(work, each) for each in practitioners],
            "gp": [_gp(work, given) for given in ("E", "F")],
            "gp_practice": [_add(work, GPPractice(name=each, name_key=each)) for each in ("G", "H")],
            "room": [_add(work, Room(name=each)) for each in ("I", "J")],
            "appointment_type": [_add(work, AppointmentType(name=each)) for each in ("K", "L")],
            "consent_wording": [
                _add(work, ConsentWording(purpose=Purpose.CONTACT, revision=n, text=each, digest=each))
                for n, each in enumerate("MN")
            ],
            "privacy_notice": [makers.privacy_notice(work) for _ in "OP"],
            "consent": [
                makers.consent(work, person, purpose, recorded_at=makers.NOW)
                for purpose in (Purpose.TREATMENT, Purpose.TELEHEALTH)
            ],
            "note": [makers.note(work, [person], happened_on=date(2026, 1, each)) for each in (1, 2)],
            "merge": [makers.merge(work, person, number) for number in (1, 2)],
            "family": [_add(work, Family(kind=each)) for each in FamilyKind],
            "letter": [makers.letter(work, [person], dated=date(2026, 1, each)) for each in (1, 2)],
            "document": [makers.document(work, [person], dated=date(2026, 2, each)) for each in (1, 2)],
        }
        people = targets["person"]
        targets["contact"] = [_add(work, Contact(patient_id=person, person_id=each)) for each in people]
        yield Place(work, Reading(work, work.get(Person, person), {}), person, targets)


def _add(work: Work, row: Any) -> UUID:
    work.add(row)
    work.flush()
    found: UUID = row.id
    return found


def _account(work: Work, practitioner: UUID) -> UUID:
    from practice_app.rules.permissions import Role

    account = makers.user(work, Role.THERAPIST, uuid4())
    work.get(Practitioner, practitioner).user_id = account.id
    work.flush()
    return account.id


def _gp(work: Work, given: str) -> UUID:
    who = makers.person(PersonName("Dr", given, "Okafor", None))
    work.add(who)
    work.flush()
    return _add(work, GP(id=who.id))


SPECIAL: dict[str, Any] = {
    "call.caller": "Margaret Holloway",
    "call.number": "01632 960123",
    "consent.purpose": Purpose.CONTACT,
    "consent.channel": Channel.EMAIL,
    "attachment.media_type": "text/plain",
}
"""What a column must hold for its value to be shown at all: only the person's own number, for example."""

BESIDE = {
    "note.author_text": {"author_id": None},
    "attachment.document_id": {"letter_id": None},
    "patient.no_nhs_number": {"nhs_number": None},
}
"""What the other columns must hold: an author as text stands where no user of ours wrote the note, and the
reason for having no NHS number where there is none."""

PURPOSES = {
    "note": sealed.NOTE,
    "addendum": sealed.ADDENDUM,
    "draft": sealed.DRAFT,
    "form_draft": sealed.FORM_DRAFT,
    "letter.text_sealed": sealed.LETTER,
    "letter.subject_sealed": sealed.LETTER_SUBJECT,
    "document": sealed.DOCUMENT_TITLE,
    "competence_note.matter_sealed": sealed.COMPETENCE_MATTER,
    "competence_note.reasons_sealed": sealed.COMPETENCE_REASONS,
    "attachment.name_sealed": sealed.ATTACHMENT_NAME,
    "attachment.content_sealed": sealed.ATTACHMENT,
}


def filled(place: Place, section: Section[Any], id: UUID, changed: str, beside: str) -> Any:
    """A row with something in every column; in the column `changed` something else.

    `beside` is the column that is being tried: some need others to be empty.
    """
    values = {
        column.key: value(place, column, id, is_other=column.key == changed) for column in columns(section)
    }
    values |= BESIDE.get(f"{section.mapped.__tablename__}.{beside}", {})
    made = section.mapped(**values)
    for joint in section.also:
        link = joint.property.mapper.class_
        key = "person_id" if hasattr(link, "person_id") else "patient_id"
        setattr(made, joint.key, [link(**{key: place.person})])
    return made


def value(place: Place, column: InstrumentedAttribute[Any], id: UUID, *, is_other: bool) -> Any:
    """Something that fits the column's type: one of two."""
    stored: Column[Any] = column.property.columns[0]
    name = str(stored)
    if column.key == "id":
        return id
    if column.key in {"person_id", "patient_id"} and not is_other:
        return place.person
    if isinstance(stored.type, SealedBytes):
        return _sealed(place, name, id, f"{name}, {is_other}")
    for link in stored.foreign_keys:
        return place.targets.get(link.column.table.name, place.targets["person"])[is_other]
    if isinstance(stored.type, Enum):
        choices = list(stored.type.enum_class or ())
        first = choices.index(SPECIAL.get(name, choices[1]))
        return choices[(first + is_other) % len(choices)]
    if name in SPECIAL and not is_other:
        return SPECIAL[name]
    if isinstance(stored.type, JSON):
        return {"town": f"{name}{' (other)' * is_other}"}
    kind = stored.type.impl_instance if isinstance(stored.type, TypeDecorator) else stored.type
    return _plain(kind.python_type, name, is_other)


def _plain(kind: type, name: str, is_other: bool) -> Any:
    if issubclass(kind, bool):
        return is_other
    if issubclass(kind, int):
        return 41 + is_other
    if issubclass(kind, datetime):
        moment = makers.NOW + timedelta(days=is_other)
        return moment.replace(tzinfo=None) if name == "appointment.local_start" else moment
    if issubclass(kind, date):
        return date(2026, 2, 3) + timedelta(days=is_other)
    if issubclass(kind, str):
        return f"{name}{' (other)' * is_other}"
    return uuid4() if issubclass(kind, UUID) else b"x"


def _sealed(place: Place, name: str, id: UUID, text: str) -> bytes:
    purpose = PURPOSES.get(name) or PURPOSES.get(name.split(".")[0], sealed.BUNDLE)
    row = Attachment(id=id)
    if purpose in {sealed.ATTACHMENT, sealed.BUNDLE}:
        return sealed.put_bytes(place.work, row, purpose, text.encode(), subject=place.person)
    return sealed.put(place.work, row, purpose, text, subject=place.person)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)
def test_every_column_changes_what_the_copy_says(place: Place, section: Section[Any]) -> None:
    """A column that may change without the copy changing was forgotten, or must be left out by name."""
    id = place.person if section.mapped is Person else uuid4()

    def copied(changed: str, beside: str) -> tuple[object, object]:
        row = filled(place, section, id, changed, beside)
        return section.dated(place.reading, row), section.shown(place.reading, row)

    kept = [column.key for column in columns(section) if column.key not in section.left_out]
    assert [column for column in kept if copied("", column) == copied(column, column)] == []


def test_the_log_is_shown_by_functions_of_its_own() -> None:
    """Its columns are therefore listed here: whoever adds one decides whether a copy must count it."""
    shown = {"at", "role", "action", "kind", "count", "record_id", "user_id"}
    technical = {"seq", "mac", "row_version", "fields", "reason_code", "result", "use_case", "pc"}
    assert {column.key for column in inspect(AuditEvent).column_attrs} == shown | technical
