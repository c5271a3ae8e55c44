"""Makes the demo practice from the ground up, and throws it away again."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from practice_app.errors import CannotOpen, Invalid
from practice_app.model.settings import Practice
from practice_app.paths import cache_folder
from practice_app.progress import Progress
from practice_app.services import practice, users
from practice_app.services.demo import (
    calls,
    enquiries,
    founding,
    letters,
    notes,
    planning,
    registering,
    single_items,
)
from practice_app.services.demo.cast import cast
from practice_app.services.demo.casting import Casting
from practice_app.services.demo.chance import Chance
from practice_app.services.demo.clinic import NAME, Clinic
from practice_app.services.demo.diary import Diary
from practice_app.services.demo.invention import Inventor
from practice_app.services.demo.profile import Course, Profile
from practice_app.services.demo.rows import Rows
from practice_app.services.demo.staff import DIRECTOR, OTHERS, DemoUser
from practice_app.services.practice import Clock
from practice_app.storage import keys
from practice_app.storage.engine import DATABASE, open_file
from practice_app.storage.keys import Kdf
from practice_app.storage.keys.device import DeviceStore
from practice_app.storage.records import Records

FEWEST = 20
"""The particular patients, whom every demo has."""

_BATCH = 1_000
"""Patients stored in one transaction: enough for speed, little enough for memory."""


@dataclass(frozen=True, slots=True, repr=False)
class Demo:
    """A demo practice, open as its director. `clock` tells the time of day now, on the demo's day.

    `showpiece` is the patient whose record shows most: letters in place, scans, a photograph, a recording.
    """

    folder: Path
    records: Records
    recovery_key: str
    users: tuple[DemoUser, ...]
    clock: Clock
    showpiece: UUID


def create(
    folder: Path,
    *,
    patients: int = 120,
    seed: int = 1,
    today: date,
    devices: DeviceStore | None = None,
    kdf: Kdf = keys.STANDARD_KDF,
    progress: Progress,
) -> Demo:
    """Make a practice of invented people in an empty or missing folder: a year past, four weeks to come.

    The same seed and day give the same rows. `devices` None makes it open by password only. Refuses
    (Invalid) fewer than 20 patients; a run that fails or is cancelled leaves nothing behind.
    """
    if patients < FEWEST:
        raise Invalid(f"The demo needs at least {FEWEST} patients.", field="patients")
    evening_before = datetime.combine(today - timedelta(days=1), time(18), UTC)
    made = practice.create(
        folder,
        name=NAME,
        director=DIRECTOR.name,
        password=DIRECTOR.password,
        devices=devices,
        is_demo=True,
        clock=lambda: evening_before,
        kdf=kdf,
    )
    try:
        staff = _let_in(made.records, folder, devices, kdf, progress)
        showpiece = _fill(made.records, staff, today, Chance(seed), patients, progress)
    except BaseException:
        made.records.close()
        _delete(folder)
        raise
    made.records.clock = _clock_on(today)
    return Demo(folder, made.records, made.recovery_key, staff, made.records.clock, showpiece)


def default_folder() -> Path:
    """A fresh, empty folder for a demo, among this account's files that may be deleted at any time."""
    return Path(tempfile.mkdtemp(prefix="demo-", dir=cache_folder()))


def throw_away(folder: Path, devices: DeviceStore | None = None) -> None:
    """Delete a demo practice. Refuses (CannotOpen) any folder that is not one, and then deletes nothing.

    A demo is known by what is inside the encrypted file, which its director's password must open: a real
    practice never passes for one. Files that somebody else put into the folder are left there.
    """
    try:
        is_demo = _is_demo(folder, devices)
    except CannotOpen:
        is_demo = False
    if not is_demo:
        raise CannotOpen(f"The folder “{folder.name}” does not hold a demo practice. Nothing was deleted.")
    _delete(folder)


def _is_demo(folder: Path, devices: DeviceStore | None) -> bool:
    if not practice.is_practice(folder) or not keys.keys_exist(folder):
        return False
    secret = practice.device_secret(folder, devices) if devices is not None else None
    held = keys.sign_in(folder, DIRECTOR.name, DIRECTOR.password, secret).keys
    engine = open_file(folder / DATABASE, held.newest_dek[1])
    try:
        with engine.connect() as connection:
            return bool(connection.execute(select(Practice.is_demo)).scalar())
    finally:
        engine.dispose()
        held.drop()


def _delete(folder: Path) -> None:
    """Remove the practice's own files, and the folder when nothing else is in it."""
    for pattern in (f"{DATABASE}*", "keyslots*", "practice.lock"):
        for file in folder.glob(pattern):
            file.unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _clock_on(today: date) -> Clock:
    def clock() -> datetime:
        return datetime.combine(today, practice.wall_clock().timetz())

    return clock


def _let_in(
    records: Records, folder: Path, devices: DeviceStore | None, kdf: Kdf, progress: Progress
) -> tuple[DemoUser, ...]:
    """Give everybody an account with a password of their own; the director, who has one, comes first."""
    secret = practice.device_secret(folder, devices) if devices is not None else None
    made = [DemoUser(records.actor.id, DIRECTOR.name, DIRECTOR.role, DIRECTOR.password)]
    for member in OTHERS:
        progress(len(made), 1 + len(OTHERS), "Letting the staff in")
        id = users.add(records, folder, member.name, member.role, member.password, secret=secret, kdf=kdf)
        made.append(DemoUser(id, member.name, member.role, member.password))
    return tuple(made)


def _fill(
    records: Records,
    staff: tuple[DemoUser, ...],
    today: date,
    chance: Chance,
    patients: int,
    progress: Progress,
) -> UUID:
    """Invent everybody and store them; the showpiece's id."""
    rows = Rows(chance, records.keys)
    with records.work(use_case="demo.create") as work:
        clinic = founding.found(work, rows, staff, today, patients)
        rows.write(work)
    rows = Rows(chance, records.keys)
    inventor, diary = Inventor(chance, clinic), Diary(clinic)
    casting = Casting(rows, clinic, inventor)
    chosen = cast(casting)
    courses = planning.courses(chance, clinic, patients - len(chosen.everybody))
    single_items.add(casting, chosen)
    enquiries.add(rows, clinic, inventor, patients // 200)
    done = 0
    for piece in _pieces(_numbered([*chosen.everybody, *courses])):
        for number, each in piece:
            profile = each if isinstance(each, Profile) else inventor.patient(each)
            _patient(rows, clinic, diary, profile, number)
        with records.work(use_case="demo.create") as work:
            rows.write(work)
        rows = Rows(chance, records.keys)
        done += len(piece)
        progress(done, patients, "Inventing patients")
    return chosen.showpiece.id


def _patient(rows: Rows, clinic: Clinic, diary: Diary, profile: Profile, number: int) -> None:
    registering.register(rows, clinic, profile, number)
    sessions = () if profile.comes_along else diary.book(rows, profile)
    notes.notes(rows, clinic, profile, sessions)
    letters.letters(rows, clinic, profile, sessions)
    calls.calls(rows, clinic, profile, sessions)


Numbered = tuple[int, Profile | Course]


def _numbered(everybody: Sequence[Profile | Course]) -> list[Numbered]:
    """Practice numbers in the order in which people first came; the order of the list is kept."""
    starts = [each.course.starts if isinstance(each, Profile) else each.starts for each in everybody]
    by_start = sorted(range(len(everybody)), key=starts.__getitem__)
    numbers = {index: founding.FIRST_NUMBER + place for place, index in enumerate(by_start)}
    return [(numbers[index], each) for index, each in enumerate(everybody)]


def _pieces(waiting: Sequence[Numbered]) -> Iterator[Sequence[Numbered]]:
    for start in range(0, len(waiting), _BATCH):
        yield waiting[start : start + _BATCH]
