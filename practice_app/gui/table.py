"""One table model and one table view for the whole application."""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast, overload
from uuid import UUID

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from practice_app.errors import Defect
from practice_app.gui.controls import tip
from practice_app.gui.look import ROW_HEIGHT

T = TypeVar("T")

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()

_PADDING = 26
_VERY_HIGH = 10_000

ValueRole = int(Qt.ItemDataRole.UserRole)
"""The native value of a cell."""

_TIP = int(Qt.ItemDataRole.ToolTipRole)
_TEXTS = (int(Qt.ItemDataRole.DisplayRole), _TIP)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column of a table of T.

    `value` gives the native value, `text` what is shown of it (an absent value shows as nothing), `order`
    what is sorted by where values alone cannot be compared. A column is as wide as `widest`, a text like
    those in it; the one that `stretches` takes what is left. A text of a column that `is_whole`, such as a
    name, is never cut off: its row grows.
    """

    title: str
    value: Callable[[T], Any]
    text: Callable[[Any], str] = str
    order: Callable[[T], Any] | None = None
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
    widest: str = ""
    stretches: bool = False
    is_whole: bool = False


class Paged(Sequence[T | None]):
    """Very many rows that are read when they are looked at, a page at a time; a few pages are kept.

    `fetch` gives the rows of some ids in their order, None for one that is gone.
    """

    PAGE = 32
    KEPT = 48

    def __init__(self, ids: Sequence[UUID], fetch: Callable[[Sequence[UUID]], Sequence[T | None]]) -> None:
        self._ids, self._fetch = ids, fetch
        self._pages: OrderedDict[int, Sequence[T | None]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, place: int) -> T | None: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[T | None, ...]: ...

    def __getitem__(self, place: int | slice) -> T | tuple[T | None, ...] | None:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(*place.indices(len(self))))
        number, rest = divmod(place, self.PAGE)
        if number in self._pages:
            self._pages.move_to_end(number)
            return self._pages[number][rest]
        return self._read(number)[rest]

    def _read(self, number: int) -> Sequence[T | None]:
        page = self._pages[number] = self._fetch(self._ids[number * self.PAGE : (number + 1) * self.PAGE])
        if len(self._pages) > self.KEPT:
            self._pages.popitem(last=False)
        return page


class Rows(QAbstractTableModel, Generic[T]):
    """A table of frozen dataclasses; replaced as a whole when the screen refreshes."""

    def __init__(self, columns: Sequence[Column[T]]) -> None:
        super().__init__()
        self._columns = tuple(columns)
        self._alignments = [each.align | Qt.AlignmentFlag.AlignVCenter for each in self._columns]
        self._rows: Sequence[T | None] = []

    @property
    def columns(self) -> tuple[Column[T], ...]:
        """The columns, left to right."""
        return self._columns

    def show(self, rows: Sequence[T] | Paged[T]) -> None:
        """Replace all rows, in the order given; pages are read when they are looked at."""
        self.beginResetModel()
        self._rows = rows if isinstance(rows, Paged) else list(rows)
        self.endResetModel()

    def row(self, index: Index) -> T | None:
        """What a row shows, or None when `index` points nowhere."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def place(self, wanted: Callable[[T], bool]) -> int:
        """The first row for which `wanted` holds, or -1. It reads everything: not for pages."""
        rows = enumerate(self._rows)
        return next((place for place, row in rows if row is not None and wanted(row)), -1)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignments[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        # A view asks each cell for seven roles and more, at every paint; most have no answer.
        if role == _ALIGNMENT:
            return self._alignments[index.column()]
        if role not in _TEXTS and role != ValueRole:
            return None
        row = self.row(index)
        if row is None:
            return None
        column = self._columns[index.column()]
        value = column.value(row)
        if role == ValueRole:
            return value
        text = "" if value is None else column.text(value)
        return tip(text) if role == _TIP else text

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by native values; rows without a value come last either way. Selections stay on their rows."""
        if not 0 <= column < len(self._columns):
            return
        if isinstance(self._rows, Paged):
            raise Defect("Pages are sorted where they come from.")
        value = self._columns[column].order or self._columns[column].value
        self.layoutAboutToBeChanged.emit()
        before = cast("list[T]", self._rows)
        known = [place for place, row in enumerate(before) if value(row) is not None]
        unknown = [place for place, row in enumerate(before) if value(row) is None]
        known.sort(key=lambda place: value(before[place]), reverse=order == Qt.SortOrder.DescendingOrder)
        places = known + unknown
        self._rows = [before[place] for place in places]
        moved = {old: new for new, old in enumerate(places)}
        for index in self.persistentIndexList():
            self.changePersistentIndex(index, self.index(moved[index.row()], index.column()))
        self.layoutChanged.emit()


def runs_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction, as in Hebrew or Arabic, runs from right to left."""
    if text.isascii():
        return False
    kinds = (unicodedata.bidirectional(each) for each in text)
    return next((each for each in kinds if each in ("L", "R", "AL")), "L") != "L"


class _WholeRow(QStyledItemDelegate):
    """The cursor is on a row, not on a cell: the selected row shows it, no box round one cell.

    A text is laid out by its own direction, at the edge of its column all the same; in a row that grew for a
    text of several lines that text is wrapped.
    """

    def __init__(self, table: Table[Any], whole: frozenset[int]) -> None:
        super().__init__(table)
        self._table, self._whole = table, whole

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        if runs_right_to_left(option.text):
            option.direction = Qt.LayoutDirection.RightToLeft
            option.displayAlignment |= Qt.AlignmentFlag.AlignAbsolute
        if index.column() in self._whole and self._table.has_grown(index.row()):
            option.features |= QStyleOptionViewItem.ViewItemFeature.WrapText


class Table(QTableView, Generic[T]):
    """A read-only table of whole rows.

    Signals: opened(row) on Enter or double click, chosen(row or None), sort_wanted(column) when the heading
    of a column that can be sorted by was clicked (see `offer_sorting`).
    """

    opened = Signal(object)
    chosen = Signal(object)
    sort_wanted = Signal(int)

    def __init__(self, rows: Rows[T], *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self._sortable: frozenset[int] = frozenset()
        self.setAccessibleName(name)
        self.setModel(rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSortingEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._whole = frozenset(place for place, each in enumerate(rows.columns) if each.is_whole)
        self._grown: set[int] = set()
        self.setItemDelegate(_WholeRow(self, self._whole))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(max(ROW_HEIGHT, self.fontMetrics().height() + 10))
        self._size_columns()
        if self._whole:
            self._grow_rows_in_time()
        self.horizontalHeader().sectionClicked.connect(self._want_sorting)
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self.chosen.emit(rows.row(now)))

    def offer_sorting(self, columns: Collection[int], now: int, *, descending: bool) -> None:
        """Let these columns be sorted by; an arrow shows which one it is now (-1 for none of them)."""
        header = self.horizontalHeader()
        header.setSectionsClickable(bool(columns))
        header.setSortIndicatorShown(now >= 0)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        header.setSortIndicator(now, order)
        self._sortable = frozenset(columns)

    @property
    def current(self) -> T | None:
        """The row the cursor is on, or None."""
        return self._rows.row(self.currentIndex())

    def words_of(self, row: T) -> str:
        """What a row says, one column after another."""
        values = ((column, column.value(row)) for column in self._rows.columns)
        return ", ".join(
            filter(None, ("" if value is None else column.text(value) for column, value in values))
        )

    def step(self, by: int) -> None:
        """Move the cursor up or down, staying inside; from nowhere to the first row."""
        count = self._rows.rowCount()
        if count:
            now = self.currentIndex().row() if self.currentIndex().isValid() else -1
            self.selectRow(min(max(now + by, 0), count - 1))

    def open_current(self) -> None:
        """Say `opened` for the row the cursor is on."""
        self._open(self.currentIndex())

    def has_grown(self, row: int) -> bool:
        """Whether this row is higher than others, for a text that needs several lines."""
        return row in self._grown

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._whole:
            self._grow_time.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.open_current()
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        row = self._rows.row(index)
        if row is not None:
            self.opened.emit(row)

    def _want_sorting(self, column: int) -> None:
        if column in self._sortable:
            self.sort_wanted.emit(column)

    def _grow_rows_in_time(self) -> None:
        """Look at the rows on show whenever others come on show: looking at all would read them all."""
        self._grow_time = QTimer(self, singleShot=True, interval=0)
        self._grow_time.timeout.connect(self._grow_rows)
        self._rows.modelReset.connect(self._grown.clear)  # a reset gives every row its usual height again
        for come in (
            self._rows.modelReset,
            self._rows.layoutChanged,
            self.verticalScrollBar().valueChanged,
        ):
            come.connect(self._grow_time.start)

    def _grow_rows(self) -> None:
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        for row in range(max(first, 0), last + 1 if last >= 0 else self._rows.rowCount()):
            height = max(self._height_for(row, column) for column in self._whole)
            if height != self.rowHeight(row):
                (self._grown.add if height > self._usual_height else self._grown.discard)(row)
                self.setRowHeight(row, height)

    def _height_for(self, row: int, column: int) -> int:
        """How high a row must be for a text to show whole in its column."""
        text = self._rows.index(row, column).data()
        metrics, room = self.fontMetrics(), self.columnWidth(column) - _PADDING
        lines = (text or "").split("\n")
        if max(map(metrics.horizontalAdvance, lines)) <= room:
            return self._usual_height
        bounds = metrics.boundingRect(QRect(0, 0, room, _VERY_HIGH), Qt.TextFlag.TextWordWrap, text)
        return self._usual_height + bounds.height() - len(lines) * metrics.height()

    @property
    def _usual_height(self) -> int:
        return self.verticalHeader().defaultSectionSize()

    def _size_columns(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        metrics = self.fontMetrics()
        for place, column in enumerate(self._rows.columns):
            if column.stretches:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
            else:
                self.setColumnWidth(
                    place, metrics.horizontalAdvance(column.widest or column.title) + _PADDING
                )
