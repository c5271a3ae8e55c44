"""A row of a calls file, and of a list of letters."""

from datetime import datetime, time

from practice_app.exchange.people import patient_key
from practice_app.exchange.row_reader import RowReader
from practice_app.exchange.rows import CallRow, LetterRow

_DIRECTION = {
    "in": "in", "incoming": "in", "inbound": "in", "received": "in", "from patient": "in", "i": "in",
    "out": "out", "outgoing": "out", "outbound": "out", "made": "out", "to patient": "out", "o": "out",
}  # fmt: skip


_LETTER_DIRECTION = _DIRECTION | {"sent": "out", "outward": "out", "inward": "in"}
_CLASS = {
    "care": "care", "clinical": "care", "medical": "care", "clinical letter": "care", "gp letter": "care",
    "referral": "care", "report": "care", "discharge": "care", "discharge summary": "care", "results": "care",
    "service": "service", "admin": "service", "administrative": "service", "administration": "service",
    "appointment": "service", "appointments": "service", "invoice": "service", "billing": "service",
    "marketing": "marketing", "newsletter": "marketing", "promotion": "marketing",
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


def letter(reader: RowReader) -> LetterRow | None:
    """The row as a letter; None when it has faults. Whether its file is there is not looked at here.

    A letter that does not say what it is for is taken to be about care, which is the safer reading: it is
    sealed.
    """
    patient = patient_key(reader)
    # Lists made on Windows part folders by backslashes.
    file = reader.text("file").replace("\\", "/").removeprefix("./")
    if not file:
        reader.faults.append("This row names no file.")
    dated = reader.past_day("date")
    if not reader.has("date"):
        reader.faults.append("There is no date of the letter.")
    direction = reader.word("direction", _LETTER_DIRECTION)
    letter_class = reader.likely_word("class", _CLASS)
    if patient is None or dated is None or not file:
        return None
    return LetterRow(
        line=reader.line,
        ref=reader.text("ref") or None,
        patient=patient,
        file=file,
        dated=dated,
        direction=direction or "in",
        sender=reader.text("sender"),
        recipient=reader.text("recipient"),
        subject=reader.text("subject"),
        letter_class=letter_class or "care",
        fingerprint=reader.fingerprint(),  # last, because it covers what was asked for before it
    )
