"""How a row names its patient: by id, number, or name and birth date, and never the wrong one."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from practice_app.model.correspondence import CallSubject
from practice_app.model.people import Patient, Person
from practice_app.rules.names import PersonName
from practice_app.services.imports import RowsRefused
from practice_app.storage.records import Records
from tests import makers
from tests.services.import_files import count, rows_of, table, take_in

HEAD = ["Patient ID", "Practice number", "NHS number", "Name", "DOB", "When", "In or out"]


def _call(records: Records, folder: Path, *named: str) -> UUID:
    """Import a call whose patient is named so; returns whom it is about."""
    take_in(records, "calls", table(folder, HEAD, [*named, "5 Jan 2026 09:00", "in"], name="calls.csv"))
    (subject,) = rows_of(records, CallSubject)
    return UUID(str(subject["person_id"]))


@pytest.fixture
def ann(records: Records, tmp_path: Path) -> UUID:
    """Ann Berg, known by everything there is, beside Ben Thal."""
    head = ["Patient ID", "Practice number", "NHS number", "Name", "DOB"]
    rows = [
        ["P1", "41", "9990000018", "Ann Berg", "13 Jan 1980"],
        ["P2", "42", "9990000026", "Ben Thal", "14 Jan 1980"],
    ]
    take_in(records, "patients", table(tmp_path, head, *rows))
    with records.work(writes=False) as work:
        found = work.first(select(Patient.id).where(Patient.number == 41))
        assert found is not None
        return found


@pytest.mark.parametrize(
    "named",
    [
        ("P1", "", "", "", ""),
        ("", "41", "", "", ""),
        ("", "0041", "", "", ""),
        ("", "", "999 000 0018", "", ""),
        ("", "", "", "Ann Berg", "13/01/1980"),
        ("", "", "", "BERG, ANN (Mrs)", "13/01/1980"),
        ("P1", "41", "9990000018", "Ann Berg", "13/01/1980"),
        ("unheard of", "41", "", "", ""),
        ("unheard of", "", "", "Ann Berg", "13/01/1980"),
        ("P1", "", "", "Ann Married-Otherwise", "13/01/1980"),
    ],
)
def test_a_patient_is_found_by_any_of_these(
    records: Records, tmp_path: Path, ann: UUID, named: tuple[str, ...]
) -> None:
    assert _call(records, tmp_path, *named) == ann


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        (("P9", "", "", "", ""), "No patient here has the id or number"),
        (("", "99", "", "", ""), "No patient here has the id or number"),
        (("", "9" * 5_000, "", "", ""), "No patient here has the id or number"),
        (("", "", "9990000034", "", ""), "No patient here has the id or number"),
        (("", "", "", "Ann Berg", "14/01/1980"), "this name and birth date"),
        (("", "", "", "Anne Berg", "13/01/1980"), "this name and birth date"),
        (("P1", "42", "", "", ""), "belong to different patients"),
        (("P1", "", "9990000026", "", ""), "belong to different patients"),
        (("", "41", "9990000026", "", ""), "belong to different patients"),
        (("P1", "", "", "", "14/01/1980"), "birth date in this row is not the one"),
        (("", "", "", "Ann Berg", ""), "names no patient"),
        (("", "", "", "", ""), "names no patient"),
    ],
)
def test_nobody_or_somebody_uncertain_is_refused(
    records: Records, tmp_path: Path, ann: UUID, named: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(RowsRefused, match=reason):
        _call(records, tmp_path, *named)
    assert count(records, CallSubject) == 0


def test_two_patients_of_one_nhs_number_are_told_apart_by_a_surer_id(
    records: Records, tmp_path: Path, ann: UUID
) -> None:
    with records.work(use_case="test.add") as work:
        makers.patient(work, number=77, nhs_number="9990000018")
    with pytest.raises(RowsRefused, match="More than one patient has this NHS number"):
        _call(records, tmp_path, "", "", "9990000018", "", "")
    assert _call(records, tmp_path, "", "41", "9990000018", "", "") == ann


def test_namesakes_born_on_one_day_are_refused(records: Records, tmp_path: Path, ann: UUID) -> None:
    with records.work(use_case="test.add") as work:
        born: dict[str, object] = {"born": date(1980, 1, 13)}
        makers.patient(work, PersonName(None, "Ann", "Berg", None), person_values=born)
    with pytest.raises(RowsRefused, match="More than one patient has this name and birth date"):
        _call(records, tmp_path, "", "", "", "Ann Berg", "13/01/1980")


def test_ids_of_another_source_do_not_count(records: Records, tmp_path: Path, ann: UUID) -> None:
    calls = table(tmp_path, HEAD, ["P1", "", "", "", "", "5 Jan 2026 09:00", "in"], name="calls.csv")
    with pytest.raises(RowsRefused, match="No patient here"):
        take_in(records, "calls", calls, source="Another system")


def test_a_row_already_taken_in_needs_no_patient_again(records: Records, tmp_path: Path, ann: UUID) -> None:
    """The name has changed since: the unchanged row is still the same row."""
    calls = table(
        tmp_path, HEAD, ["", "", "", "Ann Berg", "13/01/1980", "5 Jan 2026 09:00", "in"], name="calls.csv"
    )
    take_in(records, "calls", calls)
    with records.work(use_case="test.rename") as work:
        work.get(Person, ann).name_key = "thal ann"
    assert take_in(records, "calls", calls).unchanged == 1
