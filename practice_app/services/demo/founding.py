"""Sets the demo clinic up: its address, rooms, GP practices, wordings and notices, former colleagues."""

import hashlib
from dataclasses import replace
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from practice_app.model.consents import ConsentWording, PrivacyNotice
from practice_app.model.people import Sex
from practice_app.model.staff import Practitioner
from practice_app.rules import dates, names
from practice_app.rules.consents import Purpose, digest
from practice_app.rules.permissions import Role
from practice_app.rules.times import moment
from practice_app.services import practice
from practice_app.services.consents.words import LANGUAGE
from practice_app.services.demo import clinic as clinics
from practice_app.services.demo import planning, staff, stock
from practice_app.services.demo.clinic import Clinic, Colleague, NoticeVersion
from practice_app.services.demo.invention import Inventor
from practice_app.services.demo.rows import Rows
from practice_app.services.demo.staff import DemoUser
from practice_app.storage.records import Work

FIRST_NUMBER = 1001
"""The practice number a new practice begins with."""

_PROFESSIONS = (
    ("Clinical psychologist", "psychology"),
    ("Counsellor", "counselling"),
    ("Physiotherapist", "physiotherapy"),
)
_WORKING_WEEK = frozenset(range(5))


def found(work: Work, rows: Rows, users: tuple[DemoUser, ...], today: date, patients: int) -> Clinic:
    """Everything but the patients. The staff's rows are changed in `work`, the others collected in `rows`."""
    lists = stock.read()
    _name_the_practice(work, patients)
    rooms, video, kinds = clinics.rooms_and_kinds(rows)
    colleagues = staff.practitioners(work, users, rooms)
    made = Clinic(
        today=today,
        stock=lists,
        director=_user(users, Role.DIRECTOR),
        receptionist=_user(users, Role.RECEPTIONIST),
        colleagues=colleagues,
        former=(),
        surgeries=tuple(clinics.surgery(rows, entry, today, work.now) for entry in lists.surgeries),
        kinds=kinds,
        video_room=video,
        wordings={
            purpose: _wording(rows, purpose, text, 2 if purpose is Purpose.SHARE_WITH_GP else 1)
            for purpose, text in lists.wordings.items()
        },
        earlier_gp_wording=_wording(rows, Purpose.SHARE_WITH_GP, lists.earlier_gp_wording, 1),
        notices=_notices(rows, users, today, lists.privacy_notices),
    )
    return replace(made, former=_former(work, rows, made, planning.former_needed(patients)))


def _name_the_practice(work: Work, patients: int) -> None:
    row = practice.the_practice(work)
    row.address = "Rope House, 3 Quayside Row, Marlhaven, HV1 2ZZ"
    row.phone = "01632 960400"
    row.email = "reception@harbour.example"
    row.data_protection_lead = f"{staff.DIRECTOR.title} {staff.DIRECTOR.name}"
    row.next_number = FIRST_NUMBER + patients
    row.keeps_recordings = True  # one patient left a message that was kept


def _user(users: tuple[DemoUser, ...], role: Role) -> UUID:
    return next(user.id for user in users if user.role is role)


def _wording(rows: Rows, purpose: Purpose, text: str, revision: int) -> UUID:
    return rows.add(
        ConsentWording,
        purpose=purpose,
        revision=revision,
        text=text,
        digest=digest(purpose, LANGUAGE, text),
    )


def _notices(
    rows: Rows, users: tuple[DemoUser, ...], today: date, texts: tuple[str, ...]
) -> tuple[NoticeVersion, ...]:
    """The versions of the privacy notice: one from long ago, and a change this year."""
    made = []
    for revision, (text, since) in enumerate(
        zip(texts, (dates.add_years(today, -9), dates.add_months(today, -4)), strict=True), start=1
    ):
        id = rows.add(
            PrivacyNotice,
            revision=revision,
            text=text,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            effective_from=since,
            made_at=moment(datetime.combine(since, time(9)), ZoneInfo(clinics.ZONE)),
            made_by_id=_user(users, Role.DIRECTOR),
        )
        made.append(NoticeVersion(id, since))
    return tuple(made)


def _former(work: Work, rows: Rows, clinic: Clinic, count: int) -> tuple[Colleague, ...]:
    """Practitioners of a large practice who left a year ago and have no account."""
    inventor, made = Inventor(rows.chance, clinic), []
    for number in range(count):
        profession, kind = _PROFESSIONS[number % len(_PROFESSIONS)]
        name = inventor.name(inventor.group(), rows.chance.pick((Sex.FEMALE, Sex.MALE)), title=False)
        person = rows.chance.id()
        rows.person(person, name, work.now, source="told at set-up")
        id = rows.add(
            Practitioner,
            person_id=person,
            profession=profession,
            left_on=dates.add_years(clinic.today, -1),
        )
        made.append(Colleague(id, None, names.plain_name(name), profession, kind, _WORKING_WEEK))
    return tuple(made)
