"""A long text to read beside a list: the words of a question, a privacy notice."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from practice_app.gui.controls import label
from practice_app.gui.look import SPACE_M, SPACE_S


class LongText(QScrollArea):
    """A long text to read, with a line about it below."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self._words = label("", wraps=True)
        self._about = label("", "small", wraps=True)
        for part in (self._words, self._about):
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        card = QFrame()
        card.setProperty("kind", "card")
        rows = QVBoxLayout(card)
        rows.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        rows.setSpacing(SPACE_M)
        rows.addWidget(self._words)
        rows.addWidget(self._about)
        rows.addStretch(1)
        self.setWidget(card)

    def show_text(self, text: str, about: str) -> None:
        """Show another text."""
        self._words.setText(text)
        self._about.setText(about)
        self._about.setVisible(bool(about))
        self.setAccessibleDescription(text)


def beside(first: QWidget, button: QPushButton, text: LongText) -> QWidget:
    """A row with a button at its end over a text."""
    head = QHBoxLayout()
    head.setSpacing(SPACE_S)
    head.addWidget(first)
    head.addStretch(1)
    head.addWidget(button)
    made = QWidget()
    rows = QVBoxLayout(made)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(SPACE_S)
    rows.addLayout(head)
    rows.addWidget(text, 1)
    return made
