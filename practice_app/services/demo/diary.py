"""Books the demo's appointments: on open days, one at a time for each practitioner and patient."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from practice_app.model.diary import Appointment, AppointmentState, Attendee
from practice_app.rules.times import moment
from practice_app.services.demo.clinic import KINDS, ZONE, Clinic, Colleague
from practice_app.services.demo.profile import Profile
from practice_app.services.demo.rows import Rows

AHEAD = timedelta(weeks=4)
"""How far ahead of today the diary is filled."""

_HOURS = (9, 10, 11, 12, 14, 15, 16, 17)
_NEAREST = {hour: sorted(_HOURS, key=lambda each: abs(each - hour)) for hour in _HOURS}
_MINUTES = dict(KINDS)

_REASONS = (
    "Unwell",
    "Work came in between",
    "Childcare fell through",
    "On holiday",
    "No reason given",
    "Transport",
)

_PAST = (
    (AppointmentState.DONE, 84),
    (AppointmentState.CANCELLED, 10),
    (AppointmentState.DID_NOT_ATTEND, 6),
)
_AHEAD = ((AppointmentState.BOOKED, 95), (AppointmentState.CANCELLED, 5))


@dataclass(frozen=True, slots=True)
class Session:
    """One appointment as booked; `start` is wall time."""

    start: datetime
    kind: str
    state: AppointmentState
    is_last: bool

    @property
    def is_attended(self) -> bool:
        """Whether the patient was seen."""
        return self.state is AppointmentState.DONE


class Diary:
    """The times that are taken."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic
        self._taken: set[tuple[UUID, date, int]] = set()
        self._seen: set[tuple[UUID, date]] = set()
        self._closed = _bank_holidays(clinic.today)

    def book(self, rows: Rows, profile: Profile) -> tuple[Session, ...]:
        """Book a course for a patient and those who come along; wishes that find no room are dropped."""
        wishes = list(_wishes(profile, self._clinic.today + AHEAD))
        hour = rows.chance.pick(_HOURS)
        sessions = []
        for number, wanted in enumerate(wishes):
            kind = _kind(rows, profile, number)
            start = self._place(profile, wanted, hour, hours=2 if _MINUTES[kind] > 60 else 1)
            if start is None:
                continue
            is_last = profile.course.is_over and number == len(wishes) - 1
            state = self._state(rows, profile, start.date(), is_sure=number == 0 or is_last)
            session = Session(start, kind, state, is_last)
            self._write(rows, profile, session)
            sessions.append(session)
        return tuple(sessions)

    def _place(self, profile: Profile, wanted: date, hour: int, hours: int) -> datetime | None:
        """The free time nearest to the wished hour, on the wished day or within the week after."""
        who, patients = profile.course.colleague, (profile.id, *profile.comes_with)
        for later in range(7):
            day = wanted + timedelta(days=later)
            if day > self._clinic.today + AHEAD or not self._is_open(who, day):
                continue
            if any((patient, day) in self._seen for patient in patients):
                continue
            for start in _NEAREST[hour]:
                needed = range(start, start + hours)
                if any(each not in _HOURS or (who.id, day, each) in self._taken for each in needed):
                    continue
                self._taken.update((who.id, day, each) for each in needed)
                self._seen.update((patient, day) for patient in patients)
                return datetime.combine(day, time(start))
        return None

    def _is_open(self, who: Colleague, day: date) -> bool:
        return day.weekday() in who.weekdays and day not in self._closed

    def _state(self, rows: Rows, profile: Profile, day: date, *, is_sure: bool) -> AppointmentState:
        if profile.died is not None and day > profile.died:
            return AppointmentState.CANCELLED
        if day >= self._clinic.today:
            return rows.chance.weighted(_AHEAD)
        return AppointmentState.DONE if is_sure else rows.chance.weighted(_PAST)

    def _write(self, rows: Rows, profile: Profile, session: Session) -> None:
        is_video = session.kind == "Video session"
        by, reason = "", ""
        if session.state is AppointmentState.CANCELLED:
            by, reason = _cancellation(rows, profile, session.start.date())
        minutes, starts_at = _MINUTES[session.kind], moment(session.start, ZoneInfo(ZONE))
        appointment = rows.add(
            Appointment,
            practitioner_id=profile.course.colleague.id,
            room_id=self._clinic.video_room if is_video else profile.course.colleague.room,
            type_id=self._clinic.kinds[session.kind],
            local_start=session.start,
            zone=ZONE,
            minutes=minutes,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            state=session.state,
            cancelled_by=by,
            cancelled_reason=reason,
        )
        for patient in (profile.id, *profile.comes_with):
            rows.add(Attendee, appointment_id=appointment, patient_id=patient)


def _wishes(profile: Profile, until: date) -> Iterator[date]:
    day = profile.course.starts
    while day <= min(profile.course.ends, until):
        yield day
        day += timedelta(days=profile.course.every)


def _kind(rows: Rows, profile: Profile, number: int) -> str:
    theme = profile.course.theme
    if theme.whom == "couple":
        return "Couple session"
    if theme.work == "physiotherapy":
        return "Physiotherapy"
    if number == 0:
        return "First session"
    return "Video session" if rows.chance.happens(0.08) else "Session"


def _cancellation(rows: Rows, profile: Profile, day: date) -> tuple[str, str]:
    if profile.died is not None and day > profile.died:
        return "clinic", "Has died"
    if rows.chance.happens(0.2):
        return "clinic", "Practitioner unwell"
    return "patient", rows.chance.pick(_REASONS)


def _bank_holidays(today: date) -> frozenset[date]:
    from holidays import country_holidays

    years = range(today.year - 12, today.year + 2)
    return frozenset(country_holidays("GB", subdiv="ENG", years=years))
