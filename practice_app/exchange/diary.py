"""A row of an appointments file."""

import re
from datetime import datetime

from practice_app.exchange.people import patient_key
from practice_app.exchange.row_reader import RowReader
from practice_app.exchange.rows import AppointmentRow

_LONGEST_MINUTES = 24 * 60
_MINUTES = re.compile(r"(?P<minutes>[0-9]{1,4})(?:\.0+)? ?(?:m|min|mins|minute|minutes)?\.?", re.IGNORECASE)
_CLOCK = re.compile(r"(?P<hours>[0-9]{1,2}):(?P<minutes>[0-5][0-9])(?::00)?")
_STATE = {
    "booked": "booked", "confirmed": "booked", "scheduled": "booked", "pending": "booked", "new": "booked",
    "unconfirmed": "booked", "planned": "booked", "active": "booked",
    "arrived": "arrived", "checked in": "arrived", "waiting": "arrived",
    "in session": "in_session", "in progress": "in_session", "started": "in_session",
    "done": "done", "attended": "done", "completed": "done", "complete": "done", "seen": "done",
    "fulfilled": "done", "finished": "done", "yes": "done", "y": "done", "true": "done",
    "did not attend": "did_not_attend", "dna": "did_not_attend", "no show": "did_not_attend",
    "noshow": "did_not_attend", "missed": "did_not_attend", "not attended": "did_not_attend",
    "did not arrive": "did_not_attend", "absent": "did_not_attend", "no": "did_not_attend",
    "n": "did_not_attend", "false": "did_not_attend",
    "cancelled": "cancelled", "canceled": "cancelled", "cancelled by patient": "cancelled",
    "cancelled by client": "cancelled", "cancelled by practice": "cancelled",
    "cancelled by clinic": "cancelled", "late cancellation": "cancelled", "cancellation": "cancelled",
}  # fmt: skip


def appointment(reader: RowReader) -> AppointmentRow | None:
    """The row as an appointment; None when it has faults."""
    patient = patient_key(reader)
    start = reader.moment("date", "start")
    if patient is None or start is None:
        return None
    return AppointmentRow(
        line=reader.line,
        ref=reader.text("ref") or None,
        patient=patient,
        start=start,
        minutes=_minutes(reader, start),
        practitioner=reader.text("practitioner") or None,
        room=reader.text("room") or None,
        type=reader.text("type") or None,
        state=reader.word("status", _STATE) or "booked",
        cancelled_by=reader.text("cancelled_by"),
        cancelled_reason=reader.text("cancelled_reason"),
        fingerprint=reader.fingerprint(),  # last, because it covers what was asked for before it
    )


def _minutes(reader: RowReader, start: datetime) -> int | None:
    """The length as told, else from the end; the two must agree."""
    told = _told_minutes(reader)
    end = reader.moment_after(start, "end")
    if end is None:
        return told
    minutes = round((end - start).total_seconds() / 60)
    if not 1 <= minutes <= _LONGEST_MINUTES:
        reader.faults.append("The appointment is longer than a day.")
    elif told is not None and told != minutes:
        reader.faults.append(f"The length says {told} minutes, but from start to end it is {minutes}.")
    return minutes


def _told_minutes(reader: RowReader) -> int | None:
    """The length in minutes, written "50", "50 min" or, as a clock shows it, "0:50"."""
    typed = reader.text("minutes")
    if not typed:
        return None
    if found := _MINUTES.fullmatch(typed):
        minutes = int(found["minutes"])
    elif found := _CLOCK.fullmatch(typed):
        minutes = int(found["hours"]) * 60 + int(found["minutes"])
    else:
        minutes = 0
    if not 1 <= minutes <= _LONGEST_MINUTES:
        reader.faults.append("The length is not a number of minutes up to one day.")
        return None
    return minutes
