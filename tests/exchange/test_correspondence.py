"""Telephone calls and letters as files describe them."""

from datetime import date, datetime
from pathlib import Path

import pytest

from practice_app.exchange.fields import Kind
from practice_app.exchange.rows import CallRow, LetterRow, PatientKey
from practice_app.rules.dates import DateOrder

from .sheets import only_reason, only_row, prepared


def call(folder: Path, text: str) -> CallRow:
    row = only_row(prepared(folder, Kind.CALLS, text, dates=DateOrder.DMY))
    assert isinstance(row, CallRow)
    return row


def test_a_whole_row_is_taken_apart(tmp_path: Path) -> None:
    row = call(
        tmp_path,
        "ID,Patient ID,Date,Time,Direction,Phone,Caller,About,Outcome\n"
        "K1,007,12/03/2026,09:30,Incoming,07700900123,his mother,the next session,rang back\n",
    )
    assert row == CallRow(
        line=2,
        fingerprint=row.fingerprint,
        ref="K1",
        patient=PatientKey(patient_ref="007"),
        at=datetime.fromisoformat("2026-03-12T09:30"),
        direction="in",
        number="07700 900123",
        caller="his mother",
        about="the next session",
        outcome="rang back",
    )


def test_a_call_without_a_time_is_put_at_midnight_with_a_warning(tmp_path: Path) -> None:
    text = "Patient ID,Date,Direction\n1,12/03/2026,out\n"
    assert call(tmp_path, text).at == datetime.fromisoformat("2026-03-12T00:00")
    assert [w.text for w in prepared(tmp_path, Kind.CALLS, text, dates=DateOrder.DMY).warnings] == [
        "The time of the call is not known; it is put at 00:00."
    ]


@pytest.mark.parametrize(
    ("at", "direction", "why"),
    [
        ("12/03/2026 09:30", "", "does not say whether the call came in"),
        ("12/03/2026 09:30", "sideways", "direction is not one of: in, out"),
        ("", "in", "There is no day of the call."),
        ("22/11/2026 09:30", "in", "The day of the call is in the future."),
    ],
)
def test_a_call_without_its_day_or_direction_is_refused(
    tmp_path: Path, at: str, direction: str, why: str
) -> None:
    text = f"Patient ID,Date,Direction\n1,{at},{direction}\n"
    assert why in only_reason(prepared(tmp_path, Kind.CALLS, text, dates=DateOrder.DMY))


def letter(folder: Path, text: str) -> LetterRow:
    row = only_row(prepared(folder, Kind.LETTERS, text, dates=DateOrder.DMY))
    assert isinstance(row, LetterRow)
    return row


def test_a_letter_is_taken_apart(tmp_path: Path) -> None:
    row = letter(
        tmp_path,
        "ID,Patient ID,Filename,Letter date,In or out,From,To,Title,Letter type\n"
        "L1,007,scans\\2026\\a b.pdf,12/03/2026,received,Seafront Surgery,Dr Shah,Blood results,Report\n",
    )
    assert row == LetterRow(
        line=2,
        fingerprint=row.fingerprint,
        ref="L1",
        patient=PatientKey(patient_ref="007"),
        file="scans/2026/a b.pdf",
        dated=date(2026, 3, 12),
        direction="in",
        sender="Seafront Surgery",
        recipient="Dr Shah",
        subject="Blood results",
        letter_class="care",
    )


def test_a_letter_that_says_little_came_in_and_is_about_care(tmp_path: Path) -> None:
    row = letter(tmp_path, "Patient ID,File,Date\n7,a.pdf,12/03/2026\n")
    assert (row.direction, row.letter_class, row.sender, row.subject) == ("in", "care", "", "")


def test_a_kind_of_letter_that_is_not_known_is_taken_as_care_with_a_warning(tmp_path: Path) -> None:
    text = "Patient ID,File,Date,Type\n7,a.pdf,12/03/2026,Zebra\n"
    assert letter(tmp_path, text).letter_class == "care"
    [warning] = prepared(tmp_path, Kind.LETTERS, text, dates=DateOrder.DMY).warnings
    assert "kind of letter is not one of: care, service, marketing" in warning.text


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("7,,12/03/2026", "names no file"),
        ("7,a.pdf,", "There is no date of the letter"),
        ("7,a.pdf,22/11/2026", "in the future"),
        (",a.pdf,12/03/2026", "patient"),
    ],
)
def test_a_letter_without_file_date_or_patient_is_refused(tmp_path: Path, row: str, why: str) -> None:
    reason = only_reason(
        prepared(tmp_path, Kind.LETTERS, f"Patient ID,File,Date\n{row}\n", dates=DateOrder.DMY)
    )
    assert why in reason
