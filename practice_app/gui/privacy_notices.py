"""The privacy notice by version, and who has not been given the one of today."""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QPlainTextEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from practice_app.errors import Invalid
from practice_app.gui.controls import label, push_button
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.date_edit import DateEdit
from practice_app.gui.forms.form import Field
from practice_app.gui.forms.form_page import FormPage
from practice_app.gui.long_text import LongText, beside
from practice_app.gui.look import SPACE_M, SPACE_S
from practice_app.gui.screen import EmptyState, Tools
from practice_app.gui.table import Column, Rows, Table
from practice_app.rules.consents import Channel
from practice_app.rules.dates import show
from practice_app.rules.typed_dates import Leaning
from practice_app.services import form_drafts, privacy_notices
from practice_app.services.privacy_notices import Notice, Waiting


class NoticesPage(QSplitter):
    """The versions at the left, the text at the right. Signals: new_wanted(Notice or None, the newest)."""

    new_wanted = Signal(object)

    def __init__(self, *, may_write: bool) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._rows: Rows[Notice] = Rows(
            [
                Column("Version", lambda each: each.revision, widest="Version"),
                Column("Holds from", lambda each: each.effective_from, show, widest="00-Mmm-0000"),
                Column("", lambda each: "Current" if each.is_current else "", stretches=True),
            ]
        )
        self._table = Table(self._rows, name="Versions of the privacy notice")
        self._table.chosen.connect(self._show)
        self._text = LongText("The text of the privacy notice")
        self._new = push_button("&New version…", kind="primary")
        self._new.clicked.connect(lambda: self.new_wanted.emit(self._newest))
        self._newest: Notice | None = None
        self.setChildrenCollapsible(False)
        self.setHandleWidth(SPACE_M)
        self.addWidget(self._table)
        self.addWidget(beside(label("", "muted"), self._new, self._text))
        self._new.setVisible(may_write)  # now that it has a parent: before, it would open as a window
        self.setSizes([360, 600])

    def show_notices(self, notices: tuple[Notice, ...]) -> None:
        """Replace what is shown."""
        self._newest = notices[0] if notices else None
        self._rows.show(notices)
        self._table.selectRow(0)
        self._show(self._table.current)

    def take_focus(self) -> None:
        """Put the focus on the versions."""
        self._table.setFocus()

    def _show(self, notice: Notice | None) -> None:
        if notice is None:
            self._text.show_text("This practice has entered no privacy notice yet.", "")
        else:
            self._text.show_text(notice.text, f"SHA-256 {notice.digest}, {notice.language}")


class WaitingPage(QWidget):
    """Patients who have not been given the notice of today, and one button for many.

    Signals: opened(UUID) to open a record.
    """

    opened = Signal(object)

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._tools = tools
        self._rows: Rows[Waiting] = Rows(
            [
                Column("Name", lambda each: each.name, stretches=True, is_whole=True),
                Column("Born", lambda each: each.born, show, widest="00-Mmm-0000"),
                Column(
                    "No.", lambda each: int(each.number), align=Qt.AlignmentFlag.AlignRight, widest="00000"
                ),
                Column("Given before", _before, widest="Given before"),
            ]
        )
        self._table = Table(self._rows, name=tools.said("Patients who have not been given it"))
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._table.opened.connect(lambda each: self.opened.emit(each.id))
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._count())
        ways = privacy_notices.CHANNEL_WORDS
        self._how = Choice(
            [(way.value, words[:1].upper() + words[1:]) for way, words in ways.items()],
            name="How the privacy notice was given",
        )
        self._all = push_button("&Choose all")
        self._all.clicked.connect(self._table.selectAll)
        self._give = push_button("", kind="primary")
        self._give.clicked.connect(self._record)
        self._words = label("", "muted", wraps=True)
        self._empty = EmptyState("clipboard-check", "")
        self._hidden = EmptyState("lock", "The list is hidden (privacy view). Ctrl+Shift+H shows it again.")
        self._faces = QStackedWidget()
        self._lay_out()

    def show_waiting(self, waiting: tuple[Waiting, ...], current: Notice | None) -> None:
        """Replace the list."""
        self._rows.show(waiting)
        self._words.setText(
            self._tools.said(f"Still to be given version {current.revision}: {_patients(len(waiting))}.")
            if current
            else ""
        )
        self._empty.sentence.setText(
            self._tools.said("Every current patient has been given the current privacy notice.")
            if current
            else "This practice has entered no privacy notice yet."
        )
        self._table.selectRow(0)
        self._count()
        if self._faces.currentWidget() is not self._hidden:
            self._show_face()

    def take_focus(self) -> None:
        """Put the focus on the list."""
        self._table.setFocus()

    def set_private(self, private: bool) -> None:
        """Show no names while others can see the screen."""
        if private:
            self._faces.setCurrentWidget(self._hidden)
        else:
            self._show_face()

    @property
    def _chosen(self) -> list[UUID]:
        rows = (self._rows.row(index) for index in self._table.selectionModel().selectedRows())
        return [row.id for row in rows if row is not None]

    def _show_face(self) -> None:
        self._faces.setCurrentIndex(0 if self._rows.rowCount() else 1)

    def _count(self) -> None:
        count = len(self._chosen)
        self._give.setText(f"Record as &given today to {count}" if count != 1 else "Record as &given today")
        self._give.setEnabled(count > 0)

    def _record(self) -> None:
        channel = Channel(self._how.value())
        rows = self._tools.office.do(privacy_notices.give, self._chosen, channel)
        way = privacy_notices.CHANNEL_WORDS[channel]
        words = f"Recorded: the privacy notice was given {way} to {_patients(len(rows))}."
        undo = partial(self._tools.office.do, privacy_notices.take_back, rows)
        self._tools.status.say(self._tools.said(words), undo=undo)

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S)
        foot.addWidget(self._words, 1)
        foot.addWidget(self._all)
        foot.addWidget(self._how)
        foot.addWidget(self._give)
        listed = QWidget()
        rows = QVBoxLayout(listed)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        rows.addWidget(self._table, 1)
        rows.addLayout(foot)
        for face in (listed, self._empty, self._hidden):
            self._faces.addWidget(face)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._faces)


class NoticePage(FormPage):
    """A new version of the privacy notice."""

    def __init__(self, tools: Tools, newest: Notice | None, today: date) -> None:
        super().__init__(tools, f"Privacy notice, version {newest.revision + 1 if newest else 1}")
        text = QPlainTextEdit()
        text.setTabChangesFocus(True)
        text.setMinimumHeight(260)
        self._from = DateEdit(today, leaning=Leaning.FUTURE)
        self.form.add(Field("text", "&Text", text))
        hint = "Until that day the version before it is given. From then on everybody is listed again."
        self.form.add(Field("effective_from", "Holds &from", self._from, hint=hint))
        given = {"text": newest.text if newest else "", "effective_from": today.isoformat()}
        self.begin(form_drafts.Form("privacy_notice"), given)

    def check(self, name: str) -> str:
        if name == "text":
            return "" if self.value(name) else "Write or paste the text of the notice."
        try:
            return "" if self._from.day else "Say from which day it holds."
        except Invalid as error:
            return str(error)

    def store(self) -> object:
        day = self._from.day
        if day is None:
            raise Invalid("Say from which day it holds.", field="effective_from")
        return self._tools.office.do(privacy_notices.add_version, self.value("text"), day)


def _patients(count: int) -> str:
    return "1 patient" if count == 1 else f"{count:,} patients"


def _before(waiting: Waiting) -> str:
    return f"Version {waiting.last_revision}" if waiting.last_revision else "Never"
