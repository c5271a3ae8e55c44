"""Facts in groups, each a label and a value: what stands beside a list or at the side of a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from practice_app.gui.controls import label
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS

NARROW_TITLES = 88
_LEAST_WIDTH = 240
_LONGEST_WORD = 18


class Group(Protocol):
    """Facts under one heading, as label and value."""

    @property
    def title(self) -> str: ...

    @property
    def facts(self) -> tuple[tuple[str, str], ...]: ...


class Facts(QScrollArea):
    """Groups of facts one under another; long values wrap. It can be scrolled by the keyboard."""

    def __init__(self, *, name: str, title_width: int = NARROW_TITLES) -> None:
        super().__init__()
        self._title_width = title_width
        self.setWidgetResizable(True)
        self.setAccessibleName(name)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_groups(self, groups: Sequence[Group], below: Sequence[QWidget] = ()) -> None:
        """Replace what is shown; `below` stands under the groups."""
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, SPACE_S, 0)
        rows.setSpacing(SPACE_S)
        for group in groups:
            rows.addWidget(_card(group, self._title_width))
        for part in below:
            rows.addWidget(part)
        rows.addStretch(1)
        self.setWidget(inside)


def _card(group: Group, title_width: int) -> QFrame:
    made = QFrame()
    made.setProperty("kind", "card")
    grid = QGridLayout(made)
    grid.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
    grid.setHorizontalSpacing(SPACE_M)
    grid.setVerticalSpacing(SPACE_XS)
    grid.setColumnStretch(1, 1)
    grid.addWidget(label(group.title, "heading", wraps=True), 0, 0, 1, 2)
    for place, (name, value) in enumerate(group.facts, start=1):
        title = label(name, "small", wraps=True)
        title.setFixedWidth(title_width)
        grid.addWidget(title, place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(fact_value(value), place, 1, Qt.AlignmentFlag.AlignTop)
    return made


def fact_value(text: str) -> QLabel:
    """A fact that can be selected and copied; a word too long for its column is broken instead."""
    breakable = " ".join(_broken(word) for word in text.split(" "))
    shown = label(breakable, wraps=True)
    if breakable == text:
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return shown


def _broken(word: str) -> str:
    """A long word that may be broken at its signs, by a space of no width after each."""
    if len(word) <= _LONGEST_WORD:
        return word
    return "".join(f"{letter}\u200b" if letter in "@._-/" else letter for letter in word)
