"""The page a user meets first: choose a practice, say who you are, come back after a lock.

Its first paint loads as little as it can: the page that is shown, and nothing of the other ones.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtCore
from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from practice_app.gui.card_page import CardPage, Ground, made_card
from practice_app.gui.controls import Pages, centred
from practice_app.gui.recent import RecentPractices

if TYPE_CHECKING:
    from practice_app.gui.choose_practice import ChoosePage
    from practice_app.gui.dialogs import Asker
    from practice_app.gui.door import Created, DemoPerson, Door, Opened
    from practice_app.gui.jobs import Job, Worker
    from practice_app.gui.new_practice import NewPracticePage
    from practice_app.gui.recover import RecoverPage
    from practice_app.gui.sign_in_form import SignInForm


class SignInPage(QWidget):
    """Everything before a practice is open.

    Signals: painted() once, prepared() when all that signing in needs has been loaded, opened(Opened).
    """

    painted = Signal()
    prepared = Signal()
    opened = Signal(object)

    def __init__(self, door: Door, ask: Callable[[], Asker], settings: QSettings) -> None:
        super().__init__()
        self._door, self._ask = door, ask
        self._recent = RecentPractices(settings)
        self._folder: Path | None = None
        self._typed_name = ""
        self._has_painted = False
        self._worker_made: Worker | None = None
        self._choose_made: ChoosePage | None = None
        self._form_made: SignInForm | None = None
        self._recover_made: RecoverPage | None = None
        self._new: NewPracticePage | None = None
        self._pages = Pages()
        self._lay_out()
        folders = self._recent.folders()
        if folders:
            self.show_practice(folders[0])
        else:
            self.show_choice()

    @property
    def busy(self) -> bool:
        """True while a practice is being opened or made."""
        return self._worker_made is not None and self._worker_made.busy

    def show_choice(self) -> None:
        """Let the user choose a practice."""
        self._choose.show_folders(self._recent.folders())
        self._turn_to(self._choose)

    def show_practice(self, folder: Path) -> None:
        """Ask who signs in to the practice in `folder`."""
        self._folder = folder
        self._form.ask(folder)
        self._turn_to(self._form)
        if self._has_painted:
            self._prepare()

    def show_locked(self, folder: Path, words: str) -> None:
        """Ask for the password of whoever locked the window; somebody else may sign in instead."""
        self._folder = folder
        self._form.ask(folder, who=self._typed_name, words=words)
        self._turn_to(self._form)
        self._prepare()

    def go_on_as(self, folder: Path, person: DemoPerson) -> None:
        """Open the demo again as another of its people, whose password everybody knows."""
        self.show_practice(folder)
        self._form.fill(person.name)
        self._sign_in(person.name, person.password)

    def open_demo(self) -> None:
        """Make a demo and open it."""
        self.show_choice()
        job = self._worker.start(self._door.demo)
        job.progressed.connect(self._choose.show_progress)
        self._follow(job, self._choose)

    def put_away(self, finish: Callable[[], None]) -> None:
        """Do the slow part of signing out on the worker, before anybody else is let in."""
        job = self._worker.start(lambda _progress: finish())
        job.failed.connect(self._form.refuse)

    def close_worker(self) -> None:
        """Wait for what is under way; nothing is started after this."""
        if self._worker_made is not None:
            self._worker_made.close()()

    @property
    def _worker(self) -> Worker:
        from practice_app.gui.jobs import Worker

        if self._worker_made is None:
            self._worker_made = Worker(self, "sign-in")
        return self._worker_made

    @property
    def _choose(self) -> ChoosePage:
        from practice_app.gui.choose_practice import ChoosePage

        if self._choose_made is None:
            page = self._choose_made = ChoosePage()
            self._pages.add(page)
            page.chosen.connect(self.show_practice)
            page.browse.clicked.connect(self._browse)
            page.new.clicked.connect(self._show_new)
            page.demo.clicked.connect(self.open_demo)
        return self._choose_made

    @property
    def _form(self) -> SignInForm:
        from practice_app.gui.sign_in_form import SignInForm

        if self._form_made is None:
            page = self._form_made = SignInForm()
            self._pages.add(page)
            page.submitted.connect(self._sign_in)
            page.another.clicked.connect(self.show_choice)
            page.recover.clicked.connect(self._show_recovery)
        return self._form_made

    @property
    def _recover(self) -> RecoverPage:
        from practice_app.gui.recover import RecoverPage

        if self._recover_made is None:
            page = self._recover_made = RecoverPage()
            self._pages.add(page)
            page.submitted.connect(self._open_by_recovery)
            page.back.clicked.connect(lambda: self._turn_to(self._form))
        return self._recover_made

    def _lay_out(self) -> None:
        card, inside = made_card()
        inside.addWidget(self._pages)
        ground = Ground()
        ground.painted.connect(self._note_paint)
        rows = QVBoxLayout(ground)
        rows.addStretch(1)
        rows.addLayout(centred(card))
        rows.addStretch(2)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(ground)
        self._scroll = scroll
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _note_paint(self) -> None:
        self._has_painted = True
        self.painted.emit()
        self._scroll.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        self._prepare()

    def _turn_to(self, page: CardPage | NewPracticePage) -> None:
        self._pages.turn_to(page)
        page.take_focus()

    def _prepare(self) -> None:
        """Load the rest and fetch the device secret while the password is typed."""
        folder = self._folder
        job = self._worker.start(lambda _progress: self._door.prepare(folder))
        job.finished.connect(lambda labels: self._offer(folder, labels))

    def _offer(self, folder: Path | None, labels: tuple[str, ...]) -> None:
        if folder is not None and folder == self._folder:
            self._form.offer(labels)
        self.prepared.emit()

    def _browse(self) -> None:
        folder = self._ask().folder("Open a practice")
        if folder is not None:
            self.show_practice(folder)

    def _sign_in(self, name: str, password: str) -> None:
        folder = self._folder
        if folder is not None:
            self._typed_name = name
            job = self._worker.start(lambda _progress: self._door.sign_in(folder, name, password))
            self._follow(job, self._form)

    def _show_recovery(self) -> None:
        self._recover.ask(self._form.name)
        self._turn_to(self._recover)

    def _open_by_recovery(self, key: str, name: str, password: str) -> None:
        folder = self._folder
        if folder is not None:
            self._typed_name = name
            job = self._worker.start(lambda _progress: self._door.recover(folder, key, name, password))
            self._follow(job, self._recover)

    def _show_new(self) -> None:
        from practice_app.gui.new_practice import NewPracticePage

        self._new = NewPracticePage(self._door, self._worker, self._ask)
        self._new.left.connect(self._leave_new)
        self._new.finished.connect(self._finish_new)
        self._pages.add(self._new)
        self._turn_to(self._new)

    def _leave_new(self) -> None:
        page, self._new = self._new, None
        self.show_choice()
        if page is not None:
            self._pages.discard(page)

    def _finish_new(self, created: Created) -> None:
        self._typed_name = created.opened.records.actor.name
        self._leave_new()
        self._welcome(created.opened)

    def _follow(self, job: Job, page: CardPage) -> None:
        page.set_busy(True)
        job.finished.connect(lambda opened: self._welcome(opened, page))
        job.failed.connect(lambda error: self._refuse(error, page))

    def _welcome(self, opened: Opened, page: CardPage | None = None) -> None:
        if page is not None:
            page.set_busy(False)
        if opened.people:
            me = opened.records.actor.id
            self._typed_name = next((each.name for each in opened.people if each.id == me), "")
        else:
            self._recent.remember(opened.folder)
        self._folder = opened.folder
        self._form.ask(opened.folder)
        self.opened.emit(opened)

    def _refuse(self, error: Exception, page: CardPage) -> None:
        page.set_busy(False)
        page.refuse(error)
