"""Every question the window asks in a dialog, behind one interface that a test can answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from practice_app.errors import Invalid, PracticeError
from practice_app.gui.controls import PasswordEdit, announce, label, push_button
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.form import Field, Form
from practice_app.gui.jobs import Worker
from practice_app.gui.look import ROW_HEIGHT, SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from practice_app.gui.table import Column, Rows, Table

if TYPE_CHECKING:
    from practice_app.services.access import Asked, Reason
    from practice_app.services.subject_access import Release

SHORTEST_FILE_PASSWORD, LONGEST_FILE_PASSWORD = 12, 64

_FILE_KINDS = {".pdf": "PDF (*.pdf)", ".csv": "Table (*.csv)", ".vcf": "Address cards (*.vcf)"}
_WIDTH = 420
_MOST_REASONS = 8
"""How many usual reasons are seen at once."""
_LOOK_AFTER_MS = 250


ReleaseIt: TypeAlias = "Callable[[Release, bool], None]"
"""Releases with these facts; True says that the warning was read."""

Warns: TypeAlias = Callable[[str, str], str]


class Asker(Protocol):
    """What a screen may ask; every method waits for the answer, and None or False means "not done"."""

    def tell(self, title: str, text: str) -> None:
        """Show a sentence that must be seen before going on."""

    def confirm(self, title: str, text: str, verb: str) -> bool:
        """Ask before something that cannot be undone; `verb` is what the button says."""

    def folder(self, title: str) -> Path | None:
        """Ask for an existing folder."""

    def open_file(self, title: str, kinds: str) -> Path | None:
        """Ask for an existing file; `kinds` is a filter like "CSV files (*.csv)"."""

    def own_password(self, why: str, check: Callable[[str], None]) -> bool:
        """Ask for the signed-in user's own password, until `check` accepts it; `check` may be slow."""

    def typed(self, title: str, text: str, phrase: str, verb: str) -> bool:
        """Ask before something grave: `phrase` must be typed before the button does anything."""

    def save_as(self, title: str, suggested: str) -> Path | None:
        """Ask where to save a file; `suggested` is a name that names nobody, and tells its kind."""

    def list_to_export(self, word: str) -> ListChosen | None:
        """Ask which list shall be written to a file, and in what form; `word` means a patient."""

    def file_password(self) -> str | None:
        """Ask for a password for a copy that leaves the practice; "" means without one."""

    def release(self, about: str, release: ReleaseIt, warning: Warns) -> bool:
        """Ask for the facts of a release about somebody, and call `release` until it accepts them.

        `warning` says what must be read before a copy goes to those whom two lines name, "" for nothing.
        """

    def reason(self, asked: Asked, cover: Callable[[Reason], None]) -> bool:
        """Ask why a record outside the caseload is needed, and call `cover` until it accepts the reason."""

    def shortcuts(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show the shortcut sheet: (what it does, keys)."""


class Dialogs:
    """The dialogs on the screen, over `parent`."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def tell(self, title: str, text: str) -> None:
        """See Asker.tell."""
        Question(self._parent, title, text, verb="Close", cancellable=False).exec()

    def confirm(self, title: str, text: str, verb: str) -> bool:
        """See Asker.confirm."""
        return Question(self._parent, title, text, verb=verb).exec() == QDialog.DialogCode.Accepted

    def folder(self, title: str) -> Path | None:
        """See Asker.folder."""
        chosen = QFileDialog.getExistingDirectory(self._parent, title)
        return Path(chosen) if chosen else None

    def open_file(self, title: str, kinds: str) -> Path | None:
        """See Asker.open_file."""
        chosen, _filter = QFileDialog.getOpenFileName(self._parent, title, "", kinds)
        return Path(chosen) if chosen else None

    def own_password(self, why: str, check: Callable[[str], None]) -> bool:
        """See Asker.own_password."""
        return OwnPassword(self._parent, why, check).exec() == QDialog.DialogCode.Accepted

    def typed(self, title: str, text: str, phrase: str, verb: str) -> bool:
        """See Asker.typed."""
        return (
            TypedConfirmation(self._parent, title, text, phrase, verb).exec() == QDialog.DialogCode.Accepted
        )

    def save_as(self, title: str, suggested: str) -> Path | None:
        """See Asker.save_as."""
        kind = _FILE_KINDS.get(Path(suggested).suffix, "All files (*)")
        chosen, _filter = QFileDialog.getSaveFileName(self._parent, title, suggested, kind)
        return Path(chosen) if chosen else None

    def list_to_export(self, word: str) -> ListChosen | None:
        """See Asker.list_to_export."""
        dialog = ListToExport(self._parent, word)
        return dialog.chosen if dialog.exec() == QDialog.DialogCode.Accepted else None

    def file_password(self) -> str | None:
        """See Asker.file_password."""
        dialog = FilePassword(self._parent)
        return dialog.password if dialog.exec() == QDialog.DialogCode.Accepted else None

    def release(self, about: str, release: ReleaseIt, warning: Warns) -> bool:
        """See Asker.release."""
        return ReleaseFacts(self._parent, about, release, warning).exec() == QDialog.DialogCode.Accepted

    def reason(self, asked: Asked, cover: Callable[[Reason], None]) -> bool:
        """See Asker.reason."""
        return WhyThisRecord(self._parent, asked, cover).exec() == QDialog.DialogCode.Accepted

    def shortcuts(self, keys: Sequence[tuple[str, str]]) -> None:
        """See Asker.shortcuts."""
        ShortcutSheet(self._parent, keys).exec()


class _Dialog(QDialog):
    """Title, body, and buttons with verbs; Enter does the first, Esc cancels."""

    def __init__(self, parent: QWidget | None, title: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_L)
        self._layout.setSpacing(SPACE_M)
        # Errors that appear make a dialog taller; nothing in it may be squeezed instead.
        self._layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        heading = label(title, "title", wraps=True)
        heading.setFixedWidth(_WIDTH)
        self._layout.addWidget(heading)

    def _finish(self, verb: str, *, cancellable: bool = True) -> QPushButton:
        buttons = QDialogButtonBox()
        done = push_button(verb, kind="primary")
        done.setDefault(True)
        buttons.addButton(done, QDialogButtonBox.ButtonRole.AcceptRole)
        if cancellable:
            buttons.addButton(push_button("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._layout.addWidget(buttons)
        return done


class Question(_Dialog):
    """A sentence and one or two buttons."""

    def __init__(
        self, parent: QWidget | None, title: str, text: str, *, verb: str, cancellable: bool = True
    ) -> None:
        super().__init__(parent, title)
        self.setAccessibleDescription(text)
        self._layout.addWidget(label(text, wraps=True))
        self._finish(verb, cancellable=cancellable).setFocus()


@dataclass(frozen=True, slots=True)
class ListChosen:
    """A list to write: `who` and `form` are values of services.exports, `version` that of the cards."""

    who: str
    form: str
    version: str


class ListToExport(_Dialog):
    """Which list, and in what form."""

    def __init__(self, parent: QWidget | None, word: str) -> None:
        super().__init__(parent, "Export a list")
        self._layout.addWidget(
            label(
                "The file can be read by anybody who gets it. Numbers and addresses that are marked as not "
                "safe are left out. The log keeps that a list was written, and how long it was.",
                wraps=True,
            )
        )
        self._who = Choice((("patients", f"All {word}s"), ("contacts", "The address book and the GPs")))
        self._form = Choice(
            (
                ("csv", "A table for spreadsheets (CSV)"),
                ("vcf 3.0", "Address cards (vCard 3.0: Outlook, most telephones)"),
                ("vcf 4.0", "Address cards (vCard 4.0)"),
            )
        )
        form = Form()
        form.add(Field("who", "&Who", self._who))
        form.add(Field("form", "&As", self._form))
        self._layout.addWidget(form)
        self._finish("Choose the file…")
        self._who.setFocus()

    @property
    def chosen(self) -> ListChosen:
        """What was chosen."""
        form, _space, version = self._form.value().partition(" ")
        return ListChosen(self._who.value(), form, version)


class OwnPassword(_Dialog):
    """The signed-in user's own password once more; it is tried off the GUI thread."""

    def __init__(self, parent: QWidget | None, why: str, check: Callable[[str], None]) -> None:
        super().__init__(parent, "Is it you?")
        self._check = check
        self._worker = Worker(self, "own password")
        self._layout.addWidget(label(f"{why} Type your own password to go on.", wraps=True))
        self._password = PasswordEdit()
        self._form = Form()
        self._form.add(Field("password", "&Your password", self._password))
        self._layout.addWidget(self._form)
        self._go = self._finish("Go on")
        self._password.setFocus()

    def accept(self) -> None:
        password = self._password.take()
        self._set_busy(True)
        job = self._worker.start(lambda _progress: self._check(password))
        job.finished.connect(lambda _nothing: self.done(QDialog.DialogCode.Accepted))
        job.failed.connect(self._refuse)

    def done(self, result: int) -> None:
        self._worker.close()()
        super().done(result)

    def _refuse(self, error: Exception) -> None:
        self._set_busy(False)
        self._form.refuse(error)

    def _set_busy(self, busy: bool) -> None:
        self._form.setEnabled(not busy)
        self._go.setEnabled(not busy)


class TypedConfirmation(_Dialog):
    """What will happen, and a phrase to type: a click alone cannot start it."""

    def __init__(self, parent: QWidget | None, title: str, text: str, phrase: str, verb: str) -> None:
        super().__init__(parent, title)
        self._phrase = phrase
        self._layout.addWidget(label(text, wraps=True))
        self._line = QLineEdit()
        self._form = Form()
        self._form.add(Field("phrase", f"&Type “{phrase}” to go on", self._line))
        self._layout.addWidget(self._form)
        self._finish(verb)
        self._line.setFocus()

    def accept(self) -> None:
        if " ".join(self._line.text().split()).casefold() != self._phrase.casefold():
            self._form.show_problems({"phrase": f"Type “{self._phrase}”, or cancel."})
            return
        super().accept()


class FilePassword(_Dialog):
    """A password, twice, for a copy that leaves the practice; left empty the copy has none."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, "Protect the copy with a password?")
        self.password = ""
        self._first, self._second = PasswordEdit(), PasswordEdit()
        self._layout.addWidget(
            label(
                "Tell the password by phone or in person, never in the same message as the file. "
                "Leave both fields empty for a copy that anybody can open.",
                wraps=True,
            )
        )
        self._form = Form()
        hint = f"{SHORTEST_FILE_PASSWORD} to {LONGEST_FILE_PASSWORD} plain letters, digits and signs."
        self._form.add(Field("password", "&Password for the file", self._first, hint=hint))
        self._form.add(Field("again", "Password &again", self._second))
        self._layout.addWidget(self._form)
        self._finish("Save the copy")
        self._first.setFocus()

    def accept(self) -> None:
        try:
            self.password = checked_file_password(self._first.line.text(), self._second.line.text())
        except Invalid as error:
            self._form.refuse(error)
            return
        self._first.forget()
        self._second.forget()
        super().accept()


def checked_file_password(first: str, second: str) -> str:
    """The password for a PDF, or "" for none; raises Invalid(field) in words.

    PDF readers differ in how they treat other characters and longer passwords: a file nobody can open.
    """
    if first != second:
        raise Invalid("The two passwords are not the same.", "again")
    if first and not SHORTEST_FILE_PASSWORD <= len(first) <= LONGEST_FILE_PASSWORD:
        raise Invalid(f"Use {SHORTEST_FILE_PASSWORD} to {LONGEST_FILE_PASSWORD} characters.", "password")
    if not (first.isascii() and (first.isprintable() or not first)):
        raise Invalid(
            "Use plain letters, digits and signs only: other PDF readers refuse the rest.", "password"
        )
    return first


class ReleaseFacts(_Dialog):
    """What must be known before a copy leaves the practice; it stays open until the facts are accepted."""

    _FACTS = (
        ("requester", "&Who asked for the copy", ""),
        ("identity_seen", "How you made &sure who is asking", "A passport seen, a call back, known to us…"),
        (
            "authority_seen",
            "What &allows them to ask",
            "They ask about themselves, or the mandate, order or power of attorney you saw.",
        ),
        ("recipient", "Who &receives it", ""),
        ("means", "How it is &handed over", "By hand, by post, as a file with a password…"),
        ("country", "The c&ountry it goes to", ""),
    )

    def __init__(self, parent: QWidget | None, about: str, release: ReleaseIt, warning: Warns) -> None:
        from practice_app.services.subject_access import HOME_COUNTRY

        super().__init__(parent, "Release this copy?")
        self._release, self._warns = release, warning
        self._look_soon = QTimer(self, singleShot=True, interval=_LOOK_AFTER_MS)
        self._look_soon.timeout.connect(self._look_for_warning)
        self._layout.addWidget(
            label(
                f"The copy is about {about}. Releasing it takes the stamp off and writes down that it was "
                "given out. This cannot be undone.",
                wraps=True,
            )
        )
        self._form = Form()
        self._lines = {name: QLineEdit() for name, _text, _hint in self._FACTS}
        self._lines["country"].setText(HOME_COUNTRY)
        for name, text, hint in self._FACTS:
            self._form.add(Field(name, text, self._lines[name], hint=hint))
        for name in ("requester", "recipient"):
            self._lines[name].textChanged.connect(self._look_soon.start)
        self._layout.addWidget(self._form)
        self._warning = _ReadWarning()
        self._layout.addWidget(self._warning)
        self._finish(f"Release the copy about {about}")
        self._lines["requester"].setFocus()

    def accept(self) -> None:
        from practice_app.services.subject_access import Release

        try:
            facts = Release(**{name: line.text() for name, line in self._lines.items()})
            self._release(facts, self._warning.is_read)
        except PracticeError as error:
            self._look_for_warning()
            self._form.refuse(error)
            return
        super().accept()

    def _look_for_warning(self) -> None:
        """Warn as soon as somebody is named from whom something is kept."""
        self._warning.warn(self._warns(self._lines["requester"].text(), self._lines["recipient"].text()))


class _ReadWarning(QFrame):
    """A sentence that must be read, with a box to say so; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "problem")
        self._words = label("", "heading", wraps=True)
        self._read = QCheckBox("I have seen to this, and the copy may go")
        rows = QVBoxLayout(self)
        rows.addWidget(self._words)
        rows.addWidget(self._read)
        self.hide()

    @property
    def is_read(self) -> bool:
        """Whether somebody says that they have seen to it."""
        return not self.isHidden() and self._read.isChecked()

    def warn(self, words: str) -> None:
        """Show a warning; another one than before has not been read."""
        if words != self._words.text():
            self._words.setText(words)
            self._read.setChecked(False)
            self._read.setAccessibleDescription(words)
            if words:
                announce(self, words)
        self.setVisible(bool(words))


class WhyThisRecord(_Dialog):
    """One step: choose a usual reason, which opens the record at once, or type another and press Enter.

    Typing narrows the list. Nothing is chosen beforehand, or the first reason would soon be everybody's.
    """

    def __init__(self, parent: QWidget | None, asked: Asked, cover: Callable[[Reason], None]) -> None:
        super().__init__(parent, "Why do you need this record?")
        self._reasons, self._cover = asked.reasons, cover
        self._layout.addWidget(label(asked.about, "heading", wraps=True))
        self._layout.addWidget(
            label(
                "You do not see this person. With a reason the record opens for today. The reason is kept, "
                "and the director sees it.",
                wraps=True,
            )
        )
        self._line = QLineEdit()
        self._form = Form()
        self._form.add(Field("reason", "&Reason", self._line, hint="Type, or choose one of these."))
        self._layout.addWidget(self._form)
        self._list = QListWidget()
        self._list.setAccessibleName("Usual reasons")
        self._list.addItems([each.words for each in self._reasons])
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for row in range(self._list.count()):
            self._list.item(row).setSizeHint(QSize(0, ROW_HEIGHT))
        rows_shown = min(len(self._reasons), _MOST_REASONS)
        self._list.setFixedHeight(ROW_HEIGHT * rows_shown + 2 * self._list.frameWidth() + SPACE_S)
        self._list.itemClicked.connect(lambda _item: self.accept())
        self._list.itemActivated.connect(lambda _item: self.accept())
        self._layout.addWidget(self._list)
        self._finish("Open the record")
        self._line.textEdited.connect(self._narrow)
        self._line.setFocus()

    def accept(self) -> None:
        try:
            self._cover(self._reason())
        except PracticeError as error:
            self._form.refuse(error)
            return
        super().accept()

    def _reason(self) -> Reason:
        """The reason that is chosen; typed words that are one of the usual reasons count as that one."""
        from practice_app.services.access import CoverReason, Reason

        chosen = self._list.currentItem()
        words = chosen.text() if chosen is not None and not chosen.isHidden() else self._line.text()
        usual = (each for each in self._reasons if each.words.casefold() == words.strip().casefold())
        return next(usual, Reason(CoverReason.OTHER, words))

    def _narrow(self, typed: str) -> None:
        self._list.setCurrentRow(-1)
        for row in range(self._list.count()):
            item = self._list.item(row)
            item.setHidden(typed.strip().casefold() not in item.text().casefold())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self._line.hasFocus():
            self._choose_first()
        else:
            super().keyPressEvent(event)

    def _choose_first(self) -> None:
        shown = [row for row in range(self._list.count()) if not self._list.item(row).isHidden()]
        if shown:
            self._list.setCurrentRow(shown[0])
            self._list.setFocus()


class ShortcutSheet(_Dialog):
    """All keys, made from the registered actions."""

    def __init__(self, parent: QWidget | None, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__(parent, "Keyboard shortcuts")
        rows: Rows[tuple[str, str]] = Rows(
            [
                Column("What it does", lambda row: row[0], stretches=True),
                Column("Keys", lambda row: row[1], widest="Ctrl+Shift+M"),
            ]
        )
        rows.show(keys)
        table = Table(rows, name="Keyboard shortcuts")
        table.setFixedHeight(400)
        self._layout.addWidget(table)
        self._finish("Close", cancellable=False)
        table.setFocus()
