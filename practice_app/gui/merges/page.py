"""The pages of a merge: which other record, both side by side, and what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
)

from practice_app.errors import PracticeError
from practice_app.gui.choose_patient import ChoosePatient
from practice_app.gui.controls import announce, label, push_button
from practice_app.gui.forms.form import Field, Form
from practice_app.gui.look import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from practice_app.gui.merges.side_by_side import SideBySide
from practice_app.gui.record_page import RecordPage, notice
from practice_app.gui.screen import Tools
from practice_app.rules.dates import show
from practice_app.services import merges
from practice_app.services.merges import Comparison, Merged, Moved, Party, Suggestion, Undone
from practice_app.services.people import Banner


def described(party: Party) -> str:
    """Who a record is about, with a second identifier and its number."""
    born = f", born {party.born}" if party.born else ""
    return f"{party.name}{born}, no. {party.number}"


class OtherRecordPage(RecordPage):
    """Asks which record is the second one. Signals: chosen(UUID)."""

    chosen = Signal(object)

    def __init__(self, tools: Tools, about: Banner, likely: Sequence[Suggestion]) -> None:
        super().__init__("Merge with another record")
        self._form = Form()
        self._who = ChoosePatient(tools, name="The other record", without=(about.id,))
        self._compare = push_button("C&ompare the two", kind="primary")
        self._compare.clicked.connect(self._go_on)
        self._who.confirmed.connect(self._go_on)
        self.body.addWidget(
            label(
                f"Which other record is about {about.name}, no. {about.number}, too? "
                "Nothing is changed before you have seen both side by side.",
                wraps=True,
            )
        )
        for each in likely:
            self.body.addLayout(self._offer(each))
        self.body.addWidget(self._form)
        self.body.addStretch(1)
        self._form.add(Field("gone", "The other &record", self._who))
        self.end_foot(self._compare)

    def take_focus(self) -> None:
        """Begin with the search."""
        self._who.search.setFocus()

    def _go_on(self) -> None:
        if self._who.chosen is None:
            self._form.show_problems({"gone": "Search for the other record, and choose it."})
        else:
            self.chosen.emit(self._who.chosen.id)

    def _offer(self, likely: Suggestion) -> QHBoxLayout:
        button = push_button("Compare")
        button.setAccessibleName(f"Compare with {described(likely.other)}")
        button.clicked.connect(lambda: self.chosen.emit(likely.other.id))
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(label(f"{described(likely.other)}: {likely.reason}", wraps=True), 1)
        row.addWidget(button)
        return row


class MergePage(RecordPage):
    """Two records side by side, and the merge once the number of the one that stays is typed.

    Signals: merged(Merged), turned() to have the other record stay.
    """

    merged = Signal(object)
    turned = Signal()

    def __init__(self, tools: Tools, both: Comparison) -> None:
        super().__init__("Are these two records about one person?")
        self._tools, self._both = tools, both
        self._sides = SideBySide(both)
        self._number = QLineEdit()
        self._number.setMaximumWidth(160)
        self._phrase = Field(
            "phrase", f"To merge, &type the number of the record that stays: {both.kept.number}", self._number
        )
        self._merge = push_button("&Merge the records", kind="primary")
        self._merge.clicked.connect(self.merge)
        self._number.returnPressed.connect(self.merge)
        turn = push_button(f"&Keep no. {both.gone.number} instead")
        turn.clicked.connect(self.turned)
        self.body.addWidget(notice("This speaks against it", both.warnings, kind="problem"))
        self.body.addWidget(
            label(
                "A merge can be undone for 30 days. Both numbers go on finding the record.",
                "muted",
                wraps=True,
            )
        )
        self.body.addWidget(self._sides)
        self.body.addStretch(1)
        self.fixed.addWidget(self._phrase)
        self.end_foot(self._merge, turn)

    def take_focus(self) -> None:
        """Begin with the first choice, else with the number."""
        first = self._sides.first
        (first or self._number).setFocus()

    def merge(self) -> None:
        """Merge, or say that the number is missing."""
        if self._number.text().strip() != self._both.kept.number:
            self._refuse(f"Type {self._both.kept.number}, the number of the record that stays.")
            return
        try:
            done = self._tools.office.do(
                merges.merge, self._both.kept.id, self._both.gone.id, self._sides.choices
            )
        except PracticeError as error:
            self._refuse(str(error))
            return
        self.merged.emit(done)

    def _refuse(self, why: str) -> None:
        self._phrase.set_error(why)
        self._number.setFocus()
        announce(self, why)


class OutcomePage(RecordPage):
    """What a merge or its undo did, as lists under headings."""

    def __init__(self, title: str, *, warnings: Sequence[str] = ()) -> None:
        super().__init__(title, leave="&Close")
        self.body.addWidget(notice("Look at this", warnings, kind="problem"))

    def tell(self, sentence: str) -> None:
        """Add a sentence."""
        self.body.addWidget(label(sentence, wraps=True))

    def list(self, heading: str, rows: Sequence[tuple[str, str]]) -> None:
        """Add a list of things and how many; nothing when it is empty."""
        if not rows:
            return
        card = QFrame()
        card.setProperty("kind", "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_XS)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label(heading, "heading", wraps=True), 0, 0, 1, 2)
        for place, (what, count) in enumerate(rows, start=1):
            grid.addWidget(label(what), place, 0)
            grid.addWidget(label(count, wraps=True), place, 1)
        self.body.addWidget(card)

    def finish(self, *buttons: QPushButton) -> None:
        """Close the lists and put buttons at the foot."""
        self.body.addStretch(1)
        self.end_foot(*buttons)


def merged_page(done: Merged, number: str) -> OutcomePage:
    """What moved; `number` is the kept record's."""
    page = OutcomePage("The two records are one now")
    page.tell(
        f"Everything of no. {done.gone_number} ({done.gone_name}) is in no. {number}. "
        f"Both numbers find it. {_until(done)}"
    )
    page.list("What moved", _counted(done.moved))
    page.finish()
    return page


def undone_page(undone: Undone, done: Merged, open_other: Callable[[UUID], object]) -> OutcomePage:
    """What is where after a merge was undone."""
    page = OutcomePage("The merge was undone", warnings=undone.warnings)
    page.tell(f"No. {done.gone_number} ({done.gone_name}) is a record of its own again, as it was.")
    page.list(
        "Written since the merge: this stays here. Move what belongs to the other record.",
        [(item.title, show(item.when)) for item in undone.stayed] or _counted(undone.stayed_counts),
    )
    page.list("Changed since the merge, and left as it is", _counted(undone.not_restored))
    other = push_button(f"&Open no. {done.gone_number}", kind="primary")
    other.clicked.connect(lambda: open_other(undone.restored))
    page.finish(other)
    return page


def _counted(moved: Sequence[Moved]) -> list[tuple[str, str]]:
    return [(each.what, f"{each.count:,}") for each in moved]


def _until(done: Merged) -> str:
    return f"It can be undone until {show(done.undo_until)}." if done.undo_until else ""
