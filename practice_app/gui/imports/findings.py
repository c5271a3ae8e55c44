"""The last pages of an import: what it would do, and what it did."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from practice_app.gui.controls import label, push_button
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS, mark
from practice_app.gui.screen import EmptyState, Tools
from practice_app.gui.table import Column, Rows, Table
from practice_app.services.imports import Finding, Outcome


def rows_words(count: int) -> str:
    """A number of rows in words."""
    return "1 row" if count == 1 else f"{count:,} rows"


_COUNTED = ("new", "changed", "as they were", "refused", "to look at")


class FindingsPage(QWidget):
    """Signals: back_wanted() to the columns, import_wanted(), table_wanted() and refused_wanted() to save
    them, another_wanted() for another file.
    """

    back_wanted = Signal()
    import_wanted = Signal()
    table_wanted = Signal()
    refused_wanted = Signal()
    another_wanted = Signal()

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._tools = tools
        self._title = label("", "title", wraps=True)
        self._counts = [
            _Count(words) for words in ("new", "changed", "as they were", "refused", "to look at")
        ]
        self._notes = label("", "muted", wraps=True)
        self._rows: Rows[Finding] = Rows(
            [
                Column("Line", lambda found: found.line, "{:,}".format, widest="000,000"),
                Column("What", lambda found: found.what, widest="Perhaps twice"),
                Column("Why", lambda found: found.why, stretches=True),
            ]
        )
        self._table = Table(self._rows, name="What was found")
        self._table.chosen.connect(self._read_out)
        self._whole = label("", wraps=True)
        self._whole.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._nothing = EmptyState("file-import", "Nothing to look at: every row can be taken as it is.")
        self._found = QStackedWidget()
        self._found.addWidget(self._table)
        self._found.addWidget(self._nothing)
        self._back = push_button("&Back to the file")
        self._back.clicked.connect(self.back_wanted)
        self._save_table = push_button("&Save this table…")
        self._save_table.clicked.connect(self.table_wanted)
        self._save_refused = push_button("Save the &refused rows…")
        self._save_refused.clicked.connect(self.refused_wanted)
        self._import = push_button("", kind="primary")
        self._import.clicked.connect(self.import_wanted)
        self._another = push_button("Import &another file", kind="primary")
        self._another.clicked.connect(self.another_wanted)
        self._another.hide()
        self._lay_out()

    def show_outcome(self, outcome: Outcome) -> None:
        """Show what an import would do, or did."""
        words = "What was imported" if outcome.is_written else "What an import would do"
        self._title.setText(f"{words}, from {outcome.source}")
        numbers = (
            outcome.added,
            outcome.updated,
            outcome.unchanged,
            outcome.refused,
            len(outcome.warnings) + len(outcome.duplicates),
        )
        for count, number in zip(self._counts, numbers, strict=True):
            count.show_number(number)
        self._notes.setText(self._tools.said(" ".join(_notes(outcome))))
        self._notes.setVisible(bool(self._notes.text()))
        self._rows.show(outcome.findings)
        self._found.setCurrentWidget(self._table if outcome.findings else self._nothing)
        self._table.selectRow(0)
        self._read_out(self._table.current)
        self._offer(outcome)

    def take_focus(self) -> None:
        """Put the focus on what comes next."""
        (self._another if self._import.isHidden() else self._import).setFocus()

    def _offer(self, outcome: Outcome) -> None:
        """Show the buttons that make sense now."""
        count = outcome.added + outcome.updated
        self._import.setText(
            f"&Import the other {rows_words(count)}" if outcome.refused else f"&Import {rows_words(count)}"
        )
        self._import.setVisible(not outcome.is_written)
        self._import.setEnabled(count > 0)
        self._another.setVisible(outcome.is_written or count == 0)
        self._back.setVisible(not outcome.is_written)
        self._save_table.setVisible(bool(outcome.findings))
        self._save_refused.setVisible(bool(outcome.refused) and outcome.kind != "practices")

    def _read_out(self, found: Finding | None) -> None:
        """The finding the cursor is on, in full: a column of a table is never wide enough."""
        self._whole.setText(f"{found.what}: {found.why}" if found else "")
        self._whole.setVisible(found is not None)

    def _lay_out(self) -> None:
        counts = QHBoxLayout()
        counts.setSpacing(SPACE_S)
        for count in self._counts:
            counts.addWidget(count, 1)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S)
        for button in (self._back, self._save_table, self._save_refused):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self._another)
        foot.addWidget(self._import)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_M)
        rows.addWidget(self._title)
        rows.addLayout(counts)
        rows.addWidget(self._notes)
        rows.addWidget(self._found, 1)
        rows.addWidget(self._whole)
        rows.addLayout(foot)


def _notes(outcome: Outcome) -> list[str]:
    notes = [f"The file has {rows_words(outcome.rows)}."]
    if outcome.program:
        notes.append(f"It looks like an export of {outcome.program}.")
    if outcome.unmatched:
        notes.append(f"Not taken in: {', '.join(outcome.unmatched)}.")
    if outcome.refused and not outcome.is_written:
        notes.append("Refused rows stay out. Save them with their reasons, mend them, and import that file.")
    if outcome.duplicates:
        notes.append("Nobody is merged: somebody has to look whether two are one person.")
    return notes


class _Count(QFrame):
    """A number and what it counts."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._words = words
        self._number = label("", "title")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(SPACE_M, SPACE_XS, SPACE_M, SPACE_XS)
        rows.setSpacing(0)
        rows.addWidget(self._number)
        rows.addWidget(label(words, "small"))

    def show_number(self, number: int) -> None:
        """Show a number; refused rows stand out."""
        self._number.setText(f"{number:,}")
        mark(self, kind="problem" if self._words == "refused" and number else "card")
