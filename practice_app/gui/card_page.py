"""A page of the card in the middle of the window, before anybody has signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from practice_app.gui.controls import announce, label
from practice_app.gui.forms.form import Form
from practice_app.gui.look import SPACE_M, SPACE_XL

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_CARD_WIDTH = 480


def made_card() -> tuple[QFrame, QVBoxLayout]:
    """An empty card for the middle of the window, and the column for what goes on it."""
    card = QFrame()
    card.setProperty("kind", "card")
    card.setFixedWidth(_CARD_WIDTH)
    rows = QVBoxLayout(card)
    rows.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
    rows.setSpacing(SPACE_M)
    return card, rows


class Ground(QWidget):
    """What the card lies on. Signals: painted() once, when the first picture is complete."""

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._has_painted = False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._has_painted:
            self._has_painted = True
            QTimer.singleShot(0, self, self.painted.emit)


class CardPage(QWidget):
    """One page of the card: title, a form, and a line that says what is going on."""

    def __init__(self, title: str, *, busy_words: str) -> None:
        super().__init__()
        self.form = Form()
        self._busy_words = busy_words
        self._off_while_busy: tuple[QWidget, ...] = ()
        self.title = label(title, "title", wraps=True)
        self.doing = label("", "muted")
        self.doing.hide()
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(SPACE_M)
        self.rows.addWidget(self.title)

    def take_focus(self) -> None:
        """Put the focus where work on this page begins."""
        raise NotImplementedError

    def lay_out(self, *parts: QWidget, off_while_busy: tuple[QWidget, ...]) -> None:
        """Put the parts below the title, and the line that says what is going on below them."""
        for part in (*parts, self.doing):
            self.rows.addWidget(part)
        self._off_while_busy = off_while_busy

    def set_busy(self, busy: bool) -> None:
        """Say that something is under way; nothing can be typed or pressed meanwhile."""
        for part in self._off_while_busy:
            part.setEnabled(not busy)
        self.set_doing(self._busy_words if busy else "")

    def refuse(self, error: Exception) -> None:
        """Say why it could not be done."""
        self.form.refuse(error)

    def set_doing(self, words: str, *, aloud: bool = True) -> None:
        """Say what is going on, or nothing any more."""
        self.doing.setText(words)
        self.doing.setVisible(bool(words))
        if words and aloud:
            announce(self, words)
