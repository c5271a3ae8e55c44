"""The one window: the sign-in page, and around it the comings and goings of those who sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenuBar, QStackedWidget

from practice_app.gui.change_password import ChangePasswordPage
from practice_app.gui.dialogs import Asker, Dialogs
from practice_app.gui.door import DemoPerson, Door, Opened
from practice_app.gui.explain import explain
from practice_app.gui.look import Look, Scheme
from practice_app.gui.sign_in import Locked, SignInPage

if TYPE_CHECKING:
    from practice_app.gui.frame import Frame, Place
    from practice_app.gui.lock import Clocks, IdleLock
    from practice_app.gui.office import Office

_SMALLEST = (1024, 640)
_DESIGN = (1280, 800)
_GEOMETRY = "window/geometry"
SCHEME = "window/scheme"


@dataclass(frozen=True, slots=True)
class Session:
    """Everything that exists only while somebody is signed in."""

    opened: Opened
    office: Office
    frame: Frame
    idle: IdleLock


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Who locked and where they were, for when they come back."""

    actor: UUID
    place: Place


class MainWindow(QMainWindow):
    """Shows the sign-in page until somebody is in. Its title never names a patient."""

    def __init__(
        self,
        application: QApplication,
        door: Door,
        look: Look,
        settings: QSettings,
        *,
        asker: Asker | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        super().__init__()
        self._application, self._door, self._look, self._settings = application, door, look, settings
        self._asker = asker or Dialogs(self)
        self._clocks = clocks
        self.session: Session | None = None
        self._waiting: _Waiting | None = None
        self.sign_in = SignInPage(door, self._asker, settings)
        self.sign_in.opened.connect(self.enter)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.sign_in)
        self.setCentralWidget(self._pages)
        self.setMinimumSize(*_SMALLEST)
        self.resize(*_DESIGN)
        geometry = settings.value(_GEOMETRY)
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        self.setWindowTitle("Sign in")

    @property
    def frame(self) -> Frame | None:
        """What is shown while somebody is signed in."""
        return self.session.frame if self.session else None

    def enter(self, opened: Opened) -> None:
        """Let in whoever just opened a practice; with a start password, first to choose their own."""
        if opened.must_change_password:
            page = ChangePasswordPage(self._door, opened)
            page.changed.connect(lambda opened: self._finish_change(page, opened))
            page.left.connect(lambda opened: self._refuse_change(page, opened))
            self._pages.addWidget(page)
            self._pages.setCurrentWidget(page)
            page.take_focus()
        else:
            self._admit(opened)

    def _finish_change(self, page: ChangePasswordPage, opened: Opened) -> None:
        self._discard(page)
        self._admit(opened)

    def _refuse_change(self, page: ChangePasswordPage, opened: Opened) -> None:
        self._discard(page)
        self.sign_in.put_away(lambda: self._door.leave(opened))
        self.sign_in.show_practice(opened.folder)

    def _discard(self, page: ChangePasswordPage) -> None:
        page.close_worker()
        self._pages.setCurrentWidget(self.sign_in)
        self._pages.removeWidget(page)
        page.deleteLater()

    def _admit(self, opened: Opened) -> None:
        """Show the practice that was just opened; after a lock, where its user was."""
        # These load the database libraries, which the first paint must not wait for.
        from practice_app.gui.frame import Frame
        from practice_app.gui.lock import IdleLock
        from practice_app.gui.office import Office

        office = Office(opened.records)
        frame = Frame(office, self._asker, opened.people, opened.records.clock)
        idle = IdleLock(self._application, clocks=self._clocks)
        self.session = Session(opened, office, frame, idle)
        frame.lock_wanted.connect(self.lock)
        frame.sign_out_wanted.connect(self.sign_out)
        frame.quit_wanted.connect(self.close)
        frame.switch_wanted.connect(self._switch)
        frame.scheme_wanted.connect(self._choose_scheme)
        idle.expired.connect(self.lock)
        idle.warned.connect(lambda left: frame.message.say(_countdown(left), "notice"))
        idle.calmed.connect(frame.message.hide)
        bar = QMenuBar(self)
        frame.fill_menus(bar)
        self.setMenuBar(bar)
        self._pages.addWidget(frame)
        self._pages.setCurrentWidget(frame)
        self.setWindowTitle(frame.facts.name)
        waiting, self._waiting = self._waiting, None
        if waiting is not None and waiting.actor == office.actor.id:
            frame.go(waiting.place)
        else:
            frame.show_patients()
        for notice in opened.notices:
            frame.message.say(notice, "notice")
        idle.start()

    def lock(self) -> None:
        """Put everything away and ask for the password; whoever locked comes back to the same screen."""
        if self.session is None:
            return
        opened = self.session.opened
        actor = opened.records.actor
        self._waiting = _Waiting(actor.id, self.session.frame.place)
        at = f"{opened.records.clock().astimezone():%H:%M}"
        self.sign_in.put_away(self._leave())
        words = (
            f"Locked at {at} by {actor.name} ({actor.role.value}). The password leads back to the same place."
        )
        demo = next((each for each in opened.people if each.id == actor.id), None)
        if demo is not None:
            words = f"{words} This is the demo: the password is “{demo.password}”."
        self.sign_in.show_locked(Locked(opened.folder, words))

    def sign_out(self) -> None:
        """Put everything away; the next one starts afresh."""
        if self.session is None:
            return
        folder = self.session.opened.folder
        self.sign_in.put_away(self._leave())
        self.sign_in.show_practice(folder)

    def report(self, error: BaseException) -> None:
        """Say what went wrong where nobody caught it."""
        words = explain(error)
        if self.session is not None:
            self.session.frame.message.say(words)
        else:
            self._asker.tell("There is a problem", words)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close():
            event.ignore()
            return
        self._settings.setValue(_GEOMETRY, self.saveGeometry())
        self._leave()()
        self.sign_in.close_worker()
        super().closeEvent(event)

    def _may_close(self) -> bool:
        if self.session is None or not self.session.office.busy:
            return True
        return self._asker.confirm(
            "Something is still being made", "If you close now it is stopped and nothing of it is kept.",
            "Stop it and close",
        )  # fmt: skip

    def _leave(self) -> Callable[[], None]:
        """Destroy the screens with their models and empty the clipboard; return what drops the keys.

        That waits for a job under way and for the system's key store, so the sign-in page does it.
        """
        from practice_app.gui.clipboard import clear_if_ours

        session, self.session = self.session, None
        if session is None:
            return _nothing
        session.idle.stop()
        for other in self._application.topLevelWidgets():
            if other is not self and other.isVisible():
                other.close()
        self._pages.setCurrentWidget(self.sign_in)
        self._pages.removeWidget(session.frame)
        session.frame.deleteLater()
        self.setMenuBar(QMenuBar(self))
        self.setWindowTitle("Sign in")
        clear_if_ours(self._application.clipboard())
        wait_for_jobs = session.office.close()
        session.office.deleteLater()
        door, opened = self._door, session.opened

        def finish() -> None:
            wait_for_jobs()
            door.leave(opened)

        return finish

    def _switch(self, person: DemoPerson) -> None:
        if self.session is not None:
            folder = self.session.opened.folder
            self.sign_in.put_away(self._leave())
            self.sign_in.go_on_as(folder, person)

    def _choose_scheme(self, scheme: Scheme) -> None:
        self._look.choose(scheme)
        self._settings.setValue(SCHEME, scheme.value)


def _nothing() -> None:
    """Nobody was signed in."""


def _countdown(left: int) -> str:
    return f"Locking in {left} seconds. Press a key or move the mouse to stay signed in."
