"""A GP practice to be chosen among thousands: type part of it, choose from what is found."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from practice_app.gui.controls import label
from practice_app.gui.look import SPACE_XS
from practice_app.gui.office import Office
from practice_app.gui.search_field import SearchField
from practice_app.gui.table import Column, Rows, Table
from practice_app.services import directory
from practice_app.services.directory import Entry, EntryKind

_MOST = 6


class PracticePicker(QWidget):
    """Open practices that fit what is typed; the one in hand is the choice. Signals: changed().

    Its value is the practice's id, "" while none is chosen.
    """

    changed = Signal()

    def __init__(self, office: Office) -> None:
        super().__init__()
        self._office = office
        self._search = SearchField(name="GP practice", placeholder="Name, NHS code, postcode or town")
        self._rows: Rows[Entry] = Rows(
            [
                Column("Practice", lambda entry: entry.name, stretches=True),
                Column("Address", lambda entry: entry.at, widest="14 Quay Street, Ramsgate"),
                Column("Postcode", lambda entry: entry.postcode, widest="AA00 0AA"),
            ]
        )
        self._table = Table(self._rows, name="Practices found")
        rows_high = self._table.verticalHeader().defaultSectionSize() * (_MOST + 1)
        self._table.setFixedHeight(rows_high + 2 * SPACE_XS)
        self._none = label(
            "No open practice fits. Try the postcode, or enter it in the directory first.", "muted"
        )
        self._none.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_XS)
        for part in (self._search, self._table, self._none):
            rows.addWidget(part)
        self.setFocusProxy(self._search)
        self._search.textChanged.connect(lambda _text: self._find())
        self._search.stepped.connect(self._table.step)
        self._table.chosen.connect(lambda _row: self.changed.emit())
        self._find()

    def value(self) -> str:
        """See the class."""
        return str(self._table.current.id) if self._table.current is not None else ""

    def set_value(self, value: str) -> None:
        """Choose a practice by its id."""
        if not value:
            self._search.clear()
            self._table.clearSelection()
            return
        shown = self._office.do(directory.open_practice, UUID(value))
        self._search.setText(shown.details.name)
        self._table.selectRow(max(self._rows.place(lambda entry: entry.id == shown.id), 0))

    def _find(self) -> None:
        found = self._office.do(directory.find, self._search.text())
        open_ones = [each for each in found if each.kind is EntryKind.PRACTICE and not each.is_closed]
        self._rows.show(open_ones[:_MOST])
        self._table.setVisible(bool(open_ones))
        self._none.setVisible(not open_ones)
        if self._search.text():
            self._table.step(+1)
        self.changed.emit()
