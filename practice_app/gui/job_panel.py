"""Jobs under way and what came of them, in a strip that never gets in the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from practice_app.errors import Cancelled
from practice_app.gui.controls import announce, label, push_button
from practice_app.gui.icons import icon_button
from practice_app.gui.jobs import Job
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS, mark

_BAR_WIDTH = 240


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to say when a job is done: a sentence without a patient's name, details, and what to do next."""

    sentence: str
    details: tuple[str, ...] = ()
    next_step: str = ""
    take_next_step: Callable[[], None] | None = None


class JobPanel(QWidget):
    """One strip for each job, newest last."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(SPACE_XS)

    def follow(self, job: Job, doing: str, outcome: Callable[[Any], Outcome]) -> JobStrip:
        """Show a job that was just started; `outcome` turns its result into words."""
        strip = JobStrip(job, doing, outcome)
        self._rows.addWidget(strip)
        return strip


class JobStrip(QFrame):
    """One job: what it does, how far it is, Cancel; later what came of it, and Close."""

    def __init__(self, job: Job, doing: str, outcome: Callable[[Any], Outcome]) -> None:
        super().__init__()
        self._outcome = outcome
        self.setProperty("kind", "job")
        self.setAccessibleName(doing)
        self._words = label(doing, "heading", wraps=True)
        self._step = label("", "muted")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setMaximumWidth(_BAR_WIDTH)
        self._bar.setAccessibleName(f"Progress: {doing}")
        self._cancel = push_button("Cancel the job")
        self._cancel.clicked.connect(self._stop)
        self._next = push_button("", kind="primary")
        self._next.hide()
        self._close = icon_button("x", name="Close this message")
        self._close.clicked.connect(self.leave)
        self._close.hide()
        self._details = label("", "muted", wraps=True)
        self._details.hide()
        self._lay_out()
        self._job = job
        job.progressed.connect(self._show_progress)
        job.finished.connect(self._show_result)
        job.failed.connect(self._show_failure)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(SPACE_M)
        line.addWidget(self._words, 1)
        line.addWidget(self._step)
        line.addWidget(self._bar, 1)
        for button in (self._cancel, self._next, self._close):
            line.addWidget(button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_S)
        rows.setSpacing(SPACE_XS)
        rows.addLayout(line)
        rows.addWidget(self._details)

    def _show_progress(self, done: int, total: int, doing: str) -> None:
        self._bar.setRange(0, max(total, 0))
        self._bar.setValue(done)
        self._step.setText(f"{doing} {done} of {total}" if total else doing)

    def _show_result(self, result: object) -> None:
        self._end("good", self._outcome(result))

    def _show_failure(self, error: Exception) -> None:
        self._end("notice" if isinstance(error, Cancelled) else "problem", Outcome(str(error)))

    def _end(self, kind: str, outcome: Outcome) -> None:
        for part in (self._step, self._bar, self._cancel):
            part.hide()
        self._words.setText(outcome.sentence)
        self._details.setText("\n".join(outcome.details))
        self._details.setVisible(bool(outcome.details))
        self.setAccessibleName(outcome.sentence)
        mark(self, kind=kind)
        self._close.show()
        if outcome.take_next_step is not None:
            self._next.setText(outcome.next_step)
            self._next.clicked.connect(outcome.take_next_step)
            self._next.show()
        announce(self, outcome.sentence)

    def _stop(self) -> None:
        self._cancel.setEnabled(False)
        self._step.setText("Stopping…")
        self._job.cancel()

    def leave(self) -> None:
        """Take the strip away, when what came of the job is shown elsewhere."""
        self.hide()
        self.deleteLater()
