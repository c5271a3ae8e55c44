"""A tab of the record that is one list: what can be narrowed down, and the chosen entry in full below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from practice_app.gui.calm_combo_box import CalmComboBox
from practice_app.gui.controls import label
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS
from practice_app.gui.record_tab import RecordTab
from practice_app.gui.screen import EmptyState
from practice_app.gui.table import Column, Rows, Table

T = TypeVar("T")

_ALL = ""


@dataclass(frozen=True, slots=True)
class InFull:
    """One entry in full: its title, a muted line below it, and facts as label and value."""

    title: str
    beside: str = ""
    facts: tuple[tuple[str, str], ...] = ()


class ListTab(RecordTab, Generic[T]):
    """Says what is read (`read`), which columns there are, and how an entry reads in full (`in_full`)."""

    heading: ClassVar[str]
    nothing: ClassVar[str]
    """The sentence that stands where there is nothing to list."""

    kinds: ClassVar[tuple[tuple[str, str], ...]] = ()
    """What the list can be narrowed down to: (kind, words in the plural); see `kind_of`."""

    spare: ClassVar[tuple[int, ...]] = ()
    """Columns left out in a narrow window; the entry in full has what they say."""

    narrow: ClassVar[int] = 900

    def build(self) -> None:
        self._all: Sequence[T] = ()
        self._rows: Rows[T] = Rows(self.columns())
        self._table = Table(self._rows, name=self.heading)
        self._kind = CalmComboBox(name=f"Show of {self.heading.lower()}")
        if not self.kinds:
            self._kind.hide()
        self._kind.currentIndexChanged.connect(lambda _place: self._filter())
        self._empty = EmptyState("clipboard", self._tools.said(self.nothing))
        self._faces = QStackedWidget()
        self._faces.addWidget(self._table)
        self._faces.addWidget(self._empty)
        self._reading = Reading()
        self._table.chosen.connect(self._show)
        self.lay_out(self._face())
        self._choose_columns()

    def columns(self) -> Sequence[Column[T]]:
        """What the list tells of each entry."""
        raise NotImplementedError

    def read(self, patient: UUID) -> Sequence[T]:
        """The entries, in their order."""
        raise NotImplementedError

    def in_full(self, entry: T) -> InFull:
        """One entry, with everything that is known of it."""
        raise NotImplementedError

    def kind_of(self, entry: T) -> str:
        """Which of `kinds` an entry is."""
        return _ALL

    def first(self, entries: Sequence[T]) -> int:
        """The entry the cursor is on when the list was read."""
        return 0

    def beside_heading(self) -> Sequence[QWidget]:
        """What stands at the right of the heading."""
        return ()

    def above_list(self) -> Sequence[QWidget]:
        """What stands between the heading and the list."""
        return ()

    def refresh(self) -> None:
        if self.about is not None:
            self._all = self.read(self.about.id)
            self._offer_kinds()
            self._filter()

    def take_focus(self) -> None:
        (self._table if self._rows.rowCount() else self._kind).setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.host is not None:
            self._choose_columns()

    def _choose_columns(self) -> None:
        for place in self.spare:
            self._table.setColumnHidden(place, self.width() < self.narrow)

    def _offer_kinds(self) -> None:
        chosen, counts = self._kind.currentData(), Counter(map(self.kind_of, self._all))
        self._kind.blockSignals(True)
        self._kind.clear()
        self._kind.addItem(f"Everything ({len(self._all)})", _ALL)
        for kind, words in self.kinds:
            if counts[kind]:
                self._kind.addItem(f"{words} ({counts[kind]})", kind)
        self._kind.setCurrentIndex(max(self._kind.findData(chosen), 0))
        self._kind.blockSignals(False)

    def _filter(self) -> None:
        kind = self._kind.currentData() or _ALL
        shown = [each for each in self._all if kind in (_ALL, self.kind_of(each))]
        self._rows.show(shown)
        self._faces.setCurrentWidget(self._table if shown else self._empty)
        if shown:
            self._table.selectRow(self.first(shown))
        self._show(self._table.current)

    def _show(self, entry: T | None) -> None:
        self._reading.show_entry(None if entry is None else self.in_full(entry))

    def _face(self) -> QWidget:
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(label(self.heading, "title"))
        head.addWidget(self._kind)
        head.addStretch(1)
        for part in self.beside_heading():
            head.addWidget(part)
        face = QWidget()
        rows = QVBoxLayout(face)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        rows.addLayout(head)
        for part in self.above_list():
            rows.addWidget(part)
        rows.addWidget(self._faces, 1)
        rows.addWidget(self._reading)
        return face


class Reading(QFrame):
    """One entry in full; hidden when there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._title = label("", "heading", wraps=True)
        self._beside = label("", "muted", wraps=True)
        self._facts = label("", wraps=True)
        for part in (self._title, self._facts):
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        rows.setSpacing(SPACE_XS)
        for part in (self._title, self._beside, self._facts):
            rows.addWidget(part)
        self.hide()

    def show_entry(self, entry: InFull | None) -> None:
        """Show one entry, or nothing."""
        self.setVisible(entry is not None)
        if entry is None:
            return
        _put(self._title, entry.title)
        _put(self._beside, entry.beside)
        _put(self._facts, "\n".join(f"{name}: {value}" for name, value in entry.facts if value))


def _put(shown: QLabel, text: str) -> None:
    shown.setText(text)
    shown.setVisible(bool(text))
