"""Importing a file: all rows or none, a second run that changes nothing, and what stops it."""

import itertools
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from practice_app.errors import Busy, Cancelled, FileRefused, Invalid, NotAllowed
from practice_app.exchange import delimited
from practice_app.model.audit import AuditEvent
from practice_app.model.correspondence import Call
from practice_app.model.diary import Appointment
from practice_app.model.people import Address, Email, Patient, Person, Phone, SearchEntry
from practice_app.model.settings import Imported, Practice
from practice_app.progress import Progress
from practice_app.rules.dates import DateOrder
from practice_app.rules.permissions import Role
from practice_app.services import imports
from practice_app.services.imports import Request, RowsRefused
from practice_app.storage import audit
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener
from tests.services.import_files import PATIENTS, count, rows_of, table, take_in, written

GOOD = "".join(PATIENTS.splitlines(keepends=True)[:3])
EVERYTHING = (Person, Patient, Address, Phone, Email, Imported, SearchEntry, AuditEvent)


def _counts(records: Records) -> list[int]:
    return [count(records, kind) for kind in EVERYTHING]


def test_all_rows_are_taken_in_and_the_outcome_counts_them(records: Records, tmp_path: Path) -> None:
    outcome = take_in(records, "patients", written(tmp_path, GOOD), source="Old Diary")
    assert (outcome.rows, outcome.added, outcome.updated, outcome.unchanged, outcome.refused) == (
        2,
        2,
        0,
        0,
        0,
    )
    assert outcome.is_written
    assert not outcome.is_demo
    assert {row["source"] for row in rows_of(records, Person)} >= {"imported from Old Diary"}


def test_when_one_row_is_refused_nothing_at_all_is_written(records: Records, tmp_path: Path) -> None:
    before = _counts(records)
    with pytest.raises(
        RowsRefused, match=r"(?s)1 of 3 rows .*--rejects.*Line 4: There is no name"
    ) as refused:
        take_in(records, "patients", written(tmp_path, PATIENTS))
    assert _counts(records) == before
    assert [each.line for each in refused.value.outcome.refusals] == [4]
    assert not refused.value.outcome.is_written


def test_only_the_first_reasons_are_told_the_others_are_counted(records: Records, tmp_path: Path) -> None:
    rows = [["First name", "DOB"], *(["Ann", "31/02/1980"] for _ in range(9))]
    with pytest.raises(RowsRefused) as refused:
        take_in(records, "patients", table(tmp_path, *rows))
    assert str(refused.value).count("Line ") == 5
    assert str(refused.value).endswith("... and 4 more.")
    assert len(refused.value.outcome.refusals) == 9


def test_with_a_file_for_rejects_the_others_are_taken(records: Records, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    outcome = take_in(records, "patients", written(tmp_path, PATIENTS), rejects=rejects)
    assert (outcome.added, outcome.refused, outcome.is_written) == (2, 1, True)
    assert count(records, Patient) == 2
    (row,) = list(delimited.read(rejects).rows())
    assert row.cells[0] == "P3"
    assert row.cells[-2] == "4"
    assert "There is no name" in row.cells[-1]


def test_mended_rejects_can_be_imported_in_their_turn(records: Records, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    take_in(records, "patients", written(tmp_path, PATIENTS), rejects=rejects)
    mended = rejects.read_text(encoding="utf-8-sig").replace('"P3","",', '"P3","Bluebird",')
    outcome = take_in(records, "patients", written(tmp_path, mended, "mended.csv"))
    assert (outcome.rows, outcome.added) == (1, 1)
    assert count(records, Patient) == 3


def test_the_reason_of_a_refusal_is_not_taken_for_a_field_of_the_mended_row(
    records: Records, tmp_path: Path
) -> None:
    """A column "reason" would be the type of an appointment."""
    take_in(records, "patients", written(tmp_path, GOOD))
    with records.work(use_case="test.staff") as work:
        makers.practitioner(work)
    rejects = tmp_path / "rejects.csv"
    file = table(tmp_path, ["Patient ID", "Start"], ["P9", "12 Jan 2026 10:00"])
    take_in(records, "appointments", file, rejects=rejects)
    mended = written(tmp_path, rejects.read_text(encoding="utf-8-sig").replace("P9", "P1"), "mended.csv")
    outcome = take_in(records, "appointments", mended)
    assert (outcome.added, outcome.unmatched, outcome.warnings) == (1, (), ())
    assert [row["type_id"] for row in rows_of(records, Appointment)] == [None]


def test_rejects_that_cannot_be_written_undo_the_whole_import(records: Records, tmp_path: Path) -> None:
    before = _counts(records)
    with pytest.raises(FileRefused):
        take_in(records, "patients", written(tmp_path, PATIENTS), rejects=tmp_path / "nowhere" / "r.csv")
    assert _counts(records) == before


def test_rejects_never_replace_the_file_itself(records: Records, tmp_path: Path) -> None:
    file = written(tmp_path, PATIENTS)
    before = _counts(records)
    with pytest.raises(FileRefused, match="cannot replace the file"):
        take_in(records, "patients", file, rejects=file)
    assert _counts(records) == before
    assert file.read_text(encoding="utf-8") == PATIENTS


def test_no_file_of_rejects_is_made_when_nothing_is_refused(records: Records, tmp_path: Path) -> None:
    take_in(records, "patients", written(tmp_path, GOOD), rejects=tmp_path / "rejects.csv")
    assert not (tmp_path / "rejects.csv").exists()


def test_a_dry_run_tells_everything_and_writes_nothing(records: Records, tmp_path: Path) -> None:
    before = _counts(records)
    rejects = tmp_path / "rejects.csv"
    outcome = take_in(records, "patients", written(tmp_path, PATIENTS), dry_run=True, rejects=rejects)
    assert (outcome.rows, outcome.added, outcome.refused, outcome.is_written) == (3, 2, 1, False)
    assert _counts(records) == before
    assert not rejects.exists()


def test_a_second_run_changes_nothing(records: Records, tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)
    take_in(records, "patients", file)
    before = _counts(records)
    outcome = take_in(records, "patients", file)
    assert (outcome.added, outcome.updated, outcome.unchanged) == (0, 0, 2)
    assert _counts(records) == before


def test_the_same_rows_in_other_clothes_are_the_same_rows(records: Records, tmp_path: Path) -> None:
    take_in(records, "patients", written(tmp_path, GOOD))
    other = "Email;Surname;Forename;Date of birth;Client ref;NHS no;Post code;Mobile phone\n"
    other += ";Khan;Amir;2-Nov-1990;P2;;;07700900222\n"
    other += "mh@example.org;Holloway;Margaret;1958-03-14;P1;9990000018;ct118aa;+44 7700 900111\n"
    path = tmp_path / "other.csv"
    path.write_bytes(other.encode("utf-16"))
    outcome = take_in(records, "patients", path)
    assert (outcome.added, outcome.unchanged) == (0, 2)


def test_the_same_ids_of_another_source_are_other_people(records: Records, tmp_path: Path) -> None:
    take_in(records, "patients", written(tmp_path, GOOD), source="Old Diary")
    outcome = take_in(records, "patients", written(tmp_path, GOOD), source="Card box")
    assert outcome.added == 2
    assert len(outcome.duplicates) == 2


def test_a_source_is_known_whatever_its_capitals(records: Records, tmp_path: Path) -> None:
    take_in(records, "patients", written(tmp_path, GOOD), source="Old  Diary ")
    outcome = take_in(records, "patients", written(tmp_path, GOOD), source="OLD DIARY")
    assert (outcome.source, outcome.unchanged) == ("Old Diary", 2)


@pytest.mark.parametrize("source", ["", "   ", "x" * 101])
def test_a_source_needs_a_name_of_reasonable_length(source: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="source"):
        Request(kind="patients", path=tmp_path / "file.csv", source=source)


def test_a_changed_row_is_refused_unless_the_import_updates(records: Records, tmp_path: Path) -> None:
    take_in(records, "patients", written(tmp_path, GOOD))
    changed = written(tmp_path, GOOD.replace("Khan", "Khan-Ali"), "changed.csv")
    with pytest.raises(RowsRefused, match=r"Line 3: .*--update"):
        take_in(records, "patients", changed)
    outcome = take_in(records, "patients", changed, update=True)
    assert (outcome.added, outcome.updated, outcome.unchanged) == (0, 1, 1)
    again = take_in(records, "patients", changed)
    assert (again.updated, again.unchanged) == (0, 2)


def test_what_was_changed_here_by_hand_is_not_overwritten(records: Records, tmp_path: Path) -> None:
    take_in(records, "patients", written(tmp_path, GOOD))
    with records.work(use_case="people.edit") as work:
        person = work.first(select(Person).where(Person.family == "Khan"))
        assert person is not None
        person.known_as = "Ami"
    changed = written(tmp_path, GOOD.replace("Khan", "Khan-Ali"), "changed.csv")
    with pytest.raises(RowsRefused, match="Line 3: The record was changed here"):
        take_in(records, "patients", changed, update=True)


def test_an_updated_row_can_be_updated_again(records: Records, tmp_path: Path) -> None:
    take_in(records, "patients", written(tmp_path, GOOD))
    for name in ("Khan-Ali", "Ali"):
        file = written(tmp_path, GOOD.replace("Khan", name), f"{name}.csv")
        assert take_in(records, "patients", file, update=True).updated == 1
    assert {row["family"] for row in rows_of(records, Person)} >= {"Ali"}


def test_the_log_has_one_entry_a_table_with_its_count(records: Records, tmp_path: Path) -> None:
    take_in(records, "patients", written(tmp_path, GOOD))
    with records.work(writes=False) as work:
        entries = work.select(select(AuditEvent).where(AuditEvent.action == "imported"))
        assert audit.verify(work.connection(), {}) == ()
    assert {entry.kind: entry.count for entry in entries} == {
        "person": 2, "patient": 2, "phone": 2, "email": 1, "address": 1, "imported": 2,
    }  # fmt: skip
    assert {entry.use_case for entry in entries} == {"imports.run"}


def test_columns_that_mean_nothing_here_are_told(records: Records, tmp_path: Path) -> None:
    file = table(tmp_path, ["First name", "Shoe size", "Star sign"], ["Ann", "39", "Leo"])
    assert take_in(records, "patients", file).unmatched == ("Shoe size", "Star sign")


def test_a_column_can_be_said_to_be_a_field(records: Records, tmp_path: Path) -> None:
    file = table(tmp_path, ["Wer", "Wann"], ["Ann Berg", "25/1/1980"])
    with pytest.raises(FileRefused, match="No column tells the patient's name"):
        take_in(records, "patients", file)
    take_in(records, "patients", file, columns={"Wer": "full_name", "Wann": "birth_date"})
    assert [row["family"] for row in rows_of(records, Person) if row["born"]] == ["Berg"]


def test_dates_that_look_american_are_asked_about(records: Records, tmp_path: Path) -> None:
    file = table(tmp_path, ["First name", "DOB"], ["Ann", "01/31/1980"])
    with pytest.raises(FileRefused, match="--dates mdy"):
        take_in(records, "patients", file)
    take_in(records, "patients", file, dates=DateOrder.MDY)
    assert count(records, Patient) == 1


def test_a_card_number_in_any_field_stops_the_row(records: Records, tmp_path: Path) -> None:
    file = table(tmp_path, ["First name", "Remarks"], ["Ann", "pays with 4111 1111 1111 1111"])
    with pytest.raises(RowsRefused, match="payment card"):
        take_in(records, "patients", file)


def test_a_kind_there_is_not_is_refused(records: Records, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="practices, patients"):
        take_in(records, "dogs", written(tmp_path, GOOD))


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.THERAPIST])
def test_only_directors_import(open_as: Opener, role: Role, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        take_in(open_as(role), "patients", written(tmp_path, GOOD))


def test_an_import_into_the_demo_says_so(records: Records, tmp_path: Path) -> None:
    with records.work(use_case="test.demo") as work:
        practice = work.first(select(Practice))
        assert practice is not None
        practice.is_demo = True
    assert take_in(records, "patients", written(tmp_path, GOOD)).is_demo


def _stopping_at(step: int) -> Progress:
    steps = itertools.count(1)
    progress = Progress(lambda done, total, doing: progress.cancel() if next(steps) == step else None)
    return progress


def test_wherever_it_is_cancelled_nothing_is_written(records: Records, tmp_path: Path) -> None:
    file, before = written(tmp_path, GOOD), _counts(records)
    for step in itertools.count(1):
        try:
            imports.run(records, Request(kind="patients", path=file), progress=_stopping_at(step))
        except Cancelled:
            assert _counts(records) == before, step
        else:
            break
    assert step > 4
    assert count(records, Patient) == 2


def _before_writing(act: Callable[[], None]) -> Progress:
    """A progress that does something between the comparing and the writing."""
    return Progress(lambda done, total, doing: act() if doing == "Waiting to write" else None)


def test_a_change_made_meanwhile_is_seen_before_writing(
    records: Records, open_as: Opener, tmp_path: Path
) -> None:
    """Somebody takes the practice number while the file is being compared: it is not given twice."""
    colleague, done = open_as(Role.RECEPTIONIST), threading.Event()

    def add_one() -> None:
        if not done.is_set():
            done.set()
            with colleague.work(use_case="people.add") as work:
                makers.patient(work, number=7001)

    file = table(tmp_path, ["First name", "Practice number"], ["Ann", "7001"])
    with pytest.raises(RowsRefused, match="7001 is taken"):
        imports.run(records, Request(kind="patients", path=file), progress=_before_writing(add_one))
    assert count(records, Patient) == 1


def test_looking_at_records_meanwhile_does_not_hold_an_import_up(
    records: Records, open_as: Opener, tmp_path: Path
) -> None:
    colleague = open_as(Role.RECEPTIONIST)
    looks: list[None] = []

    def look() -> None:
        looks.append(None)
        with colleague.work(use_case="people.open_record") as work:
            work.note("viewed", "patient")

    file = written(tmp_path, GOOD)
    imports.run(records, Request(kind="patients", path=file), progress=_before_writing(look))
    assert len(looks) == 1


def test_records_that_never_stand_still_end_the_import_in_words(
    records: Records, open_as: Opener, tmp_path: Path
) -> None:
    colleague = open_as(Role.RECEPTIONIST)

    def add_one() -> None:
        with colleague.work(use_case="people.add") as work:
            makers.patient(work)

    file = written(tmp_path, GOOD)
    with pytest.raises(Busy, match="Nothing was imported"):
        imports.run(records, Request(kind="patients", path=file), progress=_before_writing(add_one))
    assert count(records, Imported) == 0


def test_a_row_is_known_by_its_id_even_among_rows_without(records: Records, tmp_path: Path) -> None:
    file = table(tmp_path, ["Patient ID", "First name"], ["", "Ann"], ["7", "Ben"])
    take_in(records, "patients", file)
    outcome = take_in(records, "patients", file)
    assert (outcome.added, outcome.unchanged) == (0, 2)


def test_rows_without_ids_are_known_by_what_they_say_in_any_order(records: Records, tmp_path: Path) -> None:
    head = ["Patient ID", "When", "In or out", "About"]
    take_in(records, "patients", written(tmp_path, GOOD))
    calls = [["P1", "5 Jan 2026 09:00", "in", "A"], ["P1", "6 Jan 2026 09:00", "out", "B"]]
    take_in(records, "calls", table(tmp_path, head, *calls))
    outcome = take_in(records, "calls", table(tmp_path, head, *reversed(calls)))
    assert (outcome.added, outcome.unchanged) == (0, 2)
    assert count(records, Call) == 2


def test_an_exact_repeat_in_a_file_without_ids_counts_once(records: Records, tmp_path: Path) -> None:
    file = table(tmp_path, ["First name", "DOB"], ["Ann", "2 Jan 1980"], ["Ann", "2 Jan 1980"])
    outcome = take_in(records, "patients", file)
    assert (outcome.added, outcome.unchanged) == (1, 1)
    assert [(each.line, each.text) for each in outcome.warnings] == [
        (3, "This row repeats line 2; it was taken once.")
    ]


def test_two_rows_under_one_id_are_refused(records: Records, tmp_path: Path) -> None:
    file = table(tmp_path, ["Patient ID", "First name"], ["7", "Ann"], ["7", "Ben"])
    with pytest.raises(RowsRefused, match="Line 3: The same id"):
        take_in(records, "patients", file)


_HEADINGS = {
    "patients": ["Patient ID", "First name", "Last name", "DOB", "NHS number", "Practice number", "Mobile",
                 "Next of kin", "GP code", "GP", "Status"],
    "appointments": ["ID", "Patient ID", "Name", "DOB", "Start", "Minutes", "With", "Room", "Status"],
    "notes": ["ID", "Patient ID", "NHS number", "Date", "Author", "Note"],
    "consents": ["ID", "Patient ID", "Purpose", "Channel", "Decision", "Date", "Wording"],
    "calls": ["ID", "Patient ID", "Practice number", "When", "In or out", "Number", "About"],
}  # fmt: skip
_CELLS = [
    "", "1", "P1", "P2", "Ann", "Berg", "-", "’", "13 Jan 1980", "29 Mar 2026 01:30", "13 Jan 2026 10:00",
    "25 Oct 2026 01:30", "31/02/1980", "9990000018", "07700 900111", "in", "given", "treatment", "contact",
    "email", "attended", "50", "A81001", "4111111111111111", "Łukasz Đặng",
]  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(asked=st.data())
def test_whatever_the_rows_say_each_is_taken_or_refused_and_once_only(
    records: Records, tmp_path: Path, asked: st.DataObject
) -> None:
    kind = asked.draw(st.sampled_from(sorted(_HEADINGS)))
    cell = st.sampled_from(_CELLS) | st.text(max_size=8)
    row = st.lists(cell, min_size=len(_HEADINGS[kind]), max_size=len(_HEADINGS[kind]))
    rows = asked.draw(st.lists(row, max_size=6))
    path = tmp_path / "file.csv"
    delimited.write(path, _HEADINGS[kind], rows)
    options = {"rejects": tmp_path / "rejects.csv", "create_practitioners": True, "dates": DateOrder.DMY}
    try:
        first = take_in(records, kind, path, **options)
    except FileRefused:
        return  # a file as a whole: one row alone in a column of its own encoding, for example
    assert first.added + first.unchanged + first.refused == first.rows
    second = take_in(records, kind, path, **options)
    assert (second.added, second.updated, second.refused) == (0, 0, first.refused)
    with records.work(writes=False) as work:
        assert audit.verify(work.connection(), {}) == ()
