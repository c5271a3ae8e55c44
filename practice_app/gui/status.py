"""The line at the foot of the window: what was done last, how old the backup is, who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from practice_app.gui.controls import announce, label, push_button
from practice_app.gui.look import SPACE_L, SPACE_M, SPACE_XS, mark

_UNDO_FOR_MS = 10_000
_SAY_FOR_MS = 60_000
_LATE, _OVERDUE = timedelta(hours=26), timedelta(hours=72)


class BackupAge(StrEnum):
    """How old the last backup is: a night may be missed by two hours, three days may not."""

    FRESH = "fresh"
    LATE = "late"
    OVERDUE = "overdue"


def backup_words(last: datetime | None, now: datetime) -> tuple[str, BackupAge]:
    """What to say about the last backup; both times with a zone."""
    if last is None:
        return "No backup yet", BackupAge.OVERDUE
    age = now - last
    if age > _OVERDUE:
        return f"Last backup {age.days} days ago", BackupAge.OVERDUE
    hours = int(age / timedelta(hours=1))
    words = "less than an hour ago" if hours < 1 else f"{hours} hour{'s' if hours > 1 else ''} ago"
    return f"Last backup {words}", BackupAge.LATE if age > _LATE else BackupAge.FRESH


class StatusLine(QWidget):
    """One line; what was done last stands in it for a minute and can be undone for ten seconds."""

    def __init__(self, who: str) -> None:
        super().__init__()
        self._done = label("", "muted")
        self._undo = push_button("Undo", kind="link")
        self._undo.hide()
        self._undo_it: Callable[[], None] | None = None
        self._undo_time = QTimer(self, singleShot=True, interval=_UNDO_FOR_MS)
        self._undo_time.timeout.connect(self._forget_undo)
        self._undo.clicked.connect(self.undo)
        self._say_time = QTimer(self, singleShot=True, interval=_SAY_FOR_MS)
        self._say_time.timeout.connect(self._done.clear)
        self._backup = label("", "muted")
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_XS, SPACE_M, SPACE_XS)
        row.setSpacing(SPACE_L)
        row.addWidget(self._done)
        row.addWidget(self._undo)
        row.addStretch(1)
        row.addWidget(self._backup)
        row.addWidget(label(who, "muted"))

    def say(self, words: str, undo: Callable[[], None] | None = None) -> None:
        """Say what was just done, and how to take it back if it can be."""
        self._done.setText(words)
        self._say_time.start()
        self._undo_it = undo
        self._undo.setVisible(undo is not None)
        if undo is not None:
            self._undo_time.start()
        announce(self, f"{words} It can be undone." if undo else words)

    def undo(self) -> None:
        """Take back what was done last, if it still can be."""
        undo = self._undo_it
        self._forget_undo()
        if undo is not None:
            undo()

    def show_backup(self, last: datetime | None, now: datetime) -> None:
        """Say how old the last backup is; the words tell it, not only weight and colour."""
        words, age = backup_words(last, now)
        self._backup.setText(words)
        mark(self._backup, age=age.value)

    def _forget_undo(self) -> None:
        self._undo_it = None
        self._undo.hide()
