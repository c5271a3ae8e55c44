"""Writes the demo's letters, what came with them, and what was disclosed by them."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from practice_app.model.correspondence import (
    Direction,
    Letter,
    LetterClass,
    LetterState,
    LetterSubject,
)
from practice_app.model.rights import Disclosure
from practice_app.rules import dates
from practice_app.rules.consents import Channel, Decision, Purpose
from practice_app.services.demo import papers
from practice_app.services.demo.clinic import NAME, Clinic
from practice_app.services.demo.diary import Session
from practice_app.services.demo.invention import following, working_day
from practice_app.services.demo.notes import FROM_PAPER
from practice_app.services.demo.papers import PaperForm
from practice_app.services.demo.profile import Profile
from practice_app.services.demo.rows import Rows
from practice_app.storage import sealed

_SENT = {"assessment": "Letter about the first session", "closing": "Letter at the end of treatment"}


def letters(rows: Rows, clinic: Clinic, profile: Profile, sessions: Sequence[Session]) -> None:
    """Letters to and from the GP where that was agreed, and plain ones to the patient."""
    attended = [session for session in sessions if session.is_attended]
    words = _words(clinic, profile, sessions, attended)
    if profile.surgery is not None:
        if profile.source == "letter from the GP":
            _letter_in(rows, clinic, profile, "referral", working_day(profile.registered), words)
        for name, day in _due(profile, attended):
            sent = following(day, rows.chance.between(1, 5))
            if sent < clinic.today and profile.agreed(Purpose.SHARE_WITH_GP, sent):
                _letter_to_gp(rows, clinic, profile, name, sent, words)
                answered = following(sent, rows.chance.between(5, 20))
                if answered < clinic.today and rows.chance.happens(0.25):
                    _letter_in(rows, clinic, profile, "reply", answered, words)
    if sessions and profile.homes and not profile.emails:
        subject = f"Your appointment on {words['start']}"
        day = profile.registered
        _plain_letter(rows, clinic, profile, "confirmation", LetterClass.SERVICE, subject, day, words)
    if _wants_news_by_post(profile):
        day = working_day(clinic.today - timedelta(days=30))
        _plain_letter(rows, clinic, profile, "news", LetterClass.MARKETING, "Thursday talks", day, words)


def _due(profile: Profile, attended: Sequence[Session]) -> Iterator[tuple[str, date]]:
    """Which letters to the GP the sessions give reason for, and the day of the session."""
    if attended:
        yield "assessment", attended[0].start.date()
    if len(attended) > 2 and attended[-1].is_last:
        yield "closing", attended[-1].start.date()


def _words(
    clinic: Clinic, profile: Profile, sessions: Sequence[Session], attended: Sequence[Session]
) -> dict[str, str]:
    """What the letters' blanks are filled with."""
    who = profile.course.colleague
    first = attended[0].start.date() if attended else profile.registered
    last = attended[-1].start.date() if attended else profile.registered
    return {
        "name": profile.plain_name,
        "reader": profile.reader,
        "born": dates.show_long(profile.born),
        "address": profile.homes[0].one_line if profile.homes else "",
        "gp": profile.surgery.doctors[profile.gp][1] if profile.surgery else "",
        "practitioner": who.name,
        "profession": who.profession,
        "clinic": NAME,
        "count": str(len(attended)),
        "first": dates.show_long(first),
        "last": dates.show_long(last),
        "start": dates.show_long(sessions[0].start.date()) if sessions else "",
        "problem": profile.course.theme.title.lower(),
    }


def _letter_to_gp(
    rows: Rows, clinic: Clinic, profile: Profile, name: str, day: date, words: dict[str, str]
) -> None:
    """A letter about care and the disclosure it is; one of the last days is signed and not yet sent."""
    is_sent = day < clinic.today - timedelta(days=3)
    who = profile.course.colleague
    recipient = _doctor_line(profile, words)
    letter = care_letter(
        rows,
        clinic,
        (profile.id,),
        clinic.stock.letters[name].format(**words),
        day,
        author=who.user,
        direction=Direction.OUT,
        state=LetterState.SENT if is_sent else LetterState.SIGNED,
        sender=who.name,
        recipient=recipient,
        gp_practice_id=profile.surgery.id if profile.surgery else None,
        source="" if who.user else FROM_PAPER,
    )
    if is_sent:
        rows.add(
            Disclosure,
            person_id=profile.id,
            made_on=day,
            recipient=recipient,
            what=_SENT[name],
            basis="Consent: may write to the GP",
            means=rows.chance.pick(("post", "secure e-mail")),
            country="United Kingdom",
            letter_id=letter,
            made_by_id=clinic.receptionist,
        )


def care_letter(
    rows: Rows,
    clinic: Clinic,
    about: tuple[UUID, ...],
    text: str,
    day: date,
    *,
    author: UUID | None,
    **values: object,
) -> UUID:
    """A sealed letter about one or more people."""
    id, at = rows.chance.id(), clinic.at(day, 16, 30)
    body = rows.sealed(sealed.LETTER, id, text, about=about, author=author or clinic.director, at=at)
    rows.add(
        Letter,
        id=id,
        letter_class=LetterClass.CARE,
        dated=day,
        author_id=author,
        text_sealed=body,
        entered_at=at,
        **values,
    )
    for person in about:
        rows.add(LetterSubject, letter_id=id, person_id=person)
    return id


def _letter_in(
    rows: Rows, clinic: Clinic, profile: Profile, name: str, day: date, words: dict[str, str]
) -> None:
    text = clinic.stock.letters[name].format(**words)
    letter = care_letter(
        rows,
        clinic,
        (profile.id,),
        text,
        day,
        author=clinic.receptionist,
        direction=Direction.IN,
        state=LetterState.FILED if day < clinic.today - timedelta(days=14) else LetterState.RECEIVED,
        sender=_doctor_line(profile, words),
        recipient=profile.course.colleague.name,
        gp_practice_id=profile.surgery.id if profile.surgery else None,
        source="by post",
    )
    if rows.chance.happens(0.15):
        paper, at = _on_their_paper(profile, text), clinic.at(day, 16, 35)
        scan = papers.made(PaperForm.SCANNED, paper, rows.chance.between(1, 10_000))
        rows.file((profile.id,), scan, clinic.receptionist, at, letter_id=letter)


def _plain_letter(
    rows: Rows,
    clinic: Clinic,
    profile: Profile,
    name: str,
    letter_class: LetterClass,
    subject: str,
    day: date,
    words: dict[str, str],
) -> None:
    letter = rows.add(
        Letter,
        direction=Direction.OUT,
        letter_class=letter_class,
        state=LetterState.SENT,
        dated=day,
        sender=NAME,
        recipient=profile.reader,
        author_id=clinic.receptionist,
        subject=subject,
        body=clinic.stock.letters[name].format(**words),
        entered_at=clinic.at(day, 15),
    )
    rows.add(LetterSubject, letter_id=letter, person_id=profile.id)


def _wants_news_by_post(profile: Profile) -> bool:
    return any(
        answer.purpose is Purpose.MARKETING
        and answer.channel is Channel.POST
        and answer.decision is Decision.GIVEN
        for answer in profile.answers
    )


def _on_their_paper(profile: Profile, text: str) -> str:
    """A letter under the name of the surgery that wrote it."""
    return f"{profile.surgery.name if profile.surgery else 'A surgery'} (invented)\n\n{text.strip()}"


def _doctor_line(profile: Profile, words: dict[str, str]) -> str:
    return f"{words['gp']}, {profile.surgery.name}" if profile.surgery else ""
