"""A field to choose one of many by typing: what fits is listed below, and only what is chosen counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

_ID = Qt.ItemDataRole.UserRole
_MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Offered:
    """One thing to choose: its id, how the list shows it, and how the field does once it is chosen."""

    id: str
    words: str
    name: str


class Pick(QLineEdit):
    """Its value is the id of what was chosen, "" when empty, or the text as typed while nothing is chosen.

    Signals: changed() when the value changed.
    """

    changed = Signal()

    def __init__(
        self, find: Callable[[str], Sequence[Offered]], name_of: Callable[[str], str], *, placeholder: str
    ) -> None:
        """`find` gives what fits a text, the best first; `name_of` the name of an id, "" for none of ours."""
        super().__init__()
        self._find, self.name_of = find, name_of
        self._chosen = self._named = ""
        self._offered = QStandardItemModel(self)
        self._list = QCompleter(self._offered, self)
        # Not QLineEdit.setCompleter: it would write the words of the list into the field.
        self._list.setWidget(self)
        self._list.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._list.setMaxVisibleItems(_MOST_SHOWN)
        self._popup = QListView()
        self._popup.setAccessibleName("What fits")
        self._popup.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._list.setPopup(self._popup)
        # By its index, because two entries may read alike.
        self._list.activated[QModelIndex].connect(self._take)  # type: ignore[index]
        self.setPlaceholderText(placeholder)
        self.textEdited.connect(self._suggest)
        self.textChanged.connect(self._note)

    @property
    def is_undecided(self) -> bool:
        """Whether something is typed that was not chosen from the list."""
        return bool(self.text().strip()) and not self._chosen

    def value(self) -> str:
        """See the class."""
        return self._chosen or self.text().strip()

    def set_value(self, value: str) -> None:
        """Show what an id stands for; any other text as it is."""
        name = self.name_of(value) if value else ""
        self._chosen = value if name else ""
        self._named = name
        self.setText(name or value)
        self.changed.emit()

    def _suggest(self, text: str) -> None:
        self._offered.clear()
        for each in self._find(text) if text.strip() else ():
            item = QStandardItem(each.words)
            item.setData(each.id, _ID)
            self._offered.appendRow(item)
        if self._offered.rowCount():
            self._list.complete()
            if self._offered.rowCount() == 1:
                self._popup.setCurrentIndex(self._list.completionModel().index(0, 0))
        else:
            self._popup.hide()

    def _take(self, index: QModelIndex) -> None:
        self.set_value(str(index.data(_ID)))

    def _note(self, text: str) -> None:
        """What was chosen holds as long as its name stands there unaltered."""
        if self._chosen and text != self._named:
            self._chosen = ""
            self.changed.emit()
        elif not self._chosen:
            self.changed.emit()
