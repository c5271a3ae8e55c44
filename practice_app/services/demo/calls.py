"""Writes the demo's telephone calls."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from practice_app.model.correspondence import Call, CallSubject, Direction
from practice_app.model.diary import AppointmentState
from practice_app.rules import names
from practice_app.services.demo.clinic import Clinic
from practice_app.services.demo.diary import Session
from practice_app.services.demo.invention import following, working_day
from practice_app.services.demo.profile import Profile, Relation
from practice_app.services.demo.rows import Rows
from practice_app.services.demo.stock import CallTopic

_HOW_MANY = ((0, 45), (1, 30), (2, 15), (3, 10))


def calls(rows: Rows, clinic: Clinic, profile: Profile, sessions: Sequence[Session]) -> None:
    """Calls with a patient and with somebody close to them, and after missed appointments."""
    last = min(profile.course.ends, profile.died or date.max, clinic.today - timedelta(days=1))
    for _ in range(rows.chance.weighted(_HOW_MANY)):
        day = working_day(rows.chance.day(profile.registered, last))
        _any_call(rows, clinic, profile, _moment(rows, clinic, max(day, profile.registered)))
    for session in sessions:
        day = following(session.start.date(), 1)
        was_missed = session.state is AppointmentState.DID_NOT_ATTEND
        if was_missed and day < clinic.today and rows.chance.happens(0.6):
            topic = rows.chance.pick(clinic.stock.missed_calls)
            _patient_call(rows, profile, _moment(rows, clinic, day), topic, clinic.receptionist)


def ring(
    rows: Rows,
    about: UUID,
    at: datetime,
    topic: CallTopic,
    *,
    caller: str,
    number: str,
    handled_by: UUID | None,
    is_consultation: bool = False,
) -> None:
    """One telephone call about one person."""
    id = rows.add(
        Call,
        at=at,
        direction=Direction.OUT if topic.outward else Direction.IN,
        number=number,
        caller=caller,
        about=topic.about,
        outcome=topic.outcome,
        is_consultation=is_consultation,
        handled_by_id=handled_by,
    )
    rows.add(CallSubject, call_id=id, person_id=about)


def _moment(rows: Rows, clinic: Clinic, day: date) -> datetime:
    return clinic.at(day, rows.chance.between(9, 16), rows.chance.between(0, 59))


def _any_call(rows: Rows, clinic: Clinic, profile: Profile, at: datetime) -> None:
    chance, who = rows.chance, profile.course.colleague
    if profile.relations and chance.happens(0.15):
        _relative_call(rows, clinic, profile, at, profile.relations[0])
    elif who.user and who.work != "physiotherapy" and chance.happens(0.15):
        topic = chance.pick(clinic.stock.consultation_calls)
        _patient_call(rows, profile, at, topic, who.user, is_consultation=True)
    else:
        _patient_call(rows, profile, at, chance.pick(clinic.stock.calls), clinic.receptionist)


def _relative_call(rows: Rows, clinic: Clinic, profile: Profile, at: datetime, relation: Relation) -> None:
    who = relation.somebody
    ring(
        rows,
        profile.id,
        at,
        rows.chance.pick(clinic.stock.relative_calls),
        caller=f"{names.plain_name(who.name)} ({relation.relation})",
        number=who.phones[0].number if who.phones else "",
        handled_by=clinic.receptionist,
    )


def _patient_call(
    rows: Rows,
    profile: Profile,
    at: datetime,
    topic: CallTopic,
    handled_by: UUID,
    *,
    is_consultation: bool = False,
) -> None:
    """A call with the patient, or about a child with the parent."""
    ring(
        rows,
        profile.id,
        at,
        topic,
        caller=profile.plain_name if profile.phones else profile.reader,
        number=_number(profile),
        handled_by=handled_by,
        is_consultation=is_consultation,
    )


def _number(profile: Profile) -> str:
    """The patient's own number, or a child's parent's."""
    phones = profile.phones or tuple(
        phone for relation in profile.relations for phone in relation.somebody.phones
    )
    return phones[0].number if phones else ""
