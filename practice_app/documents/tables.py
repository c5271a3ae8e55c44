"""Tables: columns of wrapped text under header cells, in rows that pages may part."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from practice_app.documents.blocks import Cell, TableRow
from practice_app.documents.structure import Element
from practice_app.documents.typesetting import Style, Typesetter

_PADDING = 0.27  # of the size of type
_TALLEST_ROW = 18  # lines; a taller row is cut


class Table:
    """One table being set in a column; `shares` are its columns' parts of the width."""

    def __init__(
        self,
        setter: Typesetter,
        element: Element,
        left: float,
        width: float,
        shares: Sequence[float],
        style: Style,
    ) -> None:
        self._setter = setter
        self._element = element
        self._left = left
        self._width = width
        self._style = style
        self._padding = _PADDING * style.size
        self._widths = [share * width / sum(shares) for share in shares]

    def rows(self, head: Sequence[str], body: Sequence[Sequence[str]]) -> Iterator[TableRow]:
        """The header row and the others; each first cell is the header of its row."""
        in_head, in_body = Element("THead", self._element), Element("TBody", self._element)
        bold = replace(self._style, bold=True)
        header = self._row(head, Element("TR", in_head), ["Column"] * len(head), bold)
        for part in header:
            part.keep = part.shaded = True
        yield from header
        scopes = ["Row", *[""] * (len(head) - 1)]
        for values in body:
            for part in self._row(values, Element("TR", in_body), scopes, self._style):
                part.repeat = header[-1]
                yield part

    def _row(
        self, values: Sequence[str], row: Element, scopes: Sequence[str], style: Style
    ) -> list[TableRow]:
        """One row, in several parts when it is tall; a cell with a scope is a header cell."""
        elements = [Element("TH" if scope else "TD", row, scope=scope) for scope in scopes]
        lefts = [self._left + sum(self._widths[:n]) + self._padding for n in range(len(self._widths))]
        columns = [
            self._setter.lines(value, style, width - 2 * self._padding)
            for value, width in zip(values, self._widths, strict=True)
        ]
        tallest = max(1, *map(len, columns))
        return [
            TableRow(
                height=min(tallest - start, _TALLEST_ROW) * style.leading + 2 * self._padding,
                cells=tuple(
                    Cell(element, left, column[start : start + _TALLEST_ROW])
                    for element, left, column in zip(elements, lefts, columns, strict=True)
                ),
                style=style,
                x=self._left,
                width=self._width,
                padding=self._padding,
                closed=start + _TALLEST_ROW >= tallest,
            )
            for start in range(0, tallest, _TALLEST_ROW)
        ]
