"""Two records beside each other, with a choice where they differ."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QLabel, QRadioButton, QWidget

from practice_app.gui.controls import label, tip
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS
from practice_app.services.merges import Compared, Comparison, Party, Side

_TOP = Qt.AlignmentFlag.AlignTop
_AT_THE_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute
_TITLES, _RADIO = 130, 26
_NOTHING = "–"
_BOTH = "Both, one after the other"


class SideBySide(QFrame):
    """A row for each field that either record fills in: what it is, what one says, what the other says.

    Where they differ comes first, and the value that is taken is chosen there; `choices` gives what was
    chosen, by field.
    """

    def __init__(self, both: Comparison) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._groups: dict[str, QButtonGroup] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        self._grid.setHorizontalSpacing(SPACE_M)
        self._grid.setVerticalSpacing(SPACE_XS)
        self._grid.setColumnMinimumWidth(0, _TITLES)
        for column in (1, 2):
            self._grid.setColumnStretch(column, 1)
        self._add_heads(both)
        filled = [field for field in both.fields if field.kept or field.gone]
        self._add_part("They differ: choose", [field for field in filled if field.differs], both)
        self._add_part("They agree", [field for field in filled if not field.differs], both)
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
            head.setContentsMargins(_RADIO + SPACE_XS, 0, 0, 0)
            self._grid.addWidget(head, 0, column, _TOP)
            who = label(_who(party), "muted", wraps=True)
            who.setContentsMargins(_RADIO + SPACE_XS, 0, 0, 0)
            self._grid.addWidget(who, 1, column, _TOP)

    def _add_part(self, heading: str, fields: Sequence[Compared], both: Comparison) -> None:
        if fields:
            self._add_heading(heading)
        for field in fields:
            self._add_field(field, both)

    def _add_heading(self, words: str) -> None:
        row = self._grid.rowCount()
        self._grid.setRowMinimumHeight(row, SPACE_S)
        self._grid.addWidget(label(words, "heading", wraps=True), row + 1, 0, 1, 3)

    def _add_field(self, field: Compared, both: Comparison) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(_title(field.label), row, 0, _TOP)
        if not field.choices:
            for column, value in ((1, field.kept), (2, field.gone)):
                self._grid.addWidget(_plain(value or _NOTHING), row, column, _TOP)
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
            name = f"{field.label}: both"
            option = _Option(name, _BOTH, Side.BOTH, group, is_on=field.chosen is Side.BOTH)
            self._grid.addWidget(option, row + 1, 1, 1, 2)

    def _add_counts(self, both: Comparison) -> None:
        self._add_heading(f"What each holds; all of no. {both.gone.number} moves to no. {both.kept.number}")
        for each in both.counts:
            row = self._grid.rowCount()
            self._grid.addWidget(_title(each.label), row, 0, _TOP)
            for column, count in ((1, each.kept), (2, each.gone)):
                self._grid.addWidget(_plain(f"{count:,}" if count else _NOTHING), row, column, _TOP)


def _title(text: str) -> QLabel:
    made = label(text, "small", wraps=True)
    made.setContentsMargins(0, SPACE_XS + 1, 0, 0)
    return made


def _plain(text: str) -> QLabel:
    """A value that is not chosen, in line with those that are."""
    made = label(text, wraps=True)
    made.setContentsMargins(_RADIO + SPACE_XS, SPACE_XS, 0, 0)
    return made


def _who(party: Party) -> str:
    """A party's name, and below it what tells two people of one name apart."""
    born = f"born {party.born}" if party.born else ""
    number = f"NHS No. {party.nhs_number}" if party.nhs_number else ""
    return "\n".join(filter(None, (party.name, ", ".join(filter(None, (born, number))))))


class _Option(QWidget):
    """A radio button with a value that may take several lines; a click on the words chooses too."""

    def __init__(self, name: str, value: str, side: Side, group: QButtonGroup, *, is_on: bool) -> None:
        super().__init__()
        self._button = QRadioButton()
        self._button.setAccessibleName(name)
        self._button.setToolTip(tip(name))
        self._button.setProperty("side", side.value)
        self._button.setChecked(is_on)
        self._button.setFixedWidth(_RADIO)
        group.addButton(self._button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_XS)
        row.addWidget(self._button, 0, _TOP)
        words = label(value, wraps=True)
        words.setContentsMargins(0, SPACE_XS, 0, 0)
        words.setAlignment(_AT_THE_LEFT | _TOP)
        row.addWidget(words, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._button.setChecked(True)
        self._button.setFocus()
        super().mousePressEvent(event)
