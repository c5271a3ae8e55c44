"""A row of a notes file."""

from practice_app.exchange.people import patient_key
from practice_app.exchange.row_reader import RowReader
from practice_app.exchange.rows import NoteRow


def note(reader: RowReader) -> NoteRow | None:
    """The row as a note; None when it has faults. A note without text or date is one."""
    patient = patient_key(reader)
    happened = reader.past_day_and_time("date", "time")
    text = reader.lines("text")
    if not text:
        reader.faults.append("The note has no text.")
    if patient is None or happened is None:
        return None
    return NoteRow(
        line=reader.line,
        ref=reader.text("ref") or None,
        patient=patient,
        happened_on=happened[0],
        happened_at=happened[1],
        author=reader.text("author"),
        title=reader.text("title"),
        text=text,
        fingerprint=reader.fingerprint(),  # last, because it covers what was asked for before it
    )
