"""What is held about somebody in letters, files that came with them, and telephone calls."""

from datetime import date

from sqlalchemy import select

from practice_app.errors import Defect
from practice_app.model.correspondence import (
    Attachment,
    Call,
    CallSubject,
    Direction,
    Letter,
    LetterSubject,
)
from practice_app.model.documents import Document, DocumentSubject
from practice_app.rules import files
from practice_app.rules.files import FileState
from practice_app.services.subject_access import attachments, other_people
from practice_app.services.subject_access.section import (
    RECORDED_HERE,
    Opened,
    Reading,
    Section,
    Shown,
    facts,
    technical,
    words,
    yes,
)
from practice_app.storage import sealed


def _letter(reading: Reading, row: Letter) -> Shown:
    others = reading.others(each.person_id for each in row.subjects)
    subject = reading.opened(row.id, sealed.LETTER_SUBJECT, row.subject_sealed)
    opened = reading.opened(row.id, sealed.LETTER, row.text_sealed, owner=row.author_id)
    return Shown(
        "Letter from us" if row.direction is Direction.OUT else "Letter to us",
        row.source or RECORDED_HERE,
        facts(
            ("From", other_people.party(reading, row.sender, others)),
            ("To", other_people.party(reading, row.recipient, others)),
            ("GP practice", other_people.gp_practice(reading, row.gp_practice_id)),
            ("Subject", ", ".join(filter(None, (row.subject, subject.text)))),
            ("Kind", words(row.letter_class)),
            ("State", words(row.state)),
            ("Entered by", other_people.staff(reading, row.author_id)),
            ("Entered", reading.moment(row.entered_at)),
            ("Joint", other_people.joint(len(others), "This letter is also about")),
        ),
        "\n\n".join(filter(None, (row.body, opened.text))),
        subject.is_whole and opened.is_whole,
    )


def _attachment(reading: Reading, row: Attachment) -> Shown:
    name = reading.opened(row.id, sealed.ATTACHMENT_NAME, row.name_sealed)
    content = _content(reading, row)
    return Shown(
        name.text or "File",
        RECORDED_HERE,
        facts(
            ("Type", row.media_type),
            ("Size", f"{row.size:,} bytes"),
            ("Pages", f"{row.pages:,}" if row.pages else ""),
            ("State", "" if _is_given_as_it_is(row) else files.WHY[row.state]),
        ),
        content.text,
        name.is_whole and content.is_whole,
    )


def _is_text(row: Attachment) -> bool:
    return row.media_type.partition(";")[0] == "text/plain"


def _is_given_as_it_is(row: Attachment) -> bool:
    """Whether a file that was never looked at is in the copy all the same: as text, or beside it."""
    return row.state is FileState.AS_RECEIVED and (_is_text(row) or files.is_recording(row.media_type))


def _content(reading: Reading, row: Attachment) -> Opened:
    """A text file's words. The pages of others are set by themselves, and recordings are given beside."""
    if not _is_text(row) or row.content_sealed is None:
        return Opened("")
    content = reading.opened_file(row.id, sealed.ATTACHMENT, row.content_sealed)
    return Opened(content.decode("utf-8", errors="replace"))


def _dated(reading: Reading, row: Attachment) -> date:
    """The day of the letter or the document a file belongs to."""
    if row.letter_id is not None:
        return reading.work.get(Letter, row.letter_id).dated
    if row.document_id is None:
        raise Defect("a file that belongs to nothing")
    return reading.work.get(Document, row.document_id).dated


def _document(reading: Reading, row: Document) -> Shown:
    others = reading.others(each.person_id for each in row.subjects)
    title = reading.opened(row.id, sealed.DOCUMENT_TITLE, row.title_sealed)
    return Shown(
        title.text or "Document",
        other_people.party(reading, row.source, others) or RECORDED_HERE,
        facts(
            ("Kind", words(row.kind)),
            ("Entered by", other_people.staff(reading, row.entered_by_id)),
            ("Entered", reading.moment(row.entered_at)),
            ("Joint", other_people.joint(len(others), "This document is also about")),
        ),
        is_whole=title.is_whole,
    )


def _call(reading: Reading, row: Call) -> Shown:
    others = reading.others(each.person_id for each in row.subjects)
    came_in = row.direction is Direction.IN
    return Shown(
        "Call to us" if came_in else "Call from us",
        row.source or RECORDED_HERE,
        facts(
            ("Caller" if came_in else "Rung", other_people.caller(reading, row.caller)),
            ("Number", other_people.number(reading, row.number)),
            ("About", row.about),
            ("Outcome", row.outcome),
            ("Consultation", yes(row.is_consultation)),
            ("Taken by" if came_in else "Rung by", other_people.staff(reading, row.handled_by_id)),
            ("Joint", other_people.joint(len(others), "This call was also about")),
        ),
    )


SECTIONS = (
    Section(
        Letter,
        "Letters",
        rows=lambda person: select(Letter).where(
            Letter.id.in_(select(LetterSubject.letter_id).where(LetterSubject.person_id == person))
        ),
        dated=lambda _reading, row: row.dated,
        shown=_letter,
        left_out=technical(),
        also=(Letter.subjects,),
    ),
    Section(
        Document,
        "Documents",
        rows=lambda person: select(Document).where(
            Document.id.in_(select(DocumentSubject.document_id).where(DocumentSubject.person_id == person))
        ),
        dated=lambda _reading, row: row.dated,
        shown=_document,
        left_out=technical(),
        also=(Document.subjects,),
    ),
    Section(
        Attachment,
        "Files with letters and documents",
        rows=attachments.about,
        dated=_dated,
        shown=_attachment,
        left_out=technical(
            digest="a checksum under a random key, which tells whether the same file was filed twice",
            cleaned_sealed="the file's pages, which are set by themselves (attachments.py)",
            sheets_sealed="sizes and words of those pages, which are set with them (attachments.py)",
        ),
        on_demand=(Attachment.content_sealed,),
        shown_with=lambda row: row.letter_id or row.document_id,
    ),
    Section(
        Call,
        "Telephone calls",
        rows=lambda person: select(Call).where(
            Call.id.in_(select(CallSubject.call_id).where(CallSubject.person_id == person))
        ),
        dated=lambda reading, row: reading.local(row.at),
        shown=_call,
        left_out=technical(),
        also=(Call.subjects,),
        note=(
            "Who rang is shown where it was you. Who else spoke to us is left out (Data Protection Act 2018, "
            "Schedule 2, paragraph 16)."
        ),
    ),
)
