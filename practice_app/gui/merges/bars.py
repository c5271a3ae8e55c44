"""From the record to a merge and back: what stands over a record about merges, and the pages it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from practice_app.gui.actions import Action, Menu
from practice_app.gui.controls import label, push_button
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS
from practice_app.gui.merges.page import MergePage, OtherRecordPage, described, merged_page, undone_page
from practice_app.gui.screen import Tools
from practice_app.rules.dates import show
from practice_app.rules.permissions import Permission
from practice_app.services import merges
from practice_app.services.merges import Merged, Suggestion
from practice_app.services.people import Banner

if TYPE_CHECKING:
    from practice_app.services.marks import UseCase
    from practice_app.storage.records import Work

MERGE = Action(
    "record.merge", "&Merge with another record…", "", Permission.MERGE_RECORDS, "record", Menu.PATIENT
)


class Merging(QObject):
    """Leads through a merge and its undo.

    Signals: page_wanted(RecordPage) to show a page in the place of the record, reopen_wanted(UUID) to read
    and show the record that stayed, opened(UUID) to go to another one.
    """

    page_wanted = Signal(object)
    reopen_wanted = Signal(object)
    opened = Signal(object)

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._tools, self._office = tools, tools.office
        self._about: Banner | None = None
        self.bars = MergeBars(tools)
        self.bars.compare_wanted.connect(self._compare)
        self.bars.undo_wanted.connect(self._undo)
        self.bars.told.connect(self._tell)

    def show_patient(self, about: Banner) -> None:
        """Be about this patient's record."""
        self._about = about
        self.bars.show_patient(about)

    def begin(self) -> None:
        """Ask for the other record."""
        if self._about is not None:
            likely = self._office.do(merges.suggestions, self._about.id)
            page = OtherRecordPage(self._tools, self._about, likely)
            page.chosen.connect(self._compare)
            self.page_wanted.emit(page)

    def _compare(self, other: UUID) -> None:
        if self._about is not None:
            self._show_both(self._about.id, other)

    def _show_both(self, kept: UUID, gone: UUID) -> None:
        """Two records side by side, the one that stays at the left."""
        page = MergePage(self._tools, self._office.do(merges.compare, kept, gone))
        page.merged.connect(self._finish)
        page.turned.connect(lambda: self._show_both(gone, kept))
        self.page_wanted.emit(page)

    def _finish(self, done: Merged) -> None:
        self.reopen_wanted.emit(done.kept)
        self._tell(done)

    def _tell(self, done: Merged) -> None:
        """What moved; the record that stayed is the one on show."""
        if self._about is not None:
            self.page_wanted.emit(merged_page(done, self._about.number))

    def _undo(self, done: Merged) -> None:
        question = (
            f"No. {done.gone_number} becomes a record of its own again, as it was on {show(done.on)}. "
            "What was written since stays here."
        )
        if self._tools.asker.confirm("Undo the merge?", question, "Undo the merge"):
            undone = self._office.do(merges.unmerge, done.id)
            self.reopen_wanted.emit(undone.kept)
            self.page_wanted.emit(undone_page(undone, done, self.opened.emit))


class MergeBars(QWidget):
    """What stands over a record about merges: one that can be undone, and a likely second record.

    Signals: undo_wanted(Merged), told(Merged) to see what moved, compare_wanted(UUID).
    """

    undo_wanted = Signal(object)
    told = Signal(object)
    compare_wanted = Signal(object)

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._tools = tools
        self._may_merge = tools.office.allowed(merges.merge)
        self._about: Banner | None = None
        self._merged: Merged | None = None
        self._likely: Suggestion | None = None
        self._has_room = True
        self._undo, self._what = push_button("Undo…"), push_button("What moved", kind="link")
        self._compare, self._tell = push_button("Compare…"), push_button("Tell a director")
        self._apart = push_button("They are two people", kind="link")
        self._done_words, self._done = _bar("good", self._what, self._undo)
        self._likely_words, self._second = _bar("notice", self._compare, self._tell, self._apart)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        rows.addWidget(self._done)
        rows.addWidget(self._second)
        self._undo.setVisible(self._may_merge)
        self._what.setVisible(self._may_merge)
        self._compare.setVisible(self._may_merge)
        self._undo.clicked.connect(lambda: self.undo_wanted.emit(self._merged))
        self._what.clicked.connect(lambda: self.told.emit(self._merged))
        self._compare.clicked.connect(self._want_comparison)
        self._tell.clicked.connect(lambda: self._judge(merges.suggest, "A director will see it."))
        self._apart.clicked.connect(lambda: self._judge(merges.keep_apart, "Nobody will be asked again."))

    def show_patient(self, about: Banner) -> None:
        """Read what there is to say about this patient's record."""
        self._about = about
        history = self._tools.office.do(merges.history, about.id)
        self._merged = next((each for each in history if each.undo_until), None)
        self._likely = next(iter(self._tools.office.do(merges.suggestions, about.id)), None)
        self._done.setVisible(self._merged is not None)
        if self._merged is not None:
            self._done_words.setText(_merged_words(self._merged))
        self._second.setVisible(self._likely is not None)
        if self._likely is not None:
            was_told = self._likely.reason.startswith("suggested")
            self._tell.setVisible(not self._may_merge and not was_told)
            who = described(self._likely.other)
            self._likely_words.setText(f"This may be the same person as {who} ({self._likely.reason}).")
        self.show_if(self._has_room)

    def show_if(self, has_room: bool) -> None:
        """Stand there when there is something to say, and room for it."""
        self._has_room = has_room
        self.setVisible(has_room and not (self._merged is None and self._likely is None))

    def _want_comparison(self) -> None:
        if self._likely is not None:
            self.compare_wanted.emit(self._likely.other.id)

    def _judge(self, judge: UseCase[Work, [UUID, UUID], None], words: str) -> None:
        if self._about is None or self._likely is None:
            return
        about, one, other = self._about, self._about.id, self._likely.other.id
        self._tools.office.do(judge, one, other)
        self.show_patient(about)

        def take_back() -> None:
            self._tools.office.do(merges.take_back, one, other)
            if self._about is not None and self._about.id == one:
                self.show_patient(about)

        self._tools.status.say(words, undo=take_back)


def _merged_words(done: Merged) -> str:
    return f"Merged on {show(done.on)} from no. {done.gone_number} ({done.gone_name}) by {done.by}."


def _bar(kind: str, *buttons: QPushButton) -> tuple[QLabel, QFrame]:
    """A frame with words and buttons."""
    frame = QFrame()
    frame.setProperty("kind", kind)
    words = label("", wraps=True)
    row = QHBoxLayout(frame)
    row.setContentsMargins(SPACE_M, SPACE_XS, SPACE_S, SPACE_XS)
    row.setSpacing(SPACE_S)
    row.addWidget(words, 1)
    for button in buttons:
        row.addWidget(button)
    frame.hide()
    return words, frame
