"""Which practice to open: one opened lately, another folder, a new one, or the demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtCore
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from practice_app.gui.card_page import CardPage
from practice_app.gui.controls import label, push_button
from practice_app.gui.look import SPACE_S

if TYPE_CHECKING:
    from PySide6.QtWidgets import QListWidget, QListWidgetItem


class ChoosePage(CardPage):
    """Recent practices, and the three ways to get another. Signals: chosen(Path)."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__("Open a practice", busy_words="Making the demo practice…")
        self._list: QListWidget | None = None
        self._empty = label(
            "Nothing has been opened on this PC yet. Try the demo to look around: its patients are invented.",
            "muted",
            wraps=True,
        )
        self.new = push_button("&Create a new practice…", kind="primary")
        self.browse = push_button("&Open a practice…")
        self.demo = push_button("&Try the demo")
        buttons = (self.new, self.browse, self.demo)
        self.lay_out(self.form, self._empty, *buttons, off_while_busy=buttons)
        self.rows.setSpacing(SPACE_S)

    def show_folders(self, folders: tuple[Path, ...]) -> None:
        """List these; with none, say what to do instead."""
        self.form.clear_problems()
        self._empty.setVisible(not folders)
        if self._list is not None:
            self.rows.removeWidget(self._list)
            self._list.deleteLater()
        self._list = self._listed(folders) if folders else None

    def take_focus(self) -> None:
        """Put the focus where most people go on."""
        if self._list is not None:
            self._list.setCurrentRow(0)
            self._list.setFocus()
        else:
            self.new.setFocus()

    def set_busy(self, busy: bool) -> None:
        super().set_busy(busy)
        if self._list is not None:
            self._list.setEnabled(not busy)

    def show_progress(self, done: int, total: int, doing: str) -> None:
        """Say how far the demo is."""
        self.set_doing(f"Making the demo practice… {doing} {done} of {total}", aloud=False)

    def _listed(self, folders: tuple[Path, ...]) -> QListWidget:
        """A list of folders above the buttons, in the tab order too."""
        from PySide6.QtWidgets import QListWidget, QListWidgetItem

        made = QListWidget()
        made.setAccessibleName("Recent practices")
        role = QtCore.Qt.ItemDataRole
        for folder in folders:
            item = QListWidgetItem(f"{folder.name}\n{folder.parent}")
            item.setData(role.UserRole, str(folder))
            item.setData(role.AccessibleTextRole, folder.name)
            item.setToolTip(str(folder))
            made.addItem(item)
        made.setFixedHeight(min(len(folders), 4) * (2 * self.fontMetrics().height() + 10) + 8)
        made.itemActivated.connect(self._choose)
        made.itemClicked.connect(self._choose)
        self.rows.insertWidget(self.rows.indexOf(self.new), made)
        made.show()  # or the layout would show it only later, when it has missed the focus
        QWidget.setTabOrder(made, self.new)
        QWidget.setTabOrder(self.new, self.browse)
        QWidget.setTabOrder(self.browse, self.demo)
        return made

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(Path(item.data(QtCore.Qt.ItemDataRole.UserRole)))
