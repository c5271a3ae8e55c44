"""The composition root of the window: makes the application and puts the real practice behind its door."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from practice_app.errors import PracticeError
from practice_app.gui.look import Look, Scheme
from practice_app.gui.main_window import SCHEME, MainWindow
from practice_app.paths import state_folder
from practice_app.progress import Progress

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from practice_app.gui.door import Created, DemoPerson, Move, NewPractice, Opened
    from practice_app.rules.permissions import Role
    from practice_app.services.demo import DemoUser
    from practice_app.storage.keys.crypto import Secret
    from practice_app.storage.keys.device import DeviceStore

_NAME = "practice-app"


class DemoWish(NamedTuple):
    """What the demo should be like; without a folder it is thrown away when the window closes."""

    folder: Path | None = None
    patients: int = 120
    seed: int = 1
    today: date | None = None


def main(arguments: Sequence[str]) -> int:
    """Open the window: alone, on a practice (`open DIR`), or on a demo (`demo`, with its options)."""
    given = parsed(arguments)
    gc.disable()  # nothing made before the first paint is garbage, and looking for some takes a tenth of it
    application = QApplication([_NAME])
    application.setApplicationName(_NAME)
    application.setDesktopFileName(_NAME)
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, _NAME, "window")
    look = Look(application, _chosen_scheme(settings))
    door = PracticeDoor(demo=given.demo)
    window = MainWindow(application, door, look, settings)

    def report(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        window.report(error)

    sys.excepthook = report
    window.sign_in.painted.connect(gc.enable)
    if given.folder is not None:
        window.sign_in.show_practice(given.folder.absolute())
    if given.opens_demo:
        window.sign_in.painted.connect(window.sign_in.open_demo)
    window.show()
    status = application.exec()
    door.throw_away_demos()
    return status


class Drawn(NamedTuple):
    """What a window showed: its size in dots, and how many colours a sample of them has."""

    width: int
    height: int
    colours: int


def signed_in_once(folder: Path, who: DemoUser, settings: Path) -> Drawn:
    """Open the window on a demo, sign in, draw it once and close it: the self-test's part that needs Qt.

    `settings` is the file it keeps its settings in. Raises Defect when nobody is in after two minutes, and
    whatever went wrong in between.
    """
    from practice_app.errors import Defect
    from practice_app.gui.door import DemoPerson

    application = QApplication([_NAME])
    kept = QSettings(str(settings), QSettings.Format.IniFormat)
    window = MainWindow(application, PracticeDoor(), Look(application), kept)
    drawn: list[Drawn] = []
    errors: list[BaseException] = []

    def look() -> None:
        drawn.append(_drawn(window))
        window.close()

    def stop(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        errors.append(error)
        application.exit(1)

    hook, sys.excepthook = sys.excepthook, stop
    person = DemoPerson(who.id, who.name, who.role.value, who.password)
    window.sign_in.painted.connect(lambda: window.sign_in.go_on_as(folder, person))
    window.sign_in.opened.connect(lambda: QTimer.singleShot(0, look))
    QTimer.singleShot(120_000, application.quit)
    window.show()
    application.exec()
    sys.excepthook = hook
    if errors:
        raise errors[0]
    if not drawn:
        raise Defect("nobody was signed in")
    return drawn[0]


def _drawn(window: MainWindow) -> Drawn:
    picture = window.grab().toImage()
    width, height = picture.width(), picture.height()
    sample = {picture.pixel(x, y) for x in range(0, width, 4) for y in range(0, height, 4)}
    return Drawn(width, height, len(sample))


class Given(NamedTuple):
    """What the command line asks of the window."""

    folder: Path | None = None
    opens_demo: bool = False
    demo: DemoWish = DemoWish()


def parsed(arguments: Sequence[str]) -> Given:
    """What the command line asks of the window; ends with status 2 on wrong usage."""
    if not arguments:
        return Given()
    from argparse import ArgumentParser
    from datetime import date

    usual = DemoWish()
    parser = ArgumentParser(_NAME)
    commands = parser.add_subparsers(dest="command", required=True)
    opening = commands.add_parser("open", help="open a practice in the window")
    opening.add_argument("folder", type=Path)
    demo = commands.add_parser("demo", help="make a practice with invented patients and open it")
    demo.add_argument("--at", type=Path)
    demo.add_argument("--patients", type=int, default=usual.patients)
    demo.add_argument("--seed", type=int, default=usual.seed)
    demo.add_argument("--today", type=date.fromisoformat)
    given = parser.parse_args(arguments)
    if given.command == "open":
        return Given(folder=given.folder)
    return Given(opens_demo=True, demo=DemoWish(given.at, given.patients, given.seed, given.today))


def _chosen_scheme(settings: QSettings) -> Scheme:
    chosen = str(settings.value(SCHEME, Scheme.SYSTEM.value))
    return Scheme(chosen) if chosen in {each.value for each in Scheme} else Scheme.SYSTEM


class PracticeDoor:
    """The real Door (see gui/door.py). Nothing of it is imported before the window has been painted."""

    def __init__(self, devices: DeviceStore | None = None, demo: DemoWish | None = None) -> None:
        self._given_devices = devices
        self._wish = demo or DemoWish()
        self._demos: dict[Path, _Demo] = {}
        self._secrets: dict[Path, Secret | PracticeError | None] = {}

    def prepare(self, folder: Path | None) -> tuple[str, ...]:
        """See Door.prepare."""
        import practice_app.gui.session  # noqa: F401  so that it is there when the password is right
        from practice_app.services import practice

        if folder is None or not practice.is_practice(folder):
            return ()
        try:
            self._secrets[folder] = practice.device_secret(folder, self._devices())
        except PracticeError as error:
            # Said when somebody signs in: then there is a form to say it in.
            self._secrets[folder] = error
        try:
            return practice.labels(folder)
        except PracticeError:
            return ()  # a server may be out of reach; whoever signs in is told why

    def sign_in(self, folder: Path, name: str, password: str) -> Opened:
        """See Door.sign_in."""
        from practice_app.gui.door import Opened
        from practice_app.services import practice

        secret = self._take_secret(folder)
        opened = practice.sign_in(
            folder,
            name,
            password,
            secret=secret,
            state_folder=state_folder(),
            devices=self._devices() if secret else None,
            clock=self._demos[folder].clock if folder in self._demos else practice.wall_clock,
        )
        people = self._demos[folder].people if folder in self._demos else ()
        return Opened(folder, opened.records, opened.notices, opened.must_change_password, people)

    def create(self, wanted: NewPractice) -> Created:
        """See Door.create."""
        from practice_app.gui.door import Created, Opened
        from practice_app.services import practice

        made = practice.create(
            wanted.folder,
            name=wanted.practice,
            director=wanted.director,
            password=wanted.password,
            devices=self._devices() if wanted.uses_key_store else None,
        )
        return Created(Opened(wanted.folder, made.records), made.recovery_key)

    def recover(self, folder: Path, recovery_key: str, name: str, new_password: str) -> Opened:
        """See Door.recover."""
        from practice_app.gui.door import Opened
        from practice_app.services import practice

        opened = practice.recover(
            folder,
            recovery_key,
            name,
            new_password,
            state_folder=state_folder(),
            devices=self._devices(),
        )
        return Opened(folder, opened.records, opened.notices, opened.must_change_password)

    def demo(self, progress: Progress) -> Opened:
        """See Door.demo."""
        from practice_app.gui.door import DemoPerson, Opened
        from practice_app.services import demo, practice

        today = self._wish.today or practice.wall_clock().astimezone().date()
        folder = self._wish.folder or demo.default_folder()
        made = demo.create(
            folder, patients=self._wish.patients, seed=self._wish.seed, today=today, progress=progress
        )
        people = tuple(DemoPerson(each.id, each.name, each.role.value, each.password) for each in made.users)
        self._demos[folder] = _Demo(people, made.clock, is_ours=self._wish.folder is None)
        return Opened(folder, made.records, people=people)

    def throw_away_demos(self) -> None:
        """Delete the demos that nobody gave a folder of their own."""
        from practice_app.services import demo

        for folder, made in self._demos.items():
            if made.is_ours:
                demo.throw_away(folder)

    def change_password(self, opened: Opened, old: str, new: str) -> None:
        """See Door.change_password."""
        from practice_app.services import users

        secret = self._secret_of(opened)
        users.change_password(opened.records, opened.folder, old, new, secret=secret)

    def check_own_password(self, opened: Opened, password: str) -> None:
        """See Door.check_own_password."""
        from practice_app.services import users

        users.check_own_password(
            opened.records,
            opened.folder,
            password,
            secret=self._secret_of(opened),
            state_folder=state_folder(),
        )

    def add_user(self, opened: Opened, name: str, role: Role, start_password: str) -> UUID:
        """See Door.add_user."""
        from practice_app.services import users

        secret = self._secret_of(opened)
        return users.add(opened.records, opened.folder, name, role, start_password, secret=secret)

    def enable_user(self, opened: Opened, user: UUID, start_password: str) -> None:
        """See Door.enable_user."""
        from practice_app.services import users

        users.enable(opened.records, opened.folder, user, start_password, secret=self._secret_of(opened))

    def reset_password(self, opened: Opened, user: UUID, start_password: str) -> None:
        """See Door.reset_password."""
        from practice_app.services import users

        secret = self._secret_of(opened)
        users.reset_password(opened.records, opened.folder, user, start_password, secret=secret)

    def set_role(self, opened: Opened, user: UUID, role: Role) -> None:
        """See Door.set_role."""
        from practice_app.services import users

        users.set_role(opened.records, opened.folder, user, role)

    def disable_user(self, opened: Opened, user: UUID) -> None:
        """See Door.disable_user."""
        from practice_app.services import users

        users.disable(opened.records, opened.folder, user)

    def change_keys(self, opened: Opened, backup_to: Path | None, progress: Progress) -> Opened:
        """See Door.change_keys."""
        from practice_app.services import key_changes

        changed = key_changes.change_keys(
            opened.records, opened.folder, backup_to=backup_to, progress=progress
        )
        return replace(opened, records=changed.records, notices=changed.notices)

    def move(self, opened: Opened, wanted: Move, progress: Progress) -> Opened:
        """See Door.move."""
        from practice_app.services import practice, relocation

        admin = practice.Admin(wanted.admin, wanted.admin_password) if wanted.admin else None
        if wanted.address and wanted.authority is not None and admin is not None:
            moved = relocation.to_server(
                opened.records,
                opened.folder,
                practice.OnServer(wanted.address, wanted.authority, admin),
                backup_to=wanted.backup_to,
                progress=progress,
            )
        else:
            moved = relocation.to_file(
                opened.records, opened.folder, admin=admin, backup_to=wanted.backup_to, progress=progress
            )
        return replace(opened, records=moved.records, notices=relocation.told(opened.folder, moved))

    def check_password(self, password: str, words: Sequence[str], *, uses_key_store: bool) -> None:
        """See Door.check_password."""
        from practice_app.storage import keys

        keys.check_password(password, words, device=uses_key_store)

    def leave(self, opened: Opened) -> None:
        """See Door.leave."""
        from practice_app.services import practice
        from practice_app.storage import keys

        try:
            devices = self._devices() if keys.read_slots(opened.folder).device else None
        except PracticeError:  # the folder or the server is out of reach; the keys are dropped all the same
            devices = None
        practice.leave(opened.records, devices)

    def _devices(self) -> DeviceStore:
        from practice_app.storage.keys.device import DeviceStore

        return self._given_devices or DeviceStore()

    def _secret_of(self, opened: Opened) -> Secret | None:
        from practice_app.services import practice

        return practice.device_secret(opened.folder, self._devices())

    def _take_secret(self, folder: Path) -> Secret | None:
        """The device secret fetched while the password was typed, or fetched now; it is not kept."""
        from practice_app.services import practice

        found = self._secrets.pop(folder, None)
        if found is None or isinstance(found, PracticeError):
            return practice.device_secret(folder, self._devices())
        return found


class _Demo(NamedTuple):
    """A demo made in this run: who is in it, the clock of its day, and whether its folder is ours."""

    people: tuple[DemoPerson, ...]
    clock: Callable[[], datetime]
    is_ours: bool
