"""Several boxes to tick that belong to one field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget


class Ticks(QWidget):
    """Boxes side by side or one under another. Signals: changed().

    Its value is the ticked values in their order, with commas between.
    """

    changed = Signal()

    def __init__(self, choices: Mapping[str, str], *, is_column: bool = False) -> None:
        """`choices` are words by value; all are made here, so that their place in the tab order stays."""
        super().__init__()
        self._boxes = {value: QCheckBox(words) for value, words in choices.items()}
        row = QVBoxLayout(self) if is_column else QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for box in self._boxes.values():
            box.toggled.connect(lambda _on: self.changed.emit())
            row.addWidget(box)
        if not is_column:
            row.addStretch(1)

    def offer(self, values: Iterable[str]) -> None:
        """Show these boxes alone; the others are empty from now on."""
        wanted = set(values)
        for value, box in self._boxes.items():
            box.setVisible(value in wanted)
            if value not in wanted:
                box.setChecked(False)

    @property
    def ticked(self) -> tuple[str, ...]:
        """The values whose boxes are ticked."""
        return tuple(value for value, box in self._boxes.items() if box.isChecked())

    def value(self) -> str:
        """See the class."""
        return ",".join(self.ticked)

    def set_value(self, value: str) -> None:
        """Tick exactly these."""
        wanted = set(value.split(","))
        for each, box in self._boxes.items():
            box.setChecked(each in wanted)

    def setFocus(self, *_reason: object) -> None:
        """The first box that is there takes it."""
        for box in self._boxes.values():
            if not box.isHidden():
                box.setFocus()
                return
