"""What the tabs of letters and of documents share: a list at the left, and what is read at the right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from practice_app.errors import PracticeError
from practice_app.gui.controls import label, push_button
from practice_app.gui.file_field import dropped_path, facts_words, short_name
from practice_app.gui.filing import FilingPage
from practice_app.gui.forms.choice import Choice
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS
from practice_app.gui.page_viewer.viewer import PageViewer
from practice_app.gui.record_tab import RecordTab
from practice_app.gui.screen import EmptyState, Tools
from practice_app.gui.table import Column, Rows, Table
from practice_app.rules.permissions import Permission
from practice_app.services import files, form_drafts
from practice_app.services.files import FileFacts, FileState

T = TypeVar("T")

_OPEN_AFTER_MS = 250
"""So long the cursor rests on a row before it is opened: passing over a letter is not reading it."""

_LIST, _READING = 400, 600
_SHORT_WORDS = {
    FileState.LOCKED: "locked",
    FileState.BROKEN: "damaged",
    FileState.TOO_LARGE: "too large",
    FileState.AS_RECEIVED: "1 file",
}


def pages_words(found: Sequence[FileFacts]) -> str:
    """How many pages the files have together, or in a word what is wrong with one."""
    wrong = [_SHORT_WORDS[each.state] for each in found if each.state in _SHORT_WORDS]
    pages = sum(each.pages for each in found)
    return wrong[0] if wrong else "1 page" if pages == 1 else f"{pages:,} pages" if pages else ""


class PapersTab(RecordTab, Generic[T]):
    """Lists papers of one kind, opens the one the cursor rests on, and files new ones."""

    nothing: ClassVar[str]
    kind: ClassVar[str]
    """What a new one is at first; see FilingPage."""

    def __init__(self, tools: Tools, columns: Sequence[Column[T]]) -> None:
        super().__init__(tools)
        self._rows: Rows[T] = Rows(columns)
        self._open_time = QTimer(self, singleShot=True, interval=_OPEN_AFTER_MS)
        self._open_time.timeout.connect(self._open_current)
        self.setAcceptDrops(True)

    def build(self) -> None:
        self._table: Table[T] = Table(self._rows, name=self.title)
        self._table.verticalHeader().setDefaultSectionSize(2 * self._table.fontMetrics().height() + SPACE_M)
        self._empty = EmptyState("file-in", self.nothing)
        self._lists = QStackedWidget()
        self._lists.addWidget(self._table)
        self._lists.addWidget(self._empty)
        self._reading = Reading(self._tools)
        self._table.chosen.connect(lambda _row: self._open_time.start())
        self._table.opened.connect(self._open_now)
        self._file = push_button("&File a letter or scan…", kind="primary")
        self._file.clicked.connect(lambda: self.begin_filing())
        self.lay_out(self._face())

    def read_list(self, patient: UUID) -> Sequence[T]:
        """The papers of the record, the newest first."""
        raise NotImplementedError

    def id_of(self, row: T) -> UUID:
        """The id of a listed paper."""
        raise NotImplementedError

    def open_row(self, row: T, patient: UUID) -> None:
        """Show a paper in the reading pane; raises PracticeError when it cannot be."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Read the list again; what is open stays open."""
        if self.about is None:
            return
        open_id = self._reading.paper
        rows = self.read_list(self.about.id)
        self._table.blockSignals(True)
        self._rows.show(rows)
        place = self._rows.place(lambda row: self.id_of(row) == open_id)
        if place >= 0:
            self._table.selectRow(place)
        self._table.blockSignals(False)
        if place < 0:
            self._reading.show_nothing("Choose one in the list to read it." if rows else "")
        self._lists.setCurrentWidget(self._table if rows else self._empty)
        self._reading.setVisible(bool(rows))

    def show_patient(self, about: Any) -> None:
        if self.host is not None and self.about is not None and self.about.id != about.id:
            self._reading.show_nothing("")
        super().show_patient(about)

    def take_focus(self) -> None:
        """Put the focus on the list, or on the button that files the first."""
        (self._table if self._rows.rowCount() else self._file).setFocus()

    def park(self) -> None:
        """Keep an open form, and let all pages go: the window is about to lock."""
        super().park()
        self._open_time.stop()
        if self.host is not None:
            self._reading.show_nothing("")
            if isinstance(self.host.page, FilingPage):
                self.host.page.forget_pages()

    def resume(self, draft: form_drafts.Form) -> None:
        if self.about is not None and self.host is not None:
            page = self._page()
            page.begin_with_draft(draft, {})
            self.host.open(page)

    def begin_filing(self, path: Path | None = None) -> None:
        """Open the form; `path` is a file that was dropped."""
        if self.about is None or self.host is None:
            return
        if isinstance(self.host.page, FilingPage):
            page = self.host.page
        else:
            page = self._page()
            self.host.open(page)
        if path is not None:
            page.take(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_path(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.begin_filing(path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.host is None or not self._reading.viewer.take_key(event):
            super().keyPressEvent(event)

    def _page(self) -> FilingPage:
        if self.about is None:
            raise PracticeError("Open a record first.")
        page = FilingPage(self._tools, f"file_{self.name}", self.about, kind=self.kind)
        page.saved.connect(self._show_filed)
        return page

    def _show_filed(self, id: object) -> None:
        """Put the cursor on what was just filed, where it is in this list."""
        place = self._rows.place(lambda row: self.id_of(row) == id)
        if place >= 0:
            self._table.selectRow(place)
        self.take_focus()

    def _open_now(self, _row: object) -> None:
        self._open_time.stop()
        self._open_current()
        self._reading.take_focus()

    def _open_current(self) -> None:
        row = self._table.current
        if row is None or self.about is None or self.id_of(row) == self._reading.paper:
            return
        try:
            self.open_row(row, self.about.id)
        except PracticeError as error:
            self._reading.show_nothing(str(error))

    def _face(self) -> QWidget:
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(label(self.title, "title"))
        head.addStretch(1)
        head.addWidget(self._file)
        left = QWidget()
        rows = QVBoxLayout(left)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        rows.addLayout(head)
        rows.addWidget(self._lists, 1)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(SPACE_M)
        halves.addWidget(left)
        halves.addWidget(self._reading)
        halves.setSizes([_LIST, _READING])
        halves.setStretchFactor(0, 2)
        halves.setStretchFactor(1, 3)
        return halves


class Reading(QWidget):
    """One paper: what it is, its words, and the pages of its file."""

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._tools = tools
        self.paper: UUID | None = None
        self._patient: UUID | None = None
        self._facts: tuple[FileFacts, ...] = ()
        self._open_file: UUID | None = None
        self._what = ""
        self._title = label("", "heading", wraps=True)
        self._about = label("", "muted", wraps=True)
        self._warning = label("", "warning", wraps=True)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setAccessibleName("Text of the letter")
        self._text.setTabChangesFocus(True)
        self._choice = Choice(name="File")
        self._choice.changed.connect(self._show_file)
        self.viewer = PageViewer()
        self._nothing = label("", "muted", wraps=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_XS)
        for part in (self._title, self._about, self._warning, self._choice):
            rows.addWidget(part)
        rows.addWidget(self._text, 2)
        rows.addWidget(self.viewer, 5)
        rows.addWidget(self._nothing, 5)
        self.show_nothing("")

    def show_nothing(self, words: str) -> None:
        """Close what is open and show a sentence, or nothing at all."""
        self.paper, self._facts, self._what, self._open_file = None, (), "", None
        self.viewer.forget()
        self._text.clear()
        for part in (self._title, self._about, self._warning, self._choice, self._text, self.viewer):
            part.hide()
        self._nothing.setText(words)
        self._nothing.show()

    def show_paper(
        self,
        paper: UUID,
        patient: UUID,
        *,
        title: str,
        about: str,
        text: str,
        attached: Sequence[FileFacts],
    ) -> None:
        """Show a paper and open its first file, which is written down as a viewing."""
        self.show_nothing("")
        self.paper, self._patient, self._facts, self._what = paper, patient, tuple(attached), title
        self._title.setText(title)
        self._about.setText(about)
        self._title.show()
        self._about.setVisible(bool(about))
        self._text.setPlainText(text)
        self._text.setVisible(bool(text))
        self._nothing.setVisible(not text and not attached)
        self._nothing.setText("" if text or attached else "There is neither text nor file.")
        self._choice.offer([(str(each.id), _file_words(each)) for each in attached])
        self._choice.setVisible(len(attached) > 1)
        self._show_file()

    def take_focus(self) -> None:
        """Put the focus on the pages, or on the text where there are none."""
        if self.viewer.isVisible():
            self.viewer.take_focus()
        elif self._text.isVisible():
            self._text.setFocus()

    def _show_file(self) -> None:
        shown = next((each for each in self._facts if str(each.id) == self._choice.value()), None)
        if shown is None or self._patient is None or shown.id == self._open_file:
            return
        self._open_file = shown.id
        self._warning.setText(f"{_file_words(shown)}: {shown.why}")
        self._warning.setVisible(bool(shown.why))
        is_ready = shown.state is FileState.READY
        self.viewer.setVisible(is_ready)
        self._nothing.setVisible(not is_ready and self._text.isHidden())
        if not is_ready:
            self.viewer.forget()
            return
        if Permission.READ_DOCUMENTS not in self._tools.office.actor.permissions:
            self.viewer.show_words("The file is sealed for those who give care.")
            return
        try:
            self.viewer.show_pdf(self._tools.office.do(files.open_file, shown.id, self._patient), self._what)
        except PracticeError as error:
            self.viewer.show_words(str(error))


def _file_words(file: FileFacts) -> str:
    name = short_name(file.name) if file.name else "File"
    return f"{name} ({facts_words(file.pages, file.size)})"
