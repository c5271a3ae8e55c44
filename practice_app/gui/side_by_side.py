"""Two records beside each other, with a choice where they differ."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QRadioButton, QWidget

from practice_app.gui.controls import label
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS
from practice_app.services.merges import Compared, Comparison, Party, Side

_TOP = Qt.AlignmentFlag.AlignTop
_NOTHING = "–"
_BOTH = "Both, one after the other"


class SideBySide(QFrame):
    """A row for each field that either record fills in: what it is, what one says, what the other says.

    Where they differ, the value that is taken is chosen; `choices` gives what was chosen, by field.
    """

    def __init__(self, both: Comparison) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._groups: dict[str, QButtonGroup] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        self._grid.setHorizontalSpacing(SPACE_M)
        self._grid.setVerticalSpacing(SPACE_XS)
        self._grid.setColumnMinimumWidth(0, 120)
        for column in (1, 2):
            self._grid.setColumnStretch(column, 1)
        self._add_heads(both)
        for field in both.fields:
            if field.kept or field.gone:
                self._add_field(field, both)
        self._add_counts(both)

    @property
    def first(self) -> QWidget | None:
        """The first choice that is made, to begin with; None when there is nothing to choose."""
        return next((group.checkedButton() for group in self._groups.values()), None)

    @property
    def choices(self) -> dict[str, Side]:
        """What was chosen, by the fields' keys; only fields with a choice."""
        chosen = ((key, group.checkedButton()) for key, group in self._groups.items())
        return {key: Side(button.property("side")) for key, button in chosen if button is not None}

    def _add_heads(self, both: Comparison) -> None:
        for column, words, party in ((1, "Stays", both.kept), (2, "Goes into it", both.gone)):
            head = label(f"{words}: no. {party.number}", "heading", wraps=True)
            self._grid.addWidget(head, 0, column, _TOP)
            self._grid.addWidget(label(_who(party), "muted", wraps=True), 1, column, _TOP)

    def _add_field(self, field: Compared, both: Comparison) -> None:
        row = self._grid.rowCount()
        title = label(f"{field.label} differs" if field.differs else field.label, wraps=True)
        title.setProperty("kind", "heading" if field.differs else "small")
        self._grid.addWidget(title, row, 0, _TOP)
        if not field.choices:
            for column, value in ((1, field.kept), (2, field.gone)):
                self._grid.addWidget(label(value or _NOTHING, wraps=True), row, column, _TOP)
            return
        group = self._groups[field.key] = QButtonGroup(self)
        for column, side, party, value in (
            (1, Side.KEPT, both.kept, field.kept),
            (2, Side.GONE, both.gone, field.gone),
        ):
            name = f"{field.label}: {value or 'nothing'}, from no. {party.number}"
            option = _Option(name, value or _NOTHING, side, group, is_on=field.chosen is side)
            self._grid.addWidget(option, row, column, _TOP)
        if Side.BOTH in field.choices:
            both_of = _radio(f"{field.label}: both", _BOTH, Side.BOTH, group, is_on=field.chosen is Side.BOTH)
            self._grid.addWidget(both_of, row + 1, 1, 1, 2)

    def _add_counts(self, both: Comparison) -> None:
        row = self._grid.rowCount()
        words = f"What each holds. Everything of no. {both.gone.number} moves to no. {both.kept.number}."
        self._grid.setRowMinimumHeight(row, SPACE_S)
        self._grid.addWidget(label(words, "heading", wraps=True), row + 1, 0, 1, 3)
        for place, each in enumerate(both.counts, start=row + 2):
            self._grid.addWidget(label(each.label, "small", wraps=True), place, 0)
            for column, count in ((1, each.kept), (2, each.gone)):
                self._grid.addWidget(label(f"{count:,}" if count else _NOTHING), place, column)


def _who(party: Party) -> str:
    """A party's name and a second identifier."""
    more = [
        f"born {party.born}" if party.born else "",
        f"NHS No. {party.nhs_number}" if party.nhs_number else "",
    ]
    return ", ".join([party.name, *filter(None, more)])


def _radio(name: str, text: str, side: Side, group: QButtonGroup, *, is_on: bool) -> QRadioButton:
    made = QRadioButton(text)
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setProperty("side", side.value)
    made.setChecked(is_on)
    group.addButton(made)
    return made


class _Option(QWidget):
    """A radio button with a value that may take several lines; a click on the words chooses too."""

    def __init__(self, name: str, value: str, side: Side, group: QButtonGroup, *, is_on: bool) -> None:
        super().__init__()
        self._button = _radio(name, "", side, group, is_on=is_on)
        self._button.setFixedWidth(26)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_XS)
        row.addWidget(self._button, 0, _TOP)
        words = label(value, wraps=True)
        words.setContentsMargins(0, SPACE_XS, 0, 0)
        row.addWidget(words, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._button.setChecked(True)
        self._button.setFocus()
        super().mousePressEvent(event)
