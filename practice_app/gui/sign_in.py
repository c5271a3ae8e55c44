"""The page a user meets first: choose a practice, say who you are, come back after a lock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from practice_app.errors import Invalid, NotEnrolled, TooManyTries, WrongPassword
from practice_app.gui.controls import (
    CalmComboBox,
    Pages,
    PasswordEdit,
    announce,
    centred,
    label,
    push_button,
)
from practice_app.gui.dialogs import Asker
from practice_app.gui.door import Created, DemoPerson, Door, Opened
from practice_app.gui.form import Field, Form
from practice_app.gui.jobs import Job, Worker
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XL
from practice_app.gui.new_practice import NewPracticePage
from practice_app.gui.recent import RecentPractices

_CARD_WIDTH = 480


@dataclass(frozen=True, slots=True)
class Locked:
    """What a locked window says: which practice waits here, and whose work."""

    folder: Path
    words: str


class SignInPage(QWidget):
    """Everything before a practice is open.

    Signals: painted() once, prepared() when all that signing in needs has been loaded, opened(Opened).
    """

    painted = Signal()
    prepared = Signal()
    opened = Signal(object)

    def __init__(self, door: Door, asker: Asker, settings: QSettings) -> None:
        super().__init__()
        self._door, self._asker = door, asker
        self._recent = RecentPractices(settings)
        self._worker = Worker(self, "sign-in")
        self._has_painted = False
        self._typed_name = ""
        self._choice = _Choice()
        self._form = _SignInForm()
        self._recovery = _Recovery()
        self._new: NewPracticePage | None = None
        self._pages = Pages()
        for page in (self._choice, self._form, self._recovery):
            self._pages.add(page)
        self._lay_out()
        self._connect()
        self.painted.connect(self._prepare)
        folders = self._recent.folders()
        if folders:
            self.show_practice(folders[0])
        else:
            self.show_choice()

    @property
    def busy(self) -> bool:
        """True while a practice is being opened or made."""
        return self._worker.busy

    def show_choice(self) -> None:
        """Let the user choose a practice."""
        self._choice.show_folders(self._recent.folders())
        self._turn_to(self._choice)

    def show_practice(self, folder: Path) -> None:
        """Ask who signs in to the practice in `folder`."""
        self._form.ask(folder)
        self._turn_to(self._form)
        if self._has_painted:
            self._prepare()

    def show_locked(self, locked: Locked) -> None:
        """Ask for the password of whoever locked the window; somebody else may sign in instead."""
        self._form.ask(locked.folder, who=self._typed_name, words=locked.words)
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
        job.progressed.connect(self._choice.show_progress)
        self._follow(job, self._choice)

    def put_away(self, finish: Callable[[], None]) -> None:
        """Do the slow part of signing out on the worker, before anybody else is let in."""
        job = self._worker.start(lambda _progress: finish())
        job.failed.connect(self._form.refuse)

    def close_worker(self) -> None:
        """Wait for what is under way; nothing is started after this."""
        self._worker.close()()

    def _lay_out(self) -> None:
        card = QFrame()
        card.setProperty("kind", "card")
        card.setFixedWidth(_CARD_WIDTH)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        inside.addWidget(self._pages)
        middle = _Ground()
        middle.painted.connect(self._note_paint)
        rows = QVBoxLayout(middle)
        rows.addStretch(1)
        rows.addLayout(centred(card))
        rows.addStretch(2)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(middle)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _note_paint(self) -> None:
        self._has_painted = True
        self.painted.emit()

    def _connect(self) -> None:
        self._choice.chosen.connect(self.show_practice)
        self._choice.browse.clicked.connect(self._browse)
        self._choice.new.clicked.connect(self._show_new)
        self._choice.demo.clicked.connect(self.open_demo)
        self._form.submitted.connect(self._sign_in)
        self._form.another.clicked.connect(self.show_choice)
        self._form.recover.clicked.connect(self._show_recovery)
        self._recovery.submitted.connect(self._open_by_recovery)
        self._recovery.back.clicked.connect(lambda: self._turn_to(self._form))

    def _turn_to(self, page: _Choice | _SignInForm | _Recovery | NewPracticePage) -> None:
        self._pages.turn_to(page)
        page.take_focus()

    def _prepare(self) -> None:
        """Load the rest and fetch the device secret while the password is typed."""
        folder = self._form.folder
        job = self._worker.start(lambda _progress: self._door.prepare(folder))
        job.finished.connect(lambda labels: self._form.offer(folder, labels))
        job.finished.connect(lambda _labels: self.prepared.emit())

    def _browse(self) -> None:
        folder = self._asker.folder("Open a practice")
        if folder is not None:
            self.show_practice(folder)

    def _sign_in(self, name: str, password: str) -> None:
        folder = self._form.folder
        if folder is None:
            return
        self._typed_name = name
        job = self._worker.start(lambda _progress: self._door.sign_in(folder, name, password))
        self._follow(job, self._form)

    def _show_recovery(self) -> None:
        self._recovery.ask(self._form.name)
        self._turn_to(self._recovery)

    def _open_by_recovery(self, recovery_key: str, name: str, password: str) -> None:
        folder = self._form.folder
        if folder is None:
            return
        self._typed_name = name
        job = self._worker.start(lambda _progress: self._door.recover(folder, recovery_key, name, password))
        self._follow(job, self._recovery)

    def _show_new(self) -> None:
        self._new = NewPracticePage(self._door, self._worker, self._asker)
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

    def _follow(self, job: Job, page: _Choice | _SignInForm | _Recovery) -> None:
        page.set_busy(True)
        job.finished.connect(lambda opened: self._welcome(opened, page))
        job.failed.connect(lambda error: self._refuse(error, page))

    def _welcome(self, opened: Opened, page: _Choice | _SignInForm | _Recovery | None = None) -> None:
        if page is not None:
            page.set_busy(False)
        if opened.people:
            self._typed_name = next(
                (each.name for each in opened.people if each.id == opened.records.actor.id), ""
            )
        else:
            self._recent.remember(opened.folder)
        self._form.ask(opened.folder)
        self.opened.emit(opened)

    def _refuse(self, error: Exception, page: _Choice | _SignInForm | _Recovery) -> None:
        page.set_busy(False)
        page.refuse(error)


class _Ground(QWidget):
    """What the card lies on. Signals: painted() once, when the first picture is complete."""

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._has_painted = False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._has_painted:
            self._has_painted = True
            QTimer.singleShot(0, self, self.painted.emit)


class _Page(QWidget):
    """One page of the card: title, contents, and a line that says what is going on."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = label(title, "title", wraps=True)
        self._doing = label("", "muted")
        self._doing.hide()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(SPACE_M)
        self._rows.addWidget(self._title)

    def _set_doing(self, words: str, *, aloud: bool = True) -> None:
        self._doing.setText(words)
        self._doing.setVisible(bool(words))
        if words and aloud:
            announce(self, words)


class _Choice(_Page):
    """Recent practices, and the three ways to get another. Signals: chosen(Path)."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__("Open a practice")
        self._form = Form()
        self._list = QListWidget()
        self._list.setAccessibleName("Recent practices")
        self._list.itemActivated.connect(self._choose)
        self._list.itemClicked.connect(self._choose)
        self._empty = label(
            "Nothing has been opened on this PC yet. Try the demo to look around: its patients are invented.",
            "muted",
            wraps=True,
        )
        self.new = push_button("&Create a new practice…", kind="primary")
        self.browse = push_button("&Open a practice…", icon_name="folder-open")
        self.demo = push_button("&Try the demo", icon_name="eye")
        for part in (self._form, self._empty, self._list, self.new, self.browse, self.demo, self._doing):
            self._rows.addWidget(part)
        self._rows.setSpacing(SPACE_S)

    def show_folders(self, folders: tuple[Path, ...]) -> None:
        """List these; with none, say what to do instead."""
        self._form.clear_problems()
        self._list.clear()
        for folder in folders:
            item = QListWidgetItem(f"{folder.name}\n{folder.parent}")
            item.setData(Qt.ItemDataRole.UserRole, str(folder))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, folder.name)
            item.setToolTip(str(folder))
            self._list.addItem(item)
        self._list.setVisible(bool(folders))
        self._list.setFixedHeight(min(len(folders), 4) * (2 * self.fontMetrics().height() + 10) + 8)
        self._empty.setVisible(not folders)

    def take_focus(self) -> None:
        """Put the focus where most people go on."""
        if self._list.count():
            self._list.setCurrentRow(0)
            self._list.setFocus()
        else:
            self.new.setFocus()

    def set_busy(self, busy: bool) -> None:
        """Nothing can be chosen while the demo is being made."""
        for part in (self._list, self.browse, self.new, self.demo):
            part.setEnabled(not busy)
        self._set_doing("Making the demo practice…" if busy else "")

    def show_progress(self, done: int, total: int, doing: str) -> None:
        """Say how far the demo is."""
        self._set_doing(f"Making the demo practice… {doing} {done} of {total}", aloud=False)

    def refuse(self, error: Exception) -> None:
        """Say why the demo could not be opened."""
        self._form.refuse(error)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(Path(item.data(Qt.ItemDataRole.UserRole)))


class _SignInForm(_Page):
    """Name and password for one practice. Signals: submitted(name, password)."""

    submitted = Signal(str, str)

    def __init__(self) -> None:
        super().__init__("Sign in")
        self.folder: Path | None = None
        self._where = label("", "muted", wraps=True)
        self._locked = label("", "warning", wraps=True)
        self._name = CalmComboBox(name="Name or initials")
        self._name.setEditable(True)
        self._name.setInsertPolicy(CalmComboBox.InsertPolicy.NoInsert)
        self._password = PasswordEdit()
        self._form = Form()
        self._form.add(Field("name", "&Name or initials", self._name))
        self._form.add(Field("password", "&Password", self._password))
        self._go = push_button("&Sign in", kind="primary")
        self._go.clicked.connect(self._submit)
        self.recover = push_button("Use the &recovery key…", kind="link")
        self.another = push_button("&Another practice…", kind="link")
        links = QHBoxLayout()
        links.addWidget(self.another)
        links.addStretch()
        links.addWidget(self.recover)
        for part in (self._where, self._locked, self._form, self._go, self._doing):
            self._rows.addWidget(part)
        self._rows.addLayout(links)
        self._password.line.returnPressed.connect(self._submit)
        line = self._name.lineEdit()
        if line is not None:
            line.returnPressed.connect(self._password.line.setFocus)

    @property
    def name(self) -> str:
        """What was typed as the name."""
        return self._name.currentText().strip()

    def ask(self, folder: Path, *, who: str = "", words: str = "") -> None:
        """Start afresh for a practice; after a lock with the name of who locked."""
        self.folder = folder
        self._form.clear_problems()
        self._title.setText("Locked" if words else f"Sign in to {folder.name}")
        self._where.setText(str(folder.parent))
        self._where.setVisible(not words)
        self._locked.setText(words)
        self._locked.setVisible(bool(words))
        self._go.setText("Un&lock" if words else "&Sign in")
        self._name.clear()
        self._name.setEditText(who)
        self._password.forget()

    def offer(self, folder: Path | None, labels: tuple[str, ...]) -> None:
        """Offer the initials of those who may sign in, keeping what was typed."""
        if folder == self.folder:
            typed = self._name.currentText()
            self._name.clear()
            self._name.addItems(labels)
            self._name.setEditText(typed)

    def fill(self, name: str) -> None:
        """Put a name into the field."""
        self._name.setEditText(name)

    def take_focus(self) -> None:
        """Put the focus on the first thing still to be typed."""
        if self.name:
            self._password.line.setFocus()
        else:
            self._name.setFocus()

    def set_busy(self, busy: bool) -> None:
        """Nothing can be typed while the practice is being opened."""
        for part in (self._form, self._go, self.another, self.recover):
            part.setEnabled(not busy)
        self._set_doing("Opening…" if busy else "")

    def refuse(self, error: Exception) -> None:
        """Show why it did not open, beside the field when one is to blame."""
        if isinstance(error, WrongPassword | TooManyTries):
            error = Invalid(str(error), "password")
        self._form.refuse(error)
        if isinstance(error, NotEnrolled):
            self.recover.setFocus()

    def _submit(self) -> None:
        missing = {}
        if not self.name:
            missing["name"] = "Enter your name or your initials."
        if not self._password.line.text():
            missing["password"] = "Enter your password."  # noqa: S105  a sentence
        self._form.show_problems(missing)
        if not missing:
            self.submitted.emit(self.name, self._password.take())


class _Recovery(_Page):
    """The printed recovery key instead of a password. Signals: submitted(key, name, new password)."""

    submitted = Signal(str, str, str)

    def __init__(self) -> None:
        super().__init__("Use the recovery key")
        self._key, self._name = QLineEdit(), QLineEdit()
        self._password, self._again = PasswordEdit(), PasswordEdit()
        self._form = Form()
        hint = "As printed; capitals, spaces and hyphens do not matter."
        self._form.add(Field("recovery_key", "&Recovery key", self._key, hint=hint))
        self._form.add(Field("name", "Your &name (a director's)", self._name))
        self._form.add(Field("password", "New &password", self._password, hint="At least 12 characters."))
        self._form.add(Field("again", "New password a&gain", self._again))
        self._go = push_button("&Open the practice", kind="primary")
        self._go.clicked.connect(self._submit)
        self.back = push_button("&Back", kind="link")
        self._again.line.returnPressed.connect(self._submit)
        self._rows.addWidget(
            label(
                "It opens the practice without this PC's key store and sets a new password.",
                "muted",
                wraps=True,
            )
        )
        for part in (self._form, self._go, self._doing):
            self._rows.addWidget(part)
        self._rows.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)

    def ask(self, name: str) -> None:
        """Start afresh, with the name already typed."""
        self._form.clear_problems()
        self._key.clear()
        self._name.setText(name)
        self._password.forget()
        self._again.forget()

    def take_focus(self) -> None:
        """Start with the key."""
        self._key.setFocus()

    def set_busy(self, busy: bool) -> None:
        """Nothing can be typed while the practice is being opened."""
        for part in (self._form, self._go, self.back):
            part.setEnabled(not busy)
        self._set_doing("Opening…" if busy else "")

    def refuse(self, error: Exception) -> None:
        """Show why it did not open."""
        self._form.refuse(error)

    def _submit(self) -> None:
        typed = self._password.line.text()
        missing = {}
        if not self._key.text().strip():
            missing["recovery_key"] = "Enter the recovery key."
        if not self._name.text().strip():
            missing["name"] = "Enter the name of a director."
        if typed != self._again.line.text():
            missing["again"] = "The two passwords are not the same."
        self._form.show_problems(missing)
        if not missing:
            key = self._key.text()
            self._key.clear()
            self._again.forget()
            self.submitted.emit(key, self._name.text().strip(), self._password.take())
