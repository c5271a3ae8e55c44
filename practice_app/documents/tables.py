"""Tables: columns of wrapped text under header cells, in rows that pages may part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from practice_app.documents.blocks import CellPart, TableRow
from practice_app.documents.look import HEIGHT, SHADE
from practice_app.documents.structure import Element
from practice_app.documents.typesetting import Line, Style, Typesetter
from practice_app.errors import Defect

_PADDING = 0.27  # of the size of type
_NUMBER_GAP = 1.2  # of the size of type
_TALLEST_ROW = 18  # lines; a taller row is cut
_SHORT = 8  # rows; a table of no more stays on one page
_TALLEST_HEAD = HEIGHT / 4  # a taller one is not repeated


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that covers several columns or rows, or heads others: "Column" below it, "Row" beside it."""

    text: str
    columns: int = 1
    rows: int = 1
    heads: str = ""


Value = str | Cell


def group(text: str, columns: int) -> tuple[Cell]:
    """A row of one cell over all columns, which heads the rows under it."""
    return (Cell(text, columns=columns, heads="Column"),)


@dataclass(slots=True)
class _Placed:
    """A cell on the grid while it is being set; `rows` are those still to come, with this one."""

    element: Element
    column: int
    columns: int
    rows: int
    lines: list[Line]
    style: Style
    at: int = 0
    """How many of its lines are set."""

    @property
    def left(self) -> int:
        return len(self.lines) - self.at

    def take(self, count: int) -> Sequence[Line]:
        taken = self.lines[self.at : self.at + count]
        self.at += len(taken)
        return taken


class Table:
    """One table being set in a column; `shares` are its columns' parts of the width.

    Numbers stand on the right of the columns in `numbers`, which count from 0.
    """

    def __init__(
        self,
        setter: Typesetter,
        element: Element,
        left: float,
        width: float,
        shares: Sequence[float],
        style: Style,
        numbers: Sequence[int] = (),
    ) -> None:
        self._setter = setter
        self._element = element
        self._style = style
        self._padding = _PADDING * style.size
        self._numbers = frozenset(numbers)
        self._edges = [left + width * sum(shares[:n]) / sum(shares) for n in range(len(shares) + 1)]
        self._open: list[_Placed] = []

    def rows(
        self, over: Sequence[Value], head: Sequence[Value], body: Iterable[Sequence[Value]]
    ) -> Iterator[TableRow]:
        """The header rows, `over` if there is one and `head`, and the others, one at a time.

        A cell in the first column heads its row. The cells of a row are those that no cell above reaches
        into; raises Defect when they do not fill it.
        """
        in_head = Element("THead", self._element)
        heads = [part for values in (over, head) if values for part in self._head_row(values, in_head)]
        yield from heads
        low_enough = sum(part.height for part in heads) <= _TALLEST_HEAD
        repeat = tuple(heads) if low_enough else ()
        for parts in _kept_together(self._body_rows(body)):
            for part in parts:
                part.repeat = repeat
                yield part
        if self._open:
            raise Defect("a table ends inside a cell")

    def _body_rows(self, body: Iterable[Sequence[Value]]) -> Iterator[list[TableRow]]:
        in_body: Element | None = None
        for values in body:
            in_body = in_body or Element("TBody", self._element)
            yield self._row(values, Element("TR", in_body), self._style, first="Row")

    def _head_row(self, values: Sequence[Value], in_head: Element) -> list[TableRow]:
        bold = replace(self._style, bold=True)
        parts = self._row(values, Element("TR", in_head), bold, first="Column", others="Column")
        for part in parts:
            part.keep, part.shade = True, SHADE
        return parts

    def _row(
        self, values: Sequence[Value], row: Element, style: Style, *, first: str, others: str = ""
    ) -> list[TableRow]:
        """One row, in several parts when it is tall."""
        cells = sorted(
            [*self._open, *self._begun(values, row, style, first, others)], key=lambda cell: cell.column
        )
        tallest = max([1, *(cell.left for cell in cells if cell.rows == 1)])
        ends = [cell for cell in cells if cell.rows == 1]
        is_group = len(cells) == 1 and len(self._edges) > 2 and cells[0].style.bold
        parts = []
        for start in range(0, tallest, _TALLEST_ROW):
            lines = min(_TALLEST_ROW, tallest - start)
            parts.append(
                TableRow(
                    height=lines * style.leading + 2 * self._padding,
                    cells=tuple(self._part(cell, lines) for cell in cells),
                    x=self._edges[0],
                    width=self._edges[-1] - self._edges[0],
                    padding=self._padding,
                    keep=is_group or len(ends) < len(cells),
                )
            )
        parts[-1].rules = tuple(
            (self._edges[cell.column], self._edges[cell.column + cell.columns]) for cell in ends
        )
        for cell in cells:
            cell.rows -= 1
        self._open = [cell for cell in cells if cell.rows]
        return parts

    def _begun(
        self, values: Sequence[Value], row: Element, style: Style, first: str, others: str
    ) -> Iterator[_Placed]:
        """The cells that begin in this row, on the columns that are free."""
        free = set(range(len(self._edges) - 1))
        for above in self._open:
            free -= set(range(above.column, above.column + above.columns))
        for value in values:
            cell = Cell(value) if isinstance(value, str) else value
            column = min(free, default=-1)
            covered = set(range(column, column + cell.columns))
            if not covered or not covered <= free:
                raise Defect("a table row has more cells than columns")
            free -= covered
            heads = cell.heads or (first if column == 0 else others)
            looks = replace(style, bold=True) if cell.heads == "Column" else style
            element = Element("TH" if heads else "TD", row, scope=heads, columns=cell.columns, rows=cell.rows)
            room = self._edges[column + cell.columns] - self._edges[column] - 2 * self._padding
            lines = self._setter.lines(cell.text, looks, room)
            yield _Placed(element, column, cell.columns, cell.rows, lines, looks)
        if free or not values:
            raise Defect("a table row leaves columns empty, or has no cell of its own")

    def _part(self, cell: _Placed, lines: int) -> CellPart:
        end = self._edges[cell.column + cell.columns] - self._padding
        if cell.column + 2 < len(self._edges):  # a number keeps away from the text of the next column
            end -= _NUMBER_GAP * self._style.size
        return CellPart(
            cell.element,
            self._edges[cell.column] + self._padding,
            cell.take(lines),
            cell.style,
            end=end if cell.column in self._numbers and cell.columns == 1 else None,
        )


def _kept_together(rows: Iterator[list[TableRow]]) -> Iterator[list[TableRow]]:
    """All rows of a short table stay together; of a long one neither the first nor the last is alone."""
    begin = list(islice(rows, _SHORT + 1))
    kept = begin[:-1] if len(begin) <= _SHORT else begin[:1]
    for parts in kept:
        parts[-1].keep = True
    waiting: list[list[TableRow]] = []
    for parts in chain(begin, rows):
        waiting.append(parts)
        if len(waiting) > 2:
            yield waiting.pop(0)
    if len(waiting) > 1:
        waiting[0][-1].keep = True
    yield from waiting


def unfolded(rows: Iterable[Sequence[Value]], columns: int) -> Iterator[tuple[str, ...]]:
    """The texts of each row, every cell as often as the columns and rows it covers.

    One over all columns stands alone: it is a heading.
    """
    above: dict[int, tuple[str, int]] = {}
    for values in rows:
        texts = {column: text for column, (text, _) in above.items()}
        above = {column: (text, left - 1) for column, (text, left) in above.items() if left > 1}
        for value in values:
            cell = Cell(value) if isinstance(value, str) else value
            start = next(n for n in range(columns) if n not in texts)
            for column in range(start, start + cell.columns):
                texts[column] = cell.text
                if cell.rows > 1:
                    above[column] = cell.text, cell.rows - 1
        is_heading = len(values) == 1 and isinstance(values[0], Cell) and values[0].columns == columns
        if values:
            yield (texts[0],) if is_heading else tuple(texts[column] for column in range(columns))
