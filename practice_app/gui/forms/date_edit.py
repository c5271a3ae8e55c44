"""A date as text: typed in any usual way, with what was understood shown beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from practice_app.errors import Invalid
from practice_app.gui.controls import label
from practice_app.gui.look import SPACE_S
from practice_app.rules import dates, typed_dates
from practice_app.rules.typed_dates import Leaning

_WIDTH = 150


class DateEdit(QWidget):
    """Takes 14/3, 14 mar 58, +2w or friday and says which day that is. Signals: changed().

    Its value is an ISO date, "" when empty, or the text as typed while that is no date.
    """

    changed = Signal()

    def __init__(
        self,
        today: date,
        *,
        leaning: Leaning = Leaning.NEAREST,
        echo: Callable[[date], str] = dates.show,
    ) -> None:
        """`echo` gives the words for a day that was understood; a birth date adds the age."""
        super().__init__()
        self._today, self._leaning, self._echo = today, leaning, echo
        self.line = QLineEdit()
        self.line.setPlaceholderText("Day, month, year")
        self.line.setMinimumWidth(_WIDTH)
        self.understood = label("", "muted")
        self.understood.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self.line, 1)
        row.addWidget(self.understood)
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self._note)
        self.line.editingFinished.connect(self._spell_out)

    @property
    def day(self) -> date | None:
        """The day, None when the field is empty; raises Invalid while the text is no date."""
        text = self.line.text().strip()
        return typed_dates.read(text, self._today, self._leaning) if text else None

    def value(self) -> str:
        """See the class."""
        try:
            return self.day.isoformat() if self.day else ""
        except Invalid:
            return self.line.text().strip()

    def set_value(self, value: str) -> None:
        """Show an ISO date as screens show dates; any other text as it is."""
        try:
            shown = dates.show(date.fromisoformat(value)) if value else ""
        except ValueError:
            shown = value
        self.line.setText(shown)

    def _note(self) -> None:
        try:
            words = self._echo(self.day) if self.day else ""
        except Invalid:
            words = ""
        self.understood.setText("" if words == self.line.text() else words)
        self.understood.setVisible(bool(self.understood.text()))
        self.changed.emit()

    def _spell_out(self) -> None:
        """Once it is typed, the short form becomes the whole date."""
        try:
            if self.day is not None:
                self.line.setText(dates.show(self.day))
        except Invalid:
            return
