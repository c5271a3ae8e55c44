"""The consent tab of a record: where everything stands, what was decided when, and the form to record it."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from practice_app.errors import Defect
from practice_app.gui.actions import Action, Menu, button_for
from practice_app.gui.consents.form import FORM, ConsentPage
from practice_app.gui.consents.history import ConsentHistory
from practice_app.gui.consents.matrix import ConsentMatrix, Verb
from practice_app.gui.consents.papers import CORRECTION, CorrectionPage, EvidencePage
from practice_app.gui.controls import label, push_button
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.form_page import FormPage
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS, mark
from practice_app.gui.record_tab import RecordTab
from practice_app.gui.screen import Tools
from practice_app.rules.consents import Channel, Decision, Purpose
from practice_app.rules.permissions import Permission
from practice_app.services import consents, form_drafts, privacy_notices
from practice_app.services.consents import Answer, Line, Matrix, Past, Recorded, Wording
from practice_app.services.people import Banner

RECORD = Action(
    "consent.record",
    "Record &consent…",
    "Ctrl+Shift+C",
    Permission.RECORD_CONSENT,
    "record",
    Menu.PATIENT,
    "clipboard-check",
)
HISTORY = Action(
    "consent.history", "Consent: every decision", "Ctrl+Shift+E", Permission.OPEN_RECORD, "record"
)

_DECISIONS = {
    Verb.GIVEN: Decision.GIVEN,
    Verb.AGAIN: Decision.GIVEN,
    Verb.REFUSED: Decision.REFUSED,
    Verb.WITHDRAWN: Decision.WITHDRAWN,
}


class ConsentTab(RecordTab):
    """The matrix at first; the history in its place when it is asked for."""

    name = "consents"
    item_kind = "consent"
    title = "Consent"
    permission = Permission.OPEN_RECORD
    shows = frozenset(
        {
            "consent",
            "consent_correction",
            "consent_evidence",
            "consent_wording",
            "contact",
            "marketing_suppression",
            "person",
            "privacy_notice",
            "privacy_notice_given",
        }
    )
    forms = frozenset({FORM, CORRECTION})

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._standing: Matrix | None = None
        may_record = tools.office.allowed(consents.record)
        self._title = label("", "title")
        self._hint = label("", "hint", wraps=True)
        self._record = button_for(tools.actions.add(RECORD, self, self.record_something), kind="primary")
        self._turn = push_button("&Every decision")
        tools.actions.add(HISTORY, self, self._show_history)
        self._turn.clicked.connect(self._turn_over)
        self._notice = NoticeRow(may_record=may_record)
        self._notice.given.connect(self._give_notice)
        self._matrix = ConsentMatrix(self._notice.last_stop)
        self._matrix.wanted.connect(self._open_line)
        self._history = ConsentHistory(self._words_of)
        self._history.wrong_wanted.connect(self._open_correction)
        self._history.paper_wanted.connect(self._open_evidence)
        self._faces = QStackedWidget()
        self.lay_out(self._face())

    def refresh(self) -> None:
        """Read where everything stands, and the history when that is on show."""
        if self.about is None:
            return
        found = self._standing = self._tools.office.do(consents.matrix, self.about.id)
        self._hint.setText(self._tools.said(found.hint))
        self._hint.setVisible(bool(found.hint))
        self._notice.show_standing(found.notice)
        self._matrix.show_groups(found.groups)
        if self._faces.currentWidget() is self._history:
            self._history.show_past(self._tools.office.do(consents.history, self.about.id))

    def show_patient(self, about: Banner) -> None:
        """Another patient begins with where things stand."""
        if self.about is None or self.about.id != about.id:
            self._show_face(self._matrix_face)
        super().show_patient(about)

    def take_focus(self) -> None:
        """Put the focus into the open form, on the first line, or on the newest decision."""
        if self.host is not None and self.host.page is not None:
            self.host.page.take_focus()
        elif self._faces.currentWidget() is self._history:
            self._history.take_focus()
        else:
            self._matrix.take_focus()

    def resume(self, draft: form_drafts.Form) -> None:
        """See RecordTab."""
        if draft.name == FORM:
            page = self._page()
            page.resume(draft)
            self._open(page)
        elif self.about is not None and draft.record is not None:
            self._open(self._correction(draft.record, goes_on=True))

    def record_something(self) -> None:
        """Open the form with nothing chosen."""
        self.wanted.emit()
        page = self._page()
        page.begin_about(None, None)
        self._open(page)

    def _open_line(self, line: Line, verb: Verb) -> None:
        page = self._page()
        page.begin_about(line.standing.asked, _DECISIONS[verb])
        self._open(page)

    def _page(self) -> ConsentPage:
        """An empty form about the patient; the tab may not have been looked at yet."""
        self._catch_up()
        if self.about is None or self._standing is None:
            raise Defect("A consent is recorded about nobody.")
        page = ConsentPage(self._tools, self.about, self._standing.today)
        page.saved.connect(self._say_recorded)
        return page

    def _open(self, page: FormPage) -> None:
        if self.host is not None:
            self.host.open(page)
            page.saved.connect(lambda _done: self.take_focus())
            page.left.connect(self.take_focus)

    def _say_recorded(self, done: tuple[Answer, Recorded]) -> None:
        """Say what was recorded and what it changes; it can be taken back, which stays in the history."""
        answer, recorded = done
        words = " ".join(("Recorded.", *recorded.effects))
        # What lies on the list of those who want no marketing is lifted by their own yes alone.
        is_kept = answer.purpose is Purpose.MARKETING and answer.is_no
        self._tools.status.say(words, undo=None if is_kept else partial(self._undo, recorded.ids))

    def _undo(self, rows: tuple[UUID, ...]) -> None:
        self._tools.office.do(consents.take_back, rows)
        self._tools.status.say("Undone. The history says so.")

    def _open_correction(self, past: Past) -> None:
        if self.about is not None:
            self._open(self._correction(past.id))

    def _correction(self, consent: UUID, *, goes_on: bool = False) -> CorrectionPage:
        if self.about is None:
            raise Defect("A correction is made about nobody.")
        page = CorrectionPage(self._tools, self.about, consent, goes_on=goes_on)
        page.saved.connect(lambda words: self._tools.status.say(" ".join(words)))
        return page

    def _open_evidence(self, past: Past) -> None:
        if self.about is not None:
            page = EvidencePage(self._tools, self.about, past)
            page.saved.connect(lambda _done: self._tools.status.say("The paper is tied to the decision."))
            self._open(page)

    def _words_of(self, past: Past) -> Wording | None:
        return self._tools.office.do(consents.wording, past.wording) if past.wording else None

    def _give_notice(self, channel: Channel) -> None:
        if self.about is None:
            return
        rows = self._tools.office.do(privacy_notices.give, [self.about.id], channel)
        undo = partial(self._tools.office.do, privacy_notices.take_back, rows)
        self._tools.status.say("It is recorded that the privacy notice was given today.", undo=undo)

    def _turn_over(self) -> None:
        if self._faces.currentWidget() is self._history:
            self._show_face(self._matrix_face)
        else:
            self._show_history()
        self.take_focus()

    def _show_history(self) -> None:
        self.wanted.emit()
        if self.about is not None:
            self._show_face(self._history)
            self._history.show_past(self._tools.office.do(consents.history, self.about.id))

    def _show_face(self, face: QWidget) -> None:
        self._faces.setCurrentWidget(face)
        self._title.setText("Every decision" if face is self._history else "Where consent stands")
        self._turn.setText("Wh&ere it stands" if face is self._history else "&Every decision")

    def _face(self) -> QWidget:
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._turn)
        head.addWidget(self._record)
        self._matrix_face = QWidget()
        standing = QVBoxLayout(self._matrix_face)
        standing.setContentsMargins(0, 0, 0, 0)
        standing.setSpacing(SPACE_S)
        standing.addWidget(self._notice)
        standing.addWidget(self._matrix, 1)
        self._faces.addWidget(self._matrix_face)
        self._faces.addWidget(self._history)
        made = QWidget()
        rows = QVBoxLayout(made)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        rows.addLayout(head)
        rows.addWidget(self._hint)
        rows.addWidget(self._faces, 1)
        self._show_face(self._matrix_face)
        return made


class NoticeRow(QFrame):
    """Which privacy notice somebody was given, and one button to record the one of today.

    Signals: given(Channel).
    """

    given = Signal(object)

    def __init__(self, *, may_record: bool) -> None:
        super().__init__()
        self._may_record = may_record
        self._words = label("", wraps=True)
        ways = privacy_notices.CHANNEL_WORDS
        self._how = Choice([(way.value, words[:1].upper() + words[1:]) for way, words in ways.items()])
        self._how.setAccessibleName("How the privacy notice was given")
        self._give = push_button("&Given today")
        self._give.setAccessibleName("Record that the privacy notice was given today")
        self._give.clicked.connect(lambda: self.given.emit(Channel(self._how.value())))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addWidget(label("Privacy notice", "heading"))
        row.addWidget(self._words, 1)
        row.addWidget(self._how)
        row.addWidget(self._give)

    @property
    def last_stop(self) -> QWidget:
        """Where Tab leaves the row."""
        return self._give

    def show_standing(self, standing: privacy_notices.Standing) -> None:
        """Say where somebody stands; what is missing stands out, in words and in colour."""
        self._words.setText(standing.sentence)
        is_missing = not standing.has_current
        for part in (self._how, self._give):
            part.setVisible(is_missing and self._may_record)
        mark(self, kind="notice" if is_missing else "card")
