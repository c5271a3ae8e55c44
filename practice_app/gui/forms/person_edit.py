"""A field for a person: typing finds those in the records; whoever is not there is new."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from practice_app.errors import Invalid
from practice_app.gui.controls import announce, label
from practice_app.gui.look import SPACE_XS
from practice_app.rules import names
from practice_app.rules.dates import show
from practice_app.services.contacts import Candidate

_SHORTEST = 2
_WAIT_MS = 120
_MOST_ROWS = 4


class PersonEdit(QWidget):
    """A name, and below it who may be meant. Signals: changed().

    Its value is "ID NAME" once somebody in the records was chosen, else the name as typed. Down leads into
    the list, Enter chooses, Esc leads back. Choosing is never forced: two people can have one name.
    """

    changed = Signal()

    def __init__(self, find: Callable[[str], Sequence[Candidate]], *, takes_new: bool) -> None:
        """`takes_new` False wants somebody from the records."""
        super().__init__()
        self._find, self._takes_new = find, takes_new
        self._chosen: UUID | None = None
        self.line = QLineEdit()
        self.line.setPlaceholderText("A name, birth date or number finds people in the records")
        self.state = label("", "muted", wraps=True)
        self.list = QListWidget()
        self.list.setAccessibleName("In the records already: choose if one of them is meant")
        self.list.setObjectName("candidates")
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.hide()
        self._wait = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._wait.timeout.connect(self._look_if_seen)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_XS)
        for part in (self.line, self.state, self.list):
            rows.addWidget(part)
        self.setFocusProxy(self.line)
        self.line.textEdited.connect(self._note_typing)
        self.list.itemActivated.connect(self._choose_item)
        self.list.itemClicked.connect(self._choose_item)
        for part in (self.line, self.list):
            part.installEventFilter(self)

    @property
    def chosen(self) -> UUID | None:
        """Who in the records was chosen, or None."""
        return self._chosen

    @property
    def typed(self) -> str:
        """The name as it stands in the field."""
        return self.line.text().strip()

    def value(self) -> str:
        """See the class."""
        return f"{self._chosen} {self.typed}" if self._chosen else self.typed

    def set_value(self, value: str) -> None:
        """Show what `value` gave."""
        first, _, rest = value.partition(" ")
        try:
            self._chosen, shown = UUID(first), rest
        except ValueError:
            self._chosen, shown = None, value
        self.line.setText(shown)
        self._wait.stop()
        self._show_candidates(())
        self._say_state()
        self.changed.emit()

    def look(self) -> None:
        """Look for whoever may be meant, now."""
        self._wait.stop()
        text = self.typed
        found = () if self._chosen or len(text) < _SHORTEST else self._find(text)
        self._show_candidates(found)
        self._say_state()

    def _look_if_seen(self) -> None:
        """After a lock or on a closed form there is nobody to look for, and no records to look in."""
        if self.isVisible():
            self.look()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(watched, Qt.Key(event.key()))
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_list()

    def _on_key(self, watched: QObject, key: Qt.Key) -> bool:
        """Whether a key was for moving between the name and the list."""
        if watched is self.line and key == Qt.Key.Key_Down and not self.list.isHidden():
            self.list.setCurrentRow(0)
            self.list.setFocus()
            return True
        if watched is not self.list:
            return False
        if key == Qt.Key.Key_Escape or (key == Qt.Key.Key_Up and self.list.currentRow() <= 0):
            self.line.setFocus()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.currentItem():
            self._choose_item(self.list.currentItem())
            return True
        return False

    def _note_typing(self) -> None:
        self._chosen = None
        self._wait.start()
        self._say_state()
        self.changed.emit()

    def _choose_item(self, item: QListWidgetItem) -> None:
        candidate = item.data(Qt.ItemDataRole.UserRole)
        if isinstance(candidate, Candidate):
            self.set_value(f"{candidate.id} {candidate.name}")
            self.state.setText(f"In the records: {_words(candidate)}")
            announce(self, f"Chosen: {_words(candidate)}")
            self.line.setFocus()

    def _show_candidates(self, found: Sequence[Candidate]) -> None:
        was_hidden = self.list.isHidden()
        self.list.clear()
        for each in found:
            item = QListWidgetItem(_words(each))
            item.setData(Qt.ItemDataRole.UserRole, each)
            self.list.addItem(item)
        self.list.setHidden(not found)
        self._fit_list()
        if found and was_hidden:
            announce(self, f"{len(found)} in the records. Down leads to them.")

    def _fit_list(self) -> None:
        """As high as its rows, so that long names show whole; a long list scrolls."""
        rows = min(self.list.count(), _MOST_ROWS)
        high = sum(self.list.sizeHintForRow(row) for row in range(rows))
        self.list.setFixedHeight(high + 2 * self.list.frameWidth() + SPACE_XS)

    def _say_state(self) -> None:
        if self._chosen:
            words = "Somebody who is in the records."
        elif not self.typed:
            words = ""
        elif self._takes_new:
            words = _as_new(self.typed)
        else:
            words = "Choose somebody below." if self.list.count() else "Nobody of that name is found."
        self.state.setText(words)
        self.state.setVisible(bool(words))


def _words(candidate: Candidate) -> str:
    """A person with what tells two of one name apart."""
    born = f", born {show(candidate.born)}" if candidate.born else ""
    return f"{candidate.name}{born}{f' – {candidate.what}' if candidate.what else ''}"


def _as_new(typed: str) -> str:
    try:
        return f"Somebody new: {names.display_name(names.split_full_name(typed))}"
    except Invalid:
        return ""
