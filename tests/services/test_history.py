"""The trail of a record in sentences: acts, not rows; names or roles; nothing clinical for reception."""

from uuid import UUID, uuid4

import pytest

from practice_app.errors import OutsideCaseload
from practice_app.model.people import HealthFact, HealthFactKind, Person
from practice_app.progress import Progress
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import calls, diary, disclosures, history, notes, people, subject_access
from practice_app.services.history import Sort
from practice_app.services.marks import run
from practice_app.services.notes import Words
from practice_app.services.subject_access.record import RECORD
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener


@pytest.fixture
def patient(records: Records) -> UUID:
    with records.work(use_case="tests.register") as work:
        return makers.patient(work, phones=["01632 960123"], emails=["m@example.org"])


def told(records: Records, patient: UUID) -> list[str]:
    return [each.what for each in run(records, history.of, patient)]


def test_what_was_entered_at_once_is_one_sentence(records: Records, patient: UUID) -> None:
    assert told(records, patient) == [
        "Entered personal details, details as a patient, a telephone number and an e-mail address"
    ]


def test_a_change_names_the_fields_and_never_their_values(records: Records, patient: UUID) -> None:
    with records.work(use_case="tests.change") as work:
        person = work.get(Person, patient)
        person.known_as, person.name_key = "Peggy", "peggy"
    newest = run(records, history.of, patient)[0]
    assert newest.what == "Changed personal details (known as)"
    assert newest.sort is Sort.CHANGED
    assert (newest.who, newest.pc) == ("You", "test-pc")


def test_every_way_of_looking_and_copying_has_its_sentence(records: Records, patient: UUID, tmp_path) -> None:
    note = run(records, notes.sign, Words((patient,), makers.TODAY, "Came."))
    run(records, people.open_record, patient)
    run(records, notes.open_note, note, patient)
    made = subject_access.prepare(records, patient, progress=Progress())
    run(records, subject_access.open_copy, made.id)
    subject_access.save_copy(records, made.id, tmp_path / "a.pdf", password=None, progress=Progress())
    subject_access.summary(records, patient, progress=Progress())
    said = set(told(records, patient))
    assert {
        "Opened the record",
        "Looked at a session note",
        "Looked at a copy of everything held",
        "Entered a session note",
        "Prepared a copy of everything held",
        "Saved a copy of everything held as a file, without a password",
        "Printed what we hold on one page",
    } <= said | {part for each in said for part in each.split("; ")}


def test_reception_is_told_nothing_clinical_and_no_names(
    records: Records, patient: UUID, open_as: Opener
) -> None:
    run(records, notes.sign, Words((patient,), makers.TODAY, "Came."))
    with records.work(use_case="tests.fact") as work:
        work.add(HealthFact(patient_id=patient, kind=HealthFactKind.ALLERGY, text="Latex"))
    reception = open_as(Role.RECEPTIONIST)
    reception.actor = makers.actor(Role.RECEPTIONIST, id=uuid4())
    shown = run(reception, history.of, patient)
    assert not any("note" in each.what or "allergy" in each.what for each in shown)
    assert {(each.who, each.pc) for each in shown} == {("A director", "")}
    assert any("allergy" in each for each in told(records, patient))


def test_every_table_of_a_record_has_words_of_its_own() -> None:
    tables = {section.mapped.__tablename__ for section in RECORD if section.is_own}
    assert tables - history.THINGS.keys() == set()


def test_somebody_elses_trail_is_not_in_it(records: Records, patient: UUID) -> None:
    with records.work(use_case="tests.other") as work:
        other = makers.patient(work, PersonName("Mr", "Amir", "Khan", None))
    run(records, people.open_record, other)
    assert "Opened the record" not in told(records, patient)
    assert told(records, other)[0] == "Opened the record"


@pytest.mark.parametrize("read", [diary.of, calls.of, disclosures.of, notes.of, history.of])
def test_a_tab_of_somebody_a_therapist_does_not_see_stays_shut(open_as: Opener, patient: UUID, read) -> None:
    therapist = open_as(Role.THERAPIST)
    with pytest.raises(OutsideCaseload):
        run(therapist, read, patient)
