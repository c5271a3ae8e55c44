"""The wizard that makes a new practice: name and place, director and password, recovery key typed back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from practice_app.errors import Invalid
from practice_app.gui.controls import Pages, PasswordEdit, announce, label, push_button
from practice_app.gui.dialogs import Asker
from practice_app.gui.door import Created, Door, NewPractice
from practice_app.gui.forms.form import Field, Form
from practice_app.gui.jobs import Worker
from practice_app.gui.look import SPACE_M, SPACE_XL, mark

_LOOK_ALIKES = str.maketrans("OIL", "011")


def same_key(typed: str, shown: str) -> bool:
    """True when the recovery key was typed back right; case, spaces, hyphens and look-alikes don't matter."""

    def bare(text: str) -> str:
        return "".join(each for each in text.upper() if each.isalnum()).translate(_LOOK_ALIKES)

    return bare(typed) == bare(shown)


class NewPracticePage(QWidget):
    """Three steps, each of which can be gone back from until the practice is made.

    Signals: left() when the user gives up, finished(Created) when the recovery key was typed back.
    """

    left = Signal()
    finished = Signal(object)

    def __init__(self, door: Door, worker: Worker, ask: Callable[[], Asker]) -> None:
        super().__init__()
        self._door, self._worker = door, worker
        self._created: Created | None = None
        self._place = _PlaceStep(ask)
        self._director = _DirectorStep(door)
        self._recovery = _RecoveryStep()
        self._order = (self._place, self._director, self._recovery)
        self._at = 0
        self._steps = Pages()
        for each in self._order:
            self._steps.add(each)
            each.ready.connect(self._go_on)
        self._heading = label("", "title", wraps=True)
        self._count = label("", "muted")
        self._doing = label("", "muted")
        self._next = push_button("&Next", kind="primary")
        self._back = push_button("&Back")
        self._next.clicked.connect(self._go_on)
        self._back.clicked.connect(self._go_back)
        buttons = QHBoxLayout()
        buttons.addWidget(self._back)
        buttons.addWidget(self._doing, 1)
        buttons.addWidget(self._next)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_M)
        for part in (self._heading, self._count, self._steps):
            rows.addWidget(part)
        rows.addLayout(buttons)
        self._turn_to(0)

    def take_focus(self) -> None:
        """Put the focus on the first field of this step."""
        self._step().take_focus()

    def _step(self) -> _PlaceStep | _DirectorStep | _RecoveryStep:
        return self._order[self._at]

    def _turn_to(self, place: int) -> None:
        titles = ("Create a new practice", "The director", "The recovery key")
        self._at = place
        self._steps.turn_to(self._order[place])
        self._heading.setText(titles[place])
        self._count.setText(f"Step {place + 1} of {len(titles)}")
        self._next.setText(("&Next", "&Create the practice", "&Open the practice")[place])
        self._back.setText("&Cancel" if place == 0 else "&Back")
        self._back.setVisible(place < 2)
        self.take_focus()

    def _go_back(self) -> None:
        if self._at == 0:
            self.left.emit()
        else:
            self._turn_to(self._at - 1)

    def _go_on(self) -> None:
        if not self._step().check():
            return
        if self._at == 0:
            self._director.words = (self._place.practice,)
            self._turn_to(1)
        elif self._at == 1:
            self._create()
        elif self._created is not None:
            created, self._created = self._created, None
            self.finished.emit(created)

    def _create(self) -> None:
        wanted = NewPractice(
            folder=self._place.folder,
            practice=self._place.practice,
            director=self._director.director,
            password=self._director.password,
            uses_key_store=self._director.uses_key_store,
        )
        self._set_busy(True)
        job = self._worker.start(lambda _progress: self._door.create(wanted))
        job.finished.connect(self._show_key)
        job.failed.connect(self._refuse)

    def _set_busy(self, busy: bool) -> None:
        for part in (self._steps, self._next, self._back):
            part.setEnabled(not busy)
        self._doing.setText("Making the practice…" if busy else "")
        if busy:
            announce(self, self._doing.text())

    def _show_key(self, created: Created) -> None:
        self._set_busy(False)
        self._created = created
        self._director.forget()
        self._recovery.show_key(created.recovery_key)
        self._turn_to(2)

    def _refuse(self, error: Exception) -> None:
        self._set_busy(False)
        belongs_first = isinstance(error, Invalid) and error.field in ("practice", "folder")
        if belongs_first:
            self._turn_to(0)
        self._step().refuse(error)


class _Step(QWidget):
    """A form with a check. Signals: ready() when Enter was pressed in its last field."""

    ready = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._form = Form()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(SPACE_M)

    def refuse(self, error: Exception) -> None:
        """Show why it cannot go on."""
        self._form.refuse(error)


class _PlaceStep(_Step):
    """What the practice is called and where its folder is."""

    def __init__(self, ask: Callable[[], Asker]) -> None:
        super().__init__()
        self._ask = ask
        self._chosen = False
        self._name, self._folder = QLineEdit(), QLineEdit()
        self._name.textEdited.connect(self._suggest)
        self._folder.textEdited.connect(self._keep)
        self._name.returnPressed.connect(self.ready)
        choose = push_button("C&hoose…")
        choose.clicked.connect(self._choose)
        self._form.add(Field("practice", "Name of the &practice", self._name))
        hint = (
            "A folder on this PC. Not a network drive and not a folder that another program copies to the "
            "internet."
        )
        self._form.add(Field("folder", "&Folder for its records", self._folder, hint=hint))
        self._rows.addWidget(self._form)
        self._rows.addWidget(choose, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def practice(self) -> str:
        """The name typed."""
        return self._name.text().strip()

    @property
    def folder(self) -> Path:
        """The folder typed or chosen."""
        return Path(self._folder.text().strip())

    def take_focus(self) -> None:
        """Start with the name."""
        self._name.setFocus()

    def check(self) -> bool:
        """True when both are there."""
        missing = {}
        if not self.practice:
            missing["practice"] = "Enter the name of the practice."
        if not self._folder.text().strip():
            missing["folder"] = "Choose a folder."
        self._form.show_problems(missing)
        return not missing

    def _suggest(self) -> None:
        if not self._chosen:
            safe = "".join(each for each in self.practice if each.isalnum() or each in " -'&").strip()
            documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
            self._folder.setText(str(Path(documents, safe)) if safe else "")

    def _keep(self) -> None:
        self._chosen = True

    def _choose(self) -> None:
        folder = self._ask().folder("Folder for the new practice")
        if folder is not None:
            self._chosen = True
            self._folder.setText(str(folder))


class _DirectorStep(_Step):
    """Who directs, the password, and what protects the files if they are stolen."""

    def __init__(self, door: Door) -> None:
        super().__init__()
        self._door = door
        self.words: tuple[str, ...] = ()
        self._name, self._first, self._again = QLineEdit(), PasswordEdit(), PasswordEdit()
        self._strength = label("", "muted", wraps=True)
        self._key_store = QRadioButton("Password and this PC's &key store (recommended)")
        self._key_store.setChecked(True)
        self._password_only = QRadioButton("P&assword only")
        self._first.line.textChanged.connect(self._judge)
        self._key_store.toggled.connect(self._judge)
        self._again.line.returnPressed.connect(self.ready)
        self._form.add(Field("name", "Director's &name", self._name))
        hint = "At least 12 characters: three or four words that have nothing to do with each other."
        self._form.add(Field("password", "&Password", self._first, hint=hint))
        self._form.add(Field("again", "Password a&gain", self._again))
        self._rows.addWidget(self._form)
        self._rows.addWidget(self._strength)
        self._rows.addWidget(label("What protects the files if somebody steals them", "heading"))
        for choice, words in (
            (self._key_store, "Stolen files cannot be guessed open: a second secret stays on this PC."),
            (self._password_only, "For a PC without a key store. Needs a longer, stronger password."),
        ):
            choice.setAccessibleDescription(words)
            explained = label(words, "hint", wraps=True)
            explained.setContentsMargins(SPACE_XL, 0, 0, 0)
            pair = QVBoxLayout()
            pair.setSpacing(0)
            pair.addWidget(choice)
            pair.addWidget(explained)
            self._rows.addLayout(pair)

    @property
    def director(self) -> str:
        """The director's name."""
        return self._name.text().strip()

    @property
    def password(self) -> str:
        """The password typed."""
        return self._first.line.text()

    @property
    def uses_key_store(self) -> bool:
        """True when a device secret is kept in the key store."""
        return self._key_store.isChecked()

    def forget(self) -> None:
        """Empty both password fields."""
        self._first.forget()
        self._again.forget()

    def take_focus(self) -> None:
        """Start with the name."""
        self._name.setFocus()

    def check(self) -> bool:
        """True when a name is there and the password is good and typed twice."""
        problems = {}
        if not self.director:
            problems["name"] = "Enter the director's name."
        weakness = self._weakness()
        if weakness:
            problems["password"] = weakness
        elif self.password != self._again.line.text():
            problems["again"] = "The two passwords are not the same."
        self._form.show_problems(problems)
        return not problems

    def _weakness(self) -> str:
        words = (*self.words, self.director)
        try:
            self._door.check_password(self.password, words, uses_key_store=self.uses_key_store)
        except Invalid as error:
            return str(error)
        return ""

    def _judge(self) -> None:
        weakness = self._weakness() if self.password else ""
        good = bool(self.password) and not weakness
        self._strength.setText("This password is strong enough." if good else weakness)
        mark(self._strength, kind="muted")


class _RecoveryStep(_Step):
    """The recovery key, shown once and typed back."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""
        self._key = label("", "key", wraps=True)
        self._key.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._key.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._key.setAccessibleName("Recovery key")
        self._typed = QLineEdit()
        self._typed.returnPressed.connect(self.ready)
        self._rows.addWidget(
            label(
                "Write this key down and keep the paper in a safe place away from this PC. It opens the "
                "practice when a password or this PC is lost. It is shown only now. Without it and every "
                "password, nobody can open the records again.",
                wraps=True,
            )
        )
        self._rows.addWidget(self._key)
        self._form.add(Field("typed", "&Type the key from your paper", self._typed))
        self._rows.addWidget(self._form)

    def show_key(self, key: str) -> None:
        """Show the key of the practice just made."""
        self._shown = key
        self._key.setText(key)
        self._typed.clear()

    def take_focus(self) -> None:
        """The key comes first, to be read out."""
        self._key.setFocus()

    def check(self) -> bool:
        """True when the key was typed back; it is then gone from the page."""
        if not same_key(self._typed.text(), self._shown):
            self._form.show_problems({"typed": "This is not the key above. Compare it group by group."})
            return False
        self._key.clear()
        self._typed.clear()
        return True
