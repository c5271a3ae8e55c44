"""When a person was last seen, from which keeping periods run."""

from datetime import date


def last_seen(
    *,
    attended: date | None,
    note: date | None,
    care_letter: date | None,
    telephone: date | None,
) -> date | None:
    """The latest day of care: attended appointment, clinical note, letter about care, telephone consultation.

    Each argument is the latest day of its kind. A missed appointment, an invoice or marketing mail is
    no care and has no argument. None when there was no care at all.
    """
    return max((day for day in (attended, note, care_letter, telephone) if day is not None), default=None)
