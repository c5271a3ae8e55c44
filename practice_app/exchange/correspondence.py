"""A row of a calls file."""

from datetime import datetime, time

from practice_app.exchange.people import patient_key
from practice_app.exchange.row_reader import RowReader
from practice_app.exchange.rows import CallRow

_DIRECTION = {
    "in": "in", "incoming": "in", "inbound": "in", "received": "in", "from patient": "in", "i": "in",
    "out": "out", "outgoing": "out", "outbound": "out", "made": "out", "to patient": "out", "o": "out",
}  # fmt: skip


def call(reader: RowReader) -> CallRow | None:
    """The row as a telephone call; None when it has faults.

    A call of which only the day is known is put at midnight, with a warning.
    """
    patient = patient_key(reader)
    happened = reader.past_day_and_time("at", "time")
    direction = reader.word("direction", _DIRECTION)
    if not reader.has("direction"):
        reader.faults.append("This row does not say whether the call came in or went out.")
    number = reader.phone("number", "other")
    if patient is None or happened is None or direction is None:
        return None
    day, at = happened
    if at is None:
        reader.warn("The time of the call is not known; it is put at 00:00.")
    return CallRow(
        line=reader.line,
        ref=reader.text("ref") or None,
        patient=patient,
        at=datetime.combine(day, at or time.min),
        direction=direction,
        number=number.shown if number else "",
        caller=reader.text("caller"),
        about=reader.text("about"),
        outcome=reader.text("outcome"),
        fingerprint=reader.fingerprint(),  # last, because it covers what was asked for before it
    )
