"""The subject-access copy: a letter, the explanations the law asks for, and everything held about one person."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from practice_app.documents.parties import Clinic, Fact, Regulator, Subject
from practice_app.errors import Defect
from practice_app.progress import Progress


@dataclass(frozen=True, slots=True)
class Statements:
    """What must be explained with the copy, in the order of UK GDPR Art. 15(1) and 15(2).

    Each is one or more paragraphs (blank lines between); none may be empty.
    """

    purposes: str
    categories: str
    recipients: str
    """Who received or will receive the data, and which of them are overseas."""
    retention: str
    rights: str
    complaint_to_us: str
    """How to complain to the clinic: Art. 15(1)(ea), DPA 2018 s.164A."""
    complaint_to_regulator: str
    source: str
    automated_decisions: str
    transfers: str
    """The safeguards for transfers overseas, or that there are none: Art. 15(2)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item held about the person; date-times are the clinic's own wall time."""

    when: date | datetime | None
    title: str
    source: str
    text: str = ""
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """All entries of one kind, in the order they are shown."""

    title: str
    entries: tuple[Entry, ...]
    note: str = ""
    """A sentence above the entries: an abbreviation explained, or what was left out and why."""


@dataclass(frozen=True, slots=True)
class Viewing:
    """Somebody opened the person's record: when, and in which role."""

    when: datetime
    role: str


@dataclass(frozen=True, slots=True)
class Searched:
    """One place that was searched and how many items of the person it held."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class NotSearched:
    """A place that was not searched, and why (the search must be reasonable: Art. 15(1A))."""

    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Search:
    """How the data were looked for."""

    searched: tuple[Searched, ...]
    on: date
    by_role: str
    first: date | None = None
    last: date | None = None
    """The first and the last day of what was found; None when nothing is dated."""
    not_searched: tuple[NotSearched, ...] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything the subject-access copy says; plain data, nothing is looked up."""

    clinic: Clinic
    regulator: Regulator
    subject: Subject
    statements: Statements
    groups: tuple[Group, ...]
    viewings: tuple[Viewing, ...]
    search: Search
    prepared: date
    received: date | None = None
    """The day the request reached the clinic."""
    reference: str = ""
    signed_by: str = ""
    """The name or role under the letter."""
    destroyed: date | None = None
    """For a nil return: the day an earlier record was destroyed under the retention policy."""
    released: bool = False
    """False stamps every page as a copy for review."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished document; `missing` are the characters no font could show (printed as [U+xxxx])."""

    pdf: bytes
    pages: int
    missing: tuple[str, ...]


def render(bundle: Bundle, progress: Progress) -> Rendered:
    """Make the PDF: tagged, with contents, bookmarks and both identifiers on every page.

    Nothing held (no entries, no viewings) gives the nil return, a letter. Raises Defect when one of the
    explanations is empty: the copy may not leave without them (UK GDPR Art. 15(1)(a) to (h) and (ea)).
    """
    empty = [f.name for f in fields(Statements) if not getattr(bundle.statements, f.name).strip()]
    if empty:
        raise Defect(f"subject access copy without a text for: {', '.join(empty)}")
    raise NotImplementedError
