"""What is held about somebody in letters, files that came with them, and telephone calls."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from practice_app.model.correspondence import (
    Attachment,
    Call,
    CallSubject,
    Direction,
    Letter,
    LetterSubject,
)
from practice_app.services.subject_access import other_people
from practice_app.services.subject_access.section import (
    RECORDED_HERE,
    Reading,
    Section,
    Shown,
    facts,
    technical,
    words,
    yes,
)
from practice_app.storage import sealed

_TEXT = "text/plain"


def _letter(reading: Reading, row: Letter) -> Shown:
    subjects = [each.person_id for each in row.subjects]
    others = _others(reading, subjects)
    sealed_text = reading.opened(row.id, sealed.LETTER, row.text_sealed, subjects=subjects)
    return Shown(
        "Letter from us" if row.direction is Direction.OUT else "Letter to us",
        row.source or RECORDED_HERE,
        facts(
            ("From", other_people.party(reading, row.sender, others)),
            ("To", other_people.party(reading, row.recipient, others)),
            ("GP practice", other_people.gp_practice(reading, row.gp_practice_id)),
            ("Subject", row.subject),
            ("Kind", words(row.letter_class)),
            ("State", words(row.state)),
            ("Entered by", other_people.staff(reading, row.author_id)),
            ("Entered", reading.moment(row.entered_at)),
            ("Joint", other_people.joint(len(others), "This letter is also about")),
        ),
        "\n\n".join(filter(None, (row.body, sealed_text))),
    )


def _attachment(reading: Reading, row: Attachment) -> Shown:
    subjects = reading.work.select(
        select(LetterSubject.person_id).where(LetterSubject.letter_id == row.letter_id)
    )
    name = reading.opened(row.id, sealed.ATTACHMENT_NAME, row.name_sealed, subjects=subjects)
    text, is_whole = "", row.content_sealed is None
    if row.content_sealed is not None:
        content = reading.opened_file(row.id, sealed.ATTACHMENT, row.content_sealed, subjects=subjects)
        if row.media_type.partition(";")[0] == _TEXT:
            text, is_whole = content.decode("utf-8", errors="replace"), True
    return Shown(
        name or "File",
        RECORDED_HERE,
        facts(("Type", row.media_type), ("Size", f"{row.size:,} bytes")),
        text if is_whole else "This file is to be given with this copy in its own form.",
        is_whole=is_whole,
    )


def _call(reading: Reading, row: Call) -> Shown:
    others = _others(reading, (each.person_id for each in row.subjects))
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


def _others(reading: Reading, subjects: Iterable[UUID]) -> list[UUID]:
    return [each for each in subjects if each != reading.person.id]


SECTIONS = (
    Section(
        Letter,
        "Letters",
        rows=lambda person: (
            select(Letter)
            .join(LetterSubject, LetterSubject.letter_id == Letter.id)
            .where(LetterSubject.person_id == person)
        ),
        dated=lambda _reading, row: row.dated,
        shown=_letter,
        left_out=technical(),
        also=(Letter.subjects,),
    ),
    Section(
        Attachment,
        "Files with letters",
        rows=lambda person: (
            select(Attachment)
            .join(LetterSubject, LetterSubject.letter_id == Attachment.letter_id)
            .where(LetterSubject.person_id == person)
        ),
        dated=lambda reading, row: reading.work.get(Letter, row.letter_id).dated,
        shown=_attachment,
        left_out=technical(),
    ),
    Section(
        Call,
        "Telephone calls",
        rows=lambda person: (
            select(Call)
            .join(CallSubject, CallSubject.call_id == Call.id)
            .where(CallSubject.person_id == person)
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
