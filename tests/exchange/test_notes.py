"""Notes as files describe them."""

from datetime import date, time
from pathlib import Path

import pytest

from practice_app.exchange.fields import Kind
from practice_app.exchange.rows import NoteRow, PatientKey
from practice_app.rules.dates import DateOrder

from .sheets import only_reason, only_row, prepared


def note(folder: Path, text: str) -> NoteRow:
    row = only_row(prepared(folder, Kind.NOTES, text, dates=DateOrder.DMY))
    assert isinstance(row, NoteRow)
    return row


def test_a_whole_row_is_taken_apart_with_the_lines_of_its_text(tmp_path: Path) -> None:
    row = note(
        tmp_path,
        "ID,Patient ID,Date,Author,Title,Note\r\n"
        "N1,007,12/03/2026 09:30,Dr Jones,Session 3,"
        '"3/7 hx of cough.\r\n\r\n  Plan:\r\n- ""rest"", fluids"\r\n',
    )
    assert row == NoteRow(
        line=2,
        fingerprint=row.fingerprint,
        ref="N1",
        patient=PatientKey(patient_ref="007"),
        happened_on=date(2026, 3, 12),
        happened_at=time(9, 30),
        author="Dr Jones",
        title="Session 3",
        text='3/7 hx of cough.\n\n  Plan:\n- "rest", fluids',
    )


@pytest.mark.parametrize(
    ("columns", "values", "at"),
    [
        ("Date", "12/03/2026", None),
        ("Date", "12/03/26", None),
        ("Date,Time", "12/03/2026,", None),
        ("Date,Time", "12/03/2026,09:30", time(9, 30)),
        ("Date", "12/03/2026 09:30", time(9, 30)),
    ],
)
def test_the_time_of_a_note_is_kept_when_the_file_tells_it(
    tmp_path: Path, columns: str, values: str, at: time | None
) -> None:
    row = note(tmp_path, f"Patient ID,{columns},Note\n1,{values},x\n")
    assert (row.happened_on, row.happened_at) == (date(2026, 3, 12), at)


@pytest.mark.parametrize(
    ("date_cell", "text", "why"),
    [
        ("", "x", "There is no day."),
        ("31/02/2026", "x", "is not a date"),
        ("22/11/2026", "x", "The day is in the future."),
        ("22/11/2026 09:30", "x", "The day is in the future."),
        ("12/03/2026", " ", "The note has no text."),
    ],
)
def test_a_note_without_its_day_or_text_is_refused(
    tmp_path: Path, date_cell: str, text: str, why: str
) -> None:
    result = prepared(
        tmp_path, Kind.NOTES, f"Patient ID,Date,Note\n1,{date_cell},{text}\n", dates=DateOrder.DMY
    )
    assert why in only_reason(result)


def test_a_long_note_with_tabs_and_spaces_is_not_touched(tmp_path: Path) -> None:
    text = "Rx\tdose\n" * 10_000 + "  end "
    assert note(tmp_path, f'Patient ID,Date,Note\n1,12/03/2026,"{text}"\n').text == text


def test_a_card_number_in_a_note_stops_the_row(tmp_path: Path) -> None:
    text = 'Patient ID,Date,Note\n1,12/03/2026,"paid with\n4111-1111-1111-1111 today"\n'
    assert "The column “Note” holds what looks like a payment card number." in only_reason(
        prepared(tmp_path, Kind.NOTES, text, dates=DateOrder.DMY)
    )
