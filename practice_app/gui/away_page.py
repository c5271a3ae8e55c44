"""Where the window waits for what needs the practice to itself: nobody may use the records meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from practice_app.gui.card_page import made_card
from practice_app.gui.controls import announce, centred, label, push_button
from practice_app.gui.door import Opened
from practice_app.gui.jobs import Job, Worker
from practice_app.progress import Progress


@dataclass(frozen=True, slots=True)
class Errand:
    """What is done while the window waits, and what is said of it: meanwhile, and when it failed.

    `act` gives the practice as it is open afterwards; the records that were open are closed by it in any
    case.
    """

    title: str
    words: str
    failed: str
    act: Callable[[Progress], Opened]


class AwayPage(QWidget):
    """Does its errand at once. Signals: done(Opened), left() after it failed."""

    done = Signal(object)
    left = Signal()

    def __init__(self, errand: Errand, wait_for_jobs: Callable[[], None]) -> None:
        """`wait_for_jobs` waits for what was under way when the session ended."""
        super().__init__()
        self._errand = errand
        self._worker = Worker(self, "away")
        self._title = label(errand.title, "title", wraps=True)
        self._words = label(f"{errand.words} Nobody can sign in meanwhile. Leave this PC on.", wraps=True)
        self._step = label("", "muted", wraps=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(f"Progress: {errand.title}")
        self._cancel = push_button("&Stop")
        self._cancel.clicked.connect(self._stop)
        self._leave = push_button("&Sign in again", kind="primary")
        self._leave.clicked.connect(self.left)
        self._leave.hide()
        self._lay_out()

        def act(progress: Progress) -> Opened:
            wait_for_jobs()
            return errand.act(progress)

        self._job: Job = self._worker.start(act)
        self._job.progressed.connect(self._show_progress)
        self._job.finished.connect(self.done)
        self._job.failed.connect(self._refuse)

    @property
    def title(self) -> str:
        """What it is here for."""
        return self._errand.title

    def close_worker(self) -> None:
        """Wait for what is under way."""
        self._worker.close()()

    def _lay_out(self) -> None:
        card, rows = made_card()
        for part in (self._title, self._words, self._bar, self._step):
            rows.addWidget(part)
        for button in (self._cancel, self._leave):
            rows.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        whole = QVBoxLayout(self)
        whole.addStretch(1)
        whole.addLayout(centred(card))
        whole.addStretch(2)

    def _show_progress(self, done: int, total: int, doing: str) -> None:
        self._bar.setRange(0, max(total, 0))
        self._bar.setValue(done)
        self._step.setText(f"{doing} {done:,} of {total:,}" if total > 1 else doing)

    def _stop(self) -> None:
        self._cancel.setEnabled(False)
        self._step.setText("Stopping at the next step that can be taken back…")
        self._job.cancel()

    def _refuse(self, error: Exception) -> None:
        self._title.setText(self._errand.failed)
        self._words.setText(str(error))
        for part in (self._bar, self._step, self._cancel):
            part.hide()
        self._leave.show()
        self._leave.setFocus()
        announce(self, str(error))
