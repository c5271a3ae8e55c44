"""Who may be here already, shown beside the form while somebody new is typed: advice, never a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout, QWidget

from practice_app.gui.controls import announce, label, push_button
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS
from practice_app.rules.dates import show
from practice_app.rules.identifiers import show_nhs_number
from practice_app.services.typed_duplicates import Likely

_WIDTH = 280


def identifiers_of(likely: Likely) -> str:
    """The birth date and the next best that tells two of one name apart."""
    second = show_nhs_number(likely.nhs_number) if likely.nhs_number else likely.phone or likely.postcode
    parts = (f"Born {show(likely.born)}", second, f"No. {likely.number}")
    return " · ".join(filter(None, parts))


class LikelyPanel(QFrame):
    """The patients who may be meant, with why. Signals: wanted(UUID) to open a record instead."""

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self.setMinimumWidth(_WIDTH)
        self._shown: tuple[Likely, ...] = ()
        self._title = label("Perhaps here already", "heading")
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        self._rows.setSpacing(SPACE_XS)
        self._rows.addWidget(self._title)
        self._entries: list[QWidget] = []
        self.hide()

    @property
    def shown(self) -> tuple[Likely, ...]:
        """Whom it shows."""
        return self._shown

    def show_likely(self, likely: Sequence[Likely]) -> None:
        """Show these; nobody hides the panel."""
        if tuple(likely) == self._shown:
            return
        is_news = not {each.id for each in likely} <= {each.id for each in self._shown}
        self._shown = tuple(likely)
        for entry in self._entries:
            entry.hide()
            entry.deleteLater()
        self._entries = [self._entry(each) for each in likely]
        for entry in self._entries:
            self._rows.addWidget(entry)
        self.setVisible(bool(likely))
        if is_news:
            announce(self, f"{self._title.text()}: " + ", ".join(each.name for each in likely))

    def _entry(self, likely: Likely) -> QWidget:
        entry = _Entry(likely)
        entry.button.clicked.connect(partial(self.wanted.emit, likely.id))
        return entry


class _Entry(QWidget):
    """One patient; the button stands below the words, or beside them where there is room."""

    def __init__(self, likely: Likely) -> None:
        super().__init__()
        self.button = push_button("Open that record", kind="link")
        self.button.setAccessibleName(f"Open the record of {likely.name}, {identifiers_of(likely)}")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(likely.name, "heading", wraps=True))
        words.addWidget(label(identifiers_of(likely), wraps=True))
        words.addWidget(label(f"{likely.reason[0].upper()}{likely.reason[1:]}.", "muted", wraps=True))
        self._both = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._both.setContentsMargins(0, SPACE_XS, 0, SPACE_XS)
        self._both.setSpacing(SPACE_XS)
        self._both.addLayout(words, 1)
        self._both.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        is_wide = event.size().width() >= 2 * _WIDTH
        self._both.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
