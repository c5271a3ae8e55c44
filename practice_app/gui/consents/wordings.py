"""The words people are asked in, the privacy notice by version, and who has not been given it yet."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QTabWidget, QVBoxLayout, QWidget

from practice_app.gui.actions import Action, Menu
from practice_app.gui.controls import label, push_button
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.form import Field
from practice_app.gui.forms.form_page import FormHost, FormPage
from practice_app.gui.long_text import LongText, beside
from practice_app.gui.look import SPACE_M, SPACE_S
from practice_app.gui.privacy_notices import NoticePage, NoticesPage, WaitingPage
from practice_app.gui.screen import Screen, Tools
from practice_app.gui.table import Column, Rows, Table
from practice_app.rules import consents as rules
from practice_app.rules.consents import GROUPS, Purpose
from practice_app.rules.permissions import Permission
from practice_app.services import consents, form_drafts, privacy_notices
from practice_app.services.consents import Wording
from practice_app.services.privacy_notices import Notice

WORDINGS = Action(
    "go.consents", "C&onsent", "Ctrl+6", Permission.RECORD_CONSENT, menu=Menu.GO, icon="clipboard-check"
)


@dataclass(frozen=True, slots=True)
class _Question:
    """A purpose with its wordings, the newest first."""

    purpose: Purpose
    wordings: tuple[Wording, ...]


class ConsentWordingsScreen(Screen):
    """Three pages: wording of consent, privacy notice, and who has not been given it yet."""

    place = "consents"
    shows = frozenset({"consent_wording", "privacy_notice", "privacy_notice_given", "patient", "person"})
    is_made_late = True
    entry = WORDINGS

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        may_write = tools.office.allowed(consents.new_wording)
        self._questions = QuestionsPage(may_write=may_write)
        self._questions.new_wanted.connect(self._open_wording)
        self._notices = NoticesPage(may_write=may_write)
        self._notices.new_wanted.connect(self._open_notice)
        self._waiting = WaitingPage(tools)
        self._waiting.opened.connect(self.opened)
        self._pages = QTabWidget()
        self._pages.setDocumentMode(True)
        self._pages.tabBar().setAccessibleName("Consent wording and privacy notice")
        self._pages.tabBar().setDrawBase(False)
        self._pages.addTab(self._questions, "Consent wording")
        self._pages.addTab(self._notices, "Privacy notice")
        self._pages.addTab(self._waiting, "Not given yet")
        home = QWidget()
        rows = QVBoxLayout(home)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        rows.addWidget(label("Consent wording and privacy notice", "title"))
        rows.addWidget(self._pages, 1)
        self.host = FormHost(home)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.host)
        self._stale = True  # nothing is read before somebody looks

    def refresh(self) -> None:
        """Read wordings, notices and the list anew."""
        found = self._office.do(consents.wordings)
        self._questions.show_questions(
            [
                _Question(purpose, tuple(each for each in found if each.purpose is purpose))
                for group in GROUPS.values()
                for purpose in group
            ]
        )
        versions = self._office.do(privacy_notices.versions)
        self._notices.show_notices(versions)
        waiting = self._office.do(privacy_notices.without_current)
        self._waiting.show_waiting(waiting, next((each for each in versions if each.is_current), None))
        self._pages.setTabText(2, f"Not given yet ({len(waiting)})")

    def take_focus(self) -> None:
        """Put the focus where work on the page on show begins."""
        if self.host.page is not None:
            self.host.page.take_focus()
            return
        page = self._pages.currentWidget()
        if isinstance(page, QuestionsPage | NoticesPage | WaitingPage):
            page.take_focus()

    def park(self) -> None:
        """See Screen."""
        self.host.park()

    def set_private(self, private: bool) -> None:
        """Names stand on the last page only."""
        self._waiting.set_private(private)

    def _open_wording(self, question: _Question) -> None:
        self._open(WordingPage(self._tools, question), "The new words are asked from now on.")

    def _open_notice(self, newest: Notice | None) -> None:
        today = self._office.do(privacy_notices.today)
        self._open(NoticePage(self._tools, newest, today), "The new version of the privacy notice is kept.")

    def _open(self, page: FormPage, words: str) -> None:
        page.saved.connect(lambda _done: self._tools.status.say(words))
        self.host.open(page)
        for ended in (page.saved, page.left):
            ended.connect(lambda *_: self.take_focus())


class QuestionsPage(QSplitter):
    """What is asked for, and beside it the words in any version. Signals: new_wanted(_Question)."""

    new_wanted = Signal(object)

    def __init__(self, *, may_write: bool) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._rows: Rows[_Question] = Rows(
            [
                Column("What for", lambda each: rules.title(each.purpose), stretches=True, is_whole=True),
                Column(
                    "Version",
                    lambda each: each.wordings[0].revision if each.wordings else None,
                    widest="Version",
                ),
            ]
        )
        self._table = Table(self._rows, name="What is asked for")
        self._table.chosen.connect(self._show)
        self._version = Choice(name="Version of the words")
        self._version.changed.connect(self._show_version)
        self._text = LongText("The words of the question")
        self._new = push_button("&New words…", kind="primary")
        self._new.clicked.connect(lambda: self.new_wanted.emit(self._table.current))
        self.setChildrenCollapsible(False)
        self.setHandleWidth(SPACE_M)
        self.addWidget(self._table)
        self.addWidget(beside(self._version, self._new, self._text))
        self._new.setVisible(may_write)  # now that it has a parent: before, it would open as a window
        self.setSizes([360, 600])

    def show_questions(self, questions: list[_Question]) -> None:
        """Replace what is shown; the cursor stays on its question."""
        before = self._table.current
        self._rows.show(questions)
        place = self._rows.place(lambda each: before is not None and each.purpose is before.purpose)
        self._table.selectRow(max(place, 0))
        self._show(self._table.current)

    def take_focus(self) -> None:
        """Put the focus on the questions."""
        self._table.setFocus()

    def _show(self, question: _Question | None) -> None:
        wordings = question.wordings if question else ()
        self._version.offer(
            [
                (str(each.id), f"Version {each.revision}{' (asked now)' if each.is_current else ''}")
                for each in wordings
            ]
        )
        self._version.setCurrentIndex(0)
        self._version.setVisible(bool(wordings))
        self._show_version()

    def _show_version(self) -> None:
        question = self._table.current
        chosen = self._version.value()
        found = (
            next((each for each in question.wordings if str(each.id) == chosen), None) if question else None
        )
        if found is None:
            self._text.show_text("No words have been laid down for this yet.", "")
        else:
            self._text.show_text(found.text, f"SHA-256 {found.digest}, {found.language}")


class WordingPage(FormPage):
    """New words for a question."""

    def __init__(self, tools: Tools, question: _Question) -> None:
        super().__init__(tools, rules.title(question.purpose))
        self._purpose = question.purpose
        text = QPlainTextEdit()
        text.setTabChangesFocus(True)
        text.setMinimumHeight(180)
        self.form.add(
            Field(
                "text",
                "&Words that are read out or signed",
                text,
                hint="What was agreed to in the old words stays, and they stay to be read.",
            )
        )
        given = {"text": question.wordings[0].text if question.wordings else ""}
        self.begin(form_drafts.Form(f"consent_wording_{question.purpose}"), given)

    def check(self, name: str) -> str:
        return "" if self.value(name) else "Write the words of the question."

    def store(self) -> object:
        return self._tools.office.do(consents.new_wording, self._purpose, self.value("text"))
