"""Where somebody's consents stand, as sentences in groups, each with what can be recorded about it."""

from __future__ import annotations

from enum import StrEnum
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from practice_app.gui.controls import label
from practice_app.gui.icons import Ink, Picture
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS
from practice_app.rules.consents import Status
from practice_app.services.consents import Group, Line

_SIGN = 18
_AROUND = 34
"""What a button needs beside its text."""


class Verb(StrEnum):
    """What can be recorded about a line."""

    GIVEN = "Record yes…"
    AGAIN = "Renew…"
    REFUSED = "Record no…"
    WITHDRAWN = "Withdraw…"


_MEANINGS = {
    Verb.GIVEN: "Record that they agreed",
    Verb.AGAIN: "Record that they agreed again",
    Verb.REFUSED: "Record that they refused",
    Verb.WITHDRAWN: "Record that they withdrew it",
}

_SIGNS = {
    Status.GIVEN: ("check", Ink.ACCENT),
    Status.NOT_REQUIRED: ("check", Ink.MUTED),
    Status.NOT_ASKED: ("question", Ink.MUTED),
    Status.REFUSED: ("x", Ink.DANGER),
    Status.WITHDRAWN: ("x", Ink.DANGER),
    Status.EXPIRED: ("x", Ink.DANGER),
}
"""A drawing and its colour; the words beside it say the same."""


def verbs_of(line: Line) -> tuple[Verb, ...]:
    """What can be recorded about a line, the likeliest first: taking back is as near as giving."""
    standing = line.standing
    match standing.status:
        case Status.GIVEN:
            return Verb.WITHDRAWN, Verb.AGAIN
        case Status.NOT_REQUIRED if standing.consent_id is not None:
            return Verb.WITHDRAWN, Verb.GIVEN
        case Status.REFUSED | Status.WITHDRAWN:
            return (Verb.GIVEN,)
    return Verb.GIVEN, Verb.REFUSED


class ConsentMatrix(QScrollArea):
    """Every question with its answer. Signals: wanted(Line, Verb).

    One stop for Tab; arrows go from line to line and from button to button, letters to the line that has
    them, Enter presses.
    """

    wanted = Signal(object, object)

    def __init__(self, before: QWidget) -> None:
        """`before` is what Tab leaves to come here: new lines are put behind it each time."""
        super().__init__()
        self._before = before
        self._lines: list[tuple[Line, list[QPushButton]]] = []
        self._at = (0, 0)
        self._typed = ""
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Where consent stands")

    def show_groups(self, groups: tuple[Group, ...], foot: QWidget | None = None) -> None:
        """Replace what is shown; the focus stays on the line it was on."""
        had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        stay_on = self._lines[self._at[0]][0].standing.asked if self._lines else None
        self._lines = []
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, SPACE_S, 0)
        rows.setSpacing(SPACE_S)
        for group in groups:
            rows.addWidget(self._card(group))
        rows.addStretch(1)
        self.setWidget(inside)
        place = next((n for n, (line, _) in enumerate(self._lines) if line.standing.asked == stay_on), 0)
        self._go(place, 0, take_focus=had_focus)

    def take_focus(self) -> None:
        """Put the focus on the line it was on last."""
        self._go(*self._at, take_focus=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line, column = self._at
        steps = {
            Qt.Key.Key_Down: (line + 1, column),
            Qt.Key.Key_Up: (line - 1, column),
            Qt.Key.Key_Right: (line, column + 1),
            Qt.Key.Key_Left: (line, column - 1),
            Qt.Key.Key_Home: (0, column),
            Qt.Key.Key_End: (len(self._lines) - 1, column),
        }
        if event.key() in steps:
            self._go(*steps[Qt.Key(event.key())], take_focus=True)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._lines:
            self._lines[line][1][min(column, len(self._lines[line][1]) - 1)].click()
        elif event.text().isprintable() and event.text().strip():
            self._find(event.text())
        else:
            super().keyPressEvent(event)

    def _find(self, letter: str) -> None:
        """Go to the next line with a word that begins with what was typed; a new letter begins anew."""
        for typed in (self._typed + letter.lower(), letter.lower()):
            order = range(len(self._lines))
            found = next((n for n in order if _has_word(self._lines[n][0], typed)), None)
            if found is not None:
                self._typed = typed
                self._go(found, 0, take_focus=True, keep_typed=True)
                return
        self._typed = ""

    def _go(self, line: int, column: int, *, take_focus: bool, keep_typed: bool = False) -> None:
        if not self._lines:
            return
        if not keep_typed:
            self._typed = ""
        line = min(max(line, 0), len(self._lines) - 1)
        buttons = self._lines[line][1]
        column = min(max(column, 0), len(buttons) - 1)
        for _line, others in self._lines:
            for button in others:
                button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._at = line, column
        buttons[column].setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        QWidget.setTabOrder(self._before, buttons[column])
        if take_focus:
            buttons[column].setFocus()
            self.ensureWidgetVisible(buttons[column], 0, SPACE_M * 4)

    def _card(self, group: Group) -> QFrame:
        made = QFrame()
        made.setProperty("kind", "card")
        grid = QGridLayout(made)
        grid.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        grid.setHorizontalSpacing(SPACE_S)
        grid.setVerticalSpacing(SPACE_XS)
        grid.setColumnStretch(1, 4)
        grid.setColumnStretch(2, 6)
        grid.setColumnMinimumWidth(3, 2 * self._button_width() + SPACE_XS)
        grid.addWidget(label(group.title, "heading"), 0, 0, 1, 4)
        for row, line in enumerate(group.lines, start=1):
            self._add(grid, row, line)
        return made

    def _add(self, grid: QGridLayout, row: int, line: Line) -> None:
        top = Qt.AlignmentFlag.AlignTop
        drawing, ink = _SIGNS[line.standing.status]
        sign = Picture(drawing, ink, size=_SIGN)
        sign.setContentsMargins(0, SPACE_XS, 0, 0)
        grid.addWidget(sign, row, 0, top)
        what = label(line.standing.asked.label, wraps=True)
        what.setContentsMargins(0, SPACE_XS, 0, 0)
        grid.addWidget(what, row, 1, top)
        grid.addWidget(_answer(line), row, 2, top)
        place = len(self._lines)
        buttons = [self._button(line, verb, place, n) for n, verb in enumerate(verbs_of(line))]
        self._lines.append((line, buttons))
        side = QHBoxLayout()
        side.setSpacing(SPACE_XS)
        for button in buttons:
            side.addWidget(button)
        side.addStretch(1)
        grid.addLayout(side, row, 3, top)

    def _button_width(self) -> int:
        """All are as wide as the widest, so that the columns of all groups are in line."""
        return max(self.fontMetrics().horizontalAdvance(verb) for verb in Verb) + _AROUND

    def _button(self, line: Line, verb: Verb, place: int, column: int) -> QPushButton:
        made = _LineButton(verb.value)
        made.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        made.setFixedWidth(self._button_width())
        made.setAccessibleName(f"{_MEANINGS[verb]}: {line.standing.asked.label}")
        made.setAccessibleDescription(line.sentence)
        made.clicked.connect(partial(self._press, line, verb, place, column))
        return made

    def _press(self, line: Line, verb: Verb, place: int, column: int) -> None:
        self._go(place, column, take_focus=False)
        self.wanted.emit(line, verb)


class _LineButton(QPushButton):
    """Leaves every key but the space bar to the matrix: Qt would take arrows for Tab."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAutoDefault(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select):
            super().keyPressEvent(event)
        else:
            event.ignore()


def _answer(line: Line) -> QWidget:
    """The answer, and below it who decided how, and what needs attention."""
    made = QWidget()
    rows = QVBoxLayout(made)
    rows.setContentsMargins(0, SPACE_XS, 0, SPACE_XS)
    rows.setSpacing(0)
    answer = line.standing.answer
    rows.addWidget(
        label(answer[:1].upper() + answer[1:], "heading" if line.standing.since else "", wraps=True)
    )
    if line.told_by:
        rows.addWidget(label(line.told_by, "small", wraps=True))
    if line.attention:
        is_urgent = line.standing.is_review_due or "no marketing" in line.attention
        rows.addWidget(label(line.attention, "warning" if is_urgent else "small", wraps=True))
    return made


def _has_word(line: Line, typed: str) -> bool:
    return any(word.lower().startswith(typed) for word in line.standing.asked.label.split())
