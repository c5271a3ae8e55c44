"""The demo clinic itself: who works there, where they see people, and the GP practices around."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from practice_app.model.diary import AppointmentType, Room
from practice_app.model.people import GP, GPPractice, Phone, PhoneKind, Safety
from practice_app.rules import contact_details, names
from practice_app.rules.consents import Purpose
from practice_app.rules.times import moment
from practice_app.services.demo.rows import Rows
from practice_app.services.demo.stock import Stock, SurgeryEntry

NAME = "Harbour Clinic (demo)"
ZONE = "Europe/London"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A practitioner. Former ones have no `user`: they left before the clinic kept its records here."""

    id: UUID
    user: UUID | None
    name: str
    profession: str
    work: str
    weekdays: frozenset[int]
    room: UUID | None = None


@dataclass(frozen=True, slots=True)
class Surgery:
    """A GP practice; `doctors` are pairs of person id and name."""

    id: UUID
    name: str
    doctors: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class NoticeVersion:
    """A version of the privacy notice, and since when it holds."""

    id: UUID
    since: date


@dataclass(frozen=True, slots=True)
class Clinic:
    """What everything else in the demo refers to."""

    today: date
    stock: Stock
    director: UUID
    receptionist: UUID
    colleagues: tuple[Colleague, ...]
    former: tuple[Colleague, ...]
    surgeries: tuple[Surgery, ...]
    kinds: Mapping[str, UUID]
    video_room: UUID
    wordings: Mapping[Purpose, UUID]
    earlier_gp_wording: UUID
    notices: tuple[NoticeVersion, ...]

    def notice_on(self, day: date) -> UUID | None:
        """The privacy notice that held on a day; None before there was one."""
        return next((each.id for each in reversed(self.notices) if each.since <= day), None)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """The moment of a wall time in the clinic."""
        return moment(datetime.combine(day, time(hour, minute)), ZoneInfo(ZONE))


KINDS = (
    ("First session", 50),
    ("Session", 50),
    ("Couple session", 80),
    ("Video session", 50),
    ("Physiotherapy", 40),
)
"""The appointment types with their length in minutes."""


def rooms_and_kinds(rows: Rows) -> tuple[tuple[UUID, ...], UUID, dict[str, UUID]]:
    """Add the rooms and appointment types; returns three rooms, the video room and the types by name."""
    rooms = tuple(rows.add(Room, name=name) for name in ("Quay room", "Garden room", "Treatment room"))
    video = rows.add(Room, name="By video")
    return rooms, video, {name: rows.add(AppointmentType, name=name, minutes=m) for name, m in KINDS}


def surgery(rows: Rows, entry: SurgeryEntry, today: date, entered_at: datetime) -> Surgery:
    """Add a GP practice and its doctors."""
    id = rows.add(
        GPPractice,
        ods_code=entry.code,
        name=entry.name,
        name_key=names.fold(entry.name),
        address=entry.address,
        postcode=entry.postcode,
        phone=entry.phone,
        opened_on=date(1998, 4, 1),
        closed_on=today.replace(month=1, day=1) if entry.is_closed else None,
        status="closed" if entry.is_closed else "active",
        prescribing_setting="4",
        source="entered by hand",
    )
    doctors = tuple((_doctor(rows, name, id, entry.phone, entered_at), name) for name in entry.doctors)
    return Surgery(id, entry.name, doctors)


def _doctor(rows: Rows, name: str, surgery: UUID, phone: str, entered_at: datetime) -> UUID:
    id = rows.chance.id()
    rows.person(id, names.split_full_name(name), entered_at, source="the GP practice")
    rows.add(GP, id=id, gp_practice_id=surgery)
    rows.add(
        Phone,
        person_id=id,
        kind=PhoneKind.WORK,
        shown=phone,
        e164=contact_details.phone(phone).e164,
        safety=Safety.SAFE,
    )
    return id
