"""Every decision of somebody in order, and the one the cursor is on with everything that shows it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from practice_app.gui.controls import label, push_button
from practice_app.gui.look import SPACE_L, SPACE_M, SPACE_S
from practice_app.gui.screen import EmptyState
from practice_app.gui.table import Column, Rows, Table
from practice_app.rules.dates import show
from practice_app.services.consents import Past, Wording

_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse


class ConsentHistory(QWidget):
    """All decisions, the newest first.

    Signals: wrong_wanted(Past) to say it was recorded wrongly, paper_wanted(Past) to tie a document to it.
    """

    wrong_wanted = Signal(object)
    paper_wanted = Signal(object)

    def __init__(self, words_of: Callable[[Past], Wording | None]) -> None:
        """`words_of` reads the words somebody was asked in."""
        super().__init__()
        self._words_of = words_of
        self._rows: Rows[Past] = Rows(
            [
                Column("Day", lambda past: past.decided_on, show, widest="00-Mmm-0000"),
                Column("What", lambda past: past.what, stretches=True, is_whole=True),
                Column("Decision", lambda past: past.decision, widest="Withdrawn"),
                Column("By", lambda past: past.who.partition(",")[0], widest="Mrs Forename Surname"),
                Column(
                    "Since then",
                    lambda past: past.state.partition(":")[0],
                    widest="Replaced by a later decision",
                ),
            ]
        )
        self._table = Table(self._rows, name="Decisions about consent")
        self._empty = EmptyState("clipboard", "Nobody has been asked for anything yet.")
        self._reading = _Decision()
        self._wrong = push_button("Recorded &wrongly…")
        self._paper = push_button("&Tie a filed paper to it…")
        self._wrong.clicked.connect(lambda: self.wrong_wanted.emit(self._table.current))
        self._paper.clicked.connect(lambda: self.paper_wanted.emit(self._table.current))
        self._table.chosen.connect(self._show)
        self._faces = QStackedWidget()
        self._lay_out()

    def show_past(self, past: tuple[Past, ...]) -> None:
        """Replace what is shown; the cursor stays on its decision."""
        stay_on = self._table.current
        self._rows.show(past)
        self._faces.setCurrentIndex(0 if past else 1)
        place = self._rows.place(lambda each: stay_on is not None and each.id == stay_on.id)
        self._table.selectRow(max(place, 0))
        self._show(self._table.current)

    def take_focus(self) -> None:
        """Put the focus on the newest decision."""
        self._table.setFocus()

    def _show(self, past: Past | None) -> None:
        if past is not None:
            self._reading.show_decision(past, self._words_of(past))
            self._wrong.setEnabled(not past.corrected)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self._wrong)
        buttons.addWidget(self._paper)
        buttons.addStretch(1)
        below = QWidget()
        rows = QVBoxLayout(below)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        rows.addWidget(self._reading, 1)
        rows.addLayout(buttons)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(SPACE_M)
        halves.addWidget(self._table)
        halves.addWidget(below)
        halves.setSizes([250, 250])
        self._faces.addWidget(halves)
        self._faces.addWidget(self._empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._faces)


class _Decision(QScrollArea):
    """One decision: what, the facts, and the words that were asked."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("The decision in full")

    def show_decision(self, past: Past, words: Wording | None) -> None:
        """Show another decision."""
        card = QFrame()
        card.setProperty("kind", "card")
        rows = QVBoxLayout(card)
        rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        rows.setSpacing(SPACE_S)
        rows.addWidget(label(f"{past.what}: {past.decision.lower()}", "heading", wraps=True))
        if past.corrected:
            rows.addWidget(label(f"{past.corrected}. It does not count.", "warning", wraps=True))
        facts = QFormLayout()
        facts.setHorizontalSpacing(SPACE_L)
        facts.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        facts.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, value in past.facts:
            shown = label(value, wraps=True)
            shown.setTextInteractionFlags(_SELECTABLE)
            facts.addRow(label(name, "small"), shown)
        rows.addLayout(facts)
        if words is not None:
            rows.addWidget(label(f"What was asked (version {words.revision})", "small"))
            asked = label(words.text, wraps=True)
            asked.setTextInteractionFlags(_SELECTABLE)
            rows.addWidget(asked)
        rows.addStretch(1)
        self.setWidget(card)
        told = [f"{name}: {value}" for name, value in past.facts]
        self.setAccessibleDescription("; ".join(filter(None, (past.corrected, *told))))
