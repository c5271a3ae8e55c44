"""A line of text with a list to choose from; whatever else is typed is taken too."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from practice_app.gui.calm_combo_box import CalmComboBox


class Suggestions(CalmComboBox):
    """Completes what is typed within the line, without a list popping up. Signals: changed()."""

    changed = Signal()

    def __init__(self, suggestions: Sequence[str], *, name: str = "") -> None:
        super().__init__(name=name)
        self.setEditable(True)
        self.setInsertPolicy(CalmComboBox.InsertPolicy.NoInsert)
        self.addItems(list(suggestions))
        self.setCurrentIndex(-1)
        self.editTextChanged.connect(lambda _text: self.changed.emit())

    def value(self) -> str:
        """What stands in the line."""
        return self.currentText()

    def set_value(self, value: str) -> None:
        """Put a text into the line, whether it is suggested or not."""
        self.setEditText(value)
