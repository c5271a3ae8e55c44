"""The one window: the sign-in page, and in its place the frame of whoever is signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from practice_app.gui.look import Look, Scheme
from practice_app.gui.sign_in import SignInPage

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QCloseEvent
    from PySide6.QtWidgets import QMenuBar

    from practice_app.gui.away_page import AwayPage, Errand
    from practice_app.gui.dialogs import Asker
    from practice_app.gui.door import DemoPerson, Door, Move, Opened
    from practice_app.gui.frame import Frame
    from practice_app.gui.lock import Clocks
    from practice_app.gui.session import Session, Waiting
    from practice_app.services.practice import PracticeFacts

_SMALLEST = (1024, 640)
_DESIGN = (1280, 800)
_GEOMETRY = "window/geometry"
SCHEME = "window/scheme"


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
        self._asker, self._clocks = asker, clocks
        self.session: Session | None = None
        self._waiting: Waiting | None = None
        self._away: AwayPage | None = None
        self.sign_in = SignInPage(door, self.ask, settings)
        self.sign_in.opened.connect(self.enter)
        self.sign_in.painted.connect(lambda: QTimer.singleShot(0, look, look.heed_system))
        self.sign_in.painted.connect(lambda: QTimer.singleShot(0, self, self._wear_icon))
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

    def ask(self) -> Asker:
        """Whoever answers this window's questions: its dialogs, made when the first is asked."""
        from practice_app.gui.dialogs import Dialogs

        if self._asker is None:
            self._asker = Dialogs(self)
        return self._asker

    def enter(self, opened: Opened) -> None:
        """Let in whoever just opened a practice; with a start password, first to choose their own."""
        if opened.must_change_password:
            self._ask_for_own_password(opened)
        else:
            self._admit(opened)

    def lock(self) -> None:
        """Put everything away and ask for the password; whoever locked comes back to the same screen."""
        if self.session is not None:
            self._waiting = self.session.waiting
            folder, words = self.session.opened.folder, self.session.farewell()
            self.sign_in.put_away(self._leave())
            self.sign_in.show_locked(folder, words)

    def sign_out(self) -> None:
        """Put everything away; the next one starts afresh."""
        if self.session is not None:
            folder = self.session.opened.folder
            self.sign_in.put_away(self._leave())
            self.sign_in.show_practice(folder)

    def report(self, error: BaseException) -> None:
        """Say what went wrong where nobody caught it."""
        from practice_app.gui.explain import explain

        words = explain(error)
        if self.session is not None:
            self.session.frame.message.say(words)
        else:
            self.ask().tell("There is a problem", words)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close():
            event.ignore()
            return
        self._settings.setValue(_GEOMETRY, self.saveGeometry())
        self._leave()()
        self.sign_in.close_worker()
        super().closeEvent(event)

    def _admit(self, opened: Opened) -> None:
        # This loads the database libraries, which the first paint must not wait for.
        from practice_app.gui.session import Session

        session = self.session = Session(opened, self.ask(), self._application, self._clocks, self._door)
        session.frame.lock_wanted.connect(self.lock)
        session.frame.sign_out_wanted.connect(self.sign_out)
        session.frame.quit_wanted.connect(self.close)
        session.frame.switch_wanted.connect(self._switch)
        session.frame.scheme_wanted.connect(self._choose_scheme)
        session.frame.keys_wanted.connect(self._change_keys)
        session.frame.move_wanted.connect(self._move)
        session.frame.facts_changed.connect(self._heed_facts)
        session.idle.expired.connect(self.lock)
        bar = self._fresh_menu_bar()
        session.frame.fill_menus(bar)
        self._show_page(session.frame)
        self.setWindowTitle(session.frame.facts.name)
        waiting, self._waiting = self._waiting, None
        session.begin(waiting)

    def _leave(self) -> Callable[[], None]:
        """End the session at once; return the slow rest, which drops the keys and closes the file.

        That waits for a job under way and for the system's key store, so the sign-in page does it.
        """
        session = self.session
        if session is None:
            return _nothing
        wait_for_jobs = self._end_session(session)
        door, opened = self._door, session.opened

        def finish() -> None:
            wait_for_jobs()
            door.leave(opened)

        return finish

    def _end_session(self, session: Session) -> Callable[[], None]:
        """Take the screens away; return what waits for the jobs under way."""
        self.session = None
        self._pages.setCurrentWidget(self.sign_in)
        self._pages.removeWidget(session.frame)
        self._fresh_menu_bar()
        self.setWindowTitle("Sign in")
        return session.end(self)

    def _ask_for_own_password(self, opened: Opened) -> None:
        from practice_app.gui.change_password import ChangePasswordPage

        page = ChangePasswordPage(self._door, opened)

        def put_away() -> None:
            page.close_worker()
            self._pages.setCurrentWidget(self.sign_in)
            self._pages.removeWidget(page)
            page.deleteLater()

        def go_on() -> None:
            put_away()
            self._admit(opened)

        def give_up() -> None:
            put_away()
            self.sign_in.put_away(lambda: self._door.leave(opened))
            self.sign_in.show_practice(opened.folder)

        page.changed.connect(go_on)
        page.left.connect(give_up)
        self._show_page(page)
        page.take_focus()

    def _change_keys(self, backup_to: Path | None) -> None:
        from practice_app.gui.away_page import Errand

        if self.session is not None:
            opened = self.session.opened
            self._run_errand(
                Errand(
                    "Changing the keys",
                    "The practice is copied under new keys, and every sealed text is sealed anew.",
                    "The keys were not changed",
                    partial(self._door.change_keys, opened, backup_to),
                )
            )

    def _move(self, wanted: Move) -> None:
        from practice_app.gui.away_page import Errand

        if self.session is not None:
            opened = self.session.opened
            self._run_errand(
                Errand(
                    "Moving the practice",
                    "Every row is copied and compared; until all are there, the practice stays where it is.",
                    "The practice was not moved",
                    partial(self._door.move, opened, wanted),
                )
            )

    def _run_errand(self, errand: Errand) -> None:
        """Put the screens away, do what nobody may use the records for, and go on with what is open then."""
        from practice_app.gui.away_page import AwayPage

        session = self.session
        if session is None:
            return
        folder, finish = session.opened.folder, self._end_session(session)
        page = self._away = AwayPage(errand, finish)

        def put_away() -> None:
            self._away = None
            page.close_worker()
            self._pages.setCurrentWidget(self.sign_in)
            self._pages.removeWidget(page)
            page.deleteLater()

        def go_on(opened: Opened) -> None:
            put_away()
            self._admit(opened)

        def give_up() -> None:
            put_away()
            self.sign_in.show_practice(folder)

        page.done.connect(go_on)
        page.left.connect(give_up)
        self._show_page(page)

    def _heed_facts(self, facts: PracticeFacts) -> None:
        """The name in the title follows at once; the word for patients wants every screen made anew."""
        self.setWindowTitle(facts.name)
        if self.session is not None and facts.word_for_patient != self.session.frame.tools.word:
            QTimer.singleShot(0, self, self._make_screens_anew)

    def _make_screens_anew(self) -> None:
        """Begin the session again where it was, if nothing is being made; else the next sign-in does it."""
        session = self.session
        if session is None or session.office.busy:
            return
        self._waiting, opened = session.waiting, replace(session.opened, notices=())
        self._end_session(session)()
        self._admit(opened)

    def _fresh_menu_bar(self) -> QMenuBar:
        """An empty menu bar in the place of the last, which goes with all its menus."""
        from PySide6.QtWidgets import QMenuBar

        bar = QMenuBar(self)
        self.setMenuBar(bar)
        return bar

    def _wear_icon(self) -> None:
        """Carry the program's icon where the system does not know it from elsewhere; no first paint waits."""
        from practice_app.gui.icons import icon

        self.setWindowIcon(icon("practice-app"))

    def _show_page(self, page: QWidget) -> None:
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)

    def _may_close(self) -> bool:
        if self._away is not None:
            self.ask().tell(
                self._away.title,
                "Wait until it is done, or stop it first; then close the window.",
            )
            return False
        if self.session is None or not self.session.office.busy:
            return True
        return self.ask().confirm(
            "Something is still being made",
            "If you close now it is stopped and nothing of it is kept.",
            "Stop it and close",
        )

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
