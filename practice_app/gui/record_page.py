"""A page in the place of the record's tabs, for work that wants the whole of it: merging, moving."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from practice_app.gui.controls import label, push_button
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS


class RecordPage(QWidget):
    """Title, body that scrolls, and what stays in sight below it. Signals: left() on Esc or Cancel.

    `body` scrolls, `fixed` does not, `foot` is for buttons.
    """

    left = Signal()

    def __init__(self, title: str, *, leave: str = "&Cancel") -> None:
        super().__init__()
        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(0, 0, SPACE_S, SPACE_S)
        self.body.setSpacing(SPACE_M)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        self.fixed = QVBoxLayout()
        self.foot = QHBoxLayout()
        self.foot.setSpacing(SPACE_S)
        self._leave = push_button(leave)
        self._leave.clicked.connect(self.left)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, SPACE_S, 0, 0)
        rows.setSpacing(SPACE_M)
        rows.addWidget(label(title, "title", wraps=True))
        rows.addWidget(scroll, 1)
        rows.addLayout(self.fixed)
        rows.addLayout(self.foot)

    def end_foot(self, *buttons: QPushButton) -> None:
        """Put these buttons at the foot, then the one that leaves; the tab key meets them last."""
        before = None
        for button in (*buttons, self._leave):
            self.foot.addWidget(button)
            if before is not None:
                QWidget.setTabOrder(before, button)
            before = button
        self.foot.addStretch(1)

    def take_focus(self) -> None:
        """Put the focus where work on the page begins."""
        self._leave.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def notice(title: str, lines: Sequence[str], *, kind: str = "notice") -> QFrame:
    """Sentences in a frame under a heading, one below another; hidden when there are none."""
    made = QFrame()
    made.setProperty("kind", kind)
    rows = QVBoxLayout(made)
    rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
    rows.setSpacing(SPACE_XS)
    rows.addWidget(label(title, "heading", wraps=True))
    for line in lines:
        rows.addWidget(label(line, wraps=True))
    made.setVisible(bool(lines))
    return made
