"""What we hold about you: one page of categories, dates and counts, without any clinical text."""

from dataclasses import dataclass, replace
from datetime import date

from practice_app.documents.look import STANDARD, Look
from practice_app.documents.page import Document, Rendered
from practice_app.documents.parties import Clinic, Subject
from practice_app.errors import Defect
from practice_app.rules import dates

TITLE = "What we hold about you"
_SIZES = (1.0, 0.9, 0.8, 0.7)


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


def render(holdings: Holdings, *, look: Look = STANDARD) -> Rendered:
    """Make the one-page PDF; no category at all says kindly that nothing is held.

    A long list is set smaller; Defect when it does not fit on a page even so. In large print nothing is set
    smaller, and it takes the pages it needs.
    """
    if look is not STANDARD:
        return _render(holdings, look, 1.0)
    for size in _SIZES:
        rendered = _render(holdings, look, size)
        if rendered.pages == 1:
            return rendered
    raise Defect("what we hold about a person did not fit on one page")


def _render(holdings: Holdings, look: Look, size: float) -> Rendered:
    clinic = holdings.clinic
    body = replace(look.body, size=look.body.size * size, leading=look.body.leading * size)
    document = Document(
        TITLE,
        clinic.name,
        identifiers=holdings.subject.identifiers,
        footer=f"{clinic.name}: confidential",
        look=look,
    )
    document.paragraph(clinic.name, look.name)
    document.rule()
    document.heading(TITLE)
    held = [holding for holding in holdings.holdings if holding.count]
    if held:
        document.paragraph(
            f"This is a summary of the information that {clinic.name} held about {holdings.subject.name} on "
            f"{dates.show_long(holdings.prepared)}. It shows kinds, numbers and dates only. You can ask for "
            "a full copy at any time, free of charge.",
            body,
        )
        document.table(
            ("What", "Items", "From", "To", "Kept"),
            [_row(holding) for holding in held],
            (5, 1.6, 2.3, 2.3, 3.8),
            body,
            numbers=(1,),
        )
    else:
        document.paragraph(
            f"On {dates.show_long(holdings.prepared)} {clinic.name} held no information about "
            f"{holdings.subject.name}. If you expected something here, please tell us, and we will look "
            "again.",
            body,
        )
    contact = ", ".join(part for part in (clinic.privacy_contact, clinic.phone, clinic.email) if part.strip())
    if contact:
        document.paragraph(f"Questions, or something wrong? Please contact {contact}.", body)
    return document.finish()


def _row(holding: Holding) -> tuple[str, str, str, str, str]:
    undated = "No date" if holding.first is None and holding.last is None else ""
    return (
        holding.category,
        f"{holding.count:,}",
        undated or dates.show(holding.first),
        undated or dates.show(holding.last),
        holding.kept_until or "See our privacy notice",
    )
