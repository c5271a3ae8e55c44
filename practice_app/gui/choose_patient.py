"""Choosing one patient by search, with what tells two people of one name apart."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from practice_app.gui.controls import label
from practice_app.gui.look import SPACE_XS
from practice_app.gui.screen import Tools
from practice_app.gui.search_field import SearchField
from practice_app.gui.table import Column, Rows, Table
from practice_app.rules.dates import show
from practice_app.rules.identifiers import show_nhs_number
from practice_app.services import people
from practice_app.services.people import Found

_RIGHT = Qt.AlignmentFlag.AlignRight
_MOST = 30
_MOST_SHOWN = 5


class ChoosePatient(QWidget):
    """A search and what it finds; the row the cursor is on is chosen.

    Signals: changed() when another patient is chosen, confirmed() on Enter or a double click.
    """

    changed = Signal()
    confirmed = Signal()

    def __init__(self, tools: Tools, *, name: str, without: Collection[UUID] = ()) -> None:
        """`without` are the ids nobody may choose."""
        super().__init__()
        self._tools, self._without = tools, frozenset(without)
        self.search = SearchField(name=name, placeholder="Name, birth date, NHS number or practice number")
        self._rows: Rows[Found] = Rows(
            [
                Column("Name", lambda found: found.name, stretches=True, is_whole=True),
                Column("Born", lambda found: found.born, show, widest="00-Mmm-0000"),
                Column("NHS No.", lambda found: found.nhs_number, show_nhs_number, widest="000 000 0000"),
                Column(
                    "No.", lambda found: int(found.number), align=Qt.AlignmentFlag.AlignRight, widest="00000"
                ),
            ]
        )
        self._table = Table(self._rows, name=f"{name}: found")
        self._table.hide()
        self._state = label("Type to search.", "muted")
        self.setFocusProxy(self.search)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_XS)
        for part in (self.search, self._state, self._table):
            rows.addWidget(part)
        self.search.textChanged.connect(self._find)
        self.search.stepped.connect(self._table.step)
        self.search.confirmed.connect(self._confirm)
        self._table.opened.connect(lambda _found: self._confirm())
        self._table.chosen.connect(lambda _found: self.changed.emit())

    @property
    def chosen(self) -> Found | None:
        """The patient the cursor is on, or None."""
        return self._table.current

    def _find(self, text: str) -> None:
        found = self._tools.office.do(people.find, text, limit=_MOST) if text.strip() else ()
        shown = [each for each in found if each.id not in self._without]
        self._rows.show(shown)
        self._table.setVisible(bool(shown))
        self._table.setFixedHeight(self._height_of(min(len(shown), _MOST_SHOWN)))
        self._table.step(+1)
        nobody = f"Nobody else matches “{text.strip()}”." if text.strip() else "Type to search."
        count = (
            f"{len(shown)} found" if len(shown) < _MOST else f"The first {_MOST}. Type more to narrow them."
        )
        self._state.setText(count if shown else nobody)
        self.changed.emit()

    def _height_of(self, rows: int) -> int:
        """So many rows and the heading, and the frame around them."""
        table = self._table
        heading = table.horizontalHeader().sizeHint().height()
        return heading + rows * table.verticalHeader().defaultSectionSize() + 2 * SPACE_XS

    def _confirm(self) -> None:
        if self.chosen is not None:
            self.confirmed.emit()
