"""The pages of an import: choose a file, say what its columns mean, see what would happen, import it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from practice_app.errors import Cancelled, Invalid, PracticeError
from practice_app.gui import job_panel
from practice_app.gui.controls import announce, centred, label, push_button
from practice_app.gui.icons import Ink, Picture
from practice_app.gui.imports.columns import ColumnsPage, kind_words
from practice_app.gui.imports.findings import FindingsPage, rows_words
from practice_app.gui.job_panel import JobStrip
from practice_app.gui.jobs import Job
from practice_app.gui.look import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, mark
from practice_app.gui.screen import Tools
from practice_app.services import imports
from practice_app.services.imports import Look, Outcome, Request, UnclearDates

_FILES = "Files to import (*.csv *.txt *.tsv *.vcf *.json);;All files (*)"
_DEMO = (
    "This is the demo practice: what is in it is made up, and it may be deleted with a click. Import real "
    "people only to try things out, and delete the demo afterwards."
)


class ImportPages(QWidget):
    """Three pages: the file, its columns, and what was found. A file may be dropped on any of them."""

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._tools, self._office = tools, tools.office
        self._path: Path | None = None
        self._request: Request | None = None
        self._outcome: Outcome | None = None
        self._strip: JobStrip | None = None
        self._then: Callable[[Any], None] | None = None
        self._kind_asked = ""
        self._knows_it_is_a_demo = False
        self._problem = _Problem()
        self._start = _StartPage(tools)
        self._columns = ColumnsPage(tools)
        self._findings = FindingsPage(tools)
        self._pages = QStackedWidget()
        for page in (self._start, self._columns, self._findings):
            self._pages.addWidget(page)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_M)
        rows.addWidget(self._problem)
        rows.addWidget(self._pages, 1)
        self._connect()

    def take_focus(self) -> None:
        """Put the focus where the page begins."""
        page = self._pages.currentWidget()
        if isinstance(page, _StartPage | ColumnsPage | FindingsPage):
            page.take_focus()

    def open_file(self, path: Path) -> None:
        """Look at a file, whatever was on show before."""
        self._path = path
        self._columns.forget_file()
        self._look()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropped(event) is not None and self._strip is None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = self._dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.open_file(path)

    @staticmethod
    def _dropped(event: QDropEvent) -> Path | None:
        """The one file that is dropped, or None."""
        urls = event.mimeData().urls()
        return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None

    def _connect(self) -> None:
        self._start.wanted.connect(self._choose)
        self._columns.left.connect(self._begin_anew)
        self._columns.kind_wanted.connect(self._look)
        self._columns.look_wanted.connect(self._look)
        self._columns.check_wanted.connect(self._check)
        self._findings.back_wanted.connect(lambda: self._turn_to(self._columns))
        self._findings.import_wanted.connect(self._import)
        self._findings.another_wanted.connect(self._begin_anew)
        self._findings.table_wanted.connect(self._save_table)
        self._findings.refused_wanted.connect(self._save_refused)

    def _choose(self) -> None:
        path = self._tools.asker.open_file("Which file shall be imported?", _FILES)
        if path is not None:
            self.open_file(path)

    def _begin_anew(self) -> None:
        self._path = None
        self._problem.say("")
        self._turn_to(self._start)

    def _look(self, kind: str = "") -> None:
        """Look at the file, taken for what it seems to be or for `kind`."""
        self._kind_asked = kind
        if self._path is not None:
            job = self._office.start(imports.look, self._path, kind=kind)
            self._follow(job, "Looking at the file", self._show_look)

    def _show_look(self, look: Look) -> None:
        self._columns.show_look(look)
        self._turn_to(self._columns)

    def _check(self) -> None:
        """Find out what an import would do; nothing is written."""
        try:
            self._request = replace(self._columns.request(), dry_run=True)
        except Invalid as error:
            self._columns.refuse(error)
            return
        job = self._office.start(imports.run, self._request)
        self._follow(job, "Checking the file", self._show_outcome)

    def _import(self) -> None:
        """Import what was checked; rows that were seen to be refused are left."""
        outcome, request = self._outcome, self._request
        if outcome is None or request is None or not self._is_meant(outcome):
            return
        wanted = replace(request, dry_run=False, leave_refused=bool(outcome.refused))
        job = self._office.start(imports.run, wanted)
        doing = self._tools.said(f"Importing {kind_words(outcome.kind).lower()}")
        self._follow(job, doing, self._show_outcome)

    def _is_meant(self, outcome: Outcome) -> bool:
        """One warning that this is the demo practice, not one a file."""
        if outcome.is_demo and not self._knows_it_is_a_demo:
            title = "Import into the demo practice?"
            self._knows_it_is_a_demo = self._tools.asker.confirm(title, _DEMO, "Import all the same")
            return self._knows_it_is_a_demo
        return True

    def _show_outcome(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._findings.show_outcome(outcome)
        self._turn_to(self._findings)
        if outcome.is_written:
            self._tools.status.say(_done_words(outcome))

    def _save_table(self) -> None:
        path = self._tools.asker.save_as("Save what was found", _file_name("import"))
        if path is not None and self._outcome is not None:
            job = self._office.start(imports.save_findings, self._outcome, path)
            self._tools.jobs.follow(job, "Saving the table", lambda _nothing: _saved(path))

    def _save_refused(self) -> None:
        path = self._tools.asker.save_as("Save the refused rows", _file_name("refused-rows"))
        if path is not None and self._request is not None:
            job = self._office.start(imports.save_refused, self._request, path)
            self._tools.jobs.follow(job, "Saving the refused rows", lambda _count: _saved(path))

    def _follow(self, job: Job, doing: str, then: Callable[[Any], None]) -> None:
        """Show a job in the strip below, and go on with what came of it; meanwhile nothing can be pressed."""
        self._problem.say("")
        self._pages.setEnabled(False)
        self._then = then
        self._strip = self._tools.jobs.follow(job, doing, _told)
        # The receiver is this widget, so that nothing is called when a lock has taken it away meanwhile.
        job.finished.connect(self._go_on)
        job.failed.connect(self._stumble)

    def _go_on(self, result: object) -> None:
        then = self._then
        self._end_job()
        if then is not None:
            then(result)

    def _stumble(self, error: PracticeError) -> None:
        is_first_look = self._then == self._show_look and not self._kind_asked
        self._end_job()
        if isinstance(error, UnclearDates):
            self._columns.ask_dates(error.column, error.example)
        elif isinstance(error, Invalid) and error.field == "source":
            self._columns.refuse(error)
        elif isinstance(error, Cancelled):
            self._tools.status.say(str(error))
            self.take_focus()
        else:
            self._problem.say(str(error))
            if is_first_look:
                self._pages.setCurrentWidget(self._start)
            self.take_focus()

    def _end_job(self) -> None:
        """The page says what came of the job; its strip stays only for somebody who has gone elsewhere."""
        strip, self._strip, self._then = self._strip, None, None
        self._pages.setEnabled(True)
        if strip is not None and self.isVisible():
            strip.leave()

    def _turn_to(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        if self.isVisible():
            self.take_focus()


def _told(result: object) -> job_panel.Outcome:
    """What the strip says of a job to somebody who has gone elsewhere meanwhile."""
    if isinstance(result, Outcome) and result.is_written:
        return job_panel.Outcome(_done_words(result))
    return job_panel.Outcome("The file was looked at. Nothing has been imported yet.")


def _done_words(outcome: Outcome) -> str:
    kept_out = f", {rows_words(outcome.refused)} refused" if outcome.refused else ""
    return f"Imported: {outcome.added:,} new, {outcome.updated:,} changed{kept_out}."


def _saved(path: Path) -> job_panel.Outcome:
    return job_panel.Outcome(f"Saved as {path.name} in {path.parent}.")


def _file_name(what: str) -> str:
    """A name that names nobody."""
    return f"{what}-{datetime.now().astimezone():%Y-%m-%d-%H%M}.csv"


class _Problem(QFrame):
    """Why a file cannot be imported, above the page."""

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="problem")
        self._words = label("", "heading", wraps=True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        rows.addWidget(self._words)
        self.hide()

    def say(self, words: str) -> None:
        """Say it, or nothing any more."""
        self._words.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        if words:
            announce(self, words)


class _StartPage(QWidget):
    """Where a file is chosen or dropped. Signals: wanted() to choose one."""

    wanted = Signal()

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._button = push_button("&Choose a file…", kind="primary")
        self._button.clicked.connect(self.wanted)
        card = QFrame()
        card.setProperty("kind", "drop")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        inside.setSpacing(SPACE_M)
        picture = Picture("file-import", Ink.MUTED, size=48)
        inside.addStretch(1)
        inside.addLayout(centred(picture))
        inside.addLayout(centred(label("Drop a file here, or choose one.", "heading")))
        inside.addLayout(centred(self._button))
        inside.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_L)
        rows.addWidget(label("Import", "title"))
        rows.addWidget(label(tools.said(_WHAT_CAN_BE_IMPORTED), "muted", wraps=True))
        rows.addWidget(card, 1)
        rows.addWidget(label(_HOW_IT_GOES, "muted", wraps=True))

    def take_focus(self) -> None:
        """Put the focus on the button."""
        self._button.setFocus(Qt.FocusReason.OtherFocusReason)


_WHAT_CAN_BE_IMPORTED = (
    "Patients, appointments, session notes, consents, telephone calls, relatives and the address book as "
    "tables (CSV), a list of letters and scans with their files, address cards (vCard), patients in FHIR "
    "(JSON), and the NHS directory of GP practices."
)
_HOW_IT_GOES = (
    "Nothing is written until you have seen what would happen. A file is taken in whole or not at all, "
    "letters one by one; the same file taken in twice changes nothing."
)
