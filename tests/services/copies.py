"""Reading subject-access copies in tests: what was gathered, and what stands on the pages."""

from collections.abc import Iterator
from uuid import UUID

import pypdfium2

from practice_app.documents.subject_access import Attached, Entry
from practice_app.progress import Progress
from practice_app.services.subject_access import gathering
from practice_app.services.subject_access.gathering import Gathered
from practice_app.storage.records import Records


def gathered(records: Records, person: UUID) -> Gathered:
    """What a copy about this person holds now."""
    with records.work(writes=False) as work:
        return gathering.gather(work, person, "TEST-0001", Progress())


def entries(held: Gathered, title: str) -> tuple[Entry, ...]:
    """The entries under one heading."""
    return next((group.entries for group in held.bundle.groups if group.title == title), ())


def entry_words(entry: Entry) -> str:
    """Everything one entry says, and the files that came with it."""
    said = [entry.title, entry.source, entry.text, *(f"{a}: {b}" for a, b in entry.facts)]
    for file in entry.attached:
        said += [file.name, file.text, file.beside, file.why, *(f"{a}: {b}" for a, b in file.facts)]
    return "\n".join(said)


def attached(held: Gathered) -> tuple[Attached, ...]:
    """The files of all entries, in their order."""
    return tuple(file for group in held.bundle.groups for entry in group.entries for file in entry.attached)


def words(held: Gathered) -> str:
    """Everything the items say, and the address of the letter."""
    return "\n".join([*held.bundle.subject.address, *_words(held)])


def _words(held: Gathered) -> Iterator[str]:
    for group in held.bundle.groups:
        yield from (entry_words(entry) for entry in group.entries)


def pages(pdf: bytes, password: str | None = None) -> list[str]:
    """The text of each page, with line ends as spaces."""
    document = pypdfium2.PdfDocument(pdf, password=password)
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()


def text(pdf: bytes, password: str | None = None) -> str:
    """The text of all pages."""
    return " ".join(pages(pdf, password))
