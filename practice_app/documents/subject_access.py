"""The subject-access copy: a letter, what the law wants explained, and all that is held about one person."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import groupby

from practice_app.documents import tables
from practice_app.documents.attached import File
from practice_app.documents.look import STANDARD, Look
from practice_app.documents.page import Document, Rendered, linked
from practice_app.documents.parties import Clinic, Fact, Regulator, Subject
from practice_app.documents.typesetting import Span
from practice_app.errors import Defect
from practice_app.progress import Progress
from practice_app.rules import dates

TITLE = "Subject access copy"
STAMP = "For review: not yet released"
_FIXED_SPACE = "\xa0"  # where no line may end
_BETWEEN_REPORTS = 20  # entries
_MARGIN_COLUMN = 108.0
_LABEL_COLUMN = 98.0

# The headed sections, each with the field of Statements that fills it and the law that asks for it.
_SECTIONS = (
    ("purposes", "(a) Why we use your information", "UK GDPR Article 15(1)(a)"),
    ("categories", "(b) What kinds of information we hold", "UK GDPR Article 15(1)(b)"),
    ("recipients", "(c) Who has received it, or will receive it", "UK GDPR Article 15(1)(c)"),
    ("retention", "(d) How long we keep it", "UK GDPR Article 15(1)(d)"),
    ("rights", "(e) Your rights", "UK GDPR Article 15(1)(e)"),
    ("complaint_to_us", "(ea) Your right to complain to us", "UK GDPR Article 15(1)(ea)"),
    ("complaint_to_regulator", "(f) Your right to complain to the regulator", "UK GDPR Article 15(1)(f)"),
    ("source", "(g) Where your information came from", "UK GDPR Article 15(1)(g)"),
    ("automated_decisions", "(h) Decisions made by computer alone", "UK GDPR Article 15(1)(h)"),
    ("transfers", "Safeguards when information leaves the UK", "UK GDPR Article 15(2)"),
)


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
class Attached:
    """A file that came with an item: its pages, its text, its name beside the copy, or why it is not here.

    `reader` is the program that read its scans, "" for none.
    """

    name: str
    facts: tuple[Fact, ...] = ()
    file: File | None = None
    reader: str = ""
    text: str = ""
    beside: str = ""
    why: str = ""

    @property
    def is_read(self) -> bool:
        """Whether any of its words were read by a machine."""
        return self.file is not None and any(sheet.read for sheet in self.file.sheets)

    @property
    def wordless(self) -> tuple[int, ...]:
        """The pages, from 1, without any text that a machine could read."""
        sheets = self.file.sheets if self.file else ()
        return tuple(n for n, sheet in enumerate(sheets, start=1) if not (sheet.own or sheet.read))


@dataclass(frozen=True, slots=True)
class Entry:
    """One item held about the person; date-times are the clinic's own wall time."""

    when: date | datetime | None
    title: str
    source: str
    text: str = ""
    facts: tuple[Fact, ...] = ()
    attached: tuple[Attached, ...] = ()


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


def render(bundle: Bundle, progress: Progress | None = None, *, look: Look = STANDARD) -> Rendered:
    """Make the PDF: tagged, with contents, bookmarks and both identifiers on every page.

    Nothing held (no entries, no viewings) gives the nil return, a letter. Raises Defect when one of the
    explanations is empty: the copy may not leave without them (UK GDPR Art. 15(1)(a) to (h) and (ea)).
    """
    empty = [f.name for f in fields(Statements) if not getattr(bundle.statements, f.name).strip()]
    if empty:
        raise Defect(f"subject access copy without a text for: {', '.join(empty)}")
    document = Document(
        TITLE,
        bundle.clinic.name,
        identifiers=bundle.subject.identifiers,
        footer=f"{bundle.clinic.name}: confidential",
        stamp="" if bundle.released else STAMP,
        look=look,
    )
    held = sum(1 + len(entry.attached) for group in bundle.groups for entry in group.entries)
    if held or bundle.viewings:
        _write_copy(document, bundle, held, progress or Progress())
    else:
        _write_nil_return(document, bundle)
    return document.finish(progress)


def _write_copy(document: Document, bundle: Bundle, held: int, progress: Progress) -> None:
    _write_letter_head(document, bundle)
    document.heading("A copy of your information")
    _write_letter(document, bundle, held)
    document.new_page()
    document.heading("Contents", listed=False)
    document.contents()
    document.new_page()
    document.heading("How we use your information")
    _write_statements(document, bundle)
    document.new_page()
    document.heading("What we hold about you")
    written = 0
    entries = sum(len(group.entries) for group in bundle.groups)
    for group in bundle.groups:
        _write_group_head(document, group)
        with document.indented(_MARGIN_COLUMN):
            for entry in group.entries:
                if written % _BETWEEN_REPORTS == 0:
                    progress(written, entries, "Setting text")
                _write_entry(document, entry)
                written += 1
    _write_not_wholly_here(document, bundle)
    document.new_page()
    document.heading("Who has opened your record")
    _write_viewings(document, bundle)
    document.new_page()
    document.heading("How we searched")
    _write_search(document, bundle.search)
    _write_missing(document)


def _write_nil_return(document: Document, bundle: Bundle) -> None:
    """The letter when nothing is held: what was searched, what may have been, and how to complain."""
    _write_letter_head(document, bundle)
    document.heading("We hold no information about you")
    document.paragraph(f"{_request(bundle)} We have searched our records and found nothing about you.")
    if bundle.destroyed:
        document.paragraph(
            "We held a record about you before. It was destroyed under our retention policy on "
            f"{dates.show_long(bundle.destroyed)}."
        )
    document.paragraph(
        "If you think that we should hold something, please tell us where you would expect it: another "
        "name, an earlier address or the name of the person you saw can help. We will gladly look again, "
        "free of charge."
    )
    _write_complaint_routes(document, bundle)
    _write_signature(document, bundle)
    document.new_page()
    document.heading("How we searched", 2)
    _write_search(document, bundle.search)
    _write_missing(document)


def _write_letter_head(document: Document, bundle: Bundle) -> None:
    clinic = bundle.clinic
    document.paragraph(clinic.name, document.look.name)
    contact = [*clinic.address, clinic.phone, clinic.email, clinic.website]
    registration = (
        f"Data protection registration {clinic.registration}" if clinic.registration.strip() else ""
    )
    reached = ", ".join(part for part in contact if part.strip())
    document.paragraph(f"{reached}\n{registration}".strip(), document.look.small)
    document.rule()
    document.space(18)
    document.paragraph(
        "\n".join(line for line in (bundle.subject.name, *bundle.subject.address) if line.strip())
    )
    document.space(10)
    about = [("Date", dates.show_long(bundle.prepared))]
    if bundle.reference.strip():
        about.append(("Our reference", bundle.reference))
    document.facts(about)
    document.space(6)
    document.paragraph(f"Dear {bundle.subject.name},")


def _write_letter(document: Document, bundle: Bundle, held: int) -> None:
    clinic = bundle.clinic
    document.paragraph(
        f"{_request(bundle)} This is your copy of the information that {clinic.name} holds about you. "
        "You have a right to it under Article 15 of the UK GDPR, and it is free of charge."
    )
    document.paragraph("After this letter and the contents you will find:", keep=True)
    groups = sum(1 for group in bundle.groups if group.entries)
    document.bullets(
        [
            "how we use your information, and your rights;",
            f"the copy itself: {_count(held, 'item')} under {_count(groups, 'heading')}, each with its date "
            "and where it came from;",
            f"who has opened your record: {_count(len(bundle.viewings), 'time')};",
            "how we searched, and what we found where.",
        ]
    )
    such_as = ", such as large print" if document.look is STANDARD else ""
    document.paragraph(
        f"If a word or an abbreviation is not clear, or if you would like this copy in another form{such_as}"
        ", please ask us. If something in it is wrong or out of date, tell us, and we will look into putting "
        "it right."
    )
    _write_complaint_routes(document, bundle)
    _write_signature(document, bundle)


def _write_complaint_routes(document: Document, bundle: Bundle) -> None:
    """How to complain to the clinic and to the regulator, and the way to a court."""
    clinic, regulator = bundle.clinic, bundle.regulator
    document.paragraph([Span("If you are not happy with our answer", bold=True)], keep=True)
    document.numbered(
        [
            [
                Span("Complain to us first. ", bold=True),
                Span(f"Please contact {clinic.privacy_contact or clinic.name}"),
                *_reached_by(clinic.address, clinic.phone, clinic.email, ""),
                Span(
                    ". The law gives you this right (Data Protection Act 2018, section 164A). We will "
                    "confirm within 30 days that we have your complaint, and tell you what came of it "
                    "without undue delay."
                ),
            ],
            [
                Span("Complain to the regulator. ", bold=True),
                Span(f"The regulator is the {regulator.name.removeprefix('The ').removeprefix('the ')}"),
                *_reached_by(regulator.address, regulator.phone, "", regulator.website),
                Span(". You can complain there at any time (section 165 of the Act)."),
            ],
            [
                Span("Go to court. ", bold=True),
                Span("You can ask a court to order us to comply with the law (section 167 of the Act)."),
            ],
        ],
        keep=True,
    )


def _reached_by(address: tuple[str, ...], phone: str, email: str, website: str) -> Iterator[Span]:
    """The ways to reach somebody, each after a comma."""
    for text in (*address, phone.replace(" ", _FIXED_SPACE)):
        if text.strip():
            yield Span(f", {text}")
    for text in (email, website):
        if text.strip():
            yield Span(", ")
            yield linked(text)


def _write_signature(document: Document, bundle: Bundle) -> None:
    document.space(8)
    document.paragraph("Yours sincerely,", keep=True)
    document.space(22)
    document.text("\n".join(part for part in (bundle.signed_by, bundle.clinic.name) if part.strip()))


def _write_statements(document: Document, bundle: Bundle) -> None:
    contacts = {
        "complaint_to_us": _contact_facts(
            bundle.clinic.privacy_contact or bundle.clinic.name,
            bundle.clinic.address,
            bundle.clinic.phone,
            bundle.clinic.email,
        ),
        "complaint_to_regulator": _contact_facts(
            bundle.regulator.name, bundle.regulator.address, bundle.regulator.phone, bundle.regulator.website
        ),
    }
    for field, title, law in _SECTIONS:
        document.heading(title, 2)
        document.paragraph(law, document.look.small, keep=True)
        contact = contacts.get(field, ())
        document.text(getattr(bundle.statements, field), keep=bool(contact))
        document.facts(contact)


def _contact_facts(name: str, address: tuple[str, ...], phone: str, online: str) -> list[Fact]:
    facts = [
        ("Contact", name),
        ("Address", "\n".join(line for line in address if line.strip())),
        ("Phone", phone),
        ("Online" if "@" not in online else "E-mail", online),
    ]
    return [(label, value) for label, value in facts if value.strip()]


def _write_group_head(document: Document, group: Group) -> None:
    if not group.entries and not group.note.strip():
        return
    document.heading(f"{group.title} ({len(group.entries)})", 2)
    if group.note.strip():
        document.text(group.note)


def _write_entry(document: Document, entry: Entry) -> None:
    document.heading(entry.title, 3, aside=_moment(entry.when))
    facts = (("Source", entry.source), *entry.facts)
    document.facts(facts, label_width=_LABEL_COLUMN, keep=bool(entry.text.strip()))
    document.text(entry.text)
    for attached in entry.attached:
        _write_attached(document, entry, attached)


def _write_attached(document: Document, entry: Entry, attached: Attached) -> None:
    """A file under the item it came with; its pages follow, each on one of ours."""
    unchecked = " (text read by a machine, not checked)" if attached.is_read else ""
    beside = document.look.has_side_column
    when, title = _moment(entry.when), f"Attached: {attached.name}{unchecked}"
    if beside:
        document.heading(title, 4, aside=when)
    else:
        document.heading(f"{when}\n{title}", 4)
    facts = (*attached.facts, *_how_given(attached))
    document.facts(facts, label_width=_LABEL_COLUMN if beside else 0.0, keep=bool(attached.text.strip()))
    document.text(attached.text)
    if attached.file is not None:
        document.attachment_pages(attached.file, _named(entry, attached))


def _how_given(attached: Attached) -> Iterator[Fact]:
    if attached.why and attached.why not in [value for _, value in attached.facts]:
        yield "Not shown", attached.why
    if attached.beside:
        yield "Given", f"Beside this copy, as {attached.beside}"
    if attached.is_read:
        yield "Text", f"Read from the picture by {attached.reader}. Nobody has checked it: trust the picture."
    if attached.wordless:
        whole = attached.file is not None and len(attached.wordless) == len(attached.file.sheets)
        where = "Without text" if whole else f"Without text on page {_numbers(attached.wordless)}"
        yield "Pictures", f"{where} that a machine could read; see “Files that are not wholly in these pages”"


def _named(entry: Entry, attached: Attached) -> str:
    """A file as the words on its pages name it."""
    return f"“{attached.name}”, which came with: {entry.title}, {_moment(entry.when)}"


def _write_not_wholly_here(document: Document, bundle: Bundle) -> None:
    """List what the pages do not show, or not to everybody: given beside, not shown, or without text."""
    found = [
        (f"{attached.name} ({entry.title}, {_moment(entry.when)})", attached)
        for group in bundle.groups
        for entry in group.entries
        for attached in entry.attached
    ]
    beside = [(name, each.beside) for name, each in found if each.beside]
    missing = [(name, each.why) for name, each in found if each.why]
    wordless = [(name, _numbers(each.wordless)) for name, each in found if each.wordless]
    if not (beside or missing or wordless):
        return
    document.heading("Files that are not wholly in these pages", 2)
    if beside:
        document.paragraph(
            "No page can show sound or moving pictures. They are given beside this copy, in an encrypted "
            "archive (a ZIP file), under these names:",
            keep=True,
        )
        document.table(("File", "Name in the archive"), beside, (2, 1))
    if missing:
        document.paragraph("These files cannot be shown:", keep=True)
        document.table(("File", "Why"), missing, (1, 1))
    if wordless:
        document.paragraph(
            "These pages are pictures in which no text could be read by a machine, so that a screen reader "
            "finds no words there. Please ask us to read them to you, or for another form of them:",
            keep=True,
        )
        document.table(("File", "Pages"), wordless, (2, 1))


def _numbers(pages: Sequence[int]) -> str:
    """Page numbers, neighbours joined: "1 to 3, 5"."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and runs[-1][-1] == page - 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def _write_viewings(document: Document, bundle: Bundle) -> None:
    document.paragraph(
        "Every time somebody opens your record, our system notes when, and in which role they work for us."
    )
    if bundle.viewings:
        document.table(("Date and time", "Role"), _viewing_rows(bundle.viewings), (1, 2))
    else:
        document.paragraph("Nobody has opened it.")


def _viewing_rows(viewings: Sequence[Viewing]) -> Iterator[Sequence[tables.Value]]:
    """A row for each, under the year where they are of several."""
    several = len({viewing.when.year for viewing in viewings}) > 1
    for year, those in groupby(viewings, key=lambda viewing: viewing.when.year):
        if several:
            yield tables.group(str(year), 2)
        for viewing in those:
            yield _moment(viewing.when), viewing.role


def _write_search(document: Document, search: Search) -> None:
    """The search statement: the search must be reasonable and proportionate (UK GDPR Art. 15(1A))."""
    document.paragraph("We searched every part of our records listed here for everything about you.")
    found = sum(place.count for place in search.searched)
    facts = [
        ("Searched on", dates.show_long(search.on)),
        ("Searched by (role)", search.by_role),
        ("Items found", f"{found:,}"),
    ]
    if search.first and search.last:
        facts.append(("Dated", f"{dates.show_long(search.first)} to {dates.show_long(search.last)}"))
    document.facts(facts)
    rows = [(place.what, f"{place.count:,}") for place in search.searched]
    document.table(("What was searched", "Items found"), rows, (3, 1), numbers=(1,))
    if search.not_searched:
        document.heading("What we did not search, and why", 2, listed=False)
        document.table(("Place", "Why"), [(place.place, place.why) for place in search.not_searched], (1, 2))


def _write_missing(document: Document) -> None:
    """List the characters that are printed as [U+xxxx], with their names."""
    if not document.missing:
        return
    document.heading("Characters that could not be printed", 2, listed=False)
    document.paragraph("Where you see one of these codes, our record has this character:")
    document.bullets(
        [
            f"[U+{ord(char):04X}]: {unicodedata.name(char, 'a control character').lower()}"
            for char in document.missing
        ]
    )


def _request(bundle: Bundle) -> str:
    if bundle.received:
        return f"Thank you for your request, which reached us on {dates.show_long(bundle.received)}."
    return "Thank you for asking what we hold about you."


def _moment(when: date | datetime | None) -> str:
    if when is None:
        return "Date not recorded"
    return f"{dates.show(when)} {dates.show_time(when)}" if isinstance(when, datetime) else dates.show(when)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
