"""Writes the demo's session notes."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from practice_app.services.demo.clinic import Clinic
from practice_app.services.demo.diary import Session
from practice_app.services.demo.profile import Profile
from practice_app.services.demo.rows import Rows

FROM_PAPER = "taken over from the paper records"
"""Where papers of practitioners come from who had left before the clinic kept its records here."""


def notes(rows: Rows, clinic: Clinic, profile: Profile, sessions: Sequence[Session]) -> None:
    """A signed note for nearly every attended session; a joint session has one joint note."""
    who, chance = profile.course.colleague, rows.chance
    attended = [session for session in sessions if session.is_attended]
    first_line = chance.between(0, 9)
    for number, session in enumerate(attended, 1):
        day = session.start.date()
        if number > 1 and not session.is_last and chance.happens(0.05):
            continue
        at = clinic.at(day, 18, chance.between(0, 55))
        is_recent = day > clinic.today - timedelta(days=4)
        note = rows.note(
            (profile.id, *profile.comes_with),
            _text(rows, clinic, profile, session, number, first_line + number),
            author=who.user,
            author_text="" if who.user else who.name,
            happened_on=day,
            at=at,
            is_signed=not (is_recent and chance.happens(0.3)),
            source="" if who.user else FROM_PAPER,
        )
        if who.user and not is_recent and chance.happens(0.03):
            _addendum(rows, clinic, profile, note, day)


def _text(rows: Rows, clinic: Clinic, profile: Profile, session: Session, number: int, line: int) -> str:
    """The lists are gone through in order, so that neighbouring notes do not say the same."""
    chance, theme = rows.chance, profile.course.theme
    parts = [f"Session {number}: {theme.title.lower()}"]
    if session.is_last and number > 1:
        parts.append(chance.pick(theme.ending))
    else:
        lines = theme.opening if number == 1 else theme.course
        parts += [lines[line % len(lines)], theme.exercises[line % len(theme.exercises)]]
        if theme.work != "physiotherapy" and (number == 1 or chance.happens(0.25)):
            parts.append(chance.pick(clinic.stock.safety))
        parts.append(chance.pick(clinic.stock.arrangements))
    return "\n\n".join(parts).format(number=chance.between(2, 9), weeks=chance.between(3, 12))


def _addendum(rows: Rows, clinic: Clinic, profile: Profile, note: UUID, day: date) -> None:
    rows.addendum(
        note,
        (profile.id, *profile.comes_with),
        rows.chance.pick(clinic.stock.addenda),
        author=profile.course.colleague.user or clinic.director,
        at=clinic.at(day + timedelta(days=1), 9, 10),
    )
