"""A field to choose one of a few values in, shown in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from practice_app.gui.calm_combo_box import CalmComboBox


class Choice(CalmComboBox):
    """Shows words and stands for values. Signals: changed() when another value was chosen."""

    changed = Signal()

    def __init__(self, choices: Sequence[tuple[str, str]] = (), *, name: str = "") -> None:
        """`choices` are (value, words), in the order of the list."""
        super().__init__(name=name)
        self.currentIndexChanged.connect(lambda _place: self.changed.emit())
        self.offer(choices)

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Replace what can be chosen; the value stays when it is still there."""
        before = self.value()
        self.blockSignals(True)
        self.clear()
        for value, words in choices:
            self.addItem(words, value)
        self.setCurrentIndex(max(self.findData(before), 0) if choices else -1)
        self.blockSignals(False)
        if self.value() != before:
            self.changed.emit()

    def value(self) -> str:
        """The chosen value, or "" when there is nothing to choose."""
        return str(self.currentData() or "")

    def set_value(self, value: str) -> None:
        """Choose a value; one that is not offered changes nothing."""
        place = self.findData(value)
        if place >= 0:
            self.setCurrentIndex(place)
