"""Telephone calls as files describe them."""

from datetime import datetime
from pathlib import Path

import pytest

from practice_app.exchange.fields import Kind
from practice_app.exchange.rows import CallRow, PatientKey
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
