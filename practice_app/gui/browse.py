"""A list to look through, with what is known about the row in hand beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from practice_app.gui.controls import label
from practice_app.gui.facts import Facts
from practice_app.gui.look import SPACE_M, SPACE_S
from practice_app.gui.screen import EmptyState
from practice_app.gui.search_field import SearchField
from practice_app.gui.table import Column, Rows, Table
from practice_app.rules import names

T = TypeVar("T")

_SIDE, _LIST = 340, 660
_BUTTONS_ABREAST = 2
_NARROW = 960


def fits(text: str, *parts: str) -> bool:
    """Whether every word that was typed stands somewhere in the parts."""
    whole = names.fold(" ".join(parts))
    return all(word in whole for word in names.fold(text).split())


class Details(QWidget):
    """Facts about the row in hand, and what can be done with it."""

    def __init__(self, *, name: str, buttons: Sequence[QPushButton]) -> None:
        super().__init__()
        self.facts = Facts(name=name)
        grid = QGridLayout()
        grid.setSpacing(SPACE_S)
        for place, button in enumerate(buttons):
            grid.addWidget(button, *divmod(place, _BUTTONS_ABREAST))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        rows.addWidget(self.facts, 1)
        rows.addLayout(grid)


class Browse(QWidget, Generic[T]):
    """Heading, field to find in, list, and `side` beside it.

    Signals: searched(text), chosen(row or None), opened(row) on Enter or double click.
    """

    searched = Signal(str)
    chosen = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        title: str,
        columns: Sequence[Column[T]],
        id_of: Callable[[T], UUID],
        *,
        find: str,
        placeholder: str,
        empty: str,
        icon: str,
        side: QWidget,
        buttons: Sequence[QPushButton] = (),
        wide_only: Sequence[int] = (),
    ) -> None:
        """`find` names the field; `empty` is said where the list has nothing, with the drawing `icon`.

        The columns `wide_only` (by their places) go in a narrow window, where the first needs their room.
        """
        super().__init__()
        self._wide_only = tuple(wide_only)
        self._id_of, self._nothing = id_of, empty
        self.search = SearchField(name=find, placeholder=placeholder)
        self.count = label("", "muted")
        self._rows: Rows[T] = Rows(columns)
        self.table: Table[T] = Table(self._rows, name=title)
        self._empty = EmptyState(icon, empty)
        self._list = QStackedWidget()
        self._list.addWidget(self.table)
        self._list.addWidget(self._empty)
        self._side = side
        self.search.textChanged.connect(self.searched)
        self.search.stepped.connect(self.table.step)
        self.search.confirmed.connect(self.table.open_current)
        self.table.opened.connect(self.opened)
        self.table.chosen.connect(self.chosen)
        self._lay_out(title, buttons)

    @property
    def text(self) -> str:
        """What is looked for."""
        return self.search.text()

    @property
    def current(self) -> T | None:
        """The row in hand."""
        return self.table.current

    def show_rows(self, rows: Sequence[T], stay_on: UUID | None = None) -> None:
        """Replace the rows; the cursor stays on its row, or goes to `stay_on`."""
        wanted = stay_on or (self._id_of(self.current) if self.current is not None else None)
        self._rows.show(rows)
        self._list.setCurrentWidget(self.table if rows else self._empty)
        self._side.setVisible(bool(rows))
        nothing = f"Nothing here has “{self.text}” in it." if self.text else self._nothing
        self._empty.sentence.setText(nothing)
        self.table.selectRow(max(self._rows.place(lambda row: self._id_of(row) == wanted), 0))
        self.chosen.emit(self.current)

    def begin_search(self) -> None:
        """Put the focus in the field, with its text selected."""
        self.search.setFocus()
        self.search.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for place in self._wide_only:
            self.table.setColumnHidden(place, self.width() < _NARROW)

    def _lay_out(self, title: str, buttons: Sequence[QPushButton]) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(label(title, "title"))
        head.addWidget(self.count)
        head.addStretch(1)
        for button in buttons:
            head.addWidget(button)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(SPACE_M)
        halves.addWidget(self._list)
        halves.addWidget(self._side)
        halves.setSizes([_LIST, _SIDE])
        halves.setStretchFactor(0, 1)
        halves.setStretchFactor(1, 0)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_M)
        rows.addLayout(head)
        rows.addWidget(self.search)
        rows.addWidget(halves, 1)
