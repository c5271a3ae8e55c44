"""What we hold about you: one page of categories, dates and counts, without any clinical text."""

from dataclasses import dataclass
from datetime import date

from practice_app.documents.parties import Clinic, Subject


@dataclass(frozen=True, slots=True)
class Holding:
    """One category of data: how many items, from when to when (None when they carry no date)."""

    category: str
    count: int
    first: date | None = None
    last: date | None = None
    kept_until: str = ""
    """How long it is kept, in a few words; empty when there is no rule for it."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything the page says."""

    clinic: Clinic
    subject: Subject
    prepared: date
    holdings: tuple[Holding, ...]


def render(holdings: Holdings) -> bytes:
    """Make the one-page PDF; an empty `holdings` says kindly that nothing is held."""
    raise NotImplementedError
