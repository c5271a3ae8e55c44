"""Where two people changed the same fields: both values of each, and a choice; nothing of either is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QVBoxLayout, QWidget

from practice_app.gui.controls import announce, label
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS

MINE, THEIRS, BOTH = "mine", "theirs", "both"


@dataclass(frozen=True, slots=True)
class Met:
    """A field that both changed, with the two values in words; `can_have_both` for lists."""

    field: str
    title: str
    mine: str
    theirs: str
    can_have_both: bool = False


class TwoWriters(QFrame):
    """Asks field by field. Signals: chosen(field, MINE, THEIRS or BOTH)."""

    chosen = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self._words = label("", "heading", wraps=True)
        self._also = label("", wraps=True)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        self._rows.setSpacing(SPACE_XS)
        self._rows.addWidget(self._words)
        self._rows.addWidget(self._also)
        self._asked: list[QWidget] = []
        self.hide()

    def ask(self, met: Sequence[Met], taken_over: Sequence[str]) -> None:
        """Ask about these fields; `taken_over` names those that only the other one changed."""
        self.let_go()
        self._words.setText(
            "Somebody else changed these details while you were typing. Choose what is right, then save."
        )
        self._also.setText(f"Taken over from them: {', '.join(taken_over)}." if taken_over else "")
        self._also.setVisible(bool(taken_over))
        for each in met:
            question = _Question(each)
            question.chosen.connect(partial(self.chosen.emit, each.field))
            self._rows.addWidget(question)
            self._asked.append(question)
        self.show()
        announce(self, self._words.text())

    def let_go(self) -> None:
        """Take the questions away."""
        for each in self._asked:
            each.hide()
            each.deleteLater()
        self._asked.clear()
        self.hide()


class _Question(QWidget):
    """One field: yours, theirs, or both. Signals: chosen(which)."""

    chosen = Signal(str)

    def __init__(self, met: Met) -> None:
        super().__init__()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, SPACE_XS, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(label(met.title, "small"))
        group = QButtonGroup(self)
        offers = [(MINE, f"Yours: {met.mine or 'empty'}"), (THEIRS, f"Theirs: {met.theirs or 'empty'}")]
        if met.can_have_both:
            offers.append((BOTH, "Keep both"))
        for which, words in offers:
            button = QRadioButton(words.replace("&", "&&"))
            button.setAccessibleName(f"{met.title}, {words}")
            button.setChecked(which == MINE)
            button.clicked.connect(partial(self.chosen.emit, which))
            group.addButton(button)
            rows.addWidget(button)
