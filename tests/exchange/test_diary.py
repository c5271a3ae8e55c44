"""Appointments as files describe them."""

from datetime import date, datetime
from pathlib import Path

import pytest

from practice_app.errors import FileRefused
from practice_app.exchange.fields import Kind
from practice_app.exchange.rows import AppointmentRow, PatientKey
from practice_app.rules.dates import DateOrder
from practice_app.rules.names import PersonName

from .sheets import only_reason, only_row, prepared


def appointment(folder: Path, text: str) -> AppointmentRow:
    row = only_row(prepared(folder, Kind.APPOINTMENTS, text, dates=DateOrder.DMY))
    assert isinstance(row, AppointmentRow)
    return row


def reason(folder: Path, text: str) -> str:
    return only_reason(prepared(folder, Kind.APPOINTMENTS, text, dates=DateOrder.DMY))


def test_a_whole_row_is_taken_apart(tmp_path: Path) -> None:
    row = appointment(
        tmp_path,
        "ID,Client ID,Date,Start time,Duration,Therapist,Room,Type,Status,Cancelled by,Cancellation reason\n"
        "A1,007,12/03/2026,09:30,50 mins,Dr Jones,Blue,Assessment,Cancelled,client,ill\n",
    )
    assert row == AppointmentRow(
        line=2,
        fingerprint=row.fingerprint,
        ref="A1",
        patient=PatientKey(patient_ref="007"),
        start=datetime.fromisoformat("2026-03-12T09:30"),
        minutes=50,
        practitioner="Dr Jones",
        room="Blue",
        type="Assessment",
        state="cancelled",
        cancelled_by="client",
        cancelled_reason="ill",
    )


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        ("Start", "12/03/2026 09:30"),
        ("Start", "2026-03-12T09:30:00"),
        ("Start", "12-Mar-2026 9:30am"),
        ("Date", "12/03/2026 09:30"),
        ("Date,Time", "12/03/2026,09:30"),
        ("Date,Time", "12/03/2026,9.30 am"),
        ("Date,Time", "2026-03-12,09:30:00"),
        ("Date,Time", "12/03/2026 00:00:00,1899-12-30 09:30:00"),
        ("Date,Start", "12/03/2026,12/03/2026 09:30"),
    ],
)
def test_the_start_is_read_from_one_column_or_two(tmp_path: Path, columns: str, values: str) -> None:
    row = appointment(tmp_path, f"Client ID,{columns}\n1,{values}\n")
    assert row.start == datetime.fromisoformat("2026-03-12T09:30")


@pytest.mark.parametrize(
    ("columns", "values", "why"),
    [
        ("Date,Start", "12/03/2026,13/03/2026 09:30", "are different days"),
        ("Date", "12/03/2026", "has no time"),
        ("Date,Time", "12/03/2026,", "has no time"),
        ("Start", "31/02/2026 09:30", "is not a date"),
        ("Start", "", "There is no start."),
        ("Date,Time", "12/03/2026,25:00", "“25:00” is not a time of day."),
        ("Start", "2026-03-12T09:30:00Z", "time zone"),
        ("Start,End", "12/03/2026 09:30,09:00", "end is not after the start"),
        ("Start,End", "12/03/2026 09:30,14/03/2026 09:00", "longer than a day"),
        ("Start,End", "12/03/2026 09:30,noon", "“noon” is not a time of day."),
        (
            "Start,Duration,End",
            "12/03/2026 09:30,50,10:30",
            "says 50 minutes, but from start to end it is 60",
        ),
        ("Start,Duration", "12/03/2026 09:30,0", "not a number of minutes"),
        ("Start,Duration", "12/03/2026 09:30,long", "not a number of minutes"),
        ("Start,Status", "12/03/2026 09:30,zz", "status is not one of: booked, arrived, in session, done"),
    ],
)
def test_a_time_or_state_that_makes_no_sense_refuses_the_row(
    tmp_path: Path, columns: str, values: str, why: str
) -> None:
    assert why in reason(tmp_path, f"Client ID,{columns}\n1,{values}\n")


@pytest.mark.parametrize(
    ("columns", "values", "minutes"),
    [
        ("Duration", "50", 50),
        ("Duration", "50.0", 50),
        ("Duration", "0:50", 50),
        ("Duration", "01:30:00", 90),
        ("End", "10:20", 50),
        ("End", "12/03/2026 10:20", 50),
        ("End", "13/03/2026 00:10", 880),
        ("Duration,End", "50,10:20", 50),
        ("Duration", "", None),
    ],
)
def test_the_length_is_told_or_worked_out(
    tmp_path: Path, columns: str, values: str, minutes: int | None
) -> None:
    row = appointment(tmp_path, f"Client ID,Start,{columns}\n1,12/03/2026 09:30,{values}\n")
    assert row.minutes == minutes


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("", "booked"),
        ("Confirmed", "booked"),
        ("DNA", "did_not_attend"),
        ("Did not attend", "did_not_attend"),
        ("No-show", "did_not_attend"),
        ("Attended", "done"),
        ("CANCELLED", "cancelled"),
        ("checked_in", "arrived"),
    ],
)
def test_the_state_is_read_in_the_words_of_other_programs(tmp_path: Path, word: str, state: str) -> None:
    assert appointment(tmp_path, f"Client ID,Start,Status\n1,12/03/2026 09:30,{word}\n").state == state


@pytest.mark.parametrize(
    ("columns", "values", "key"),
    [
        ("Patient ref", "007", PatientKey(patient_ref="007")),
        ("Practice number", "17", PatientKey(practice_number="17")),
        ("NHS number", "999 000 0018", PatientKey(nhs_number="9990000018")),
        (
            "Surname,Forename,DOB",
            "Smith,Ann,23/03/1980",
            PatientKey(name=PersonName(None, "Ann", "Smith"), birth_date=date(1980, 3, 23)),
        ),
        (
            "Patient,DOB",
            '"Smith, Ann (Mrs)",23/03/1980',
            PatientKey(name=PersonName("Mrs", "Ann", "Smith"), birth_date=date(1980, 3, 23)),
        ),
    ],
)
def test_a_row_names_its_patient_in_any_of_four_ways(
    tmp_path: Path, columns: str, values: str, key: PatientKey
) -> None:
    assert appointment(tmp_path, f"{columns},Start\n{values},12/03/2026 09:30\n").patient == key


@pytest.mark.parametrize(
    ("columns", "values"), [("Patient ref", ""), ("Patient", "Ann Smith"), ("Patient,DOB", "Ann Smith,")]
)
def test_a_row_that_names_no_patient_is_refused(tmp_path: Path, columns: str, values: str) -> None:
    assert "names no patient" in reason(tmp_path, f"{columns},Start\n{values},12/03/2026 09:30\n")


def test_a_wrong_nhs_number_is_told_rather_than_that_nobody_is_named(tmp_path: Path) -> None:
    told = reason(tmp_path, "NHS number,Start\n9990000019,12/03/2026 09:30\n")
    assert "check digit" in told
    assert "names no patient" not in told


def test_an_appointment_may_be_in_the_future_and_names_its_dates_column_when_asking(tmp_path: Path) -> None:
    text = "Client ID,Start\n1,01/02/2027 09:30\n"
    assert appointment(tmp_path, text).start == datetime.fromisoformat("2027-02-01T09:30")
    with pytest.raises(FileRefused, match="In the column “Start”"):
        prepared(tmp_path, Kind.APPOINTMENTS, text)
